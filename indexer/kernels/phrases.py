"""Phrase matching in numpy: the positions of a term in all documents are compared at once, as one rising array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.kernels.fields import Array, Field

# Position p of the n-th document becomes n * STRIDE + p: no slop reaches from one document into the next.
STRIDE = 1 << 34
MAX_SLOP = (1 << 32) - 1


def phrase_occurs(field: Field, terms: Sequence[int], slop: int, docs: Array, postings: Sequence[Array]) -> Array:
    """Return a mask of the ``docs`` in which the phrase occurs.

    ``postings`` has for each term its postings in ``docs``. The rule is that of Whoosh's SpanNear2, ordered, with a
    distance of at least 1: the positions where the first terms of the phrase end are kept, and the next term must be 1
    to ``slop`` after one of them.
    """
    ends = _positions_of(field, terms[0], postings[0])
    for term, postings_of_term in zip(terms[1:], postings[1:], strict=True):
        if not ends.size:
            break
        ends = _following_positions(ends, _positions_of(field, term, postings_of_term), min(slop, MAX_SLOP))
    mask = np.zeros(docs.size, bool)
    mask[ends // STRIDE] = True
    return mask


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


def _positions_of(field: Field, term: int, postings: Array) -> Array:
    """Return the positions of a term, those of the n-th of ``postings`` from n * STRIDE on."""
    assert field.positions is not None  # noqa: S101, for the type checker: the caller has looked
    assert field.position_offsets is not None  # noqa: S101, likewise
    of_term = field.posting_range(term)
    counts = field.counts(of_term)
    ends = counts.cumsum()
    own = postings - of_term.start
    counts, ends = counts[own], ends[own] + int(field.position_offsets[term])
    begins = ends - counts
    # A damaged file may have frequencies or offsets beyond the positions that are there.
    limit = min(int(field.position_offsets[term + 1]), field.positions.size)
    counts = np.maximum(np.minimum(ends, limit) - begins, 0)
    numbers = np.arange(postings.size).repeat(counts)
    at = np.arange(numbers.size) + (begins - counts.cumsum() + counts).repeat(counts)
    positions: Array = numbers * STRIDE + field.positions[at]
    return positions
