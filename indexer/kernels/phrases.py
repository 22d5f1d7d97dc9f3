"""Phrase matching in numpy: the positions of a term in all documents are compared at once, as one rising array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.kernels.fields import Array, Field
from indexer.ranking.occurrences import ANYWHERE, TITLE

# Position p of the n-th document becomes n * STRIDE + p: no slop reaches from one document into the next.
STRIDE = 1 << 34
MAX_SLOP = (1 << 32) - 1


def count_places(
    field: Field, terms: Sequence[int], slop: int, docs: Array, postings: Sequence[Array], part: int
) -> Array:
    """Return at how many places of a part the phrase ends in each of the ``docs``.

    ``postings`` has for each term its postings in ``docs``. The rule is that of Whoosh's SpanNear2, ordered, with a
    distance of at least 1: the positions where the first terms of the phrase end are kept, and the next term must be 1
    to ``slop`` after one of them.
    """
    bounds = None if part == ANYWHERE or field.body_starts is None else field.body_starts[docs]
    ends = _positions_of(field, terms[0], postings[0], bounds, part)
    for term, postings_of_term in zip(terms[1:], postings[1:], strict=True):
        if not ends.size:
            break
        ends = _following_positions(
            ends, _positions_of(field, term, postings_of_term, bounds, part), min(slop, MAX_SLOP)
        )
    return np.bincount(np.unique(ends) // STRIDE, minlength=docs.size)


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


def _positions_of(field: Field, term: int, postings: Array, body_starts: Array | None, part: int) -> Array:
    """Return the positions of a term in a part, those of the n-th of ``postings`` from n * STRIDE on."""
    assert field.positions is not None  # noqa: S101, for the type checker: the caller has looked
    assert field.position_offsets is not None  # noqa: S101, likewise
    of_term = field.posting_range(term)
    counts = field.frequencies(of_term)
    ends = counts.cumsum()
    own = postings - of_term.start
    counts, ends = counts[own], ends[own] + int(field.position_offsets[term])
    begins = ends - counts
    # A damaged file may have frequencies or offsets beyond the positions that are there.
    limit = min(int(field.position_offsets[term + 1]), field.positions.size)
    counts = np.maximum(np.minimum(ends, limit) - begins, 0)
    numbers = np.arange(postings.size).repeat(counts)
    at = np.arange(numbers.size) + (begins - counts.cumsum() + counts).repeat(counts)
    own_positions = field.positions[at]
    positions: Array = numbers * STRIDE + own_positions
    if body_starts is None:
        return positions
    in_part: Array = positions[(own_positions < body_starts[numbers]) == (part == TITLE)]
    return in_part
