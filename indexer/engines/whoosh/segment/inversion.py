"""The tokens of documents, in their order, turned into the postings of terms.

A token is the id of a term; id 0 is a gap, a position without a term. ``ranks`` gives each id the
number of its term in byte order. The terms are sorted by counting, a range of them at a time,
so that what is held besides the result stays small.

The native tier has the same function::

    _native.invert(ids, ends, ranks, terms, width, places)
        -> (starts, docs, tfs, tf_over_at, tf_over, position_starts, positions)

with buffers of little-endian numbers; ``width`` is the size of a position, 0 for none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from indexer.engines.whoosh import kernels
from indexer.engines.whoosh.segment.arrays import Array

OVERFLOW = 255
"""A frequency in one byte that means: it stands in ``tf_over``."""

_TERMS_AT_ONCE = 1 << 16  # numpy sorts keys of two bytes by counting
_TOKENS_AT_ONCE = 1 << 21
_POSITION_TYPES: Final[Mapping[int, npt.DTypeLike]] = {2: np.uint16, 4: np.uint32}


class Postings(NamedTuple):
    """The postings of a field; see the arrays of a segment. Without positions the last two are ``None``."""

    starts: Array
    docs: Array
    tfs: Array
    tf_over_at: Array
    tf_over: Array
    position_starts: Array | None
    positions: Array | None


def invert(
    ids: Array, ends: Array, ranks: Array, terms: int, *, positions: bool, places: Array | None = None
) -> Postings:
    """Return the postings of the tokens ``ids``.

    Document d's tokens are ``ids[ends[d-1]:ends[d]]``. ``places`` are the positions of the tokens, rising
    within a document; without it, the first token of a document has position 0, the next one 1, and so on.
    """
    width = _width(ids, ends, places) if positions else 0
    if kernels.TIER == "native" and len(ids):
        return _natively(ids, ends, ranks, terms, width, places)
    return _inverted(ids, ends, ranks, terms, width, places)


def _natively(ids: Array, ends: Array, ranks: Array, terms: int, width: int, places: Array | None) -> Postings:
    from indexer.engines.whoosh.kernels import _native  # here: where it was not built there is none

    ids, ends, ranks = (np.ascontiguousarray(each, np.uint32) for each in (ids, ends, ranks))
    types = (np.uint32, np.uint16, np.uint8, np.uint32, np.uint32, np.uint32, _POSITION_TYPES.get(width, np.uint16))
    arrays = _native.invert(ids, ends, ranks, terms, width, places)
    starts, docs, tfs, over_at, over, position_starts, positions = map(np.frombuffer, arrays, types)
    if not width:
        return Postings(starts, docs, tfs, over_at, over, None, None)
    return Postings(starts, docs, tfs, over_at, over, position_starts, positions)


def _width(ids: Array, ends: Array, places: Array | None) -> int:
    """Return how many bytes a position takes."""
    if places is not None:
        last = int(places[ids != 0].max(initial=0))
    elif int(np.diff(ends, prepend=np.zeros(1, ends.dtype)).max(initial=0)) <= 1 << 16:
        last = 0
    else:
        last = _Tokens(ids, ends, None).last_position()
    return 2 if last < 1 << 16 else 4


def _inverted(ids: Array, ends: Array, ranks: Array, terms: int, width: int, places: Array | None) -> Postings:
    keys = np.append(np.uint32(terms), ranks[1:]).astype(np.uint32)[ids]  # gaps come after all terms
    token_counts = np.bincount(keys, minlength=terms + 1)[:terms]
    tokens = _Tokens(keys, ends, places)
    pieces = [
        _sorted_range(tokens, first, last, width)
        for first, last in ranges(token_counts, _TOKENS_AT_ONCE, terms=_TERMS_AT_ONCE)
    ]
    counts = _joined([each.counts for each in pieces], np.uint32)
    tfs = _joined([each.tfs for each in pieces], np.uint32)
    over = np.flatnonzero(tfs >= OVERFLOW)
    return Postings(
        starts=_starts(counts),
        docs=_joined([each.docs for each in pieces], np.uint16),
        tfs=np.minimum(tfs, OVERFLOW).astype(np.uint8),
        tf_over_at=over.astype(np.uint32),
        tf_over=tfs[over],
        position_starts=_starts(token_counts) if width else None,
        positions=_joined([each.positions for each in pieces], _POSITION_TYPES[width]) if width else None,
    )


class _Tokens:
    """All tokens: the number of the term of each, its document, its position."""

    def __init__(self, keys: Array, ends: Array, places: Array | None) -> None:
        lengths: Array = np.diff(ends.astype(np.int64), prepend=0)
        self.keys = keys
        self.docs = np.repeat(np.arange(len(ends), dtype=np.uint16), lengths)
        self._starts = ends - lengths
        self._places = places

    def last_position(self) -> int:
        """Return the last position at which there is a term."""
        at = np.flatnonzero(self.keys)
        return int(self.positions(at, self.docs[at]).max(initial=0))

    def positions(self, at: Array, docs: Array) -> Array:
        """Return the positions of some tokens, which are in ``docs``."""
        return at - self._starts[docs] if self._places is None else self._places[at]


class _Piece(NamedTuple):
    """The postings of a range of terms."""

    counts: Array
    docs: Array
    tfs: Array
    positions: Array


def ranges(weights: Array, most: int, *, terms: int | None = None) -> Iterator[tuple[int, int]]:
    """Cut all terms into ranges that weigh no more than ``most`` each; a term that weighs more is alone.

    Yields the first term of each range and the one after its last; none has more than ``terms``.

    >>> list(ranges(np.array([3, 2, 9, 1]), 5))
    [(0, 2), (2, 3), (3, 4)]
    """
    ends = np.cumsum(weights)
    first = 0
    while first < len(ends):
        done = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, done + most, side="right")), first + 1)
        last = min(last, first + (terms or last), len(ends))
        yield first, last
        first = last


def _sorted_range(tokens: _Tokens, first: int, last: int, width: int) -> _Piece:
    """Return the postings of the terms from ``first`` to before ``last``."""
    at = np.flatnonzero((tokens.keys >= first) & (tokens.keys < last))
    ranks = (tokens.keys[at] - np.uint32(first)).astype(np.uint16)
    order = np.argsort(ranks, kind="stable")
    at, ranks = at[order], ranks[order]
    docs = tokens.docs[at]
    begins = np.ones(len(at), bool)
    begins[1:] = (ranks[1:] != ranks[:-1]) | (docs[1:] != docs[:-1])
    new = np.flatnonzero(begins)
    return _Piece(
        counts=np.bincount(ranks[new], minlength=last - first),
        docs=docs[new],
        tfs=np.diff(new, append=len(at)).astype(np.uint32),
        positions=tokens.positions(at, docs).astype(_POSITION_TYPES[width]) if width else at[:0],
    )


def _joined(pieces: list[Array], dtype: npt.DTypeLike) -> Array:
    return np.concatenate(pieces).astype(dtype, copy=False) if pieces else np.zeros(0, dtype)


def _starts(counts: Array) -> Array:
    """Return where each run begins and, last, where all end."""
    return np.concatenate(([0], np.cumsum(counts))).astype(np.uint32)
