"""Inversion: turns the tokens of documents, in document order, into the postings of terms.

A token is the id of a term; id 0 is a gap, a position without a term. ``ranks`` maps each id to the number of its term
in byte order. All tokens are counted first; then the postings of one range of terms after another are sorted out, so
that memory stays small however many tokens there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from indexer.ranking.occurrences import MOST_FREQUENT, STEP_BOUNDS, STEP_SHIFT, TITLE
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.tokens import Chunk

Chunks: TypeAlias = Callable[[], Iterable[Chunk]]
"""Returns all tokens; it is called once for each pass over them."""

TOKENS_AT_ONCE: Final = 1 << 21
"""How many tokens are inverted at once."""

_MAX_RANGES: Final = 16  # about: each range is one more pass over all tokens
_SORTING_FACTOR: Final = 3  # sorting takes this many times the memory of the tokens themselves
_TERMS_AT_ONCE: Final = 1 << 16  # numpy sorts keys of two bytes by counting
_GAP: Final = np.uint32(0xFFFFFFFF)  # the rank of the gap: beyond every range
_POSITION_TYPES: Final[Mapping[int, npt.DTypeLike]] = {0: np.uint8, 2: np.uint16, 4: np.uint32}


class Counts(NamedTuple):
    """Counts of the tokens, taken before postings are made.

    ``tokens``: how many each term has; ``lengths``: how many each document has, gaps left out; ``width``: the bytes of
    a position, 0 where positions are not wanted.
    """

    tokens: Array
    lengths: Array
    width: int


class PostingsBlock(NamedTuple):
    """The postings of a range of terms: ``counts`` of each term, then documents, occurrence bytes and all positions.

    ``overflow_rows`` are the postings, counted from the first of the block, whose frequency is MOST_FREQUENT or more;
    they rise. ``overflow`` has their frequencies.
    """

    counts: Array
    docs: Array
    occurrences: Array
    overflow_rows: Array
    overflow: Array
    positions: Array

    @classmethod
    def of(cls, counts: Array, docs: Array, places: Array, frequencies: Array, positions: Array) -> PostingsBlock:
        """Return a block with these frequencies; ``places`` are the occurrence bytes without them."""
        rows = np.flatnonzero(frequencies >= MOST_FREQUENT)
        occurrences = places | np.minimum(frequencies, MOST_FREQUENT).astype(np.uint8)
        return cls(counts, docs, occurrences, rows.astype(np.uint32), frequencies[rows].astype(np.uint32), positions)


def count_tokens(chunks: Chunks, ranks: Array, terms: int, *, positions: bool) -> Counts:
    """Count the tokens of ``terms`` terms."""
    by_id, lengths, last = np.zeros(len(ranks), np.int64), [np.zeros(0, np.int64)], 0
    for chunk in chunks():
        by_id += np.bincount(chunk.ids, minlength=len(ranks))
        tokens = np.flatnonzero(chunk.ids)
        ends = np.searchsorted(tokens, chunk.ends)
        lengths.append(np.diff(ends, prepend=0))
        last = max(last, _last_position(chunk, tokens, ends))
    tokens = np.zeros(terms, np.int64)
    counted = np.flatnonzero(by_id[1:]) + 1  # without the gap
    tokens[ranks[counted]] = by_id[counted]
    return Counts(tokens, np.concatenate(lengths), (2 if last < 1 << 16 else 4) if positions else 0)


def _last_position(chunk: Chunk, tokens: Array, ends: Array) -> int:
    """Return the highest position of ``tokens``, which are not gaps; those of document d end before ``ends[d]``."""
    filled = np.flatnonzero(np.diff(ends, prepend=0))
    begins = chunk.ends - np.diff(chunk.ends, prepend=0)
    return int((tokens[ends[filled] - 1] - begins[filled]).max(initial=0))


def invert(chunks: Chunks, ranks: Array, counts: Counts, body_starts: Array) -> Iterator[PostingsBlock]:
    """Yield the postings of all terms, one range of terms after another; bodies begin at positions ``body_starts``."""
    ranks = ranks.astype(np.uint32)
    ranks[0] = _GAP
    most = max(tokens_at_once(int(counts.tokens.sum())) // _SORTING_FACTOR, 1)
    for first, end in weight_ranges(counts.tokens, most, max_items=_TERMS_AT_ONCE):
        yield _invert_range(chunks, ranks, counts, body_starts, first, end)


def tokens_at_once(tokens: int) -> int:
    """Return how many of a field's tokens are inverted at once; a large field takes more, to be read less often."""
    return max(TOKENS_AT_ONCE, tokens // _MAX_RANGES)


def weight_ranges(weights: Array, most: int, *, max_items: int | None = None) -> Iterator[tuple[int, int]]:
    """Cut items into ranges that weigh at most ``most`` together; an item that weighs more is a range of its own.

    Yields the first item of each range and the one after its last; none has more than ``max_items``.

    >>> list(weight_ranges(np.array([3, 2, 9, 1]), 5))
    [(0, 2), (2, 3), (3, 4)]
    """
    ends = np.cumsum(weights)
    first = 0
    while first < len(ends):
        done = int(ends[first - 1]) if first else 0
        end = max(int(np.searchsorted(ends, done + most, side="right")), first + 1)
        end = min(end, first + (max_items or end), len(ends))
        yield first, end
        first = end


def _key_tokens(chunk: Chunk, ranks: Array, first: int, end: int) -> tuple[Array, Array, Array]:
    """Return the tokens of the terms from ``first`` to before ``end``: few of the chunk, as a rule.

    They are three arrays: the rank of each one's term from ``first`` on, its document and its position.
    """
    # Terms before the range, and the gap, become large numbers. All ids are known: clip skips the check of each.
    keys = ranks.take(chunk.ids, mode="clip") - np.uint32(first)
    at = np.flatnonzero(keys < end - first)
    lengths = np.diff(chunk.ends, prepend=0)
    docs = np.repeat(np.arange(len(lengths), dtype=np.uint16), lengths)[at]
    positions = at - (chunk.ends - lengths)[docs]
    docs += np.uint16(chunk.first if len(docs) else 0)  # a chunk of no documents may stand behind the last possible one
    return keys[at].astype(np.uint16), docs, positions.astype(np.uint32)


def _invert_range(
    chunks: Chunks, ranks: Array, counts: Counts, body_starts: Array, first: int, end: int
) -> PostingsBlock:
    """Return the postings of the terms from ``first`` to before ``end``."""
    parts = [_key_tokens(chunk, ranks, first, end) for chunk in chunks()]
    keys, docs, positions = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    del parts
    order = np.argsort(keys, kind="stable")
    keys, docs, positions = keys[order], docs[order], positions[order]
    is_first = np.ones(len(order), bool)  # of its posting
    is_first[1:] = (keys[1:] != keys[:-1]) | (docs[1:] != docs[:-1])
    firsts = np.flatnonzero(is_first)
    return PostingsBlock.of(
        counts=np.bincount(keys[firsts], minlength=end - first),
        docs=docs[firsts],
        places=places_of(positions, firsts, body_starts[docs[firsts]]),
        frequencies=np.diff(firsts, append=len(order)),
        positions=positions.astype(_POSITION_TYPES[counts.width]) if counts.width else positions[:0],
    )


def places_of(positions: Array, firsts: Array, body_starts: Array) -> Array:
    """Return the occurrence byte of each posting without its frequency.

    A posting's ``positions`` begin at one of ``firsts`` and rise, so few have to be looked at.
    """
    ends, at = np.append(firsts[1:], len(positions)), firsts.copy()
    places = np.zeros(len(firsts), np.uint8)
    in_title = np.flatnonzero(positions[firsts] < body_starts)
    places[in_title] = TITLE
    while len(in_title):  # step over the places in the title
        at[in_title] += 1
        in_title = in_title[at[in_title] < ends[in_title]]
        in_title = in_title[positions[at[in_title]] < body_starts[in_title]]
    in_body = np.flatnonzero(at < ends)
    steps = np.searchsorted(STEP_BOUNDS, positions[at[in_body]] - body_starts[in_body], side="right")
    places[in_body] |= (steps << STEP_SHIFT).astype(np.uint8)
    return places
