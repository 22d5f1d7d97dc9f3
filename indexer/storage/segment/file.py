"""One segment file, mapped: its arrays, checked when they are asked for, and its table of contents.

A segment holds at most 65,536 documents, numbered from 0. An indexed field F has a sorted dictionary of terms and, for
each term, its documents, frequencies and (when it keeps them) positions::

    F/terms u1  F/term_ends u4[T+1]     term t is terms[term_ends[t]:term_ends[t+1]]
    F/posting_offsets u4[T+1]           its postings are those from posting_offsets[t] to posting_offsets[t+1]
    F/docs u2[P]  F/occurrences u1[P]   the occurrence byte, see indexer/ranking/occurrences.py; a frequency of 15 or more
                                        is in F/tf_overflow, its posting in F/tf_overflow_rows
    F/position_offsets u4[T+1]          F/positions u2 or u4: those of the postings of a term follow each other
    F/lengths u1[N]                     the length of the field in each document, see :mod:`.lengths`

The positions of a document's body begin, in every field, at ``body_starts`` (u2 or u4, N).

A column C has whole numbers (``column/C/values``) or codes into its sorted distinct texts (``column/C/codes``,
``value_bytes``, ``value_ends``). What is stored of a document is one frame (``stored/frames``, ``frame_ends``, with
``stored/dictionary``), see :mod:`.frames` and :mod:`.stored`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from indexer.errors import IndexDamagedError
from indexer.storage.sealed_json import count
from indexer.storage.segment.arrays import Array, ArrayFile, ArrayFileWriter
from indexer.storage.segment.frames import Unpacker
from indexer.storage.segment.layout import MAX_DOCUMENTS, Layout
from indexer.storage.segment.stored import StoredDocument, decode_document
from indexer.storage.segment.stored_writing import DICTIONARY, FRAME_ENDS, FRAMES


class FieldArrays(NamedTuple):
    """The arrays of an indexed field, in the order in which the kernels take them."""

    terms: Array
    term_ends: Array
    posting_offsets: Array
    docs: Array
    occurrences: Array
    tf_overflow_rows: Array
    tf_overflow: Array
    lengths: Array
    position_offsets: Array | None
    positions: Array | None
    body_starts: Array


class CodedColumn(NamedTuple):
    """A column of texts: for each document the number of its value; the values are sorted."""

    codes: Array
    values: tuple[bytes, ...]


class SegmentFile(ArrayFile):
    """One segment, mapped, which threads may share. Raises IndexDamagedError whenever it is not what was written.

    ``total_lengths`` has the exact sum of the lengths of each scorable field, 0 for any other; ``dictionary`` is what its
    frames are compressed with.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            self.documents = count(self.meta["documents"])
            self.layout = Layout.from_json(self.meta["layout"])
            self.total_lengths = {name: count(self.meta["total_lengths"][name]) for name in self.layout.fields}
            if self.documents > MAX_DOCUMENTS:
                raise ValueError(self.documents)
            self._frames = _Pieces(self, FRAMES, FRAME_ENDS, self.documents)
            self.dictionary = self.array(DICTIONARY, "u1").tobytes()
            self._unpacker = Unpacker(str(path), self.dictionary)
        except (ValueError, TypeError, LookupError, AttributeError) as problem:
            raise IndexDamagedError(f"{path}: not a segment of an index") from problem

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.path.name

    # -- terms

    def field(self, name: str) -> FieldArrays:
        """Return the arrays of an indexed field."""
        positions = self.layout.fields[name].positions
        arrays = FieldArrays(
            terms=self.array(f"{name}/terms", "u1"),
            term_ends=self.array(f"{name}/term_ends", "u4"),
            posting_offsets=self.array(f"{name}/posting_offsets", "u4"),
            docs=self.array(f"{name}/docs", "u2"),
            occurrences=self.array(f"{name}/occurrences", "u1"),
            tf_overflow_rows=self.array(f"{name}/tf_overflow_rows", "u4"),
            tf_overflow=self.array(f"{name}/tf_overflow", "u4"),
            lengths=self.array(f"{name}/lengths", "u1"),
            position_offsets=self.array(f"{name}/position_offsets", "u4") if positions else None,
            positions=self.array(f"{name}/positions", "u2", "u4") if positions else None,
            body_starts=self.body_starts(),
        )
        if not _agree(arrays, self.documents):
            raise IndexDamagedError(f"{self.path}: the arrays of {name} do not agree")
        return arrays

    def body_starts(self) -> Array:
        """Return the position where the body of each document begins (u2 or u4)."""
        body_starts = self.array("body_starts", "u2", "u4")
        if len(body_starts) != self.documents:
            raise IndexDamagedError(f"{self.path}: body_starts is not what was written")
        return body_starts

    # -- columns

    def numbers(self, name: str) -> Array:
        """Return a column of whole numbers: i4 or i8, one a document."""
        values = self.array(f"column/{name}/values", "i4", "i8")
        if len(values) != self.documents:
            raise self._damaged_column(name)
        return values

    def codes(self, name: str) -> CodedColumn:
        """Return a column of texts."""
        codes = self.array(f"column/{name}/codes", "u1", "u2", "u4")
        content = self.array(f"column/{name}/value_bytes", "u1").tobytes()
        ends = self.array(f"column/{name}/value_ends", "u4")
        if (
            len(codes) != self.documents
            or not are_ends(ends, len(content))
            or (self.documents and int(codes.max()) >= len(ends) - 1)
        ):
            raise self._damaged_column(name)
        return CodedColumn(codes, tuple(content[begin:end] for begin, end in pairwise(ends.tolist())))

    def _damaged_column(self, name: str) -> IndexDamagedError:
        return IndexDamagedError(f"{self.path}: column {name} is not what was written")

    # -- documents

    def stored_document(self, document: int) -> StoredDocument:
        """Return what is stored of a document; raises IndexError when there is no such document."""
        content = self.content(document)
        try:
            return decode_document(content, len(self.layout.stored), len(self.layout.texts))
        except ValueError as problem:
            raise IndexDamagedError(f"{self.path}: a stored document is not what was written") from problem

    def content(self, document: int) -> bytes:
        """Return what is stored of a document as the bytes that :func:`.stored.encode_document` made."""
        return self._unpacker.unpack(self.frame(document))

    def frame(self, document: int) -> memoryview:
        """Return the frame of a document, see :mod:`.frames`."""
        return self._frames.piece(document)


class _Pieces:
    """Pieces of bytes that follow each other, one a document."""

    def __init__(self, arrays: ArrayFile, content: str, ends: str, documents: int) -> None:
        # Plain buffers: one item of an array takes as long as the whole of this.
        self._content = arrays.array(content, "u1").data
        self._ends = arrays.array(ends, "u8").astype(np.uint64, copy=False).view(np.uint64).data
        self._path = arrays.path
        if len(self._ends) != documents + 1:
            raise ValueError(ends)

    def piece(self, document: int) -> memoryview:
        """Return the bytes of a document, not copied; raises IndexError when there is no such document."""
        if not 0 <= document < len(self._ends) - 1:
            raise IndexError(document)
        start, end = self._ends[document], self._ends[document + 1]
        if not start <= end <= len(self._content):
            raise IndexDamagedError(f"{self._path}: a document is not what was written")
        return self._content[start:end]


def _agree(arrays: FieldArrays, documents: int) -> bool:
    """Return whether the arrays of a field have lengths that fit each other; what they hold is not read."""
    terms = len(arrays.term_ends)
    return (
        terms > 0
        and len(arrays.posting_offsets) == terms
        and len(arrays.docs) == len(arrays.occurrences)
        and len(arrays.tf_overflow_rows) == len(arrays.tf_overflow)
        and len(arrays.lengths) == documents
        and (arrays.position_offsets is None or len(arrays.position_offsets) == terms)
    )


def are_ends(ends: Array, size: int) -> bool:
    """Return whether ``ends``, with a 0 before the first, cut ``size`` items into pieces that follow each other."""
    return bool(len(ends) and ends[0] == 0 and ends[-1] == size and (ends[1:] >= ends[:-1]).all())


def checked_ends(ends: Array, size: int) -> Array:
    """Return ``ends`` as signed numbers; raises ValueError when they do not cut ``size`` items into pieces."""
    if not are_ends(ends, size):
        raise ValueError("pieces do not follow each other")
    return ends.astype(np.int64)


def segment_meta(documents: int, layout: Layout, total_lengths: Mapping[str, int]) -> dict[str, object]:
    """Return the table of contents' own part of a segment; :class:`SegmentFile` reads it back."""
    return {"documents": documents, "layout": layout.as_json(), "total_lengths": dict(total_lengths)}


# -- deleted documents


def write_deletions(path: Path, documents: Array) -> None:
    """Write the numbers of the deleted documents of a segment, which rise, into a file of their own."""
    with ArrayFileWriter(path) as file:
        file.add("deleted", documents.astype(np.uint16))
        file.finish({})


def read_deletions(path: Path, documents: int) -> Array:
    """Return the numbers (u2, rising) of the deleted documents; raises IndexDamagedError.

    Every byte is compared: the next writer makes a new file of them, and would call a damaged one good.
    """
    file = ArrayFile(path)
    file.verify()
    deleted = file.array("deleted", "u2")
    if len(deleted) and (int(deleted[-1]) >= documents or (deleted[1:] <= deleted[:-1]).any()):
        raise IndexDamagedError(f"{path}: not the deletions of its segment")
    return deleted
