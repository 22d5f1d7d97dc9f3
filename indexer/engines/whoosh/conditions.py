"""Conditions on columns as Whoosh queries that can be compared, so that a searcher recognizes one that it answered before.

Whoosh's own ColumnQuery takes any function, and two functions cannot be compared.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import whoosh.matching
import whoosh.query

from indexer.schema import VALUE_SEPARATOR
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import NumberedValues

_SEPARATOR: Final = VALUE_SEPARATOR.encode()


class ColumnCondition(whoosh.query.Query):
    """Finds the documents whose value in a column is accepted; scores 1. Values of a column of texts are bytes."""

    fieldname: str
    boost = 1.0

    def accepts(self, value: Any) -> bool:
        """Return whether documents with this value are found."""
        raise NotImplementedError

    def mask(self, column: NumberedValues) -> Array:
        """Return a byte for each document of a segment, 1 where its value is accepted."""
        accepted = np.fromiter(map(self.accepts, column.values), np.uint8, len(column.values))
        return accepted[column.numbers]

    def with_boost(self, boost: float) -> ColumnCondition:
        """Return the condition itself: it always scores 1."""
        return self

    def estimate_size(self, reader: Any) -> int:
        """Return the most documents it may find."""
        return int(reader.doc_count_all())

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Return the matcher of one segment for Whoosh's own search."""
        reader = searcher.reader()
        if not reader.has_column(self.fieldname):
            return whoosh.matching.NullMatcher()
        values = reader.column_reader(self.fieldname, translate=False)
        documents = [number for number, value in enumerate(values) if self.accepts(value)]
        return whoosh.matching.ListMatcher([each for each in documents if not reader.is_deleted(each)], all_weights=1.0)


@dataclass(frozen=True)
class ColumnIn(ColumnCondition):
    """Finds documents with one of some values in a column, also among several that a document has."""

    fieldname: str
    values: frozenset[Any]

    def accepts(self, value: Any) -> bool:
        """Return whether ``value`` is one of ``values``."""
        if isinstance(value, bytes) and _SEPARATOR in value:
            return not self.values.isdisjoint(value.split(_SEPARATOR))
        return value in self.values


@dataclass(frozen=True)
class ColumnBetween(ColumnCondition):
    """Finds documents with a value from ``first`` to ``last``, both included, in a column; ``None`` is no end."""

    fieldname: str
    first: Any
    last: Any

    def accepts(self, value: Any) -> bool:
        """Return whether ``value`` is between the ends."""
        return (self.first is None or self.first <= value) and (self.last is None or value <= self.last)

    def mask(self, column: NumberedValues) -> Array:
        """Return a byte for each document of a segment, 1 where its value is between the ends.

        Numbers of values are unsigned: below the first they wrap and become high, so one comparison suffices.
        """
        values, numbers = column
        first = 0 if self.first is None else bisect_left(values, self.first)
        end = len(values) if self.last is None else bisect_right(values, self.last)
        if first >= end:
            return np.zeros(len(numbers), np.uint8)
        mask: Array = (numbers - numbers.dtype.type(first) < end - first).view(np.uint8)
        return mask
