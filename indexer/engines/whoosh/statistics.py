"""Statistics of a whole index for Whoosh's BM25F and ours: the idf of terms, the average lengths of fields.

A term in a document scores ``weight * (f / (f + norm) + bonus)``: ``weight`` is for the term, the rest from tables, see
:mod:`indexer.kernels.nodes`. Statistics are those of all segments, deleted documents included, as Whoosh counts them.
"""

from __future__ import annotations

import math
import weakref
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import whoosh.scoring

from indexer.engines.whoosh.weighting import Weighting, occurrence_tables
from indexer.kernels import SCORER_ITEMS
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.lengths import LENGTHS
from indexer.storage.segment_reader import SegmentReader

UNBOUNDED: Final = float(1 << 60)
"""Norm and weight of terms that are scored by frequency alone: so great that the score is the frequency itself."""

_LENGTHS: Final = np.array(LENGTHS, np.float64)


def is_bm25f(weighting: Any) -> bool:
    """Return whether ``weighting`` scores by Whoosh's BM25F or ours, whatever its inverse document frequency."""
    return (
        isinstance(weighting, whoosh.scoring.BM25F)
        and type(weighting).scorer in (whoosh.scoring.BM25F.scorer, Weighting.scorer)
        and not weighting.use_final
    )


class Statistics:
    """Scorers of fields and weights of terms in an index, for one weighting."""

    def __init__(self, searcher: Any, segments: Sequence[SegmentReader]) -> None:
        self._searcher = weakref.proxy(searcher)  # no cycle: files close as soon as the searcher goes
        self._weighting = searcher.weighting
        self._schema = searcher.schema
        self._segments = tuple(segments)
        self._documents = sum(segment.documents for segment in segments)
        self._scorers: dict[str, Array] = {}
        self._frequency_scorers: dict[str, Array] = {}
        self.place_scorer: Array = np.full(SCORER_ITEMS, float(self._weighting.K1))
        self._idf_weights: dict[tuple[str, int], float] = {}
        self._idf_of_frequency = getattr(self._weighting, "idf_of_frequency", None)
        self._plain = type(self._weighting).idf is whoosh.scoring.WeightingModel.idf

    def scorer(self, field: str) -> Array:
        """Return the tables that the kernels score the postings of a field by."""
        try:
            return self._scorers[field]
        except KeyError:
            tables = self._norms(field), *occurrence_tables(self._weighting, field)
            return self._scorers.setdefault(field, np.concatenate(tables))

    def frequency_scorer(self, field: str) -> Array:
        """Return the tables by which a term of weight UNBOUNDED scores its weighted frequency."""
        try:
            return self._frequency_scorers[field]
        except KeyError:
            tables = np.full(256, UNBOUNDED), self.scorer(field)[256:512], np.zeros(256)
            return self._frequency_scorers.setdefault(field, np.concatenate(tables))

    def _norms(self, field: str) -> Array:
        """Return the norm of each length byte of a field."""
        if not self._schema[field].scorable:
            return np.full(256, UNBOUNDED)
        total = sum(segment.file.total_lengths[field] for segment in self._segments)
        mean = total / (self._documents or 1) or 1
        b = self._weighting._field_B.get(field, self._weighting.B)
        norms: Array = self._weighting.K1 * ((1 - b) + b * _LENGTHS / mean)
        return norms

    def weight(self, field: str, text: bytes, frequency: int) -> float:
        """Return the weight of a term that ``frequency`` documents have."""
        if not self._schema[field].scorable:
            return UNBOUNDED
        if self._plain:
            idf = math.log(self._documents / (frequency + 1)) + 1
        elif self._idf_of_frequency:
            idf = self._idf_of_frequency(self._documents, frequency)
        else:
            idf = self._weighting.idf(self._searcher, field, text)
        return float(idf * (self._weighting.K1 + 1))

    def weights(self, field: str, numbers: Sequence[Array]) -> list[Array]:
        """Return the weights of many terms of a field; ``numbers`` are those of one query in each segment.

        Terms of equal frequency get one weight: a weighting's own ``idf`` may depend on the frequency alone.
        """
        if not self._schema[field].scorable:
            return [np.full(len(own), UNBOUNDED) for own in numbers]
        frequencies = self._frequencies(field, numbers)
        parts = zip(self._segments, numbers, frequencies, strict=True)
        return [self._segment_weights(field, segment, own, counts) for segment, own, counts in parts]

    def _segment_weights(self, field: str, segment: SegmentReader, numbers: Array, frequencies: Array) -> Array:
        if self._plain:
            plain: Array = (np.log(self._documents / (frequencies + 1.0)) + 1) * (self._weighting.K1 + 1)
            return plain
        distinct, first, places = np.unique(frequencies, return_index=True, return_inverse=True)
        terms = numbers[first].tolist()
        weights = [
            self._weight_by_frequency(field, segment, term, frequency)
            for term, frequency in zip(terms, distinct.tolist(), strict=True)
        ]
        return np.array(weights, np.float64)[places]

    def _weight_by_frequency(self, field: str, segment: SegmentReader, term: int, frequency: int) -> float:
        try:
            return self._idf_weights[field, frequency]
        except KeyError:
            weight = self.weight(field, segment.field(field).term(term), frequency)
            return self._idf_weights.setdefault((field, frequency), weight)

    def _frequencies(self, field: str, numbers: Sequence[Array]) -> list[Array]:
        """Return in how many documents of the index each term occurs.

        A term among the ``numbers`` of one segment is among those of every segment that has it.
        """
        pairs = list(zip(self._segments, numbers, strict=True))
        counts = [_document_counts(segment, field, own) for segment, own in pairs]
        if len(self._segments) == 1:
            return counts
        totals: Counter[bytes] = Counter()
        terms = [list(map(segment.field(field).term, own.tolist())) for segment, own in pairs]
        for names, own_counts in zip(terms, counts, strict=True):
            for name, count in zip(names, own_counts.tolist(), strict=True):
                totals[name] += count
        return [np.array([totals[name] for name in names], np.int64) for names in terms]


def _document_counts(segment: SegmentReader, field: str, numbers: Array) -> Array:
    offsets = segment.arrays(field).posting_offsets
    counts: Array = offsets[numbers.astype(np.int64) + 1].astype(np.int64) - offsets[numbers]
    return counts
