"""Terms get ids in the order in which they come, as texts or as ids of another vocabulary."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import EncodedTerms
from indexer.storage.segment.interner import TermInterner


@pytest.fixture
def interner() -> TermInterner:
    return TermInterner()


def terms_of(interner: TermInterner) -> list[bytes]:
    """Return the bytes of all terms."""
    dictionary = interner.dictionary()
    return [dictionary.term(number) for number in range(len(dictionary.ends) - 1)]


def test_terms_are_numbered_as_they_come(interner: TermInterner) -> None:
    assert list(interner.ids(["b", None, "a", "b"])) == [1, 0, 2, 1]
    assert list(interner.ids(("c", "".join(["a"]), None))) == [3, 2, 0]
    assert list(interner.ids([])) == []
    assert terms_of(interner) == [b"", b"b", b"a", b"c"]


def test_terms_of_equal_bytes_are_one(interner: TermInterner) -> None:
    given_ = ["a?", "a\ud800", "a\udfff", b"a?", b"\xff", b"\xff", "\u00ff", "", b"", None]
    assert list(interner.ids(given_)) == [1, 1, 1, 1, 2, 2, 3, 4, 4, 0]
    long = "وزير" * 40
    assert list(interner.ids([long, long.encode(), "\U0001f600", "\U0001f600".encode()])) == [5, 5, 6, 6]


@pytest.mark.parametrize(
    "term", [pytest.param(7, id="number"), pytest.param([], id="list"), pytest.param(("a",), id="tuple")]
)
def test_what_is_no_term_is_refused(interner: TermInterner, term: Any) -> None:
    with pytest.raises(TypeError):
        interner.ids(["a", term])
    assert list(interner.ids(["a", "b"])) == [1, 2]


def test_many_terms_keep_their_numbers(interner: TermInterner) -> None:
    terms = [f"كلمة{number}" for number in range(600_000)]
    for _ in range(2):  # the second time by their addresses, as far as they are remembered
        assert np.array_equal(interner.ids(terms), np.arange(1, len(terms) + 1))
    assert list(interner.ids(["كلمة599999", "new"])) == [600_000, 600_001]
    assert terms_of(interner)[600_000] == "كلمة599999".encode()


def test_what_it_holds_is_told(interner: TermInterner) -> None:
    before = interner.memory_bytes
    interner.ids([f"t{number}" for number in range(100_000)])
    assert interner.memory_bytes > before + 100_000 * 12


# -- numbers of another vocabulary


def test_numbers_of_another_vocabulary_are_translated(interner: TermInterner) -> None:
    first: list[str | None] = [None, "b", "a"]
    second: list[str | None] = [None, "a", "c"]

    def of(*theirs: int, terms: list[str | None] = first) -> list[int]:
        return list(interner.ids(EncodedTerms(array("I", theirs), terms)))

    assert of() == []
    assert of(2, 0, 2, 1) == [1, 0, 1, 2]
    assert list(interner.ids(["c", "b"])) == [3, 2]
    assert of(2, 1, terms=second) == [3, 1]
    first += [f"t{number}" for number in range(1000)]
    assert of(1002, 3, 1) == [4, 5, 2]
    assert terms_of(interner) == [b"", b"a", b"b", b"c", b"t999", b"t0"]


@given(st.data())
def test_many_vocabularies_are_translated(data: st.DataObject) -> None:
    interner = TermInterner()
    theirs = data.draw(st.lists(st.lists(st.text(max_size=2), unique=True), min_size=1, max_size=40))
    vocabularies: list[list[str | None]] = [[None, *terms] for terms in theirs]
    for _ in range(2):
        for each in vocabularies:
            chosen = data.draw(st.lists(st.integers(0, len(each) - 1), max_size=5))
            found = interner.ids(EncodedTerms(array("I", chosen), each))
            assert found == interner.ids([each[number] for number in chosen])


def test_a_number_of_no_term_is_refused(interner: TermInterner) -> None:
    with pytest.raises(IndexError):
        interner.ids(EncodedTerms(array("I", [9]), [None, "a"]))


def test_what_is_no_term_is_refused_among_numbers(interner: TermInterner) -> None:
    terms: Any = [None, 7, "a"]
    for _ in range(2):
        with pytest.raises(TypeError):
            interner.ids(EncodedTerms(array("I", [2, 1]), terms))
    assert list(interner.ids(["a", "b"])) == [1, 2]
