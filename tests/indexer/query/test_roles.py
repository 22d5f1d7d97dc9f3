"""Roles: what of a pasted text looks like an operator and is none, and what is meant as one however long the query."""

from __future__ import annotations

import datetime
import time
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzers import analyzer_for
from indexer.query.nodes import Address, And, InField, Node, Not, Or, Phrase, Preferred, Sequence, ValueClause, Word
from indexer.query.parser import IndexContent, parse
from indexer.query.roles import FREE_WORDS_BESIDE_SIGNS, FREE_WORDS_BESIDE_WORDS

TODAY = datetime.date(2024, 3, 1)
PAGE = "https://news.example/b/1"
CONTENT = IndexContent(
    has_value=lambda _, name: name in ("الرصيف", "دفتر الجبل"), has_address=lambda address: address == PAGE
)


def split(text):
    analyzer = analyzer_for("ar")
    return analyzer.printed_words(text)


def read(query, *undone):
    return parse(query, split_words=split, today=TODAY, content=CONTENT, undone=frozenset(undone))


def meanings(query, *undone):
    """Return the parts of a query: words, and what is not a word."""
    root = read(query, *undone).root
    parts = root.parts if isinstance(root, Sequence) else (root,)
    return [part.text if isinstance(part, Word) else part for part in parts]


def told(query):
    return [(notice.code, notice.value, notice.detail) for notice in read(query).notices]


def is_words_alone(query):
    return all(isinstance(part, str) for part in meanings(query))


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        pytest.param("زار الشيخ -حفظه الله- بيروت", "aside", id="glued dashes"),
        pytest.param("زار الشيخ -حفظه الله-، بيروت", "aside", id="comma after the aside"),
        pytest.param("زار الشيخ -حفظه الله – بيروت", "aside", id="another closing dash"),
        pytest.param("زار الشيخ -حفظه الله - بيروت", "aside", id="a loose closing dash"),
        pytest.param("زار الشيخ -حفظه الله ـ بيروت", "aside", id="a tatweel as closing dash"),
        pytest.param("الشيخ (-حفظه الله-)", "aside", id="aside in parentheses"),
        pytest.param("حرارة -5", "number", id="number below zero"),
        pytest.param("حرارة -٥", "number", id="Arabic digits"),
        pytest.param("فاز 2 -1 أمس", "number", id="score with a blank"),
        pytest.param("قال وزير النقل اليوم -رغم الضغوط", "text", id="a dash that nothing closes"),
        pytest.param("قال وزير النقل اليوم صباحا -«نعم»", "text", id="a dash before a quotation"),
        pytest.param("الممثل الكبير ليس وزير نقل", "text", id="laysa between many words"),
        pytest.param("ليس آخر الكلام", "text", id="laysa first"),
        pytest.param("الحل الآن: ليس الحرب", "text", id="laysa and a colon"),
        pytest.param("الحل الآن ليس الحرب!", "text", id="laysa and an exclamation mark"),
        pytest.param("حزب الله و حركة أمل", "text", id="a loose wa"),
        pytest.param("عشر أو عشرون مليون ليرة", "text", id="aw"),
        pytest.param("MINISTER SAYS HE WILL NOT LEAVE OFFICE", "text", id="capital NOT"),
        pytest.param("Smith AND sons open a new shop", "text", id="capital AND"),
    ],
)
def test_an_operator_of_a_text_is_a_word(query, reason):
    notices = read(query).notices
    assert ("no_operator", reason) in [(notice.code, notice.detail) for notice in notices]
    assert not any(isinstance(part, Not | Or) for part in meanings(query))


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("زار الشيخ – حفظه الله – بيروت", id="loose dashes"),
        pytest.param("زار الشيخ —حفظه الله— بيروت", id="long dashes"),
        pytest.param("زار الشيخ ـحفظه اللهـ بيروت", id="tatweels"),
        pytest.param("زار الشيخ −حفظه الله− بيروت", id="minus signs"),
        pytest.param("فاز 2-1", id="score"),
        pytest.param("الساعة 12:30", id="time"),
        pytest.param("فتح المعبر - جريدة الرصيف", id="name of the site"),
        pytest.param("عاجل: فتح المعبر", id="label"),
        pytest.param("[فيديو] #فتح_المعبر @wire 5^2 ~ *", id="other signs"),
        pytest.param("فتح المعبر (الشمالي) أمس", id="parentheses"),
        pytest.param("كهرباء/ماء", id="slash"),
        pytest.param("*رئيس الوزراء:نفتح المعبر الشمالي غدا صباحا", id="a bullet and a label in a text"),
    ],
)
def test_other_signs_of_texts_mean_nothing_and_are_not_told(query):
    assert is_words_alone(query)
    assert read(query).notices == ()


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        pytest.param("لبنان ليس القمح", ["لبنان", Not(Word("القمح"))], id="laysa"),
        pytest.param("أسعار لبنان ليس القمح", ["أسعار", "لبنان", Not(Word("القمح"))], id="laysa after two words"),
        pytest.param("لبنان -القمح", ["لبنان", Not(Word("القمح"))], id="minus"),
        pytest.param("لبنان -القمح -الشعير", ["لبنان", Not(Word("القمح")), Not(Word("الشعير"))], id="two minuses"),
        pytest.param("-القمح لبنان", [Not(Word("القمح")), "لبنان"], id="minus first"),
        pytest.param(
            "أسعار الخبز لبنان اليوم -القمح",
            ["أسعار", "الخبز", "لبنان", "اليوم", Not(Word("القمح"))],
            id="minus after four words",
        ),
        pytest.param(
            "أسعار الخبز لبنان اليوم أمس غدا -(قمح OR شعير)",
            ["أسعار", "الخبز", "لبنان", "اليوم", "أمس", "غدا", Not(Or((Word("قمح"), Word("شعير"))))],
            id="minus before parentheses",
        ),
        pytest.param(
            "(قمح أو شعير) أسعار الخبز لبنان اليوم أمس",
            [Or((Word("قمح"), Word("شعير"))), "أسعار", "الخبز", "لبنان", "اليوم", "أمس"],
            id="aw in parentheses",
        ),
        pytest.param(
            "أسعار الخبز لبنان اليوم أمس غدا -source:الرصيف",
            ["أسعار", "الخبز", "لبنان", "اليوم", "أمس", "غدا", Not(ValueClause("source", "الرصيف"))],
            id="minus before a field",
        ),
        pytest.param(
            "أسعار الخبز لبنان اليوم أمس مساء غدا AND NOT (قمح OR شعير)",
            [
                "أسعار",
                "الخبز",
                "لبنان",
                "اليوم",
                "أمس",
                "مساء",
                And((Word("غدا"), Not(Or((Word("قمح"), Word("شعير")))))),
            ],
            id="an operator before a negated group",
        ),
        pytest.param(
            "أسعار الخبز لبنان اليوم أمس غدا NOT (قمح شعير)",
            ["أسعار", "الخبز", "لبنان", "اليوم", "أمس", "غدا", Not(Sequence((Word("قمح"), Word("شعير"))))],
            id="an operator before a group of words",
        ),
        pytest.param(
            "(قمح شعير) AND خبز دقيق ماء لبن ملح زيت",
            [And((Sequence((Word("قمح"), Word("شعير"))), Word("خبز"))), "دقيق", "ماء", "لبن", "ملح", "زيت"],
            id="an operator after a group of words",
        ),
        pytest.param("title:-5 قمح", [Not(InField("title", Word("5"))), "قمح"], id="minus in a field"),
        pytest.param(
            "(قمح OR شعير) ليس ذرة أسعار الخبز لبنان",
            [Or((Word("قمح"), Word("شعير"))), "ليس", "ذرة", "أسعار", "الخبز", "لبنان"],
            id="laysa after parentheses is a word",
        ),
        pytest.param("«أسعار القمح» لبنان", [Phrase(("أسعار", "القمح")), "لبنان"], id="phrase beside a word"),
        pytest.param("المصدر:الرصيف لبنان", [ValueClause("source", "الرصيف"), "لبنان"], id="known source"),
        pytest.param("عنوان:قمح لبنان", [InField("title", Word("قمح")), "لبنان"], id="title"),
        pytest.param(
            "عنوان:(قمح) لبنان أسعار الخبز اليوم أمس",
            [InField("title", Word("قمح")), "لبنان", "أسعار", "الخبز", "اليوم", "أمس"],
            id="title of parentheses beside many words",
        ),
        pytest.param(
            "«مجلس التعاون لدول الخليج العربية» لبنان",
            [Phrase(("مجلس", "التعاون", "لدول", "الخليج", "العربية")), "لبنان"],
            id="a long name beside a word",
        ),
        pytest.param(
            "«مجلس التعاون لدول الخليج العربية» «مجلس التعاون لدول الخليج العربية» «مجلس التعاون»",
            [Phrase(("مجلس", "التعاون", "لدول", "الخليج", "العربية"))] * 2 + [Phrase(("مجلس", "التعاون"))],
            id="phrases alone",
        ),
        pytest.param(
            "-source:لا-أحد لبنان", [Not(ValueClause("source", "لا-أحد")), "لبنان"], id="unknown source excluded"
        ),
    ],
)
def test_what_is_meant_as_an_operator_stays_one(query, parts):
    assert meanings(query) == parts


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        pytest.param("مصدر:الحكومة تدرس", ["مصدر", "الحكومة", "تدرس"], id="unknown source"),
        pytest.param('مصدر:"الحكومة تدرس"', ["مصدر", Phrase(("الحكومة", "تدرس"))], id="unknown quoted source"),
        pytest.param("قسم:الحكومة تدرس", ["قسم", "الحكومة", "تدرس"], id="unknown category"),
        pytest.param("حتى:الآن لا جديد", ["حتى", "الآن", "لا", "جديد"], id="no date"),
        pytest.param(
            "مصدر:الحكومة ليس وزير نقل جديد كبير",
            ["مصدر", "الحكومة", "ليس", "وزير", "نقل", "جديد", "كبير"],
            id="laysa after a label",
        ),
        pytest.param(
            "لبنان ليس القمح مصدر:مجهول قسم:مجهول",
            ["لبنان", Not(Word("القمح")), "مصدر", "مجهول", "قسم", "مجهول"],
            id="words of unknown fields are not free",
        ),
        pytest.param(
            "نص:البيان الختامي لقمة العرب أمس",
            ["نص", "البيان", "الختامي", "لقمة", "العرب", "أمس"],
            id="a label before many words",
        ),
    ],
)
def test_a_field_that_has_no_such_value_is_words(query, parts):
    assert meanings(query) == parts


def preferred(*words: str) -> list[str | Node]:
    return [*words, Preferred(Phrase(words))]


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        pytest.param(
            "فيلم «نهر طويل» يعرض أمس مساء",
            ["فيلم", *preferred("نهر", "طويل"), "يعرض", "أمس", "مساء"],
            id="quotation in a headline",
        ),
        pytest.param(
            "قال: «لن نقبل أي شرط ثم لن نوقع أي اتفاق هنا»",
            ["قال", *preferred(*["لن", "نقبل", "أي", "شرط", "ثم", "لن", "نوقع", "أي", "اتفاق", "هنا"])],
            id="a long quotation beside a word",
        ),
        pytest.param(
            "نص:«نعم» لبنان أسعار الخبز اليوم",
            ["نص", *preferred("نعم"), "لبنان", "أسعار", "الخبز", "اليوم"],
            id="a label before a quotation",
        ),
        pytest.param(
            "وزير: «نعم» و «لا» في قمة",
            ["وزير", *preferred("نعم"), "و", *preferred("لا"), "في", "قمة"],
            id="an operator between quotations",
        ),
        pytest.param("وزير يقول للناس: «نعم ثم", ["وزير", "يقول", "للناس", *preferred("نعم", "ثم")], id="never closed"),
    ],
)
def test_a_quoted_part_of_a_text_is_preferred(query, parts):
    assert meanings(query) == parts


def test_a_quotation_before_an_exclusion_is_preferred():
    parts = meanings("فيلم «نهر طويل» -(قمح OR شعير) خبز دقيق ماء لبن")
    assert Preferred(Phrase(("نهر", "طويل"))) in parts


def test_a_phrase_joined_to_parentheses_is_required_in_a_text():
    query = "«نهر طويل» AND (قمح OR شعير) أسعار الخبز لبنان اليوم أمس"
    assert not any(isinstance(part, Preferred) for part in meanings(query))


@pytest.mark.parametrize(
    ("operator", "limit"),
    [
        pytest.param("ليس", FREE_WORDS_BESIDE_WORDS, id="word"),
        pytest.param("NOT", FREE_WORDS_BESIDE_SIGNS, id="sign"),
    ],
)
def test_how_many_words_make_a_text(operator, limit):
    for count in range(1, 9):
        query = f"{'قمح ' * count}{operator} شعير"
        assert is_words_alone(query) == (count >= limit)


@pytest.mark.parametrize(("length", "is_required"), [(9, True), (10, False)])
def test_how_long_a_quotation_of_a_text_is(length, is_required):
    parts = meanings(f"قال: «{'لن ' * length}»")
    assert any(isinstance(part, Phrase) for part in parts) == is_required


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param("قمح، قمح ليس شعير", id="comma"),
        pytest.param("قمح: قمح ليس شعير", id="colon"),
        pytest.param("قمح قمح ليس شعير.", id="full stop"),
        pytest.param("قمح قمح ليس شعير؟", id="question mark"),
        pytest.param("قمح… قمح ليس شعير", id="ellipsis"),
        pytest.param("قمح – قمح ليس شعير", id="dash"),
        pytest.param("قمح | قمح ليس شعير", id="bar"),
    ],
)
def test_punctuation_counts_as_a_word(mark):
    assert is_words_alone(mark)
    assert not is_words_alone("قمح قمح ليس شعير")


@pytest.mark.parametrize(
    ("query", "undo", "parts"),
    [
        pytest.param("قمح -شعير -ذرة", "operator.4", ["قمح", "شعير", Not(Word("ذرة"))], id="one of two minuses"),
        pytest.param("قمح OR شعير", "operator.4", ["قمح", "OR", "شعير"], id="or"),
        pytest.param("قمح OR", "dangling_operator.4", ["قمح", "OR"], id="nothing to join"),
        pytest.param("قمح -5", "no_operator.4", ["قمح", Not(Word("5"))], id="number"),
        pytest.param("قمح -شعير- ذرة", "no_operator.4", ["قمح", Not(Word("شعير")), "ذرة"], id="aside"),
        pytest.param(
            "قمح شعير خبز ليس ذرة و ماء",
            "no_operator.13",
            ["قمح", "شعير", "خبز", Not(Word("ذرة")), "و", "ماء"],
            id="one of two operators of a text",
        ),
        pytest.param("مصدر:قمح شعير", "no_field.0", [ValueClause("source", "قمح"), "شعير"], id="unknown source"),
        pytest.param(
            "قمح «شعير ذرة» خبز دقيق مخبز",
            "preferred_phrase.4",
            ["قمح", Phrase(("شعير", "ذرة")), "خبز", "دقيق", "مخبز"],
            id="quotation",
        ),
        pytest.param("قمح «شعير ذرة", "unclosed_quote.4", ["قمح", "شعير", "ذرة"], id="never closed"),
        pytest.param("سنة:2024 قمح", "date.0", ["سنة", "2024", "قمح"], id="date"),
        pytest.param(PAGE, "address.0", ["https", "news", "example", "b", "1"], id="address"),
        pytest.param(
            "www.other.example/c", "unknown_address.0", ["www", "other", "example", "c"], id="unknown address"
        ),
    ],
)
def test_a_notice_undoes_one_reading(query, undo, parts):
    assert undo in [notice.undo for notice in read(query).notices]
    assert meanings(query, undo) == parts


def test_a_long_address_is_read_whole():
    address = f"https://news.example/{'خبر-' * 60}1"
    known = IndexContent(has_address=lambda other: other == address)
    for query in (address, f"https://news.example/{quote('خبر-' * 60)}1"):
        parsed = parse(query, split_words=split, today=TODAY, content=known)
        assert parsed.root == Address(address)
        assert [notice.code for notice in parsed.notices] == ["address"]


def test_no_text_takes_long():
    """Parsing takes 5 ms at the 99th percentile; this bound only tells that no text takes time squared or worse."""
    slow = ["-ا " * 200, "ا- " * 200, "(ا OR " * 90, "مصدر:" * 100, "«ا» و " * 90, "a.b/" * 128, "www." * 128]
    started = time.process_time()
    for query in slow:
        read(query)
    assert time.process_time() - started < 5


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["-", "- ", " ", "ا", "5", "ليس ", "OR ", "(", ")", "«", "»", "مصدر:", "نص:", ": ", PAGE]))
)
def test_any_mixture_is_read(pieces):
    query = "".join(pieces)
    root, notices = read(query)
    assert (root is None) == any(notice.code == "nothing_left" for notice in notices)
