"""Vocabulary of one generation: its terms by prefix and by spelling, the commonest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np

from indexer.engines import TermCount
from indexer.engines.whoosh.expansion import numbers_with_prefix, numbers_within
from indexer.engines.whoosh.schema import term_bytes
from indexer.kernels import Field
from indexer.schema import ID_FIELD
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import SegmentReader

Find: TypeAlias = Callable[[SegmentReader], Array]
"""Returns the numbers of the terms of a segment that are wanted."""
MAX_TOTALED_AT_ONCE: Final = 20_000
"""So many terms, those of all segments together, are read in 5 ms; looking them up in each of 20 takes ten times that."""


class Vocabulary:
    """The terms of all segments together; threads may share it."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self._segments = segments
        self._documents = sum(segment.documents for segment in segments)

    def terms_with_prefix(self, space: str, prefix: str, limit: int) -> tuple[TermCount, ...]:
        """Return the commonest terms that begin with ``prefix``."""
        wanted = term_bytes(prefix)
        return self._commonest(space, lambda segment: numbers_with_prefix(segment.field(space), wanted), limit)

    def similar_terms(
        self, space: str, text: str, distance: int, limit: int, shared_prefix: int
    ) -> tuple[TermCount, ...]:
        """Return the commonest terms within an edit distance of ``text``."""
        wanted = term_bytes(text)
        return self._commonest(
            space, lambda segment: numbers_within(segment, space, wanted, distance, shared_prefix), limit
        )

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all articles that are not deleted."""
        return tuple(
            text.decode("utf-8", "replace")
            for segment in self._segments
            for text in _texts(segment.field(ID_FIELD), _live_ids(segment))
        )

    def _commonest(self, space: str, find: Find, limit: int) -> tuple[TermCount, ...]:
        """Return the commonest of the terms that ``find`` finds, counted exactly.

        A term that ``least`` documents have is in its share of them in some segment at least, and ``limit`` terms have
        as many as that: the commonest ones of the largest segment. So few terms are looked at, however many there are.
        """
        found = [_counts_in(segment, space, find) for segment in self._segments]
        if limit < 1 or not found:
            return ()
        totals = self._few_totals(space, found) or self._many_totals(space, found, limit)
        in_order = sorted((-total, text) for text, total in totals.items())
        return tuple(TermCount(text.decode("utf-8", "replace"), -total) for total, text in in_order[:limit])

    def _few_totals(self, space: str, found: Sequence[tuple[Array, Array]]) -> Counter[bytes]:
        """Return all terms found with their totals, each read once in each segment; none where they are many."""
        totals: Counter[bytes] = Counter()
        if sum(len(numbers) for numbers, _ in found) <= MAX_TOTALED_AT_ONCE:
            for segment, (numbers, counts) in zip(self._segments, found, strict=True):
                for text, count in zip(_texts(segment.field(space), numbers), counts.tolist(), strict=True):
                    totals[text] += count
        return totals

    def _many_totals(self, space: str, found: Sequence[tuple[Array, Array]], limit: int) -> dict[bytes, int]:
        """Return the terms found that may be among the commonest with their totals, looked up in all segments."""
        largest = max(range(len(found)), key=lambda at: self._segments[at].documents)
        first = self._totals(space, [_commonest_in(self._segments[largest].field(space), *found[largest], limit)])
        least = min(first.values()) if len(first) >= limit else 0
        candidates = [
            _texts(segment.field(space), numbers[counts * self._documents >= least * segment.documents])
            for segment, (numbers, counts) in zip(self._segments, found, strict=True)
        ]
        return self._totals(space, candidates)

    def _totals(self, space: str, texts: Sequence[list[bytes]]) -> dict[bytes, int]:
        """Return in how many documents of all segments each term occurs."""
        fields = [segment.field(space) for segment in self._segments]
        return {text: sum(map(frequency_of, fields, [text] * len(fields))) for some in texts for text in some}


def frequency_of(field: Field, text: bytes) -> int:
    """Return how many documents of a segment have a term, deleted ones included."""
    number = field.find(text)
    return field.frequency(number) if number >= 0 else 0


def _live_ids(segment: SegmentReader) -> Array:
    """Return the numbers of the ids whose document, or the last of several, is not deleted."""
    arrays = segment.arrays(ID_FIELD)
    offsets = arrays.posting_offsets.astype(np.int64)
    if segment.deleted is None:
        return np.arange(len(offsets) - 1)
    terms = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    return np.unique(terms[segment.deleted[arrays.docs] == 0])


def _counts_in(segment: SegmentReader, space: str, find: Find) -> tuple[Array, Array]:
    """Return the numbers of the terms of a segment that are wanted, and how many documents have each."""
    numbers, offsets = find(segment).astype(np.int64), segment.arrays(space).posting_offsets
    return numbers, offsets[numbers + 1].astype(np.int64) - offsets[numbers]


def _commonest_in(field: Field, numbers: Array, counts: Array, limit: int) -> list[bytes]:
    """Return the commonest terms of one segment, in no order."""
    first = numbers if len(numbers) <= limit else numbers[np.argpartition(-counts, limit - 1)[:limit]]
    return _texts(field, first)


def _texts(field: Field, numbers: Array) -> list[bytes]:
    return [field.term(number) for number in numbers.tolist()]
