"""What a document's fields become in a segment, by Whoosh's schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import whoosh.columns
import whoosh.fields
from whoosh.analysis import IDTokenizer

from indexer.engines.whoosh.schema import Field, PackedText, Schema, TermsField, TextWithWords, term_bytes
from indexer.storage.segment.columns import Value
from indexer.storage.segment.interner import Term
from indexer.storage.segment.layout import Column, IndexedField, Layout
from indexer.storage.segment.writing import SegmentDocument

_NUMBERS: Final = (whoosh.fields.NUMERIC, whoosh.fields.BOOLEAN)
_MOST_GAPS: Final = 4  # for each term; a field with more of them keeps positions as numbers


def layout_of(schema: Schema) -> Layout:
    """Return what segments with this schema have; raises ValueError for a field that cannot be kept in one."""
    names = sorted(schema.names())
    return Layout(
        fields={
            name: IndexedField(
                positions=bool(schema[name].format.supports("positions")), scorable=bool(schema[name].scorable)
            )
            for name in names
            if schema[name].indexed
        },
        columns={name: _column(name, schema[name].column_type) for name in names if schema[name].column_type},
        stored=tuple(name for name in names if schema[name].stored and not isinstance(schema[name], PackedText)),
        texts=tuple(name for name in names if isinstance(schema[name], PackedText)),
    )


def _column(name: str, column: Any) -> Column:
    """Return what the column of a field holds."""
    if isinstance(column, whoosh.columns.NumericColumn):
        return _number_column(name, column._typecode, column.default_value())
    if isinstance(column, whoosh.columns.BitColumn):
        return Column("int", int(column.default_value()))
    if isinstance(
        column, whoosh.columns.VarBytesColumn | whoosh.columns.RefBytesColumn | whoosh.columns.FixedBytesColumn
    ):
        return Column("text", column.default_value().decode("utf-8", "replace"))
    raise ValueError(f"{name}: a column of {type(column).__name__} cannot be kept")


def _number_column(name: str, typecode: str, default: Any) -> Column:
    if typecode in "fd":
        return Column("float", float(default))
    if not isinstance(default, int):
        raise ValueError(f"{name}: {default} is no default for a column of whole numbers")
    return Column("unsigned" if typecode in "LQ" else "int", default)


def row_of(schema: Schema, layout: Layout, fields: Mapping[str, Any]) -> SegmentDocument:
    """Return the document that has ``fields``, given as to Whoosh's ``add_document``.

    Raises whoosh.fields.UnknownFieldError for a field that the schema does not have, and ValueError for
    boosts, which a segment does not keep.
    """
    given = {name: value for name, value in fields.items() if not name.startswith("_") and value is not None}
    for name in fields:
        _check_name(schema, name, fields[name])
    terms = {name: _terms(schema[name], value) for name, value in given.items() if name in layout.fields}
    kept = given | {name: fields[f"_stored_{name}"] for name in schema.names() if f"_stored_{name}" in fields}
    return SegmentDocument(
        terms={name: each for name, (each, _) in terms.items()},
        columns={name: _value(schema[name], kept[name]) for name in layout.columns if kept.get(name) is not None},
        stored=[kept.get(name) for name in layout.stored],
        texts={name: _text(kept[name]) for name in layout.texts if kept.get(name) is not None},
        places={name: places for name, (_, places) in terms.items() if places is not None},
    )


def _check_name(schema: Schema, name: str, value: Any) -> None:
    if name.startswith("_stored_"):
        name = name.removeprefix("_stored_")
    elif name == "_boost" or (name.startswith("_") and name.endswith("_boost")):
        if float(value) != 1.0:
            raise ValueError(f"{name}: a document's weight cannot be kept; give the weight to the query instead")
        return
    if name not in schema:
        raise whoosh.fields.UnknownFieldError(f"no field {name!r} in the schema")


def _terms(field: Field, value: Any) -> tuple[Sequence[Term], Sequence[int] | None]:
    """Return the terms of a field by position, or with a position for each."""
    if isinstance(field, TermsField):
        return value, None
    if isinstance(value, str) and type(field.analyzer) is IDTokenizer and not isinstance(field, _NUMBERS):
        return [value], None
    if not field.format.supports("positions"):
        return [term for term, count, _, _ in field.index(value) for _ in range(count)], None
    placed = sorted(_placed_terms(field, value), key=lambda each: each[0])
    last = placed[-1][0] if placed else -1
    if len({place for place, _ in placed}) == len(placed) and last <= (_MOST_GAPS + 1) * len(placed):
        by_place = dict(placed)
        return [by_place.get(place) for place in range(last + 1)], None
    return [term for _, term in placed], [place for place, _ in placed]


def _placed_terms(field: Field, value: Any) -> Iterator[tuple[int, bytes]]:
    positions_of = field.format.decoder("positions")
    for term, _, _, posting in field.index(value):
        for place in positions_of(posting):
            yield place, term


def _value(field: Field, value: Any) -> Value:
    """Return what a column holds of ``value``."""
    if isinstance(value, list | tuple):
        value = value[0]
    if isinstance(value, str) and not isinstance(field, _NUMBERS):
        return value
    held = field.to_column_value(value)
    return int(held) if isinstance(held, bool) else held


def _text(value: Any) -> tuple[str, Sequence[int]]:
    return (value.text, value.starts) if isinstance(value, TextWithWords) else (value, ())


def unique_terms(schema: Schema, row: SegmentDocument) -> list[tuple[str, bytes]]:
    """Return the unique fields that a document has, and the term of each."""
    return [
        (name, term if isinstance(term, bytes) else term_bytes(term))
        for name, field in schema.items()
        if field.unique and (terms := row.terms.get(name)) and (term := terms[0]) is not None
    ]


def bytes_of(field: Field, value: Any) -> bytes:
    """Return the term that ``value`` is in an index."""
    if isinstance(value, list | tuple):
        value = value[0]
    term: bytes = (
        term_bytes(value) if isinstance(value, str) and not isinstance(field, _NUMBERS) else field.to_bytes(value)
    )
    return term
