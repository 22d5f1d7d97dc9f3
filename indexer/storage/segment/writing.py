"""Writing of one segment: documents come in, terms get numbers as they come and are sorted when all are there.

The frames of what is stored go to the file at once, tokens to a file aside; in memory are the terms, and the values of
each document.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from indexer.storage.segment.arrays import Array, ArrayFileWriter
from indexer.storage.segment.columns import NumberColumn, TextColumn, Value
from indexer.storage.segment.dictionary import Dictionary, byte_order
from indexer.storage.segment.file import segment_meta
from indexer.storage.segment.interner import Term, TermInterner
from indexer.storage.segment.inversion import PostingsBlock, count_tokens, invert, tokens_at_once
from indexer.storage.segment.layout import MAX_DOCUMENTS, IndexedField, Json, Layout
from indexer.storage.segment.lengths import length_steps
from indexer.storage.segment.stored import encode_document
from indexer.storage.segment.stored_writing import StoredBuffer
from indexer.storage.segment.tokens import TokenBuffer

NOTHING: Final[Mapping[str, Any]] = {}
MAX_TOKENS: Final = 1 << 31  # of a field: position offsets take four bytes, and one more document may come
_INVERSION_BYTES: Final = 8  # a token of a range, while its postings are made


class SegmentDocument(NamedTuple):
    """One document.

    ``terms``: for each indexed field its terms by position, ``None`` for a gap; bytes are taken as they are.
    ``columns``: values; a column that is left out gets 0 or the empty text. ``stored``: JSON values in the order of the
    layout. ``texts``: for each long text the text and where its words start, in characters. ``body_start``: the position
    where the body begins, behind the title.
    """

    terms: Mapping[str, Sequence[Term]] = NOTHING
    columns: Mapping[str, Value] = NOTHING
    stored: Sequence[Json] = ()
    texts: Mapping[str, tuple[str, Sequence[int]]] = NOTHING
    body_start: int = 0


class SegmentWriter:
    """A new segment file, to be finished or discarded.

    Raises OSError when the file cannot be written. ``dictionary`` is that of the index's other segments; where it does not
    suit the amount of what is stored, the segment trains its own.
    """

    def __init__(self, path: Path, layout: Layout, *, dictionary: bytes = b"") -> None:
        self.path = path
        self.layout = layout
        self.tokens = 0
        """How many tokens were added to all fields."""
        self._body_starts = array("I")
        self._is_discarded = False
        self._file = ArrayFileWriter(path)
        self._fields = {name: _FieldBuffer(field, path.parent) for name, field in layout.fields.items()}
        self._columns = {
            name: TextColumn() if kind == "text" else NumberColumn() for name, kind in layout.columns.items()
        }
        self._stored = StoredBuffer(self._file, dictionary)

    @property
    def documents(self) -> int:
        """How many documents were added."""
        return len(self._body_starts)

    @property
    def is_full(self) -> bool:
        """Whether no further document may be added."""
        return self.documents >= MAX_DOCUMENTS or (
            self.tokens >= MAX_TOKENS and any(len(field.tokens) >= MAX_TOKENS for field in self._fields.values())
        )

    @property
    def memory_bytes(self) -> int:
        """The memory that it takes and will need to finish, estimated."""
        buffers = (*self._fields.values(), *self._columns.values(), self._stored)
        return sum(buffer.memory_bytes for buffer in buffers)

    @property
    def dictionary(self) -> bytes:
        """The dictionary of what it stores, as far as it is known already; for segments to come."""
        return self._stored.dictionary

    def add(self, document: SegmentDocument) -> int:
        """Add a document; return its number.

        Raises ValueError, TypeError or OverflowError for a value that does not fit, and leaves the document out. After an
        OSError half a document may be in the segment: no more can be added and it cannot be finished.
        """
        self._require_whole()
        if self.is_full or len(document.stored) != len(self.layout.stored):
            raise ValueError(f"{len(document.stored)} stored values, or more than {MAX_DOCUMENTS} documents")
        tokens = [field.ids(document.terms.get(name, ())) for name, field in self._fields.items()]
        values = [column.check(document.columns.get(name)) for name, column in self._columns.items()]
        texts = [document.texts.get(name, ("", ())) for name in self.layout.texts]
        content = encode_document(document.stored, texts)
        body_start = array("I", [document.body_start])
        try:
            for field, ids in zip(self._fields.values(), tokens, strict=True):
                field.tokens.add(ids)
            for column, value in zip(self._columns.values(), values, strict=True):
                column.add(value)  # type: ignore[arg-type]  # its own
            self._stored.add(content)
        except BaseException:
            self.discard()
            raise
        self._body_starts += body_start
        self.tokens += sum(map(len, tokens))
        return self.documents - 1

    def finish(self) -> None:
        """Write what is still in memory and close the file."""
        self._require_whole()
        self._stored.finish()
        for name, column in self._columns.items():
            column.write(self._file, name)
        body_starts = write_body_starts(self._file, np.frombuffer(self._body_starts, np.uint32))
        totals = {name: field.write(self._file, name, body_starts) for name, field in self._fields.items()}
        self._file.finish(segment_meta(self.documents, self.layout, totals))

    def discard(self) -> None:
        """Remove the file."""
        self._is_discarded = True
        self._file.discard()
        for field in self._fields.values():
            field.tokens.close()

    def _require_whole(self) -> None:
        if self._is_discarded:
            raise OSError(f"{self.path}: given up, a document could not be written whole; add all documents again")


class _FieldBuffer:
    """The tokens and terms of an indexed field."""

    def __init__(self, indexed: IndexedField, folder: Path) -> None:
        self._indexed = indexed
        self._interner = TermInterner()
        self.tokens = TokenBuffer(folder)

    @property
    def memory_bytes(self) -> int:
        """The memory that it takes and will need to finish, estimated."""
        inverting = len(self.tokens) + min(len(self.tokens), tokens_at_once(len(self.tokens))) * _INVERSION_BYTES
        return self.tokens.memory_bytes + inverting + self._interner.memory_bytes

    def ids(self, terms: Sequence[Term]) -> array[int]:
        """Return the terms of one document as tokens."""
        return self._interner.ids(terms)

    def write(self, file: ArrayFileWriter, name: str, body_starts: Array) -> int:
        """Write the arrays of the field and close its tokens; return the sum of its lengths."""
        ranks, terms = self._write_terms(file, name)
        counts = count_tokens(self.tokens.chunks, ranks, terms, positions=self._indexed.positions)
        write_postings(file, name, counts.tokens, counts.width, invert(self.tokens.chunks, ranks, counts, body_starts))
        self.tokens.close()
        return write_lengths(file, name, self._indexed, counts.lengths)

    def _write_terms(self, file: ArrayFileWriter, name: str) -> tuple[Array, int]:
        """Write the terms that occur, sorted; return the rank of each id among them, and how many there are."""
        dictionary = self._interner.dictionary()
        self._interner = TermInterner()  # its terms are not needed twice
        order = byte_order(dictionary)
        occurs = np.zeros(len(order), bool)
        for chunk in self.tokens.chunks():
            occurs[chunk.ids] = True
        occurs[0] = False
        order = order[occurs[order]]
        ranks = np.zeros(len(occurs), np.uint32)
        ranks[order] = np.arange(len(order), dtype=np.uint32)
        write_terms(file, name, dictionary.take(order))
        return ranks, len(order)


def write_terms(file: ArrayFileWriter, name: str, dictionary: Dictionary) -> None:
    """Write the dictionary of a field."""
    file.add(f"{name}/terms", dictionary.terms)
    file.add(f"{name}/term_ends", dictionary.ends.astype(np.uint32))


def write_postings(
    file: ArrayFileWriter, name: str, tokens: Array, width: int, blocks: Iterable[PostingsBlock]
) -> None:
    """Write the postings of a field, range after range; only the occurrence bytes wait in memory.

    ``tokens``: how many each term has; ``width``: the bytes of a position, 0 where positions are not wanted.
    """
    positions = file.open_array(f"{name}/positions", f"u{width}", int(tokens.sum())) if width else None
    docs = file.open_array(f"{name}/docs", "u2")
    postings, occurrences, over_at, over = [np.zeros(1, np.int64)], bytearray(), array("I"), array("I")
    for block in blocks:
        docs.write(block.docs)
        if positions:
            positions.write(block.positions)
        over_at.frombytes((block.overflow_rows + np.uint32(len(occurrences))).tobytes())
        over.frombytes(block.overflow.tobytes())
        occurrences += block.occurrences.data
        postings.append(block.counts)
    docs.close()
    file.add(f"{name}/occurrences", occurrences)
    file.add(f"{name}/tf_overflow_rows", np.frombuffer(over_at, np.uint32))
    file.add(f"{name}/tf_overflow", np.frombuffer(over, np.uint32))
    file.add(f"{name}/posting_offsets", np.cumsum(np.concatenate(postings)).astype(np.uint32))
    if positions:
        positions.close()
        file.add(f"{name}/position_offsets", np.append(0, np.cumsum(tokens)).astype(np.uint32))


def write_body_starts(file: ArrayFileWriter, body_starts: Array) -> Array:
    """Write and return the position where each document's body begins."""
    file.add("body_starts", body_starts.astype(np.uint16 if int(body_starts.max(initial=0)) < 1 << 16 else np.uint32))
    return body_starts


def write_lengths(file: ArrayFileWriter, name: str, indexed: IndexedField, lengths: Array) -> int:
    """Write the lengths of a field, one byte a document; return their sum. A field that is not scorable has none."""
    kept = lengths if indexed.scorable else np.zeros_like(lengths)
    file.add(f"{name}/lengths", length_steps(kept))
    return int(kept.sum())
