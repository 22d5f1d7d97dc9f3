"""The order of documents by columns, as Whoosh sorts them: a rank for each document of the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import whoosh.columns
import whoosh.sorting

from indexer.engines.whoosh.fifo_cache import FifoCache
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import NumberedValues, SegmentReader

ORDERS_KEPT = 16

_COLUMNS = (whoosh.columns.NumericColumn, whoosh.columns.RefBytesColumn, whoosh.columns.VarBytesColumn)


class SortField(NamedTuple):
    """A column to sort by; ``reverse``: from the highest value to the lowest."""

    column: str
    reverse: bool


class SortSpec(NamedTuple):
    """Columns to sort by, the first one first; ``reverse`` turns the whole order round, equals too."""

    fields: tuple[SortField, ...]
    reverse: bool


class Order(NamedTuple):
    """The rank of each document, one array a segment; and for each column the keys that Whoosh shows, in each segment."""

    ranks: tuple[Array, ...]
    keys: tuple[tuple[NumberedValues, ...], ...]

    def keys_of(self, segment: int, documents: list[int]) -> list[Any]:
        """Return what Whoosh sorts each of some documents by: one key, or a tuple of several."""
        columns = [_keys_of(column[segment], documents) for column in self.keys]
        return list(zip(*columns, strict=True)) if len(columns) > 1 else columns[0]


def _keys_of(column: NumberedValues, documents: list[int]) -> list[Any]:
    values = column.values
    return [values[number] for number in column.numbers[documents].tolist()] if documents else []


class Orders:
    """Makes orders of the documents of an index, and keeps the latest ones; threads may share it."""

    def __init__(self, schema: Any, segments: Sequence[SegmentReader]) -> None:
        self._schema = schema
        self._segments = tuple(segments)
        self._kept: FifoCache[SortSpec, Order] = FifoCache(ORDERS_KEPT)

    def of(self, sortedby: Any, *, reverse: bool) -> Order | None:
        """Return the order that Whoosh's ``sortedby`` and ``reverse`` ask for, ``None`` when it is not one by columns."""
        fields = _sort_fields(sortedby)
        if fields is None or not all(self._is_sortable(each.column) for each in fields):
            return None
        spec = SortSpec(fields, reverse)
        return self._kept.get(spec) or self._kept.keep(spec, self._made(spec))

    def _is_sortable(self, name: str) -> bool:
        return (
            name in self._schema
            and type(self._schema[name].column_type) in _COLUMNS
            and any(segment.has_column(name) for segment in self._segments)
        )

    def _made(self, spec: SortSpec) -> Order:
        keys = tuple(self._keys(each) for each in spec.fields)
        documents = sum(segment.documents for segment in self._segments)
        order = np.lexsort((np.arange(documents), *(_ranks(column) for column in reversed(keys))))
        ranks = np.empty(documents, np.float64)
        ranks[order] = np.arange(documents)[::-1] if spec.reverse else np.arange(documents)
        ends = np.cumsum([segment.documents for segment in self._segments])[:-1]
        return Order(tuple(np.ascontiguousarray(each) for each in np.split(ranks, ends)), keys)

    def _keys(self, field: SortField) -> tuple[NumberedValues, ...]:
        """Return the key of each document: its value, or for the reverse the number that Whoosh takes instead."""
        columns = tuple(self._column(segment, field.column) for segment in self._segments)
        if not field.reverse:
            return columns
        if isinstance(self._schema[field.column].column_type, whoosh.columns.NumericColumn):
            return tuple(NumberedValues([0 - value for value in each.values], each.numbers) for each in columns)
        places = {value: place for place, value in enumerate(_distinct(columns))}
        return tuple(NumberedValues([0 - places[value] for value in each.values], each.numbers) for each in columns)

    def _column(self, segment: SegmentReader, name: str) -> NumberedValues:
        if segment.has_column(name):
            return segment.numbered(name)
        default = self._schema[name].column_type.default_value()
        return NumberedValues([default], np.zeros(segment.documents, np.uint8))


def _sort_fields(sortedby: Any) -> tuple[SortField, ...] | None:
    facets = whoosh.sorting.MultiFacet.from_sortedby(sortedby).facets
    if len(facets) == 1 and type(facets[0]) is whoosh.sorting.MultiFacet:
        facets = facets[0].facets
    if not facets or not all(type(each) is whoosh.sorting.FieldFacet and not each.allow_overlap for each in facets):
        return None
    return tuple(SortField(each.fieldname, bool(each.reverse)) for each in facets)


def _distinct(columns: Sequence[NumberedValues]) -> list[Any]:
    return sorted({value for each in columns for value in each.values})


def _ranks(columns: Sequence[NumberedValues]) -> Array:
    """Return a number for each document of the index that rises with its key."""
    places = {key: place for place, key in enumerate(_distinct(columns))}
    ranked = [np.array([places[key] for key in each.values], np.int64) for each in columns]
    return np.concatenate([ranks[each.numbers] for ranks, each in zip(ranked, columns, strict=True)])
