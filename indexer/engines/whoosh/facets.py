"""Facets: counts the values of a column among documents."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import numpy as np

from indexer.engines.whoosh.schema import term_bytes
from indexer.results.hits import FacetCount
from indexer.schema import VALUE_SEPARATOR
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import SegmentReader

_SEPARATOR: Final = VALUE_SEPARATOR.encode()


class _Codes(NamedTuple):
    """The codes of a segment's documents, and pairs of a code and the number of a value that it stands for."""

    of_documents: Array
    distinct: int
    coded: Array
    values: Array


class Facet:
    """The values of a text column of some segments, numbered in the order of their bytes."""

    def __init__(self, segments: Sequence[SegmentReader], column: str) -> None:
        columns = [segment.column(column) for segment in segments]
        parts = [[value.split(_SEPARATOR) for value in values] for values, _ in columns]
        self._values = sorted({value for split in parts for values in split for value in values} - {b""})
        self._texts = [value.decode("utf-8", "replace") for value in self._values]
        self._numbers = {value: number for number, value in enumerate(self._values)}
        self._segments = [_pairs(codes, split, self._numbers) for (_, codes), split in zip(columns, parts, strict=True)]

    def most_frequent(
        self, documents: Sequence[Array], limit: int | None, chosen: Collection[str]
    ) -> tuple[FacetCount, ...]:
        """Return the ``limit`` most frequent values of ``documents``, and behind them those of ``chosen`` that they have.

        Of equally frequent ones the smallest comes first; None is no limit.
        """
        counts = self._counts(documents)
        present = np.flatnonzero(counts)
        in_order = present[np.argsort(-counts[present], kind="stable")].tolist()
        first = in_order if limit is None else in_order[:limit]
        wanted = {self._numbers.get(term_bytes(value)) for value in chosen}
        left = [number for number in in_order[len(first) :] if number in wanted] if wanted else []
        numbers = [*first, *left]
        texts = [self._texts[number] for number in numbers]
        return tuple(map(FacetCount, texts, counts[numbers].tolist())) if numbers else ()

    def _counts(self, documents: Sequence[Array]) -> Array:
        """Return how many of the documents, given by their numbers in each segment, have each value."""
        counts = np.zeros(len(self._values), np.int64)
        for codes, numbers in zip(self._segments, documents, strict=True):
            by_code = np.bincount(codes.of_documents[numbers], minlength=codes.distinct)
            np.add.at(counts, codes.values, by_code[codes.coded])
        return counts


def _pairs(of_documents: Array, split: Sequence[Sequence[bytes]], numbers: dict[bytes, int]) -> _Codes:
    pairs = [(code, numbers[value]) for code, values in enumerate(split) for value in values if value]
    coded, values = np.array(pairs, np.int64).reshape(-1, 2).T
    return _Codes(of_documents, len(split), coded, values)
