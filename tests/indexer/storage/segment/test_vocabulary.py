"""Terms get the same numbers in both tiers, whether they come as texts or as numbers of another vocabulary."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import EncodedTerms
from indexer.storage.segment.vocabulary import InPython, Vocabulary

try:
    from indexer.storage.segment import _numbering
except ImportError:
    _numbering = None  # type: ignore[assignment]

needs_c = pytest.mark.skipif(_numbering is None, reason="built without the C part")


@pytest.fixture(params=["python", pytest.param("native", marks=needs_c)])
def vocabulary(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Vocabulary:
    """Return a vocabulary of each tier."""
    monkeypatch.setattr("analyzers.extension.NATIVE_WANTED", request.param == "native")
    made = Vocabulary()
    assert isinstance(made._tier, InPython) == (request.param == "python")
    return made


def terms_of(vocabulary: Vocabulary) -> list[bytes]:
    """Return the bytes of all terms."""
    dictionary = vocabulary.dictionary()
    return [dictionary.term(number) for number in range(len(dictionary.ends) - 1)]


def test_terms_are_numbered_as_they_come(vocabulary: Vocabulary) -> None:
    assert list(vocabulary.numbers(["b", None, "a", "b"])) == [1, 0, 2, 1]
    assert list(vocabulary.numbers(("c", "".join(["a"]), None))) == [3, 2, 0]
    assert list(vocabulary.numbers([])) == []
    assert terms_of(vocabulary) == [b"", b"b", b"a", b"c"]


def test_terms_of_equal_bytes_are_one(vocabulary: Vocabulary) -> None:
    given_ = ["a?", "a\ud800", "a\udfff", b"a?", b"\xff", b"\xff", "\u00ff", "", b"", None]
    assert list(vocabulary.numbers(given_)) == [1, 1, 1, 1, 2, 2, 3, 4, 4, 0]
    long = "وزير" * 40
    assert list(vocabulary.numbers([long, long.encode(), "\U0001f600", "\U0001f600".encode()])) == [5, 5, 6, 6]


@pytest.mark.parametrize(
    "term", [pytest.param(7, id="number"), pytest.param([], id="list"), pytest.param(("a",), id="tuple")]
)
def test_what_is_no_term_is_refused(vocabulary: Vocabulary, term: Any) -> None:
    with pytest.raises(TypeError):
        vocabulary.numbers(["a", term])
    assert list(vocabulary.numbers(["a", "b"])) == [1, 2]


def test_many_terms_keep_their_numbers(vocabulary: Vocabulary) -> None:
    terms = [f"كلمة{number}" for number in range(600_000)]
    for _ in range(2):  # the second time by their addresses, as far as they are remembered
        assert np.array_equal(vocabulary.numbers(terms), np.arange(1, len(terms) + 1))
    assert list(vocabulary.numbers(["كلمة599999", "new"])) == [600_000, 600_001]
    assert terms_of(vocabulary)[600_000] == "كلمة599999".encode()


def test_what_it_holds_is_told(vocabulary: Vocabulary) -> None:
    before = vocabulary.memory_bytes
    vocabulary.numbers([f"t{number}" for number in range(100_000)])
    assert vocabulary.memory_bytes > before + 100_000 * 12


@needs_c
@given(st.lists(st.lists(st.text(max_size=3) | st.binary(max_size=3) | st.none(), max_size=30)))
def test_c_gives_the_numbers_of_python(documents: list[list[str | bytes | None]]) -> None:
    load_extension, in_python = _numbering.Vocabulary(), InPython()
    for terms in documents:
        assert load_extension.numbers(terms) == in_python.numbers(terms)
    content, ends = in_python.content()
    assert load_extension.content() == (bytes(content), ends.tobytes())


# -- numbers of another vocabulary


def test_numbers_of_another_vocabulary_are_translated(vocabulary: Vocabulary) -> None:
    first: list[str | None] = [None, "b", "a"]
    second: list[str | None] = [None, "a", "c"]

    def of(*theirs: int, terms: list[str | None] = first) -> list[int]:
        return list(vocabulary.numbers(EncodedTerms(array("I", theirs), terms)))

    assert of() == []
    assert of(2, 0, 2, 1) == [1, 0, 1, 2]
    assert list(vocabulary.numbers(["c", "b"])) == [3, 2]
    assert of(2, 1, terms=second) == [3, 1]
    first += [f"t{number}" for number in range(1000)]
    assert of(1002, 3, 1) == [4, 5, 2]
    assert terms_of(vocabulary) == [b"", b"a", b"b", b"c", b"t999", b"t0"]


@given(st.data())
def test_many_vocabularies_are_translated(data: st.DataObject) -> None:
    vocabulary = Vocabulary()
    theirs = data.draw(st.lists(st.lists(st.text(max_size=2), unique=True), min_size=1, max_size=40))
    vocabularies: list[list[str | None]] = [[None, *terms] for terms in theirs]
    for _ in range(2):
        for each in vocabularies:
            chosen = data.draw(st.lists(st.integers(0, len(each) - 1), max_size=5))
            found = vocabulary.numbers(EncodedTerms(array("I", chosen), each))
            assert found == vocabulary.numbers([each[number] for number in chosen])


def test_a_number_of_no_term_is_refused(vocabulary: Vocabulary) -> None:
    with pytest.raises(IndexError):
        vocabulary.numbers(EncodedTerms(array("I", [9]), [None, "a"]))


def test_what_is_no_term_is_refused_among_numbers(vocabulary: Vocabulary) -> None:
    terms: Any = [None, 7, "a"]
    for _ in range(2):
        with pytest.raises(TypeError):
            vocabulary.numbers(EncodedTerms(array("I", [2, 1]), terms))
    assert list(vocabulary.numbers(["a", "b"])) == [1, 2]


# -- what is wrong


@needs_c
def test_a_translation_needs_rows_of_numbers() -> None:
    translated = _numbering.Vocabulary().translated
    table = np.zeros(4, np.uint32)
    for numbers, terms, places in (
        (b"123", ["a"], table),
        (b"1234", ("a",), table),
        (b"1234", ["a"], bytes(16)),
        (b"\0\0\0\0", ["a"], np.zeros(3, np.uint8)),
    ):
        with pytest.raises((TypeError, ValueError, BufferError)):
            translated(numbers, terms, places)  # type: ignore[arg-type]


@needs_c
def test_only_a_sequence_will_do() -> None:
    for arguments in ([],), ({}, {}):
        with pytest.raises(TypeError):
            _numbering.Vocabulary(*arguments)
    with pytest.raises(TypeError):
        _numbering.Vocabulary(terms=())  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        _numbering.Vocabulary().numbers(7)  # type: ignore[arg-type]
