"""The words that answer a query are marked as printed, and the passage shown is a slice of the article."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzers import analyzer_for
from indexer import Article, SearchRequest, open_index
from indexer.query.highlight_terms import HighlightTerms
from indexer.query.nodes import Phrase, Sequence, Word
from indexer.query.planner import plan_query
from indexer.results.highlight import SNIPPET_CHARS, best_passage, find_marks, whole
from indexer.results.locator import DocumentLocator
from indexer.results.passages import MAX_WORD_CHARS
from indexer.schema import document

ANALYZER = analyzer_for("ar")


def wanted(*parts, match="any"):
    """Return what to mark for bare words and, as tuples, phrases."""
    nodes = tuple(Phrase(part) if isinstance(part, tuple) else Word(part) for part in parts)
    return plan_query(
        Sequence(nodes), analyzer=ANALYZER, match=match, resolve=lambda column, name: frozenset()
    ).highlight


def places(text):
    return DocumentLocator(document(Article(id="1", title="خبر", body=text), ANALYZER))


def marked(text, *parts, match="any"):
    return [
        (text[mark.start : mark.end], mark.kind, mark.word)
        for mark in find_marks(text, "body", wanted(*parts, match=match), places(text))
    ]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        pytest.param("عن الانتخابات،", "الانتخابات", [("الانتخابات", "exact")], id="as typed"),
        pytest.param("عن الانتخابات،", "انتخابات", [("الانتخابات", "form")], id="with the article"),
        pytest.param("كَيْفَ صارَتِ الانْتِخاباتُ؟", "الانتخابات", [("الانْتِخاباتُ", "exact")], id="vowelled text"),
        pytest.param("عن الانتخابات", "الانْتِخاباتُ", [("الانتخابات", "exact")], id="vowelled query"),
        pytest.param("الانتخـــابات", "الانتخابات", [("الانتخـــابات", "exact")], id="tatweel"),
        pytest.param("في إيران", "ايران", [("إيران", "exact")], id="hamza"),
        pytest.param("«الانتخابات»", "الانتخابات", [("الانتخابات", "exact")], id="without quotation marks"),
        pytest.param(
            "الانتخابات/الانتخابات", "الانتخابات", [("الانتخابات", "exact")] * 2, id="on both sides of a slash"
        ),
        pytest.param("Wheat, wheat", "WHEAT", [("Wheat", "exact"), ("wheat", "exact")], id="Latin case"),
        pytest.param("عام ٢٠٢٤", "2024", [("٢٠٢٤", "exact")], id="digits"),
        pytest.param("القمح", "الانتخابات", [], id="another word"),
        pytest.param("", "الانتخابات", [], id="no text"),
    ],
)
def test_whole_printed_words_are_marked(text, query, expected):
    assert marked(text, query) == [(*each, query) for each in expected]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        pytest.param("وصل عبدُالعزيزِ.", "عبد العزيز", [("عبدُالعزيزِ", "exact")], id="a name in one word"),
        pytest.param("لعبد العزيز", "عبدالعزيز", [("لعبد", "form"), ("العزيز", "form")], id="another form"),
        pytest.param("عبد القادر العزيز", "عبدالعزيز", [], id="its words apart"),
        pytest.param("عبدالعزيز", "العزيز", [("العزيز", "exact")], id="a part"),
        pytest.param(
            "طائرات F-16 أو إف 16",
            "F16",
            [("F", "exact"), ("16", "exact"), ("إف", "exact"), ("16", "exact")],
            id="a code",
        ),
        pytest.param("محمدﷺ", "وسلم", [("ﷺ", "exact")], id="a word of a sign"),
        pytest.param("محمدﷺ", "صلى الله وسلم", [("ﷺ", "exact")], id="several words of a sign"),
        pytest.param("CNNبالعربية", "CNN العربية", [("CNN", "exact"), ("بالعربية", "form")], id="words that touch"),
    ],
)
def test_the_parts_of_a_printed_word_have_one_mark(text, query, expected):
    assert [(word, kind) for word, kind, _ in marked(text, *query.split())] == expected


def test_letters_as_typed_mark_no_other_form():
    assert marked("الانتخابات انتخابات", "انتخابات", match="exact") == [("انتخابات", "exact", "انتخابات")]


def test_a_stop_word_beside_others_is_not_marked():
    assert marked("في بيروت", "في", "بيروت") == [("بيروت", "exact", "بيروت")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("أسعار القمح ترتفع", ["أسعار", "القمح"], id="side by side"),
        pytest.param("أسعار، «القمح»", ["أسعار", "القمح"], id="with marks between"),
        pytest.param("أسعارُ القَمْحِ", ["أسعارُ", "القَمْحِ"], id="vowelled"),
        pytest.param("أسعار\nالقمح", ["أسعار", "القمح"], id="across lines"),
        pytest.param("القمح أسعار", [], id="the other way round"),
        pytest.param("أسعار خبز القمح", [], id="a word between"),
        pytest.param("القمح. أسعار القمح. أسعار", ["أسعار", "القمح"], id="only there"),
        pytest.param("أسعار", [], id="one of them"),
    ],
)
def test_a_phrase_is_marked_where_its_words_stand_side_by_side(text, expected):
    assert [word for word, _, _ in marked(text, ("أسعار", "القمح"))] == expected


@settings(deadline=None)
@given(st.lists(st.sampled_from(["أسعار", "القمح", "خبز", "\u02bc", "،", "\n"]), min_size=1, max_size=8).map(" ".join))
@example("أسعار \u02bc القمح")  # a letter that is a word, but has no term
def test_a_phrase_is_marked_where_the_index_finds_it(text):
    index = open_index("memory:")
    index.add([Article(id="1", title="خبر", body=text)])
    found = index.search(SearchRequest("«أسعار القمح»")).total
    assert bool(marked(text, ("أسعار", "القمح"))) == bool(found)


def test_a_phrase_may_overlap_itself():
    text = "يوم بعد يوم بعد يوم، ثم يوم"
    assert [word for word, _, _ in marked(text, ("يوم", "بعد", "يوم"))] == ["يوم", "بعد", "يوم", "بعد", "يوم"]


def test_a_word_of_a_phrase_and_alone_is_exact_in_both():
    text = "أسعار القمح والقمح"
    assert marked(text, ("أسعار", "القمح"), "القمح")[:2] == [("أسعار", "exact", "أسعار"), ("القمح", "exact", "القمح")]


def test_a_whole_text_keeps_all_of_its_marks():
    text = "الانتخابات " * 100
    snippet = whole(text, "body", wanted("الانتخابات"), places(text))
    assert snippet.text == text
    assert len(snippet.marks) == 100


# -- passages

FILLER = "ذهب الولد إلى السوق مع أبيه ثم عاد إلى البيت مساء. "


def passage(text, *parts):
    return best_passage(text, "body", wanted(*parts), places(text))


def test_without_marks_the_passage_is_the_beginning():
    snippet = passage("\n  " + FILLER * 20, "الانتخابات")
    assert snippet.text.startswith("ذهب الولد")
    assert (snippet.start, snippet.cut_before, snippet.cut_after) == (3, False, True)


def test_a_short_text_is_shown_whole():
    snippet = passage(f"  {FILLER}\n", "الولد")
    assert snippet.text == FILLER.strip()
    assert (snippet.cut_before, snippet.cut_after) == (False, False)


def test_a_short_text_of_two_sentences_is_shown_whole():
    assert passage("ذهب الولد. هنا الانتخابات.", "الانتخابات").text == "ذهب الولد. هنا الانتخابات."


def test_a_passage_opens_with_the_sentence_of_its_mark():
    snippet = passage(FILLER * 20 + "هنا تجري الانتخابات في القرى. " + FILLER * 20, "الانتخابات")
    assert snippet.text.startswith("هنا تجري الانتخابات")
    assert (snippet.cut_before, snippet.cut_after) == (True, True)


def test_a_sentence_that_reaches_its_mark_is_shown_from_its_start():
    snippet = passage(FILLER * 20 + "هنا كلمة " * 15 + "الانتخابات " + "كلمة " * 100, "الانتخابات")
    assert snippet.text.startswith("هنا كلمة هنا")
    assert snippet.marks[0].start == 15 * len("هنا كلمة ")


def test_a_mark_behind_the_last_blank_is_kept():
    snippet = passage("كلمة " + "ب/" * 80 + "الانتخابات" + "/ب" * 100, "الانتخابات")
    assert snippet.text.endswith("/الانتخابات")


def test_a_long_mark_is_kept():
    long = "ب" * (SNIPPET_CHARS - 20)
    snippet = passage("كلمة " * 100 + long + " كلمة" * 100, long)
    assert [snippet.text[mark.start : mark.end] for mark in snippet.marks] == [long]


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(". ", id="full stop"),
        pytest.param("؟ ", id="Arabic question mark"),
        pytest.param("… ", id="ellipsis"),
        pytest.param(".» ", id="end of a quotation"),
        pytest.param("\n", id="end of a line"),
        pytest.param("\n\n\u00a0\n", id="blank lines"),
        pytest.param(".\u00a0", id="no-break space"),
    ],
)
def test_where_a_sentence_opens(end):
    text = ("كلمة " * 100).strip() + end + "هنا تجري الانتخابات " + "كلمة " * 100
    assert passage(text, "الانتخابات").text.startswith("هنا تجري الانتخابات")


def test_in_a_long_sentence_the_passage_opens_shortly_before_its_mark():
    snippet = passage("كلمة " * 100 + "الانتخابات " + "كلمة " * 100, "الانتخابات")
    assert 20 <= snippet.marks[0].start <= SNIPPET_CHARS // 4
    assert snippet.text.startswith("كلمة")


def test_more_different_words_win():
    text = f"الانتخابات الانتخابات الانتخابات. {FILLER * 10}هنا الانتخابات في المرفأ. {FILLER * 10}"
    assert passage(text, "الانتخابات", "المرفأ").text.startswith("هنا الانتخابات في المرفأ")


def test_the_start_of_a_sentence_wins_over_more_of_the_same_words():
    text = FILLER * 20 + "هنا الانتخابات. " + "كلمة " * 60 + "الانتخابات الانتخابات " + "كلمة " * 60
    assert passage(text, "الانتخابات").text.startswith("هنا الانتخابات")


def test_the_word_as_typed_wins_over_another_form():
    text = f"جرت الانتخابات. {FILLER * 10}هنا انتخابات أخرى. {FILLER * 10}"
    assert passage(text, "انتخابات").text.startswith("هنا انتخابات أخرى")


def test_the_best_passage_may_be_far_behind():
    text = f"الانتخابات. {FILLER}" * 1000 + f"المرفأ والانتخابات. {FILLER}"
    assert "المرفأ" in passage(text, "الانتخابات", "المرفأ").text


def test_the_end_of_a_text_leaves_no_short_passage():
    snippet = passage(FILLER * 20 + "هنا تجري الانتخابات.", "الانتخابات")
    assert snippet.text.endswith("الانتخابات.")
    assert SNIPPET_CHARS / 2 < len(snippet.text) <= SNIPPET_CHARS
    assert snippet.text.startswith("ذهب الولد")


@pytest.mark.parametrize(
    "blank",
    [
        pytest.param(" ", id="space"),
        pytest.param("\u00a0", id="no-break space"),
        pytest.param("\n", id="line feed"),
        pytest.param("\u2003", id="em space"),
        pytest.param("/", id="slash"),
        pytest.param("؛", id="semicolon"),
    ],
)
def test_no_word_is_cut(blank):
    snippet = passage(blank.join(["کتاب\u200cها"] * 500), "الانتخابات")
    assert len(snippet.text) > SNIPPET_CHARS - 10
    assert set(snippet.text.split(blank)) <= {"کتاب\u200cها", ""}


def test_a_word_longer_than_the_passage_is_whole():
    snippet = passage("ب" * 300 + " الانتخابات", "كلمة")
    assert snippet.text == "ب" * 300


def test_a_word_without_end_is_cut():
    assert passage("ب" * (MAX_WORD_CHARS + 1), "كلمة").text == "ب" * SNIPPET_CHARS


def test_signs_before_a_long_word_are_cut_off_before_it():
    assert passage("!" * 150 + "ب" * 100 + "!" * 500, "كلمة").text == "!" * 150


def test_signs_without_end_are_cut():
    assert passage("." * 5000, "كلمة").text == "." * SNIPPET_CHARS


# -- laws

QUERY_WORDS = ("الانتخابات", "انتخابات", "قمح", "ا", "wheat", "2024", "ب" * 250)
PRINTED = (*QUERY_WORDS, "والانتخابات", "الانْتِخاباتُ", "کتاب\u200cها", "1,200", "don't", "F16")
BETWEEN = (" ", "\u00a0", "\n", "\n \n", ". ", "؟ ", ".» ", "، ", "/", "-", "", "\u200f ", " " * 60)
TEXTS = st.one_of(
    st.lists(st.tuples(st.sampled_from(PRINTED), st.sampled_from(BETWEEN)), max_size=120).map(
        lambda pairs: "".join(word + between for word, between in pairs)
    ),
    st.text(st.one_of(st.characters(), st.sampled_from(" .\n\u00a0\u064e\u200c\ud800اقمح2")), max_size=600),
)
WANTED = st.lists(
    st.one_of(st.sampled_from(QUERY_WORDS), st.lists(st.sampled_from(QUERY_WORDS), min_size=1, max_size=3).map(tuple)),
    min_size=1,
    max_size=4,
).map(lambda parts: wanted(*parts))


def tokens(text):
    return {(token.start, token.end) for token in ANALYZER.words(text)}


@settings(deadline=None)
@given(TEXTS, WANTED)
def test_marks_are_whole_words_in_order_that_do_not_overlap(text, words):
    marks = find_marks(text, "body", words, places(text))
    assert {mark[:2] for mark in marks} <= tokens(text)
    assert all(before.end <= after.start for before, after in pairwise(marks))


@settings(deadline=None)
@given(TEXTS, WANTED, st.integers(10, 300))
def test_a_passage_is_a_slice_of_the_text_with_the_marks_that_lie_in_it(text, words, chars):
    snippet = best_passage(text, "body", words, places(text), chars=chars)
    end = snippet.start + len(snippet.text)
    assert text[snippet.start : end] == snippet.text
    assert snippet.cut_before == bool(text[: snippet.start].strip())
    assert snippet.cut_after == bool(text[end:].strip())
    shifted = [mark._replace(start=mark.start + snippet.start, end=mark.end + snippet.start) for mark in snippet.marks]
    inside = [
        mark
        for mark in find_marks(text, "body", words, places(text))
        if snippet.start <= mark.start and mark.end <= end
    ]
    assert shifted == inside


@settings(deadline=None)
@given(TEXTS, WANTED, st.integers(10, 300))
def test_a_passage_cuts_no_word_and_is_longer_only_where_its_one_word_is(text, words, chars):
    snippet = best_passage(text, "body", words, places(text), chars=chars)
    start, end = snippet.start, snippet.start + len(snippet.text)
    assert not any(first < cut < last for first, last in tokens(text) for cut in (start, end))
    assert snippet.text == snippet.text.strip()
    if len(snippet.text) > chars:
        assert [token.text for token in ANALYZER.words(snippet.text)] == [snippet.text]


@settings(deadline=None)
@given(TEXTS, WANTED, st.integers(10, 300))
def test_where_a_mark_fits_one_is_shown(text, words, chars):
    fitting = [mark for mark in find_marks(text, "body", words, places(text)) if mark.end - mark.start <= chars]
    assert bool(fitting) <= bool(best_passage(text, "body", words, places(text), chars=chars).marks)


@settings(deadline=None)
@given(TEXTS)
def test_nothing_wanted_marks_nothing(text):
    assert find_marks(text, "body", HighlightTerms(), places(text)) == ()


# What is quadratic anywhere takes minutes for these; a second or less is usual.
MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("الانتخابات وكلمة أخرى. " * 20_000, id="many marks and sentences"),
        pytest.param("الانتخابات/" * 50_000, id="many marks without a blank"),
        pytest.param("الانتخابات" * 100_000, id="one word"),
        pytest.param("." * 200_000 + " الانتخابات " + "." * 200_000, id="full stops"),
        pytest.param("\n" * MEGABYTE + "الانتخابات", id="line feeds"),
        pytest.param(" " * MEGABYTE + "الانتخابات" + " " * MEGABYTE, id="spaces"),
        pytest.param(". " * (MEGABYTE // 2), id="full stops and spaces"),
        pytest.param('."' * (MEGABYTE // 2), id="full stops and quotation marks"),
        pytest.param("." + '"' * MEGABYTE, id="quotation marks"),
        pytest.param("ا" + "\u064e" * MEGABYTE, id="vowels"),
        pytest.param("ا" + "ـ" * MEGABYTE + "ا", id="tatweel"),
    ],
)
def test_time_grows_with_the_length_only(text):
    words = wanted("الانتخابات", ("الانتخابات", "الانتخابات"))
    began = time.process_time()
    best_passage(text, "body", words, places(text))
    assert time.process_time() - began < 10
