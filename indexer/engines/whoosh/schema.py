"""Whoosh schema of an index: fields of terms, of texts in columns, of days, and long texts.

Whoosh's query parsers work on it, since the fields of terms carry an Arabic analyzer.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import whoosh.columns
import whoosh.fields
import whoosh.formats

from analyzers import ArabicAnalyzer
from indexer.article import AUTHORS_SEPARATOR
from indexer.errors import IndexUnusableError
from indexer.names.addresses import address_key
from indexer.schema import ADDRESS_FIELD, COLUMNS, SKETCH_COLUMNS, SPACES, TEXT_FIELDS, VALUE_SEPARATOR
from indexer.storage.segment.layout import IndexedField, Layout

Schema: TypeAlias = Any
Field: TypeAlias = Any


class TermsField(whoosh.fields.FieldType):
    """A field of terms by position, scored by BM25F.

    ``analyzer`` makes terms of texts, in queries and for highlighting; ``text_fields`` name the stored fields whose
    texts they are of. A document may give its terms ready as a list, ``None`` for a gap.
    """

    scorable = True
    stored = False
    unique = False
    vector = None
    column_type = None

    def __init__(self, *, positions: bool = True, analyzer: Any = None, text_fields: tuple[str, ...] = ()) -> None:
        self.format = whoosh.formats.Positions() if positions else whoosh.formats.Frequency()
        self.analyzer = analyzer
        self.text_fields = text_fields

    def index(self, value: str | Sequence[str | None], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield each distinct term with its frequency, weight and posting value, as Whoosh's fields do."""
        terms = [token.text for token in self.analyzer(value)] if isinstance(value, str) else value
        positions_of: dict[str, list[int]] = {}
        for position, term in enumerate(terms):
            if term is not None:
                positions_of.setdefault(term, []).append(position)
        has_positions = self.format.supports("positions")
        for term, positions in positions_of.items():
            count = len(positions)
            posting = self.format.encode(positions) if has_positions else whoosh.formats.pack_uint(count)
            yield term_bytes(term), count, float(count), posting

    def to_bytes(self, value: str | bytes) -> bytes:
        """Return a term as the index has it."""
        return value if isinstance(value, bytes) else term_bytes(value)

    def from_bytes(self, bs: bytes) -> str:
        """Return a term of the index as text; bytes that are no UTF-8, in a damaged index, become replacement marks."""
        return bs.decode("utf-8", "replace")


class LongText(whoosh.fields.STORED):
    """A long stored text, unpacked when it is asked for; its words are marked by the terms of ``term_fields``."""

    def __init__(self, term_fields: tuple[str, ...] = ()) -> None:
        self.term_fields = term_fields


class TextColumn(whoosh.fields.COLUMN):
    """A text in a column, for sorting, grouping and conditions; "" in a document without one."""

    def __init__(self, *, stored: bool) -> None:
        super().__init__(whoosh.columns.RefBytesColumn())
        self.stored = stored

    def from_column_value(self, value: bytes) -> str:
        """Return the text of a value in the column; several stand in one line."""
        return value.decode("utf-8", "replace").replace(VALUE_SEPARATOR, AUTHORS_SEPARATOR)


class DayColumn(whoosh.fields.COLUMN):
    """A stored date as a day number in a column, from 0001-01-01 = 1; 0 in a document without one."""

    stored = True

    def __init__(self) -> None:
        super().__init__(whoosh.columns.NumericColumn("i", default=0))

    def from_column_value(self, value: int) -> datetime.date | None:
        """Return the date of a value in the column."""
        return datetime.date.fromordinal(value) if value else None


class AddressField(whoosh.fields.ID):
    """A stored web address; its term is the key that all spellings of it share."""

    def index(self, value: str, **options: Any) -> Any:
        """Yield the key of an address as Whoosh's fields yield a term."""
        return super().index(address_key(value), **options)


def term_bytes(term: str) -> bytes:
    """Return a term as UTF-8; a character that has none becomes a question mark."""
    return term.encode("utf-8", "replace")


def article_schema() -> Schema:
    """Return the Whoosh schema of an index of articles."""
    fields: dict[str, Field] = {
        "id": whoosh.fields.ID(unique=True, stored=True),
        "date": DayColumn(),
        **{name: whoosh.fields.COLUMN(whoosh.columns.NumericColumn("q")) for name in SKETCH_COLUMNS},
        ADDRESS_FIELD: AddressField(stored=True),
        **{name: whoosh.fields.STORED() for name in ("lang", "authors", "other_urls")},
        # Authors and language are stored as the article has them.
        **{name: TextColumn(stored=name in ("source", "category")) for name in COLUMNS},
        **{name: LongText(SPACES) for name in TEXT_FIELDS},
        **{space: TermsField(analyzer=ArabicAnalyzer(space), text_fields=TEXT_FIELDS) for space in SPACES},
    }
    return whoosh.fields.Schema(**fields)


def require_same_fields(schema: Schema, layout: Layout) -> None:
    """Raise IndexUnusableError when the indexed fields or columns of ``schema`` are not those of an index."""
    indexed = {
        name: IndexedField(bool(field.format.supports("positions")), bool(field.scorable))
        for name, field in schema.items()
        if field.indexed
    }
    columns = {name for name, field in schema.items() if field.column_type}
    stored = {name for name, field in schema.items() if field.stored}
    if indexed != layout.fields or columns != layout.columns.keys() or stored != {*layout.stored, *layout.texts}:
        raise IndexUnusableError(
            "the index has other fields than the schema; rebuild it, or open it with its own schema"
        )
