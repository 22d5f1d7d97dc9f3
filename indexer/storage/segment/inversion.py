"""The tokens of documents, in their order, turned into the postings of terms.

A token is the id of a term; id 0 is a gap, a position without a term. ``ranks`` gives each id the
number of its term in byte order. All tokens are counted first; then the postings of a range of terms at a time
are made, so that what is held is small, however many tokens there are.

The native tier has the same functions, for one chunk of tokens::

    _native.count(ids, ends, places, first_document, ranks, tallies) -> the last position
    _native.invert(ids, ends, places, first_document, ranks, first_term, tallies, docs, tfs, over, found, positions, width)
            -> how many entries of ``over`` are taken; ``found`` of them were before

with buffers of little-endian numbers. ``tallies``, which both write, has four u4 for each term of the range: the last document
that had the term (from 1), its next posting, its next position, its last entry in ``over``; an entry of ``over`` has a
posting and its frequency; ``width`` is the size of a position, 0 for none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from indexer import kernels
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.tokens import Chunk

OVERFLOW = 255
"""A frequency in one byte that means: it stands in ``tf_over``."""

Chunks: TypeAlias = Callable[[], Iterable[Chunk]]
"""What gives all tokens, as often as it is asked."""

TOKENS_AT_ONCE = 1 << 21
MOST_RANGES = 16  # about: for each all tokens are read
"""The postings of so many are made at a time."""

_SORTED_BYTES = 3  # sorting takes so many times the memory of counting
_TERMS_AT_ONCE = 1 << 16  # numpy sorts keys of two bytes by counting
_POSITION_TYPES: Final[Mapping[int, npt.DTypeLike]] = {0: np.uint8, 2: np.uint16, 4: np.uint32}


class Counts(NamedTuple):
    """What is known of the tokens before there are postings.

    ``tokens``: how many each term has; ``postings``: how many documents have it, where that was counted; ``lengths``: how many
    tokens each document has, gaps left out; ``width``: the bytes of a position, 0 where none is wanted.
    """

    tokens: Array
    postings: Array | None
    lengths: Array
    width: int


class Piece(NamedTuple):
    """The postings of a range of terms: how many of each, their documents and frequencies, and all positions.

    ``over_at`` are the postings with a frequency of 255 or more, rising, from the first of the range on, ``over`` how often.
    """

    counts: Array
    docs: Array
    tfs: Array
    over_at: Array
    over: Array
    positions: Array


def counted(chunks: Chunks, ranks: Array, terms: int, *, positions: bool) -> Counts:
    """Count the tokens of ``terms`` terms."""
    if kernels.TIER == "native":
        tokens, postings, last = _counted_natively(chunks, ranks, terms)
    else:
        (tokens, last), postings = _counted(chunks, ranks, terms), None
    lengths = [np.zeros(0, np.int64), *map(_lengths, chunks())]
    width = (2 if last < 1 << 16 else 4) if positions else 0
    return Counts(tokens, postings, np.concatenate(lengths), width)


def inverted(chunks: Chunks, ranks: Array, counts: Counts) -> Iterator[Piece]:
    """Yield the postings of all terms, range after range."""
    ranks = np.ascontiguousarray(ranks, np.uint32)
    at_once = tokens_at_once(int(counts.tokens.sum()))
    if counts.postings is not None:
        for first, end in ranges(counts.tokens, at_once):
            yield _range_natively(chunks, ranks, counts, first, end)
        return
    for first, end in ranges(counts.tokens, max(at_once // _SORTED_BYTES, 1), terms=_TERMS_AT_ONCE):
        yield _sorted_range(chunks, ranks, counts, first, end)


def tokens_at_once(tokens: int) -> int:
    """Return how many of a field's tokens are inverted at once: more where they are many, so that they are not read too often."""
    return max(TOKENS_AT_ONCE, tokens // MOST_RANGES)


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


def _lengths(chunk: Chunk) -> Array:
    """Return how many tokens each document has, without gaps."""
    gaps = np.flatnonzero(chunk.ids == 0)
    return np.diff(chunk.ends - np.searchsorted(gaps, chunk.ends), prepend=0)


# -- in C


def _counted_natively(chunks: Chunks, ranks: Array, terms: int) -> tuple[Array, Array, int]:
    from indexer.kernels import _native  # here: where it was not built there is none

    ranks = np.ascontiguousarray(ranks, np.uint32)
    tallies = np.zeros((terms, 4), np.uint32)
    last = 0
    for ids, ends, first, places in chunks():
        last = max(last, _native.count(ids, ends.astype(np.uint32), places, first, ranks, tallies))
    return tallies[:, 2].astype(np.int64), tallies[:, 1].astype(np.int64), last


def _range_natively(chunks: Chunks, ranks: Array, counts: Counts, first: int, end: int) -> Piece:
    from indexer.kernels import _native

    assert counts.postings is not None  # noqa: S101, they were counted in C
    tokens, postings = counts.tokens[first:end], counts.postings[first:end]
    tallies = np.zeros((end - first, 4), np.uint32)
    tallies[1:, 1] = np.cumsum(postings[:-1])
    tallies[1:, 2] = np.cumsum(tokens[:-1])
    docs, tfs = np.zeros(postings.sum(), np.uint16), np.zeros(postings.sum(), np.uint8)
    positions = np.zeros(tokens.sum() if counts.width else 0, _POSITION_TYPES[counts.width])
    over = np.zeros((tokens.sum() // OVERFLOW, 2), np.uint32)
    found = 0
    for ids, ends, number, places in chunks():
        outputs = (docs, tfs, over, found, positions, counts.width)
        found = _native.invert(ids, ends.astype(np.uint32), places, number, ranks, first, tallies, *outputs)
    over = over[:found][over[:found, 0].argsort()]
    return Piece(postings, docs, tfs, over[:, 0], over[:, 1], positions)


# -- in numpy


class _Keyed(NamedTuple):
    """Some tokens of one chunk, or of all: the number of the term of each, its document, its position."""

    keys: Array
    docs: Array
    positions: Array


def _keyed(chunk: Chunk, ranks: Array, first: int, end: int) -> _Keyed:
    """Return the tokens of the terms from ``first`` to before ``end``."""
    keys = ranks[chunk.ids]
    at = np.flatnonzero((keys >= first) & (keys < end) & (chunk.ids != 0))
    lengths = np.diff(chunk.ends, prepend=0)
    docs = np.repeat(np.arange(len(lengths)), lengths)[at]
    positions = at - (chunk.ends - lengths)[docs] if chunk.places is None else chunk.places[at]
    return _Keyed(keys[at], (docs + chunk.first).astype(np.uint16), positions.astype(np.uint32))


def _counted(chunks: Chunks, ranks: Array, terms: int) -> tuple[Array, int]:
    tokens, last = np.zeros(terms, np.int64), 0
    for chunk in chunks():
        keyed = _keyed(chunk, ranks, 0, terms)
        tokens += np.bincount(keyed.keys, minlength=terms)
        last = max(last, int(keyed.positions.max(initial=0)))
    return tokens, last


def _sorted_range(chunks: Chunks, ranks: Array, counts: Counts, first: int, end: int) -> Piece:
    """Return the postings of the terms from ``first`` to before ``end``."""
    parts = [_keyed(chunk, ranks, first, end) for chunk in chunks()]
    keys, docs, positions = (np.concatenate(each) for each in zip(*parts, strict=True))
    del parts
    keys = (keys - np.uint32(first)).astype(np.uint16)
    order = np.argsort(keys, kind="stable")
    keys, docs = keys[order], docs[order]
    begins = np.ones(len(order), bool)
    begins[1:] = (keys[1:] != keys[:-1]) | (docs[1:] != docs[:-1])
    new = np.flatnonzero(begins)
    tfs = np.diff(new, append=len(order))
    over = np.flatnonzero(tfs >= OVERFLOW)
    return Piece(
        counts=np.bincount(keys[new], minlength=end - first),
        docs=docs[new],
        tfs=np.minimum(tfs, OVERFLOW).astype(np.uint8),
        over_at=over.astype(np.uint32),
        over=tfs[over].astype(np.uint32),
        positions=positions[order].astype(_POSITION_TYPES[counts.width]) if counts.width else positions[:0],
    )
