"""Tokens in document order become the postings that a dictionary of lists would give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.engines.whoosh import kernels
from indexer.engines.whoosh.segment import inversion
from indexer.engines.whoosh.segment.inversion import invert

BOTH = [
    pytest.param(tier, marks=[] if tier in ("numpy", kernels.TIER) else pytest.mark.skip("not built"))
    for tier in ("numpy", "native")
]


@pytest.fixture(autouse=True, params=BOTH)
def _tier(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "TIER", request.param)
        yield


# Each document: its tokens as numbers of terms, None for a gap.
documents = st.lists(st.lists(st.none() | st.integers(0, 5), max_size=12), max_size=8)


def inverted(documents: list[list[int | None]], *, terms: int = 6, **settings: Any) -> inversion.Postings:
    ids = [0 if each is None else each + 1 for document in documents for each in document]
    ends = np.cumsum([len(each) for each in documents], dtype=np.int64)
    return invert(np.array(ids, np.uint32), ends, np.arange(-1, terms).clip(0), terms, **settings)


def listed(postings: inversion.Postings) -> dict[int, list[tuple[int, int, list[int]]]]:
    """Return, for each term, its documents with frequency and positions."""
    frequencies = postings.tfs.astype(int)
    frequencies[postings.tf_over_at] = postings.tf_over
    listed: dict[int, list[tuple[int, int, list[int]]]] = {}
    for term in range(len(postings.starts) - 1):
        place = int(postings.position_starts[term]) if postings.position_starts is not None else 0
        for at in range(postings.starts[term], postings.starts[term + 1]):
            count = int(frequencies[at])
            positions = postings.positions[place : place + count].tolist() if postings.positions is not None else []
            listed.setdefault(term, []).append((int(postings.docs[at]), count, positions))
            place += count
    return listed


def expected(documents: list[list[int | None]]) -> dict[int, list[tuple[int, int, list[int]]]]:
    found: dict[int, dict[int, list[int]]] = {}
    for number, document in enumerate(documents):
        for position, term in enumerate(document):
            if term is not None:
                found.setdefault(term, {}).setdefault(number, []).append(position)
    return {term: [(each, len(places), places) for each, places in sorted(found[term].items())] for term in found}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents)
def test_postings_are_those_of_the_tokens(documents: list[list[int | None]]) -> None:
    assert listed(inverted(documents, positions=True)) == expected(documents)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents)
def test_without_positions_there_are_only_counts(documents: list[list[int | None]]) -> None:
    postings = inverted(documents, positions=False)
    assert postings.positions is None
    assert listed(postings) == {
        term: [(each, count, []) for each, count, _ in places] for term, places in expected(documents).items()
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents, st.integers(1, 4), st.integers(1, 9))
def test_terms_in_many_ranges_give_the_same(documents: list[list[int | None]], terms: int, tokens: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inversion, "_TERMS_AT_ONCE", terms)
        patch.setattr(inversion, "_TOKENS_AT_ONCE", tokens)
        assert listed(inverted(documents, positions=True)) == expected(documents)


def test_terms_are_numbered_by_rank() -> None:
    postings = invert(
        np.array([1, 2, 1], np.uint32), np.array([2, 3]), np.array([9, 1, 0], np.uint32), 2, positions=False
    )
    assert listed(postings) == {0: [(0, 1, [])], 1: [(0, 1, []), (1, 1, [])]}


@pytest.mark.parametrize("count", [254, 255, 256, 70_000])
def test_frequencies_beyond_a_byte_stand_in_the_overflow(count: int) -> None:
    postings = inverted([[0], [1] * count], positions=False)
    assert listed(postings) == {0: [(0, 1, [])], 1: [(1, count, [])]}
    assert postings.tf_over_at.tolist() == ([1] if count >= 255 else [])


@pytest.mark.parametrize(
    ("gaps", "size"),
    [
        pytest.param([None] * 65_535, 2, id="the last one that fits"),
        pytest.param([None] * 65_536, 4, id="the first one that does not"),
    ],
)
def test_positions_take_four_bytes_where_two_are_too_few(gaps: list[None], size: int) -> None:
    postings = inverted([[1], [*gaps, 0]], positions=True)
    assert postings.positions is not None
    assert postings.positions.itemsize == size
    assert listed(postings)[0] == [(1, 1, [len(gaps)])]


def test_gaps_at_the_end_do_not_make_positions_wide() -> None:
    postings = inverted([[0, *[None] * 70_000]], positions=True)
    assert postings.positions is not None
    assert postings.positions.itemsize == 2


def test_positions_may_be_given() -> None:
    postings = inverted([[0, 1, 1], [0]], positions=True, places=np.array([3, 3, 70_000, 0], np.uint32))
    assert listed(postings) == {0: [(0, 1, [3]), (1, 1, [0])], 1: [(0, 2, [3, 70_000])]}


def test_no_documents_have_no_postings() -> None:
    postings = inverted([], terms=0, positions=True)
    assert postings.starts.tolist() == [0]
    assert len(postings.docs) == len(postings.tfs) == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 20), st.integers(1, 5))
def test_ranges_cover_all_terms_and_are_small(weights: list[int], most: int, terms: int) -> None:
    cut = list(inversion.ranges(np.array(weights, np.int64), most, terms=terms))
    assert [each for first, last in cut for each in range(first, last)] == list(range(len(weights)))
    assert all(sum(weights[first:last]) <= most or last == first + 1 for first, last in cut)
    assert all(last - first <= terms for first, last in cut)
