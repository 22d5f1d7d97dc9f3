"""Documents of any Whoosh schema in segments of ours, for comparisons with stock Whoosh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import whoosh.columns
from whoosh.analysis import IDTokenizer

from indexer.engines.whoosh.index import ColumnarIndex, open_whoosh
from indexer.engines.whoosh.schema import LongText, Schema, TermsField
from indexer.storage.segment.file import write_deletions
from indexer.storage.segment.layout import ColumnKind, IndexedField, Layout
from indexer.storage.segment.writing import SegmentDocument
from indexer.storage.toc import Toc
from indexer.storage.writer import IndexWriter, create

Fields = Mapping[str, Any]


def write_index(
    folder: Path, schema: Schema, batches: Sequence[Sequence[Fields]], deleted: Sequence[int] = ()
) -> ColumnarIndex:
    """Write a segment for each batch of documents, mark ``deleted`` ones by their number; return the index, open."""
    layout = layout_of(schema)
    create(folder, layout)
    for batch in batches:
        with IndexWriter(folder) as writer:
            for fields in batch:
                writer.update(segment_document(schema, layout, fields))
    _delete(folder, deleted)
    return open_whoosh(folder, schema)


def layout_of(schema: Schema) -> Layout:
    """Return the layout of an index with this schema."""
    names = sorted(schema.names())
    return Layout(
        fields={
            name: IndexedField(bool(schema[name].format.supports("positions")), bool(schema[name].scorable))
            for name in names
            if schema[name].indexed
        },
        columns={name: _kind(schema[name].column_type) for name in names if schema[name].column_type},
        stored=tuple(name for name in names if schema[name].stored and not isinstance(schema[name], LongText)),
        texts=tuple(name for name in names if isinstance(schema[name], LongText)),
    )


def _kind(column: Any) -> ColumnKind:
    return "int" if isinstance(column, whoosh.columns.NumericColumn | whoosh.columns.BitColumn) else "text"


def segment_document(schema: Schema, layout: Layout, fields: Fields) -> SegmentDocument:
    """Return the document that has ``fields``, given as to Whoosh's ``add_document``."""
    return SegmentDocument(
        terms={name: _terms(schema[name], value) for name, value in fields.items() if name in layout.fields},
        columns={name: _column_value(schema[name], value) for name, value in fields.items() if name in layout.columns},
        stored=[fields.get(name) for name in layout.stored],
        texts={name: (fields[name], ()) for name in layout.texts if name in fields},
    )


def _terms(field: Any, value: Any) -> Sequence[str | bytes | None]:
    """Return the terms of a field by position, ``None`` for a gap."""
    if isinstance(field, TermsField):
        terms: Sequence[str | None] = value
        return terms
    if isinstance(value, str) and type(field.analyzer) is IDTokenizer:
        return [value]
    if not field.format.supports("positions"):
        return [term for term, count, _, _ in field.index(value) for _ in range(count)]
    placed = dict(_placed_terms(field, value))
    return [placed.get(position) for position in range(max(placed, default=-1) + 1)]


def _placed_terms(field: Any, value: Any) -> Iterator[tuple[int, bytes]]:
    positions_of = field.format.decoder("positions")
    for term, _, _, posting in field.index(value):
        for position in positions_of(posting):
            yield position, term


def _column_value(field: Any, value: Any) -> Any:
    return value if isinstance(value, str) else field.to_column_value(value)


def _delete(folder: Path, numbers: Sequence[int]) -> None:
    """Mark documents of the whole index as deleted."""
    toc = Toc.read(folder)
    first, entries = 0, []
    for entry in toc.segments:
        own = sorted(number - first for number in numbers if first <= number < first + entry.documents)
        first += entry.documents
        if own:
            name = f"{Path(entry.file).stem}-999.del"
            write_deletions(folder / name, np.array(own))
            entry = replace(entry, deletions=name, deleted=len(own))
        entries.append(entry)
    replace(toc, segments=tuple(entries)).write(folder)
