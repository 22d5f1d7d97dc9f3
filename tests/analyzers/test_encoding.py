"""Term encoders give the same in C and in Python, and cache a bounded number of chunks."""

from __future__ import annotations

import threading
from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import Analyzer, EncodedTerms
from analyzers.arabic.compounds import may_be_compound
from analyzers.arabic.normalizer import PLAIN_LETTERS, PLAIN_MARKS
from analyzers.encoding import (
    MAX_CHUNK_LETTERS,
    ChunkTerms,
    EncodedText,
    PythonTermEncoder,
    TermEncoder,
    character_classes,
)

try:
    from analyzers import _native
except ImportError:
    _native = None  # type: ignore[assignment]

needs_c = pytest.mark.skipif(_native is None, reason="built without the C part")
ANALYZER = Analyzer()

# What a chunk may hold: plain words, words that are left to Python, what stands between words.
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
PIECES += [
    "\u064b",
    "مؤتمر؛",
    "کتاب",
    "don't",
    "_",
    "\u0653",
    "\U0001ee00",
    "\U0001f600",
    "وال",
    "ا" * 70,
    "وعبدُالعزيز",
    "الله",
    "ابو",
    "F16",
    "\ufdfa",
]
RUNNING_TEXT = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
PLAIN = st.text(st.sampled_from(PLAIN_LETTERS + PLAIN_MARKS + " \n،.«»-ـ\u0653\u0670\u200c0٣aé_"), max_size=60)


def one_word(chunk: str) -> ChunkTerms:
    """Return the terms of a chunk that is one word, its own stem."""
    return (chunk, chunk, 0)


def new_encoder(
    language: str, max_chunks: int = 100, analyze_chunk: Any = one_word, stem: Any = lambda exact: exact[:3]
) -> TermEncoder:
    """Return an encoder in C or in Python."""
    if language == "python":
        return PythonTermEncoder(analyze_chunk, max_chunks)
    return _native.TermEncoder(character_classes(), stem, frozenset({"في"}), may_be_compound, analyze_chunk, max_chunks)


@pytest.fixture(params=["python", pytest.param("native", marks=needs_c)])
def language(request: pytest.FixtureRequest) -> str:
    """Return the name of an encoder's language."""
    return str(request.param)


def terms(encoded: EncodedText) -> tuple[list[str | None], list[str | None], list[int]]:
    """Return the exact terms, the stems and the starts."""
    exact, stems, starts, vocabulary = encoded
    return (
        list(EncodedTerms(array("I", exact), vocabulary)),
        list(EncodedTerms(array("I", stems), vocabulary)),
        array("I", starts).tolist(),
    )


@needs_c
@given(st.lists(st.text(max_size=80) | RUNNING_TEXT | PLAIN, min_size=1, max_size=4))
def test_c_and_python_encode_alike(texts: list[str]) -> None:
    arabic, analyze_chunk = ANALYZER._arabic, ANALYZER._analyze_chunk
    in_python = PythonTermEncoder(analyze_chunk, 1000)
    native = _native.TermEncoder(character_classes(), arabic.stem, arabic.stop_words, may_be_compound, analyze_chunk, 3)
    for text in texts:
        assert terms(native.encode(text)) == terms(in_python.encode(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", ([], [], []), id="nothing"),
        pytest.param("  \n ", ([], [], []), id="blanks"),
        pytest.param("a b\na", (["a", "b", "a"], ["a", "b", "a"], [0, 2, 4]), id="one comes again"),
        pytest.param("  a", (["a"], ["a"], [2]), id="blanks before"),
    ],
)
def test_chunks_stand_between_spaces_and_line_feeds(language: str, text: str, expected: object) -> None:
    assert terms(new_encoder(language).encode(text)) == expected


def test_a_word_without_terms_keeps_its_place(language: str) -> None:
    encoder = new_encoder(language, analyze_chunk=lambda chunk: ("x", None, 0, None, None, 1, "y", "z", 2))
    assert terms(encoder.encode("a3 b4")) == (["x", None, "y"] * 2, [None, None, "z"] * 2, [0, 1, 2, 3, 4, 5])


@needs_c
def test_plain_arabic_is_analysed_without_python() -> None:
    def refuse(chunk: str) -> Any:
        raise AssertionError(chunk)

    exact, stems, starts = terms(new_encoder("native", analyze_chunk=refuse).encode("في «الأُمَّة»،\nوإنّ ... رأى—هو"))
    assert exact == ["في", "الامه", "وان", "راي", "هو"]
    assert stems == [None, "الأ", "وإن", "رأى", "هو"]  # made of the spelling
    assert starts == [0, 4, 15, 24, 28]


def test_a_full_cache_is_emptied_before_the_next_text(language: str) -> None:
    asked: list[str] = []

    def analyze_chunk(chunk: str) -> ChunkTerms:
        asked.append(chunk)
        return one_word(chunk)

    encoder = new_encoder(language, max_chunks=4, analyze_chunk=analyze_chunk)
    first = encoder.encode("a1 b1 c1 d1 e1")[3]
    assert encoder.encode("f1 a1")[3] is not first
    assert asked == ["a1", "b1", "c1", "d1", "e1", "f1", "a1"]
    assert list(first) == [None, "a1", "b1", "c1", "d1", "e1"]


def test_the_cache_is_bounded_within_one_text(language: str) -> None:
    asked: list[str] = []

    def analyze_chunk(chunk: str) -> ChunkTerms:
        asked.append(chunk)
        return one_word(chunk)

    encoder = new_encoder(language, max_chunks=4, analyze_chunk=analyze_chunk)
    long = "9" * (MAX_CHUNK_LETTERS + 1)
    text = f"{long} {long} " + " ".join(map(str, range(20)))
    assert terms(encoder.encode(text))[0] == text.split(" ")
    if isinstance(encoder, PythonTermEncoder):
        assert len(encoder._chunks) <= 2 * 4 + 1
    assert asked.count(long) == 2
    encoder.encode(f"{text} 8 19")
    assert asked.count(long) == 4
    assert asked.count("19") == 3  # twice in this text: there is no room for it


def test_the_vocabulary_of_long_chunks_is_bounded(language: str) -> None:
    def analyze_chunk(chunk: str) -> ChunkTerms:
        return tuple(part for term in chunk.split(",") for part in (term, term, 0))

    encoder = new_encoder(language, max_chunks=4, analyze_chunk=analyze_chunk)
    seen = []
    for begin in range(0, 400, 20):
        terms_here = [f"term{number}" for number in range(begin, begin + 20)]
        encoded = encoder.encode(",".join(terms_here))
        assert terms(encoded)[0] == terms_here
        seen.append(encoded[3])
    assert max(map(len, seen)) <= 2 * 4 + 21
    assert len({id(vocabulary) for vocabulary in seen}) > 5


@needs_c
def test_thousands_of_chunks_do_not_mix() -> None:
    encoder = new_encoder("native", max_chunks=1 << 20)
    words = [f"w{number}" for number in range(50_000)]
    for _ in range(2):
        assert terms(encoder.encode(" ".join(words)))[0] == words


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
def test_malformed_chunk_terms_are_refused(given: Any, problem: type[Exception]) -> None:
    encoder = new_encoder("native", analyze_chunk=lambda chunk: given if chunk == "bad" else one_word(chunk))
    with pytest.raises(problem):
        encoder.encode("a bad")
    assert terms(encoder.encode("a b"))[0] == ["a", "b"]


@needs_c
def test_encoding_while_encoding_is_refused() -> None:
    encoder: Any = None

    def analyze_chunk(chunk: str) -> ChunkTerms:
        encoder.encode("again")
        return one_word(chunk)

    encoder = new_encoder("native", analyze_chunk=analyze_chunk)
    with pytest.raises(ValueError, match="one text at a time"):
        encoder.encode("a")


@needs_c
def test_a_stem_must_be_a_text() -> None:
    with pytest.raises(TypeError):
        new_encoder("native", stem=lambda exact: None).encode("بيروت")


@needs_c
def test_malformed_arguments_are_refused() -> None:
    good = (character_classes(), str, frozenset[str](), may_be_compound, one_word, 1)
    for at, bad in ((0, b"short"), (0, "text"), (2, {"a"}), (5, 0), (5, 1 << 40)):
        arguments: Any = [bad if at == index else value for index, value in enumerate(good)]
        with pytest.raises((TypeError, ValueError)):
            _native.TermEncoder(*arguments)
    with pytest.raises(TypeError):
        new_encoder("native").encode(b"bytes")  # type: ignore[arg-type]


def test_threads_may_share_an_analyzer_whose_caches_are_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzers.encoding.MAX_CHUNKS", 5)
    monkeypatch.setattr("analyzers.encoding.MAX_CHUNKS_IN_PYTHON", 5)
    analyzer, words = Analyzer(), [f"{number}x وزير{number}" for number in range(40)]
    expected = {word: list(ANALYZER.analyze(word).exact) for word in words}
    wrong: list[str] = []

    def compare() -> None:
        wrong.extend(word for word in words * 5 if list(analyzer.analyze(word).exact) != expected[word])

    threads = [threading.Thread(target=compare) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
