"""Tokens in document order become the postings that a dictionary of lists would give."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ranking.occurrences import ANYWHERE, FREQUENCY, STEP_SHIFT, TITLE, step_of
from indexer.storage.segment import inversion
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.inversion import count_tokens
from indexer.storage.segment.tokens import Chunk

# Each document: its tokens as numbers of terms, None for a gap.
documents = st.lists(st.lists(st.none() | st.integers(0, 5), max_size=12), max_size=8)


class Postings(NamedTuple):
    """The postings of all terms, as they come into a segment."""

    starts: Array
    docs: Array
    frequencies: Array
    over_at: Array
    positions: Array
    places: Array


def inverted(
    documents: list[list[int | None]],
    *,
    positions: bool = True,
    ranks: list[int] | None = None,
    a_chunk: int = 100,
    body_starts: list[int] | None = None,
) -> Postings:
    """Return the postings of some documents, ``a_chunk`` of them in each chunk of tokens."""
    ranks = ranks or [99, 0, 1, 2, 3, 4, 5]
    chunks = [
        Chunk(
            np.array([0 if each is None else each + 1 for tokens in some for each in tokens], np.uint32),
            np.cumsum([len(tokens) for tokens in some], dtype=np.int64),
            first,
        )
        for first in range(0, max(len(documents), 1), a_chunk)
        for some in [documents[first : first + a_chunk]]
    ]
    counts = count_tokens(lambda: chunks, np.array(ranks, np.uint32), len(ranks) - 1, positions=positions)
    starts = np.array(body_starts or [0] * len(documents), np.uint32)
    return joined(list(inversion.invert(lambda: chunks, np.array(ranks, np.uint32), counts, starts)))


def joined(blocks: list[inversion.PostingsBlock]) -> Postings:
    none = np.zeros(0, np.uint16)
    first, over_at, frequencies, places = 0, [none], [none], [none]
    for block in blocks:
        frequencies.append((block.occurrences & FREQUENCY).astype(int))
        places.append(block.occurrences & ANYWHERE)
        frequencies[-1][block.overflow_rows] = block.overflow
        over_at.append(block.overflow_rows + first)
        first += len(block.docs)
    return Postings(
        np.cumsum(np.concatenate([[0], *(each.counts for each in blocks)])),
        np.concatenate([none, *(each.docs for each in blocks)]),
        np.concatenate(frequencies),
        np.concatenate(over_at),
        np.concatenate([none, *(each.positions for each in blocks)]),
        np.concatenate(places),
    )


def listed(postings: inversion.Postings) -> dict[int, list[tuple[int, int, list[int]]]]:
    """Return, for each term, its documents with frequency and positions."""
    listed: dict[int, list[tuple[int, int, list[int]]]] = {}
    place = 0
    for term in range(len(postings.starts) - 1):
        for at in range(postings.starts[term], postings.starts[term + 1]):
            count = int(postings.frequencies[at])
            listed.setdefault(term, []).append(
                (int(postings.docs[at]), count, postings.positions[place:][:count].tolist())
            )
            place += count
    return listed


def expected(documents: list[list[int | None]]) -> dict[int, list[tuple[int, int, list[int]]]]:
    found: dict[int, dict[int, list[int]]] = {}
    for number, document in enumerate(documents):
        for position, term in enumerate(document):
            if term is not None:
                found.setdefault(term, {}).setdefault(number, []).append(position)
    return {term: [(each, len(places), places) for each, places in sorted(found[term].items())] for term in found}


@given(documents, st.integers(1, 8))
def test_postings_are_those_of_the_tokens(documents: list[list[int | None]], a_chunk: int) -> None:
    assert listed(inverted(documents, a_chunk=a_chunk)) == expected(documents)


@given(documents, st.integers(0, 5), st.booleans())
def test_the_title_and_the_first_place_in_the_body_are_kept(
    documents: list[list[int | None]], body_start: int, positions: bool
) -> None:
    starts = [(body_start + number) % 6 for number in range(len(documents))]
    found = iter(inverted(documents, positions=positions, body_starts=starts).places.tolist())
    for postings in dict(sorted(expected(documents).items())).values():
        for number, _, places in postings:
            in_body = [place - starts[number] for place in places if place >= starts[number]]
            step = step_of(in_body[0]) if in_body else 0
            assert next(found) == step << STEP_SHIFT | (TITLE if places[0] < starts[number] else 0)


@pytest.mark.parametrize(("place", "step"), [(0, 1), (7, 1), (8, 2), (255, 6), (256, 7), (9000, 7)])
def test_a_first_place_has_its_step(place: int, step: int) -> None:
    (byte,) = inverted([[1, *[None] * place, 0]], body_starts=[1]).places[:1].tolist()
    assert byte >> STEP_SHIFT == step


@given(documents)
def test_without_positions_there_are_only_counts(documents: list[list[int | None]]) -> None:
    postings = inverted(documents, positions=False)
    assert len(postings.positions) == 0
    assert listed(postings) == {
        term: [(each, count, []) for each, count, _ in places] for term, places in expected(documents).items()
    }


@given(documents, st.integers(1, 4), st.integers(1, 9), st.integers(1, 8))
def test_terms_in_many_ranges_give_the_same(
    documents: list[list[int | None]], terms: int, tokens: int, a_chunk: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inversion, "_TERMS_AT_ONCE", terms)
        patch.setattr(inversion, "TOKENS_AT_ONCE", tokens)
        assert listed(inverted(documents, a_chunk=a_chunk)) == expected(documents)


def test_terms_are_numbered_by_rank() -> None:
    postings = inverted([[0, 1], [0]], ranks=[9, 1, 0], positions=False)
    assert listed(postings) == {0: [(0, 1, [])], 1: [(0, 1, []), (1, 1, [])]}


@pytest.mark.parametrize("count", [14, 15, 16, 70_000])
def test_frequencies_beyond_four_bits_stand_in_the_overflow(count: int) -> None:
    postings = inverted([[0], [1] * count], positions=False, a_chunk=1)
    assert listed(postings) == {0: [(0, 1, [])], 1: [(1, count, [])]}
    assert postings.over_at.tolist() == ([1] if count >= 15 else [])


def test_the_overflow_rises_by_postings() -> None:
    postings = inverted([[3] * 300 + [2] * 400, [2] * 500, [3] * 600], positions=False, a_chunk=1)
    assert postings.over_at.tolist() == [0, 1, 2, 3]
    assert postings.frequencies.tolist() == [400, 500, 300, 600]


@pytest.mark.parametrize(
    ("gaps", "size"),
    [
        pytest.param([None] * 65_535, 2, id="the last one that fits"),
        pytest.param([None] * 65_536, 4, id="the first one that does not"),
    ],
)
def test_positions_take_four_bytes_where_two_are_too_few(gaps: list[None], size: int) -> None:
    postings = inverted([[1], [*gaps, 0]])
    assert postings.positions.itemsize == size
    assert listed(postings)[0] == [(1, 1, [len(gaps)])]


def test_gaps_at_the_end_do_not_make_positions_wide() -> None:
    assert inverted([[0, *[None] * 70_000]]).positions.itemsize == 2


def test_lengths_leave_gaps_out() -> None:
    chunk = Chunk(np.array([1, 0, 2, 0, 0], np.uint32), np.array([3, 3, 5]))
    counts = count_tokens(lambda: [chunk, chunk._replace(first=3)], np.array([9, 0, 1], np.uint32), 2, positions=True)
    assert counts.lengths.tolist() == [2, 0, 0, 2, 0, 0]
    assert counts.tokens.tolist() == [2, 2]


def test_no_documents_have_no_postings() -> None:
    counts = count_tokens(list, np.zeros(1, np.uint32), 0, positions=True)
    assert len(counts.tokens) == len(counts.lengths) == 0
    assert list(inversion.invert(list, np.zeros(1, np.uint32), counts, np.zeros(0, np.uint32))) == []


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 20), st.integers(1, 5))
def test_ranges_cover_all_terms_and_are_small(weights: list[int], most: int, terms: int) -> None:
    cut = list(inversion.weight_ranges(np.array(weights, np.int64), most, max_items=terms))
    assert [each for first, last in cut for each in range(first, last)] == list(range(len(weights)))
    assert all(sum(weights[first:last]) <= most or last == first + 1 for first, last in cut)
    assert all(last - first <= terms for first, last in cut)


def test_a_full_segment_may_end_in_a_chunk_of_no_documents() -> None:
    full = Chunk(np.ones(65_536, np.uint32), np.arange(1, 65_537), 0)
    empty = Chunk(np.zeros(0, np.uint32), np.zeros(0, np.int64), 65_536)
    ranks = np.zeros(2, np.uint32)
    counts = count_tokens(lambda: [full, empty], ranks, 1, positions=True)
    (block,) = inversion.invert(lambda: [full, empty], ranks, counts, np.zeros(65_536, np.uint32))
    assert block.docs.tolist() == list(range(65_536))
