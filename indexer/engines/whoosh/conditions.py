"""Queries for documents by a column, which can be compared, so that a searcher knows one again that it has answered.

Whoosh's own ColumnQuery takes any function; whether two functions admit the same cannot be known.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import whoosh.matching
import whoosh.query

from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import NumberedValues


class ColumnCondition(whoosh.query.Query):
    """What has a value in a column that ``admits`` says yes to; scores 1, and finds nothing where there is no such column."""

    fieldname: str
    boost = 1.0

    def admits(self, value: Any) -> bool:
        """Say whether documents with this value are found."""
        raise NotImplementedError

    def admitted(self, values: Sequence[Any]) -> Array:
        """Return a byte for each of ``values``, which rise: 1 for those that are admitted."""
        return np.fromiter(map(self.admits, values), np.uint8, len(values))

    def with_boost(self, boost: float) -> ColumnCondition:
        """Return the same: a condition scores 1."""
        return self

    def estimate_size(self, reader: Any) -> int:
        """Return how many documents it may find."""
        return int(reader.doc_count_all())

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return what finds it in one segment, for Whoosh's own searching."""
        reader = searcher.reader()
        if not reader.has_column(self.fieldname):
            return whoosh.matching.NullMatcher()
        values = reader.column_reader(self.fieldname)
        found = [each for each, value in enumerate(values) if self.admits(value) and not reader.is_deleted(each)]
        return whoosh.matching.ListMatcher(found, all_weights=1.0)


@dataclass(frozen=True)
class ColumnIn(ColumnCondition):
    """What has one of some values in a column."""

    fieldname: str
    values: frozenset[Any]

    def admits(self, value: Any) -> bool:
        """Say whether ``value`` is one of them."""
        return value in self.values


@dataclass(frozen=True)
class ColumnBetween(ColumnCondition):
    """What has a value from ``first`` to ``last`` in a column, both included; ``None`` for no end."""

    fieldname: str
    first: Any
    last: Any

    def admits(self, value: Any) -> bool:
        """Say whether ``value`` is between the ends."""
        return (self.first is None or self.first <= value) and (self.last is None or value <= self.last)


def within(column: NumberedValues, condition: ColumnBetween) -> Array:
    """Return a byte for each document, 1 where its value is between the ends; the values of ``column`` rise.

    What numbers lie between is compared in one step: below the first they wrap and become high.
    """
    values, numbers = column
    first = 0 if condition.first is None else bisect_left(values, condition.first)
    end = len(values) if condition.last is None else bisect_right(values, condition.last)
    if first >= end:
        return np.zeros(len(numbers), np.uint8)
    mask: Array = (numbers - numbers.dtype.type(first) < end - first).view(np.uint8)
    return mask


def column_in(fieldname: str, values: Iterable[Any]) -> ColumnIn:
    """Return the query for what has one of ``values`` in a column (bytes in a column of texts)."""
    return ColumnIn(fieldname, frozenset(values))
