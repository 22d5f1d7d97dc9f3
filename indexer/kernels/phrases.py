"""Phrase matching in numpy: the positions of a term in all documents are compared at once, as one rising array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from indexer.kernels.doc_lists import concatenate_ranges
from indexer.kernels.fields import Array, Field
from indexer.ranking.occurrences import ANYWHERE, TITLE

# Position p of the n-th document becomes n << STRIDE_BITS + p: no slop reaches from one document into the next.
STRIDE_BITS = 34
MAX_SLOP = (1 << 32) - 1


def count_places(
    field: Field, terms: Sequence[int], slop: int, docs: Array, postings: Sequence[Array], part: int
) -> Array:
    """Return at how many places of a part the phrase ends in each of the ``docs``.

    ``postings`` has for each term its postings in ``docs``. The rule is that of Whoosh's SpanNear2, ordered, with a
    distance of at least 1: the positions where the first terms of the phrase end are kept, and the next term must be 1
    to ``slop`` after one of them.
    """
    ends = PostingPositions.of(field, terms[0], postings[0], docs, part).positions()
    for term, own in zip(terms[1:], postings[1:], strict=True):
        if not ends.size:
            break
        following = PostingPositions.of(field, term, own, docs, part).positions()
        ends = _following_positions(ends, following, min(slop, MAX_SLOP))
    return np.bincount(np.unique(ends) >> STRIDE_BITS, minlength=docs.size)


def _following_positions(ends: Array, positions: Array, slop: int) -> Array:
    """Return the positions that are 1 to ``slop`` after one of ``ends``."""
    if positions.size > ends.size * 8 and slop == 1:
        wanted = ends + 1
        at = np.minimum(positions.searchsorted(wanted), positions.size - 1)
        following: Array = wanted[positions[at] == wanted]
        return following
    at = ends.searchsorted(positions)  # how many ends are before a position: the last of them is the nearest
    nearest = ends[at - 1]
    return positions[(at > 0) & (positions - nearest <= slop)]


class PostingPositions(NamedTuple):
    """Where the positions of some postings of a term stand in ``field.positions``: ``counts`` of them from ``begins`` on.

    ``body_starts`` are those of the documents, None where a part does not matter.
    """

    field: Field
    begins: Array
    counts: Array
    body_starts: Array | None
    part: int

    @classmethod
    def of(cls, field: Field, term: int, postings: Array, docs: Array, part: int) -> PostingPositions:
        """Return the positions of a term's ``postings``, those in ``docs``, as far as they lie in a part."""
        assert field.positions is not None  # noqa: S101, for the type checker: the caller has looked
        assert field.position_offsets is not None  # noqa: S101, likewise
        of_term = field.posting_range(term)
        counts = field.frequencies(of_term)
        own = postings - of_term.start
        ends = counts.cumsum()[own] + int(field.position_offsets[term])
        begins = ends - counts[own]
        # A damaged file may have frequencies or offsets beyond the positions that are there.
        limit = min(int(field.position_offsets[term + 1]), field.positions.size)
        counts = np.maximum(np.minimum(ends, limit) - begins, 0)
        whole = part == ANYWHERE or field.body_starts is None
        return cls(field, begins, counts, None if whole or field.body_starts is None else field.body_starts[docs], part)

    def positions(self, some: slice = slice(None)) -> Array:
        """Return the positions of some of the postings, rising: those of the n-th of them from n << STRIDE_BITS on."""
        assert self.field.positions is not None  # noqa: S101, likewise
        counts = self.counts[some]
        numbers = np.arange(counts.size).repeat(counts)
        own = self.field.positions[concatenate_ranges(self.begins[some], counts)]
        positions: Array = (numbers << STRIDE_BITS) + own
        if self.body_starts is None:
            return positions
        in_part: Array = positions[(own < self.body_starts[some][numbers]) == (self.part == TITLE)]
        return in_part
