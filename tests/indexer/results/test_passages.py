"""Passages are chosen by the rules, in Python and in C alike; C leaves what is unusual to Python."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzers.parts import words
from analyzers.tokenizer import end_of_word
from indexer.ranking.occurrences import ANYWHERE
from indexer.results import passages
from indexer.results.hits import Mark
from indexer.results.locator import find_word_offsets
from indexer.results.passages import MatchedWord, choose_passage, choose_passage_in_python

try:
    from indexer.kernels import _native
except ImportError:
    _native = None  # type: ignore[assignment]

needs_c = pytest.mark.skipif(_native is None, reason="built without C")

ANSWERS: list[Any] = [(kind, word) for word in ("قمح", "مرفأ", "wheat") for kind in ("exact", "form", "alias")]
PRINTED = (
    "الانتخابات",
    "الانْتِخاباتُ",
    "کتاب\u200cها",
    "و6",
    "الـ11",
    "قمح",
    "ٱلْقَمْحِ",
    "ا",
    "1,200",
    "don't",
    "F16",
    "ب" * 60,
)
BETWEEN = (
    " ",
    " ",
    " ",
    "\u00a0",
    "\n",
    "\n \n",
    ". ",
    "؟ ",
    ".» ",
    "…”) ",
    "، ",
    "/",
    "-",
    "",
    "6",
    "\u200f ",
    " " * 60,
)
SIGNS = " .\n\u00a0\u064e\u0640\u200c\u061c\u06d4\u3000\ufdfa\ud800\U0001e8d0اقمح2.»\"'a_"
TEXTS = st.one_of(
    st.lists(st.tuples(st.sampled_from(PRINTED), st.sampled_from(BETWEEN)), max_size=90).map(
        lambda pairs: "".join(word + between for word, between in pairs)
    ),
    st.text(st.one_of(st.characters(), st.sampled_from(SIGNS)), max_size=400),
    st.text(st.sampled_from(SIGNS), max_size=400),
)


def choose_in_c(text: str, found: list[Any], chars: int, asked: Callable[[str, int], int] = end_of_word) -> Any:
    return _native.choose_passage(text, found, chars, asked, Mark)


def rules() -> list[Any]:
    return [choose_passage_in_python, pytest.param(choose_in_c, marks=needs_c)]


TEXT = "أقيم المعرض يوم الأحد. زار الوزير مرفأ المدينة! وبيع القمح في السوق. عاد الجميع مساء إلى بيوتهم."


@pytest.mark.parametrize("rule", rules(), ids=["python", "c"])
@pytest.mark.parametrize(
    ("words_found", "chars", "shown"),
    [
        pytest.param([], 30, "أقيم المعرض يوم الأحد. زار", id="the beginning without matches"),
        pytest.param([("مرفأ", "مرفأ")], 30, "زار الوزير مرفأ المدينة! وبيع", id="the sentence of the match"),
        pytest.param(
            [("المعرض", "معرض"), ("الوزير", "وزير"), ("مرفأ", "مرفأ")],
            20,
            "زار الوزير مرفأ",
            id="more different words win",
        ),
        pytest.param([("بيوتهم", "بيت")], 40, "عاد الجميع مساء إلى بيوتهم.", id="the end of the text is filled"),
    ],
)
def test_a_passage_shows(rule: Any, words_found: list[tuple[str, str]], chars: int, shown: str) -> None:
    matches: list[MatchedWord] = [(TEXT.index(printed), ("exact", word)) for printed, word in words_found]
    start, end, cut_before, cut_after, marks = rule(TEXT, matches, chars)
    assert TEXT[start:end] == shown
    assert (cut_before, cut_after) == (start > 0, end < len(TEXT))
    inside = [pair for pair in words_found if start <= TEXT.index(pair[0]) < end]
    assert [(TEXT[start:end][mark.start : mark.end], mark.word) for mark in marks] == inside


def found_in(text: str, seed: int) -> list[MatchedWord]:
    """Return some words of ``text``, and sometimes places where none starts, with what they answer."""
    chance = random.Random(seed)
    some, stray, answers = (
        chance.random() ** 2,
        chance.choice([0, 0, 0.02]),
        chance.sample(ANSWERS, chance.randint(1, 9)),
    )
    starts = {token.start for token in words(text) if chance.random() < some}
    starts |= {at for at in range(len(text)) if chance.random() < stray}
    return [(start, chance.choice(answers)) for start in sorted(starts)]


@needs_c
@settings(deadline=None)
@given(TEXTS, st.integers(0, 1 << 30), st.integers(1, 300))
@example("", 1, 200)
@example(" \n", 1, 10)
def test_both_tiers_choose_the_same(text: str, seed: int, chars: int) -> None:
    found = found_in(text, seed)
    chosen = choose_in_c(text, found, chars)
    assert chosen is None or chosen == choose_passage_in_python(text, found, chars)
    assert choose_passage(text, found, chars) == choose_passage_in_python(text, found, chars)


@needs_c
@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["ذهب", "الولد", "إلى السوق", "ثم عاد.", "إلى البيت؟", "مساء"]), min_size=40, max_size=80),
    st.integers(1, 12),
    st.integers(30, 150),
)
def test_both_tiers_fill_a_passage_at_the_end_of_a_text_alike(parts: list[str], back: int, chars: int) -> None:
    text = " ".join(parts)
    found: list[MatchedWord] = [([token.start for token in words(text)][-back], ANSWERS[0])]
    assert choose_in_c(text, found, chars) == choose_passage_in_python(text, found, chars)


@needs_c
def test_usual_texts_are_chosen_from_in_c() -> None:
    text = "ذهب الولد إلى السوق. عاد إلى البيت مساء. " * 30
    for seed in range(50):
        assert choose_in_c(text, found_in(text, seed), 200) is not None


@needs_c
def test_marks_are_marks() -> None:
    *_, marks = choose_in_c("هنا القمح", [(4, ("form", "قمح"))], 200)
    assert marks == (Mark(4, 9, "form", "قمح"),)
    assert type(marks[0]) is Mark


@needs_c
def test_every_character_ends_a_word_or_not_as_the_tokenizer_says() -> None:
    for code in range(0x11000):
        for text in ("ق" + chr(code) + "ق", "ق\u0651" + chr(code)):
            *_, marks = choose_in_c(text, [(0, ANSWERS[0])], 200)
            assert marks[0].end == end_of_word(text, 0), hex(code)


@needs_c
def test_every_character_begins_a_word_or_not_as_the_tokenizer_says() -> None:
    for code in range(0x11000):
        text = chr(code) + "ق."
        *_, marks = choose_in_c(text, [(0, ANSWERS[0])], 200)
        assert (marks[0].end if marks else 0) == end_of_word(text, 0), hex(code)


@needs_c
def test_every_character_is_a_blank_or_not_as_python_says() -> None:
    for code in range(0x11000):
        text = chr(code) * 2 + "ق." + chr(code) + "ق" + chr(code)
        assert choose_in_c(text, [], 200) == choose_passage_in_python(text, [], 200), hex(code)
        assert choose_in_c(text, [(5, ANSWERS[0])], 2) in (
            None,
            choose_passage_in_python(text, [(5, ANSWERS[0])], 2),
        ), hex(code)


@needs_c
@pytest.mark.parametrize(
    "found",
    [
        pytest.param([(4, ANSWERS[0]), (4, ANSWERS[1])], id="twice the same"),
        pytest.param([(4, ANSWERS[0]), (0, ANSWERS[1])], id="falling"),
        pytest.param([(9, ANSWERS[0])], id="at the end of the text"),
        pytest.param([(1 << 32, ANSWERS[0])], id="far behind it"),
        pytest.param([(-1, ANSWERS[0])], id="before it"),
    ],
)
def test_starts_that_are_not_what_was_written_are_left_to_python(found: list[MatchedWord]) -> None:
    assert choose_in_c("هنا القمح", found, 200) is None
    assert choose_passage("هنا القمح", found, 200) == choose_passage_in_python("هنا القمح", found, 200)


@needs_c
@pytest.mark.parametrize(
    ("answers", "few"), [(32, True), (33, False)], ids=["as many words as have bits", "more words than have bits"]
)
def test_words_without_a_bit_are_left_to_python(answers: int, few: bool) -> None:
    text = "قمح " * answers
    found: list[MatchedWord] = [(4 * at, ("exact", str(at))) for at in range(answers)]
    assert (choose_in_c(text, found, 50) is not None) == few
    assert choose_passage(text, found, 50) == choose_passage_in_python(text, found, 50)


@needs_c
@pytest.mark.parametrize("chars", [0, -1, 1 << 25], ids=["none", "less than none", "very many"])
def test_lengths_of_no_passage_are_left_to_python(chars: int) -> None:
    assert choose_in_c("هنا القمح", [], chars) is None


@needs_c
def test_a_passage_without_blanks_is_left_to_python() -> None:
    assert choose_in_c("ب" * 300, [], 200) is None
    assert choose_passage("ب" * 300, [], 200) == (0, 300, False, False, ())


@needs_c
@pytest.mark.parametrize(
    "found",
    [
        pytest.param([4], id="a start alone"),
        pytest.param([(1 << 70, ANSWERS[0])], id="a start that no text reaches"),
        pytest.param([("4", ANSWERS[0])], id="a start that is no number"),
        pytest.param([(4, "exact")], id="an answer that is none"),
        pytest.param([(4, ("exact", 1))], id="a word that is none"),
        pytest.param([(4, ("exact",))], id="an answer without its word"),
    ],
)
def test_what_was_not_found_is_left_to_python(found: list[Any]) -> None:
    assert choose_in_c("هنا القمح", found, 200) is None


@needs_c
@pytest.mark.parametrize(
    "given_",
    [
        (),
        ("", [], 200, end_of_word),
        (b"", [], 200, end_of_word, Mark),
        ("", (), 200, end_of_word, Mark),
        ("", [], "200", end_of_word, Mark),
        ("", [], 200, end_of_word, list),
        ("", [], 200, end_of_word, Mark(0, 1, "exact", "")),
    ],
    ids=["nothing", "no class", "no text", "no list", "no number", "no tuple", "no type"],
)
def test_wrong_types_are_refused(given_: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError):
        _native.choose_passage(*given_)


@needs_c
@pytest.mark.parametrize("end", [1, 2, 12, -1], ids=["before it", "where it starts", "behind the text", "below 0"])
def test_an_end_that_is_none_is_refused(end: int) -> None:
    with pytest.raises(ValueError, match="a word"):
        choose_in_c("a word of 5", [(2, ANSWERS[0])], 200, lambda text, start: end)


@needs_c
def test_what_the_tokenizer_raises_passes() -> None:
    def fails(text: str, start: int) -> int:
        raise LookupError(start)

    with pytest.raises(LookupError):
        choose_in_c("a word", [(2, ANSWERS[0])], 200, fails)
    with pytest.raises(TypeError):
        choose_in_c("a word", [(2, ANSWERS[0])], 200, lambda text, start: "6")  # type: ignore[arg-type,return-value]
    with pytest.raises(OverflowError):
        choose_in_c("a word", [(2, ANSWERS[0])], 200, lambda text, start: 1 << 70)


@needs_c
def test_the_words_found_may_go_while_the_tokenizer_is_asked() -> None:
    found: list[MatchedWord] = [(at, ("exact", "".join(["w", str(at)]))) for at in (2, 7)]

    def forgets(text: str, start: int) -> int:
        found.clear()
        return end_of_word(text, start)

    *_, marks = choose_in_c("a word is here", found, 200, forgets)
    assert [mark.word for mark in marks] == ["w2", "w7"]


# -- starts of words


def first_words(text: str, count: int) -> list[int] | None:
    """Return the offsets of the first words of a text, as C finds them."""
    terms = tuple((None, position, None) for position in range(count))
    found = _native.matched_words(0, terms, ANYWHERE, text, None)
    return None if found is None else [start for start, _ in found]


@needs_c
@given(TEXTS, st.integers(0, 100))
def test_the_first_words_start_where_the_tokenizer_says(text: str, count: int) -> None:
    right = [token.start for token in words(text)][:count]
    assert first_words(text, count) in (right, None)
    assert find_word_offsets(text, count) == right


@needs_c
def test_every_character_between_words_is_taken_as_the_tokenizer_takes_it() -> None:
    for code in range(0x11000):
        for text in (f"قمح{chr(code)}", f"قمح {chr(code)}ق", f"{chr(code)}ّ ق"):
            right = [token.start for token in words(text)]
            assert first_words(text, 9) in (right, None), hex(code)


@needs_c
@pytest.mark.parametrize(
    ("text", "starts"),
    [
        pytest.param("«القمح»، والمرفأ: الانْتِخاباتُ!", [1, 9, 18], id="signs"),
        pytest.param("القمح - في؟ _ لبنان", [0, 8, 14], id="signs alone"),
        pytest.param(" ", [], id="a blank"),
        pytest.param("", [], id="nothing"),
        pytest.param("القمح 2024", None, id="a number"),
        pytest.param("القمح wheat", None, id="another script"),
        pytest.param("القمـح", None, id="tatweel"),
        pytest.param("ّالقمح", None, id="a mark alone"),
    ],
)
def test_usual_words_are_found_in_c(text: str, starts: list[int] | None) -> None:
    assert first_words(text, 9) == starts


@needs_c
def test_no_more_words_are_looked_for_than_wanted() -> None:
    assert first_words("القمح في 2024", 2) == [0, 6]
    assert first_words("القمح", 0) == []
    assert first_words("القمح", -1) == []


def test_without_the_c_part_python_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "_choose_in_c", None)
    assert choose_passage("هنا القمح", [(4, ANSWERS[0])], 200) == (0, 9, False, False, (Mark(4, 9, "exact", "قمح"),))
