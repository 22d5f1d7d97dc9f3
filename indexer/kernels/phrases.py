"""Which documents hold a phrase, in numpy: all positions of each term at once, as one rising list of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.kernels.fields import Array, Field

# A document's positions lie this far from the next document's: no slop reaches across.
APART = 1 << 34
FARTHEST = (1 << 32) - 1


def standing(field: Field, terms: Sequence[int], slop: int, docs: Array, rows: Sequence[Array]) -> Array:
    """Return which of ``docs`` hold the terms one after another, as True and False.

    ``rows`` are for each term its postings in ``docs``. Whoosh's rule (SpanNear2, ordered, distance at least 1)
    keeps for each beginning of the phrase the place where it ends; the next term may stand 1 to ``slop`` behind.
    """
    ends = _places(field, terms[0], rows[0])
    for term, its_rows in zip(terms[1:], rows[1:], strict=True):
        if not ends.size:
            break
        ends = _following(ends, _places(field, term, its_rows), min(slop, FARTHEST))
    found = np.zeros(docs.size, bool)
    found[ends // APART] = True
    return found


def _following(ends: Array, places: Array, slop: int) -> Array:
    """Return the places that stand 1 to ``slop`` behind one of ``ends``."""
    if places.size > ends.size * 8 and slop == 1:
        wanted = ends + 1
        at = np.minimum(places.searchsorted(wanted), places.size - 1)
        found: Array = wanted[places[at] == wanted]
        return found
    at = ends.searchsorted(places)  # how many ends stand before a place: the last of them is the nearest
    nearest = ends[at - 1]
    return places[(at > 0) & (places - nearest <= slop)]


def _places(field: Field, term: int, rows: Array) -> Array:
    """Return where the term stands: for the posting in row n of ``rows``, n * APART + position."""
    assert field.positions is not None  # noqa: S101, for the type checker: the caller has looked
    assert field.position_starts is not None  # noqa: S101, likewise
    of_term = field.rows(term)
    counts = field.counts(of_term)
    ends = counts.cumsum()
    own = rows - of_term.start
    counts, ends = counts[own], ends[own] + int(field.position_starts[term])
    begins = ends - counts
    # The positions end where the next term's begin, whatever the frequencies say.
    counts = np.maximum(np.minimum(ends, int(field.position_starts[term + 1])) - begins, 0)
    which = np.arange(rows.size).repeat(counts)
    at = np.arange(which.size) + (begins - counts.cumsum() + counts).repeat(counts)
    places: Array = which * APART + field.positions[at]
    return places
