"""Presentation of texts: marks, direction, vowel signs; nothing in a text becomes markup."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import Mark, Snippet
from search_app.texts import (
    MarkupWriter,
    direction_of,
    is_vowelled,
    one_line,
    presentation_of,
    without_vowels,
)

WRITER = MarkupWriter(
    {"form": lambda word: f'another form of "{word}"', "alias": lambda word: f'another name for "{word}"'}
)
TAG = re.compile(r"<[^>]*>")
OUR_TAG = re.compile(
    r'</mark>|<mark(?: class="(?:form|alias)" title="[^"<>]*")?(?: id="m\d+")?(?: aria-current="true")?>'
)


@st.composite
def marked_texts(draw):
    text = draw(st.text(st.one_of(st.characters(), st.sampled_from("<>&\"'\u202e\x00\nا"))))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    kinds = st.sampled_from(["exact", "form", "alias"])
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return text, tuple(Mark(start, end, draw(kinds), draw(st.text(max_size=5))) for start, end in pairs)


@given(marked_texts())
def test_without_its_tags_a_marked_text_is_the_text(case):
    text, marks = case
    assert html.unescape(TAG.sub("", WRITER.write(text, marks))) == text


@given(marked_texts())
def test_a_marked_text_has_no_tag_but_marks(case):
    assert "<" not in OUR_TAG.sub("", WRITER.write(*case))


@given(marked_texts())
def test_paragraphs_hold_the_text_and_number_their_marks(case):
    text, marks = case
    written = list(WRITER.write_paragraphs(text, marks, current=1))
    assert [html.unescape(TAG.sub("", paragraph)) for paragraph in written] == [
        line for line in text.split("\n") if line.strip()
    ]
    numbers = [int(number) for paragraph in written for number in re.findall(r'<mark[^<>]* id="m(\d+)"', paragraph)]
    assert numbers == sorted(set(numbers))
    assert all("<" not in OUR_TAG.sub("", paragraph) for paragraph in written)


@given(st.text(), st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=6))
def test_marks_outside_the_text_are_left_out(text, ranges):
    marks = [Mark(start, end, "exact", "") for start, end in ranges]
    assert html.unescape(TAG.sub("", WRITER.write(text, marks))) == text


@pytest.mark.parametrize(
    ("mark", "written"),
    [
        pytest.param(Mark(0, 3, "exact", "قمح"), "<mark>قمح</mark> &lt;b&gt;", id="exact"),
        pytest.param(
            Mark(0, 3, "form", '"<'),
            '<mark class="form" title="another form of &#34;&#34;&lt;&#34;">قمح</mark> &lt;b&gt;',
            id="form of a hostile word",
        ),
        pytest.param(
            Mark(0, 3, "alias", '"<'),
            '<mark class="alias" title="another name for &#34;&#34;&lt;&#34;">قمح</mark> &lt;b&gt;',
            id="another name for a hostile word",
        ),
        pytest.param(Mark(4, 7, "exact", "b"), "قمح <mark>&lt;b&gt;</mark>", id="markup inside a mark"),
    ],
)
def test_a_mark_is_written_with_its_kind_and_tooltip(mark, written):
    assert WRITER.write("قمح <b>", [mark]) == written


def test_a_snippet_shows_where_text_was_left_out():
    assert WRITER.write_snippet(Snippet("قمح", cut_before=True, cut_after=True)) == "…قمح…"
    assert WRITER.write_snippet(Snippet("قمح")) == "قمح"


def test_the_current_mark_is_labelled():
    first, second = WRITER.write_paragraphs("قمح\n\nقمح", [Mark(0, 3, "exact", ""), Mark(5, 8, "exact", "")], current=2)
    assert first == '<mark id="m1">قمح</mark>'
    assert second == '<mark id="m2" aria-current="true">قمح</mark>'


def test_vowel_signs_can_be_left_out():
    bare = MarkupWriter({}, without_vowels)
    assert bare.write("قَمْحٌ غالٍ", [Mark(0, 6, "exact", "")]) == "<mark>قمح</mark> غال"


@pytest.mark.parametrize(
    ("text", "lang", "lang_shown", "direction"),
    [
        pytest.param("Levant Ledger: ارتفاع الشحن", "ar", "ar", "rtl", id="Arabic that starts with Latin"),
        pytest.param("قال: yes", "en-GB", "en-GB", "ltr", id="English that starts with Arabic"),
        pytest.param("خبر", None, "", "rtl", id="no language, Arabic letters"),
        pytest.param("Wheat prices", None, "", "ltr", id="no language, Latin letters"),
        pytest.param("2024", None, "", "rtl", id="no letters at all"),
        pytest.param("خبر", 'ar" onclick="x', "", "rtl", id="hostile language"),
        pytest.param("خبر", "zz", "zz", "rtl", id="language nobody knows"),
        pytest.param("خبر", "fa", "fa", "rtl", id="Persian"),
        pytest.param("שלום", "he", "he", "rtl", id="Hebrew"),
    ],
)
def test_direction_comes_from_the_language(text, lang, lang_shown, direction):
    presentation = presentation_of(text, lang)
    assert (presentation.lang, presentation.direction) == (lang_shown, direction)


@given(st.text(), st.one_of(st.none(), st.text(max_size=20)))
def test_any_text_in_any_language_has_a_presentation(text, lang):
    presentation = presentation_of(text, lang)
    assert presentation.direction in ("rtl", "ltr")
    assert not set(presentation.lang) & set("\"'<> &")
    assert direction_of(text) in ("rtl", "ltr")


@pytest.mark.parametrize(
    ("text", "vowelled"),
    [
        pytest.param("وَحينَ تَعودُ صَناديقُ البَلَدِيَّةِ إِلى السّاحات", True, id="vowelled prose"),
        pytest.param("أنّ الوزارة ستنشر تقريراً مفصّلاً عن الأسعار", False, id="a newspaper's few signs"),
        pytest.param("", False, id="empty"),
        pytest.param("Wheat", False, id="Latin"),
    ],
)
def test_a_text_with_many_vowel_signs_is_vowelled(text, vowelled):
    assert is_vowelled(text) is vowelled


def test_hamza_signs_are_letters_not_vowels():
    assert without_vowels("هٰذا\u0654") == "هذا\u0654"


@given(st.text())
def test_a_window_title_has_no_control_characters(text):
    assert not set(one_line(text)) & set("\n\r\t\x00\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069")
