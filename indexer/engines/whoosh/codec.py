"""A segment of arrays as Whoosh reads one.

Whoosh's own readers, matchers and collectors work over it unchanged, whatever the query. The fast path,
:mod:`~indexer.engines.whoosh.searcher`, uses the same open segment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import whoosh.codec.base
import whoosh.columns
import whoosh.reading

from indexer.engines.whoosh.postings import LENGTHS, Cursor, TermsReader
from indexer.engines.whoosh.schema import Schema
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.layout import SegmentFile
from indexer.storage.segment_reader import NumberedValues, SegmentReader


class ColumnarSegment(SegmentReader, whoosh.codec.base.Segment):
    """An open segment, with what Whoosh asks of one."""

    def __init__(self, segment: SegmentFile, deleted: Array | None = None) -> None:
        super().__init__(segment, deleted)
        self.indexname = "columnar"
        self.segid = segment.path.stem
        self.compound = False

    def codec(self) -> ColumnarCodec:
        """Return what reads it."""
        return CODEC

    def doc_count_all(self) -> int:
        """Return how many documents there are, deleted ones too."""
        return self.documents

    def deleted_count(self) -> int:
        """Return how many documents are deleted."""
        return len(self.deleted_numbers)

    def deleted_docs(self) -> tuple[int, ...]:
        """Return the numbers of the deleted documents, rising."""
        return self.deleted_numbers

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Refuse: an open segment never changes, a writer writes its deletions aside."""
        raise NotImplementedError("use the index's writer to delete documents")


class ColumnarCodec(whoosh.codec.base.Codec):
    """What Whoosh asks for the readers of a segment; segments are written by the index's own writer."""

    def terms_reader(self, storage: object, segment: ColumnarSegment) -> TermsReader:
        """Return the reader of its terms and postings."""
        return TermsReader(segment)

    def per_document_reader(self, storage: object, segment: ColumnarSegment) -> DocumentReader:
        """Return the reader of its documents."""
        return DocumentReader(segment)

    def automata(self, storage: object, segment: ColumnarSegment) -> Automata:
        """Return what finds the terms a few letters away."""
        return Automata()


CODEC: Final = ColumnarCodec()


class Automata(whoosh.codec.base.Automata):
    """Finds the terms a few letters away by the kernels."""

    def terms_within(self, fieldcur: Any, uterm: str, maxdist: int, prefix: int = 0) -> Iterator[str]:
        """Yield the terms at most ``maxdist`` letters away that share the first ``prefix`` ones."""
        if isinstance(fieldcur, Cursor):
            return fieldcur.within(uterm, maxdist, prefix)
        found: Iterator[str] = super().terms_within(fieldcur, uterm, maxdist, prefix)
        return found


class DocumentReader(whoosh.codec.base.PerDocumentReader):
    """The documents of a segment: which are deleted, their lengths, columns and stored fields."""

    def __init__(self, segment: ColumnarSegment) -> None:
        self._segment = segment

    def doc_count(self) -> int:
        """Return how many documents are not deleted."""
        return self._segment.documents - self._segment.deleted_count()

    def doc_count_all(self) -> int:
        """Return how many documents there are, deleted ones too."""
        return self._segment.documents

    def has_deletions(self) -> bool:
        """Say whether any document is deleted."""
        return self._segment.deleted is not None

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> tuple[int, ...]:
        """Return the numbers of the deleted documents."""
        return self._segment.deleted_numbers

    # -- columns

    def supports_columns(self) -> bool:
        """Say that there are columns."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Say whether the segment has the column."""
        return self._segment.has_column(fieldname)

    def list_columns(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(self._segment.file.layout.columns)

    def column_reader(self, fieldname: str, column: object) -> ColumnReader:
        """Return the reader of a column; its kind is known to the segment."""
        return ColumnReader(self._segment.numbered(fieldname))

    # -- lengths

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the length of a field in a document, in Whoosh's steps; ``default`` where it has none."""
        fields = self._segment.file.fields
        if fieldname not in fields or not fields[fieldname].scorable:
            return default
        step = self._segment.arrays(fieldname).lengths[docnum]
        return LENGTHS[int(step)] if step else default

    def field_length(self, fieldname: str) -> int:
        """Return the length of a field over all documents, deleted ones too."""
        fields = self._segment.file.fields
        return fields[fieldname].total_length if fieldname in fields else 0

    def min_field_length(self, fieldname: str) -> int:
        """Return the length of the field where it is shortest, in Whoosh's steps."""
        lengths = self._segment.arrays(fieldname).lengths
        return LENGTHS[int(lengths.min())] if len(lengths) else 0

    def max_field_length(self, fieldname: str) -> int:
        """Return the length of the field where it is longest, in Whoosh's steps."""
        return LENGTHS[int(self._segment.arrays(fieldname).lengths.max(initial=0))]

    # -- stored

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored fields of a document."""
        return self._segment.stored_fields(docnum)


class ColumnReader(whoosh.columns.ColumnReader):
    """A column, in memory; numbers come back as numbers, texts as bytes."""

    def __init__(self, column: NumberedValues) -> None:
        self._values = column.values
        self._numbers = column.numbers
        self._reverse = False

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[self._numbers[docnum]]

    def __iter__(self) -> Iterator[Any]:
        values = self._values
        return (values[number] for number in self._numbers.tolist())

    def load(self) -> list[Any]:
        """Return all values."""
        return list(self)

    def sort_key(self, docnum: int) -> Any:
        """Return what documents are ordered by."""
        return 0 - self[docnum] if self._reverse else self[docnum]

    def set_reverse(self) -> None:
        """Order from the highest to the lowest; for numbers only."""
        self._reverse = True


def segment_reader(schema: Schema, segment: ColumnarSegment, generation: int) -> Any:
    """Return Whoosh's own reader of a segment."""
    return whoosh.reading.SegmentReader(None, schema, segment, generation=generation)
