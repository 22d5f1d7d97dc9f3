"""Nearness in numpy: the documents in which some terms stand close together, in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from indexer.kernels.arrays import Scope, intersect
from indexer.kernels.fields import Array, Field
from indexer.kernels.phrases import MAX_SLOP, STRIDE_BITS, PostingPositions

DOCUMENTS_AT_ONCE: Final = 2048
"""How many documents are compared at a time: their positions of common words fit into the processor's cache.

The two commonest words of 30,017 articles, 526,000 places, take 23 ms so, 42 with 256 and 42 all at once.
"""

_FAR: Final = 1 << 60


def near_mask(arrays: Iterable[Array | None], terms: Sequence[int], width: int, documents: int, part: int) -> Array:
    """Return a byte for each document, 1 where all ``terms`` stand in ``width`` successive positions of a part.

    ``arrays`` are those of a :class:`~indexer.kernels.fields.Field`.

    A term that is listed twice must stand there twice. The work grows with the places of the terms in the documents that
    have them all, times the square of the number of terms. Raises ValueError for a field without positions.
    """
    field, mask = Field(*arrays), np.zeros(documents, np.uint8)  # type: ignore[arg-type]
    if field.positions is None:
        raise ValueError("near terms in a field without positions")
    wanted, width = Counter(terms), min(width, MAX_SLOP)
    docs, postings = intersect(field, tuple(wanted), Scope(documents), part)
    places = [PostingPositions.of(field, *each, docs, part) for each in zip(wanted, postings, strict=True)]
    for begin in range(0, docs.size, DOCUMENTS_AT_ONCE):
        some = slice(begin, begin + DOCUMENTS_AT_ONCE)
        mask[docs[some][_near([each.positions(some) for each in places], [*wanted.values()], width)]] = 1
    return mask


class _Around(NamedTuple):
    """The ``wanted`` nearest positions of a term at or before each pivot, and after it: a row for each, the nearest first."""

    wanted: int
    before: Array
    after: Array

    @classmethod
    def of(cls, pivots: Array, positions: Array, count: int) -> _Around:
        """Return the neighbours of ``pivots`` among the positions of a term."""
        far = np.full(count, _FAR)
        padded, steps = np.concatenate((-far, positions, far)), np.arange(count)[:, None]
        at = positions.searchsorted(pivots, "right") + count
        return cls(count, padded[at - 1 - steps], padded[at + steps])

    def enough(self, first: Array, end: Array) -> Array:
        """Return for each pivot whether enough of them stand from ``first`` to before ``end``, on either side of it."""
        before, after = self.before >= first, self.after < end
        inside: Array = before[0] | after[0]  # a sum over one row takes twice as long
        return inside if self.wanted == 1 else before.sum(0, np.uint16) + after.sum(0, np.uint16) >= self.wanted

    def keep(self, rows: Array) -> _Around:
        """Return the neighbours of some of the pivots."""
        return _Around(self.wanted, self.before[:, rows], self.after[:, rows])


def _near(positions: list[Array], counts: list[int], width: int) -> Array:
    """Return the numbers of the documents where so many of the positions of each term lie in a window.

    ``positions`` has for each term those in all documents, as :class:`PostingPositions` makes them. Those of the term
    that has fewest are the pivots: each window holds one, and may begin at a place of a term, at the pivot or before.
    """
    terms = sorted(zip(positions, counts, strict=True), key=lambda term: term[0].size)
    pivots, around = terms[0][0], list[_Around]()
    for own, count in terms:
        around.append(_Around.of(pivots, own, count))
        close = np.flatnonzero(around[-1].enough(pivots - width + 1, pivots + width))
        pivots, around = pivots[close], [each.keep(close) for each in around]
    found = np.zeros(pivots.size, bool)
    for first in (row for each in around for row in each.before):
        window = first > pivots - width
        for each in around:
            window &= each.enough(first, first + width)
        found |= window
    return np.unique(pivots[found] >> STRIDE_BITS)
