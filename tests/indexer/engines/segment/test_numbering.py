"""The numbers of terms are those of the vocabulary, whichever way they are looked up."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import NumberedTerms
from indexer.engines.whoosh import kernels
from indexer.engines.whoosh.segment import vocabulary as vocabulary_module
from indexer.engines.whoosh.segment.vocabulary import Vocabulary, numbers_by

try:
    from indexer.engines.whoosh.segment._numbering import Numbers
except ImportError:
    Numbers = None  # type: ignore[assignment,misc]

needs_c = pytest.mark.skipif(Numbers is None, reason="built without the C part")


@pytest.fixture(params=["numpy", pytest.param("native", marks=needs_c)])
def numbers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Any]], list[int]]:
    """Return what gives the numbers of terms, in Python and in C."""
    monkeypatch.setattr(kernels, "TIER", request.param)
    monkeypatch.setattr(vocabulary_module, "_MANY_TERMS", 0)
    monkeypatch.setattr(vocabulary_module, "_MANY_TOKENS", 3)
    numbers_of = numbers_by(Vocabulary())
    return lambda terms: list(numbers_of(terms))


def test_terms_are_numbered_as_they_come(numbers: Callable[[list[Any]], list[int]]) -> None:
    assert numbers(["b", None, "a", "b"]) == [1, 0, 2, 1]
    assert numbers(["c", "".join(["a"]), None]) == [3, 2, 0]
    assert numbers([]) == []


def test_terms_of_equal_bytes_are_one(numbers: Callable[[list[Any]], list[int]]) -> None:
    assert numbers(["a?", "a\ud800", "a\udfff", b"a?", b"\xff", b"\xff", "\u00ff"]) == [1, 1, 1, 1, 2, 2, 3]


@pytest.mark.parametrize(
    "term", [pytest.param(7, id="number"), pytest.param([], id="list"), pytest.param(("a",), id="tuple")]
)
def test_what_is_no_term_is_refused(numbers: Callable[[list[Any]], list[int]], term: Any) -> None:
    with pytest.raises(TypeError):
        numbers(["a", term])
    assert numbers(["a", "b"]) == [1, 2]


@needs_c
@given(st.lists(st.lists(st.text(max_size=2))))
def test_c_gives_the_numbers_of_the_vocabulary(documents: list[list[str]]) -> None:
    vocabulary = Vocabulary()
    of = Numbers(vocabulary).of
    for terms in documents:
        assert np.frombuffer(of(terms), np.uint32).tolist() == [vocabulary[each] for each in terms]


@needs_c
def test_more_terms_than_it_remembers_keep_their_numbers() -> None:
    vocabulary = Vocabulary()
    of = Numbers(vocabulary).of
    terms = [f"t{number}" for number in range(1 << 20)]
    for _ in range(2):
        assert np.array_equal(np.frombuffer(of(terms), np.uint32), np.arange(1, len(terms) + 1))


class _Changing(dict[Any, int]):
    """A vocabulary that changes the list of terms while it is asked."""

    terms: list[Any]

    def __missing__(self, term: Any) -> int:
        self.terms.clear()
        return 1


@needs_c
def test_a_list_that_changes_meanwhile_is_refused() -> None:
    vocabulary = _Changing()
    vocabulary.terms = [f"t{number}" for number in range(1000)]
    with pytest.raises(ValueError, match="changed meanwhile"):
        Numbers(vocabulary).of(vocabulary.terms)


@needs_c
@pytest.mark.parametrize(
    ("number", "problem"),
    [(-1, OverflowError), (1 << 32, OverflowError), (1 << 64, OverflowError), ("1", TypeError), (None, TypeError)],
)
def test_a_number_that_does_not_fit_is_refused(number: Any, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        Numbers({"a": number}).of(["a"])


@needs_c
def test_only_a_vocabulary_and_a_sequence_will_do() -> None:
    for arguments in ((), ([],), ({}, {})):
        with pytest.raises(TypeError):
            Numbers(*arguments)  # type: ignore[call-arg,arg-type]
    with pytest.raises(TypeError):
        Numbers(vocabulary={})  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Numbers({}).of(7)  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        Numbers({}).of(("a",))


@pytest.fixture(params=["numpy", pytest.param("native", marks=needs_c)])
def numbers_and_vocabulary(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Vocabulary]:
    """Return what gives the numbers of terms, in Python and in C, and the vocabulary that they are of."""
    monkeypatch.setattr(kernels, "TIER", request.param)
    vocabulary = Vocabulary()
    return numbers_by(vocabulary), vocabulary


def test_numbers_of_another_vocabulary_are_translated(numbers_and_vocabulary: tuple[Any, Vocabulary]) -> None:
    numbers, vocabulary = numbers_and_vocabulary
    first: list[str | None] = [None, "b", "a"]
    second: list[str | None] = [None, "a", "c"]

    def of(*theirs: int, terms: list[str | None] = first) -> list[int]:
        return list(numbers(NumberedTerms(array("I", theirs), terms)))

    assert of() == []
    assert of(2, 0, 2, 1) == [1, 0, 1, 2]
    assert list(numbers(["c", "b"])) == [3, 2]
    assert of(2, 1, terms=second) == [3, 1]
    first += [f"t{number}" for number in range(1000)]
    assert of(1002, 3, 1) == [4, 5, 2]
    assert list(vocabulary) == [None, "a", "b", "c", "t999", "t0"]


@given(st.data())
def test_many_vocabularies_are_translated(data: st.DataObject) -> None:
    vocabulary = Vocabulary()
    numbers = numbers_by(vocabulary)
    theirs = data.draw(st.lists(st.lists(st.text(max_size=2), unique=True), min_size=1, max_size=40))
    vocabularies: list[list[str | None]] = [[None, *terms] for terms in theirs]
    for _ in range(2):
        for each in vocabularies:
            chosen = data.draw(st.lists(st.integers(0, len(each) - 1), max_size=5))
            found = list(numbers(NumberedTerms(array("I", chosen), each)))
            assert found == [vocabulary[each[number]] for number in chosen]


def test_a_number_of_no_term_is_refused(numbers_and_vocabulary: tuple[Any, Vocabulary]) -> None:
    with pytest.raises(IndexError):
        numbers_and_vocabulary[0](NumberedTerms(array("I", [9]), [None, "a"]))


@needs_c
def test_a_translation_needs_rows_of_numbers() -> None:
    translated = Numbers(Vocabulary()).translated
    table = np.zeros(4, np.uint32)
    for numbers, terms, places in (
        (b"123", ["a"], table),
        (b"1234", ("a",), table),
        (b"1234", ["a"], bytes(16)),
        (b"\0\0\0\0", ["a"], np.zeros(3, np.uint8)),
    ):
        with pytest.raises((TypeError, ValueError, BufferError)):
            translated(numbers, terms, places)  # type: ignore[arg-type]
