"""Whoosh reader of one segment: terms, postings, lengths, columns and stored fields by Whoosh's own interface.

Whoosh's searchers, matchers, sorting and spelling work over it unchanged; the fast path, :mod:`.searcher`, uses the same
segment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import whoosh.codec.base
import whoosh.columns
import whoosh.reading

from indexer.engines.whoosh.postings import TermsReader
from indexer.engines.whoosh.schema import Schema, term_bytes
from indexer.storage.segment.lengths import LENGTHS
from indexer.storage.segment_reader import NumberedValues, SegmentReader


class ColumnarReader(whoosh.reading.SegmentReader):
    """Whoosh's reader of one segment."""

    def __init__(self, schema: Schema, segment: SegmentReader, generation: int) -> None:
        self.schema = schema
        self.is_closed = False
        self._segment = segment
        self._segid = segment.file.path.name
        self._gen = generation
        self._storage = None
        self._codec = None
        self._terms = TermsReader(segment)
        self._perdoc = DocumentReader(segment)

    def terms_within(self, fieldname: str, text: str, maxdist: int, prefix: int = 0) -> Iterator[str]:
        """Yield the terms at most ``maxdist`` edits away from ``text`` that share its first ``prefix`` letters."""
        terms, from_bytes = self._segment.field(fieldname), self.schema[fieldname].from_bytes
        numbers = self._segment.spellings(fieldname).within(terms, term_bytes(text), maxdist, prefix)
        return (from_bytes(terms.term(number)) for number in numbers)


def stored_fields(segment: SegmentReader, document: int) -> dict[str, Any]:
    """Return all stored fields of a document of a segment, long texts unpacked."""
    stored, layout = segment.file.stored_document(document), segment.file.layout
    pairs = zip((*layout.stored, *layout.texts), (*stored.record, *(each.text for each in stored.texts)), strict=True)
    return {name: value for name, value in pairs if value is not None}


class DocumentReader(whoosh.codec.base.PerDocumentReader):
    """The documents of a segment: deletions, lengths, columns and stored fields."""

    def __init__(self, segment: SegmentReader) -> None:
        self._segment = segment
        self._layout = segment.file.layout

    def doc_count(self) -> int:
        """Return the number of documents that are not deleted."""
        return self._segment.documents - len(self._segment.deleted_numbers)

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones included."""
        return self._segment.documents

    def has_deletions(self) -> bool:
        """Return whether any document is deleted."""
        return self._segment.deleted is not None

    def is_deleted(self, docnum: int) -> bool:
        """Return whether a document is deleted."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> tuple[int, ...]:
        """Return the numbers of the deleted documents."""
        return self._segment.deleted_numbers

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored fields of a document."""
        return stored_fields(self._segment, docnum)

    # -- columns

    def supports_columns(self) -> bool:
        """Return True."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Return whether the segment has the column."""
        return fieldname in self._layout.columns

    def column_reader(self, fieldname: str, column: object) -> ColumnReader:
        """Return the reader of a column."""
        return ColumnReader(self._segment.column(fieldname))

    # -- lengths, in Whoosh's steps

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the length of a field in a document, ``default`` where it is empty."""
        if fieldname not in self._layout.fields:
            return default
        return LENGTHS[int(self._segment.arrays(fieldname).lengths[docnum])] or default

    def field_length(self, fieldname: str) -> int:
        """Return the exact length of a field over all documents, deleted ones included."""
        return self._segment.file.total_lengths.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        """Return the length of the field where it is shortest."""
        return min(map(LENGTHS.__getitem__, self._segment.arrays(fieldname).lengths), default=0)

    def max_field_length(self, fieldname: str) -> int:
        """Return the length of the field where it is longest."""
        return LENGTHS[int(self._segment.arrays(fieldname).lengths.max(initial=0))]


class ColumnReader(whoosh.columns.ColumnReader):
    """A column: whole numbers, or texts as bytes."""

    def __init__(self, column: NumberedValues) -> None:
        self._values, self._numbers = column
        self._reverse = False

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[self._numbers[docnum]]

    def __iter__(self) -> Iterator[Any]:
        return map(self._values.__getitem__, self._numbers.tolist())

    def load(self) -> list[Any]:
        """Return all values."""
        return list(self)

    def sort_key(self, docnum: int) -> Any:
        """Return the key that a document is ordered by."""
        return 0 - self[docnum] if self._reverse else self[docnum]

    def set_reverse(self) -> None:
        """Order from the highest to the lowest; Whoosh asks this of columns of numbers only."""
        self._reverse = True
