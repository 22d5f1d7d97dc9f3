"""Lexing: the tokens of a query; every text is accepted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query.lexer import tokens


def kinds(query):
    return [(token.kind, token.text) for token in tokens(query)]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param('"حزب العمال"', id="straight"),
        pytest.param("“حزب العمال”", id="English"),
        pytest.param("„حزب العمال“", id="German"),
        pytest.param("„حزب العمال”", id="Polish"),
        pytest.param("«حزب العمال»", id="guillemets"),
        pytest.param("»حزب العمال«", id="guillemets inwards"),
        pytest.param("”حزب العمال”", id="Swedish"),
    ],
)
def test_quotation_marks(query):
    assert kinds(query) == [("phrase", "حزب العمال")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(
            'و"حزب العمال" يرد', [("chunk", "و"), ("phrase", "حزب العمال"), ("chunk", "يرد")], id="after a clitic"
        ),
        pytest.param('قال:"لا نعرف"', [("chunk", "قال:"), ("phrase", "لا نعرف")], id="after a colon"),
        pytest.param('ארה"ב "אב"', [("chunk", 'ארה"ב'), ("phrase", "אב")], id="inside a Hebrew word"),
        pytest.param('"أ""ب"', [("phrase", "أ"), ("phrase", "ب")], id="one after the other"),
        pytest.param("« حزب العمال »", [("phrase", " حزب العمال ")], id="blanks inside"),
        pytest.param(
            'أنبوب 5" من "الحديد"',
            [("chunk", "أنبوب"), ("chunk", "5"), ("chunk", "من"), ("phrase", "الحديد")],
            id="inches",
        ),
        pytest.param(
            "وزير» يقول «لا»", [("chunk", "وزير"), ("chunk", "يقول"), ("phrase", "لا")], id="rest of a quotation"
        ),
        pytest.param("لن نرحل!» قال", [("chunk", "لن"), ("chunk", "نرحل!"), ("chunk", "قال")], id="rest after a mark"),
        pytest.param(
            "الرئيسية » أخبار » ثقافة",
            [("chunk", "الرئيسية"), ("chunk", "أخبار"), ("chunk", "ثقافة")],
            id="bread crumbs",
        ),
        pytest.param(
            "الرئيسية « أخبار « ثقافة",
            [("chunk", "الرئيسية"), ("chunk", "أخبار"), ("chunk", "ثقافة")],
            id="bread crumbs, other way",
        ),
        pytest.param('كلمة "', [("chunk", "كلمة")], id="mark at the end"),
    ],
)
def test_where_a_phrase_begins(query, expected):
    assert kinds(query) == expected


def test_a_phrase_without_an_end_reaches_to_the_end():
    (token,) = tokens("«حزب العمال يرد")
    assert (token.kind, token.text, token.closed) == ("phrase", "حزب العمال يرد", False)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("title:قمح", [("field", "title"), ("chunk", "قمح")], id="English"),
        pytest.param("المصدر:الرصيف", [("field", "المصدر"), ("chunk", "الرصيف")], id="Arabic"),
        pytest.param("عُنوان:قمح", [("field", "عُنوان"), ("chunk", "قمح")], id="vowelled"),
        pytest.param('-source:"الرصيف"', [("minus", "-"), ("field", "source"), ("phrase", "الرصيف")], id="excluded"),
        pytest.param("title:-قمح", [("field", "title"), ("minus", "-"), ("chunk", "قمح")], id="excluded inside"),
        pytest.param(
            "title:(أ ب)",
            [("field", "title"), ("open", "("), ("chunk", "أ"), ("chunk", "ب"), ("close", ")")],
            id="group",
        ),
        pytest.param(
            "\u200fمصدر:\u200fالرصيف\u200f", [("field", "مصدر"), ("chunk", "الرصيف\u200f")], id="direction marks"
        ),
        pytest.param("title:source:x", [("field", "title"), ("chunk", "source:x")], id="no field in a field"),
        pytest.param("مصدر: الحكومة", [("chunk", "مصدر:"), ("chunk", "الحكومة")], id="a blank after the colon"),
        pytest.param("مصدر : الحكومة", [("chunk", "مصدر"), ("chunk", "الحكومة")], id="blanks round the colon"),
        pytest.param("to://قمح", [("chunk", "to://قمح")], id="an address"),
        pytest.param("عاجل:قمح", [("chunk", "عاجل:قمح")], id="no name of a field"),
        pytest.param("10:30", [("chunk", "10:30")], id="time of day"),
        pytest.param("on:)", [("chunk", "on:"), ("close", ")")], id="a smile"),
    ],
)
def test_fields(query, expected):
    assert kinds(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("-قمح", [("minus", "-"), ("chunk", "قمح")], id="word"),
        pytest.param("(-قمح)", [("open", "("), ("minus", "-"), ("chunk", "قمح"), ("close", ")")], id="in a group"),
        pytest.param("-(قمح)", [("minus", "-"), ("open", "("), ("chunk", "قمح"), ("close", ")")], id="a group"),
        pytest.param("-«قمح»", [("minus", "-"), ("phrase", "قمح")], id="a phrase"),
        pytest.param("\u200f-\u200fقمح", [("minus", "-"), ("chunk", "قمح")], id="among direction marks"),
        pytest.param("بيروت - قمح", [("chunk", "بيروت"), ("chunk", "قمح")], id="a dash"),
        pytest.param("بيروت-قمح", [("chunk", "بيروت-قمح")], id="a hyphen"),
        pytest.param("--قمح", [("chunk", "--قمح")], id="two"),
        pytest.param('"أ"-"ب"', [("phrase", "أ"), ("phrase", "ب")], id="a dash between phrases"),
        pytest.param("-_ قمح", [("chunk", "قمح")], id="before nothing"),
        pytest.param('-" قمح', [("chunk", "قمح")], id="before a mark that quotes nothing"),
        pytest.param("– قمح — شعير ‐", [("chunk", "قمح"), ("chunk", "شعير")], id="other dashes"),
    ],
)
def test_minus(query, expected):
    assert kinds(query) == expected


def test_what_holds_no_letter_or_digit_is_no_token():
    assert kinds("🔥 … ، ؟؟ | / _ ـــ * \u200f") == []


@given(st.text(st.one_of(st.characters(), st.sampled_from('"“”„«»():- -\n\u200f\u200cاabوـ5'))))
def test_tokens_are_slices_in_order_that_leave_out_no_letter(query):
    found = list(tokens(query))
    ends = [0, *(token.end for token in found)]
    for before, token in zip(ends, found, strict=False):
        assert before <= token.start < token.end
        assert token.text in query[token.start : token.end]
        assert not any(char.isalnum() and char != "ـ" for char in query[before : token.start])
