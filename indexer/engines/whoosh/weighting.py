"""Weighting: the formula of :mod:`indexer.ranking.weights` as a weighting model of Whoosh, and as tables for the kernels."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import whoosh.scoring

from indexer.ranking import weights
from indexer.ranking.occurrences import FREQUENCY, STEP_SHIFT, TITLE
from indexer.schema import SPACES
from indexer.storage.segment.arrays import Array

_BYTES: Final = range(256)


class Weighting(whoosh.scoring.BM25F):
    """BM25 over title and body as one text, and a bonus for early words; in other fields Whoosh's BM25F with our idf."""

    def __init__(self) -> None:
        super().__init__(B=weights.B, K1=weights.K1)

    def idf(self, searcher: Any, fieldname: str, text: bytes) -> float:
        """Return the inverse document frequency over the whole index."""
        parent = searcher.get_parent()
        return self.idf_of_frequency(parent.doc_count_all(), parent.doc_frequency(fieldname, text))

    def idf_of_frequency(self, documents: int, frequency: int) -> float:
        """Return the same of a term whose document frequency is known, so that it need not be looked up again."""
        return weights.idf(documents, frequency)

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        """Return what scores a term for Whoosh's own matchers."""
        if fieldname not in SPACES or not searcher.schema[fieldname].scorable:
            return super().scorer(searcher, fieldname, text, qf)
        parent = searcher.get_parent()
        return ArticleScorer(
            searcher, fieldname, self.idf(searcher, fieldname, text), parent.avg_field_length(fieldname)
        )


class ArticleScorer(whoosh.scoring.BaseScorer):
    """Scores the postings of one term, one by one."""

    def __init__(self, searcher: Any, space: str, idf: float, mean_length: float) -> None:
        self._length_of = searcher.doc_field_length
        self._space = space
        self._idf = idf
        self._mean_length = mean_length or 1

    def score(self, matcher: Any) -> float:
        """Return the score of the document that the matcher is at."""
        occurrence = matcher.occurrence()
        frequency = weights.weighted_frequency(int(matcher.weight()), in_title=bool(occurrence & TITLE))
        bm25 = weights.bm25(frequency, self._length_of(matcher.id(), self._space, 1), self._mean_length)
        return self._idf * (bm25 + weights.early_bonus(self._space, occurrence >> STEP_SHIFT))


def occurrence_tables(weighting: Any, field: str) -> tuple[Array, Array]:
    """Return the weighted frequency and the bonus of each occurrence byte; any but our weighting counts occurrences."""
    frequencies = [byte & FREQUENCY for byte in _BYTES]
    if not isinstance(weighting, Weighting) or field not in SPACES:
        return np.array(frequencies, np.float64), np.zeros(256)
    weighted = [weights.weighted_frequency(each, in_title=bool(byte & TITLE)) for byte, each in enumerate(frequencies)]
    bonuses = [weights.early_bonus(field, byte >> STEP_SHIFT) / (weights.K1 + 1) for byte in _BYTES]
    return np.array(weighted), np.array(bonuses)
