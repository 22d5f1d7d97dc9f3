"""Scores of postings in numpy: frequencies saturated by length, and the bonus of early words."""

from __future__ import annotations

from indexer.kernels.fields import Array, Field, PostingNumbers, check_array
from indexer.kernels.nodes import SCORER_ITEMS


def score_postings(field: Field, scorer: Array, postings: PostingNumbers, docs: Array, weight: float | Array) -> Array:
    """Return the scores of postings, whose documents are ``docs``, by the tables of a scorer."""
    norms, weighted, bonuses = check_array("scorer", scorer, "f8", items=SCORER_ITEMS).reshape(3, 256)
    occurrences = field.occurrences[postings]
    frequencies = weighted[occurrences] + field.overflow_of(postings)
    scores: Array = weight * (frequencies / (frequencies + norms[field.lengths[docs]]) + bonuses[occurrences])
    return scores


def saturate_frequencies(field: Field, scorer: Array, frequencies: Array, docs: Array) -> Array:
    """Return frequencies in ``docs`` saturated by the lengths of these documents."""
    norms = check_array("scorer", scorer, "f8", items=SCORER_ITEMS)[field.lengths[docs]]
    saturated: Array = frequencies / (frequencies + norms)
    return saturated
