"""Orders of documents by columns, as Whoosh's ``sortedby`` asks for them: a rank for each document of an index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import whoosh.sorting

from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import SegmentReader


class SortField(NamedTuple):
    """A column to sort by; ``reverse``: from the highest value to the lowest."""

    column: str
    reverse: bool


def sort_fields(sortedby: Any) -> tuple[SortField, ...] | None:
    """Return the columns that Whoosh's ``sortedby`` names, ``None`` when it sorts by anything else than fields."""
    facets = whoosh.sorting.MultiFacet.from_sortedby(sortedby).facets
    if len(facets) == 1 and type(facets[0]) is whoosh.sorting.MultiFacet:
        facets = facets[0].facets
    if not facets or not all(type(facet) is whoosh.sorting.FieldFacet and not facet.allow_overlap for facet in facets):
        return None
    return tuple(SortField(facet.fieldname, bool(facet.reverse)) for facet in facets)


def ranks(segments: Sequence[SegmentReader], fields: Sequence[SortField], *, reverse: bool) -> tuple[Array, ...]:
    """Return the rank of each document (f8), one array a segment; ``reverse`` turns the whole order, equals too."""
    documents = sum(segment.documents for segment in segments)
    keys = [_keys(segments, field) for field in reversed(fields)]
    order = np.lexsort((np.arange(documents), *keys))
    by_document = np.empty(documents)
    by_document[order] = np.arange(documents)[::-1] if reverse else np.arange(documents)
    ends = np.cumsum([segment.documents for segment in segments])[:-1]
    return tuple(np.ascontiguousarray(part) for part in np.split(by_document, ends))


def _keys(segments: Sequence[SegmentReader], field: SortField) -> Array:
    """Return a number for each document of the index that rises with its value, or falls."""
    columns = [segment.column(field.column) for segment in segments]
    values = sorted({value for column in columns for value in column.values})
    places = {value: -place if field.reverse else place for place, value in enumerate(values)}
    parts = [np.array([places[value] for value in column.values], np.int64)[column.numbers] for column in columns]
    return np.concatenate([np.zeros(0, np.int64), *parts])
