"""A walk over a text gives the same in C and in Python, and remembers a bounded number of chunks."""

from __future__ import annotations

import threading
from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import Analyzer, EncodedTerms
from analyzers.arabic.normalizer import PLAIN_LETTERS, PLAIN_MARKS
from analyzers.encoding import MAX_LETTERS, PythonWalker, Walker, kinds

try:
    from analyzers import _walking
except ImportError:
    _walking = None  # type: ignore[assignment]

needs_c = pytest.mark.skipif(_walking is None, reason="built without the C part")
ANALYZER = Analyzer()

# What stands together in a chunk: plain words, words that Python has to read, what is between words.
PIECES = [
    "في",
    "بيروت",
    "«وزير»",
    "(CNN)،",
    "و6",
    "1.2.3",
    "ـ",
    "ﷺ",
    "-",
    " ",
    "\n",
    "\u00a0",
    "\u2028",
    "أيضاً",
    "مُدَرِّسة",
]
PIECES += ["\u064b", "مؤتمر؛", "کتاب", "don't", "_", "\u0653", "\U0001ee00", "\U0001f600", "وال", "ا" * 70]
RUNNING_TEXT = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
PLAIN = st.text(st.sampled_from(PLAIN_LETTERS + PLAIN_MARKS + " \n،.«»-ـ\u0653\u0670\u200c0٣aé_"), max_size=60)


def one_word(chunk: str) -> tuple[str | int | None, ...]:
    """Say of a chunk that it is one word, its own stem."""
    return (chunk, chunk, 0)


def made(tier: str, most: int = 100, work_out: Any = one_word, stem: Any = lambda exact: exact[:3]) -> Walker:
    """Return a walker of a tier."""
    if tier == "python":
        return PythonWalker(work_out, most)
    return _walking.Walker(kinds(), stem, frozenset({"في"}), work_out, most)


@pytest.fixture(params=["python", pytest.param("native", marks=needs_c)])
def tier(request: pytest.FixtureRequest) -> str:
    """Return the name of a tier."""
    return str(request.param)


def terms(walked: tuple[bytes, bytes, bytes, Any]) -> tuple[list[str | None], list[str | None], list[int]]:
    """Return the exact terms, the stems and the starts."""
    exact, stems, starts, vocabulary = walked
    return (
        list(EncodedTerms(array("I", exact), vocabulary)),
        list(EncodedTerms(array("I", stems), vocabulary)),
        array("I", starts).tolist(),
    )


@needs_c
@given(st.lists(st.text(max_size=80) | RUNNING_TEXT | PLAIN, min_size=1, max_size=4))
def test_c_and_python_give_the_same(texts: list[str]) -> None:
    arabic, work_out = ANALYZER._arabic, ANALYZER._work_out_chunk
    in_python = PythonWalker(work_out, 1000)
    load_extension = _walking.Walker(kinds(), arabic.stem, arabic.stop_words, work_out, 3)
    for text in texts:
        assert terms(load_extension.walk(text)) == terms(in_python.walk(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", ([], [], []), id="nothing"),
        pytest.param("  \n ", ([], [], []), id="blanks"),
        pytest.param("a b\na", (["a", "b", "a"], ["a", "b", "a"], [0, 2, 4]), id="one comes again"),
        pytest.param("  a", (["a"], ["a"], [2]), id="blanks before"),
    ],
)
def test_chunks_stand_between_spaces_and_line_feeds(tier: str, text: str, expected: object) -> None:
    assert terms(made(tier).walk(text)) == expected


def test_a_word_without_terms_keeps_its_place(tier: str) -> None:
    walker = made(tier, work_out=lambda chunk: ("x", None, 0, None, None, 1, "y", "z", 2))
    assert terms(walker.walk("a3 b4")) == (["x", None, "y"] * 2, [None, None, "z"] * 2, [0, 1, 2, 3, 4, 5])


@needs_c
def test_plain_arabic_is_read_without_asking() -> None:
    def refuse(chunk: str) -> Any:
        raise AssertionError(chunk)

    exact, stems, starts = terms(made("native", work_out=refuse).walk("في «الأُمَّة»،\nوإنّ ... رأى—هو"))
    assert exact == ["في", "الامه", "وان", "راي", "هو"]
    assert stems == [None, "الا", "وان", "راي", "هو"]
    assert starts == [0, 4, 15, 24, 28]


def test_all_is_forgotten_when_there_is_no_more_room(tier: str) -> None:
    asked: list[str] = []

    def work_out(chunk: str) -> tuple[str | int | None, ...]:
        asked.append(chunk)
        return one_word(chunk)

    walker = made(tier, most=4, work_out=work_out)
    first = walker.walk("a1 b1 c1 d1 e1")[3]
    assert walker.walk("f1 a1")[3] is not first
    assert asked == ["a1", "b1", "c1", "d1", "e1", "f1", "a1"]
    assert list(first) == [None, "a1", "b1", "c1", "d1", "e1"]


def test_one_text_does_not_make_it_remember_without_bound(tier: str) -> None:
    asked: list[str] = []

    def work_out(chunk: str) -> tuple[str | int | None, ...]:
        asked.append(chunk)
        return one_word(chunk)

    walker = made(tier, most=4, work_out=work_out)
    long = "9" * (MAX_LETTERS + 1)
    text = f"{long} {long} " + " ".join(map(str, range(20)))
    assert terms(walker.walk(text))[0] == text.split(" ")
    if isinstance(walker, PythonWalker):
        assert len(walker._chunks) <= 2 * 4 + 1
    assert asked.count(long) == 2
    walker.walk(f"{text} 8 19")
    assert asked.count(long) == 4
    assert asked.count("19") == 3  # twice in this text: there is no room for it


def test_terms_of_long_chunks_are_forgotten_too(tier: str) -> None:
    def work_out(chunk: str) -> tuple[str | int | None, ...]:
        return tuple(part for term in chunk.split(",") for part in (term, term, 0))

    walker = made(tier, most=4, work_out=work_out)
    seen = []
    for begin in range(0, 400, 20):
        terms_here = [f"term{number}" for number in range(begin, begin + 20)]
        walked = walker.walk(",".join(terms_here))
        assert terms(walked)[0] == terms_here
        seen.append(walked[3])
    assert max(map(len, seen)) <= 2 * 4 + 21
    assert len({id(each) for each in seen}) > 5


@needs_c
def test_thousands_of_chunks_are_kept_apart() -> None:
    walker = made("native", most=1 << 20)
    words = [f"w{number}" for number in range(50_000)]
    for _ in range(2):
        assert terms(walker.walk(" ".join(words)))[0] == words


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param(["x", "x", 0], TypeError, id="a list"),
        pytest.param(("x", "x"), TypeError, id="no start"),
        pytest.param(("x", 7, 0), TypeError, id="a number for a term"),
        pytest.param(("x", "x", "0"), TypeError, id="a text for a start"),
        pytest.param(("x", "x", -1), OverflowError, id="a start before the text"),
    ],
)
@needs_c
def test_what_cannot_be_a_chunk_is_refused(given: Any, problem: type[Exception]) -> None:
    walker = made("native", work_out=lambda chunk: given if chunk == "bad" else one_word(chunk))
    with pytest.raises(problem):
        walker.walk("a bad")
    assert terms(walker.walk("a b"))[0] == ["a", "b"]


@needs_c
def test_a_walk_within_a_walk_is_refused() -> None:
    walker: Any = None

    def work_out(chunk: str) -> tuple[str | int | None, ...]:
        walker.walk("again")
        return one_word(chunk)

    walker = made("native", work_out=work_out)
    with pytest.raises(ValueError, match="one walk at a time"):
        walker.walk("a")


@needs_c
def test_a_stem_must_be_a_text() -> None:
    with pytest.raises(TypeError):
        made("native", stem=lambda exact: None).walk("بيروت")


@needs_c
def test_only_what_it_is_made_of_will_do() -> None:
    good = (kinds(), str, frozenset[str](), one_word, 1)
    for at, bad in ((0, b"short"), (0, "text"), (2, {"a"}), (4, 0), (4, 1 << 40)):
        with pytest.raises((TypeError, ValueError)):
            _walking.Walker(*(bad if at == place else each for place, each in enumerate(good)))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        made("native").walk(b"bytes")  # type: ignore[arg-type]


def test_threads_may_share_an_analyzer_while_it_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzers.encoding.MAX_CHUNKS", 5)
    monkeypatch.setattr("analyzers.encoding.MAX_CHUNKS_IN_PYTHON", 5)
    analyzer, words = Analyzer(), [f"{number}x وزير{number}" for number in range(40)]
    expected = {word: list(ANALYZER.analyze(word).exact) for word in words}
    wrong: list[str] = []

    def walk() -> None:
        wrong.extend(word for word in words * 5 if list(analyzer.analyze(word).exact) != expected[word])

    threads = [threading.Thread(target=walk) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
