"""How an index of segments is changed: documents in, documents out, one commit.

Nothing that was committed is changed: a commit writes new files beside the old ones and, as its last step, a new
``toc.json`` that names them. A document that replaces others by a unique field deletes them where they
are: in committed segments, in those of this run, among the ones just added.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import whoosh.fields
import whoosh.writing

from indexer import kernels
from indexer.engines.whoosh.rows import bytes_of, layout_of, row_of, unique_terms
from indexer.engines.whoosh.schema import Schema, schema_record
from indexer.errors import IndexDamagedError
from indexer.storage.merge_policy import Size, force_merge_groups, groups_to_merge
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.layout import FieldArrays, Layout, SegmentFile, read_deletions, write_deletions
from indexer.storage.segment.merging import merge
from indexer.storage.segment.sources import Source
from indexer.storage.segment.writing import NOTHING, SegmentDocument, SegmentWriter
from indexer.storage.toc import DELETIONS_NAME, SEGMENT_NAME, TOC, SegmentEntry, Toc

MEMORY_BYTES: Final = 256 << 20
_LOOKED_AT_EVERY: Final = 32  # documents, to see what memory they take
_MANY_TOKENS: Final = 1 << 17
_UNIQUE_BYTES: Final = 400  # what Python holds for a unique term and its document
_TERMS_A_LOOKUP: Final = 32  # looking a term up takes as long as going over so many


def create(folder: Path, schema: Schema) -> None:
    """Make an index without documents in ``folder``; one that is there is emptied."""
    before = 0
    with contextlib.suppress(IndexDamagedError):
        before = Toc.read(folder).last_number
    Toc(schema_record(schema), last_number=_Numbers(folder, before).last).write(folder)
    _remove_strangers(folder, ())


class ColumnarWriter(whoosh.writing.IndexWriter):
    """Changes an index; a commit shows all of it, a cancelled writer leaves everything as it was.

    The caller sees to it that there is one writer at a time. Raises IndexDamagedError where the index is not what was
    written, OSError when a file cannot be written; then the writer must be cancelled. ``reader`` opens what is committed,
    for deleting by a query; ``opened`` are segments that are open already, by the names of their files.
    """

    def __init__(
        self,
        folder: Path,
        schema: Schema,
        *,
        memory_bytes: int = MEMORY_BYTES,
        reader: Callable[[], Any] | None = None,
        opened: Mapping[str, SegmentFile] = NOTHING,
    ) -> None:
        self.schema = schema
        self.is_closed = False
        self._folder = folder
        self._memory_bytes = memory_bytes
        self._reader = reader
        self._toc = Toc.read(folder)
        self._segments = [_Segment.opened(folder, entry, opened.get(entry.file)) for entry in self._toc.segments]
        self._committed = len(self._segments)
        self._numbers = _Numbers(folder, self._toc.last_number)
        self._made: set[Path] = set()
        self._filling: _SegmentBuffer | None = None
        self._replaced: dict[str, set[bytes]] = {}
        self._dictionaries: Mapping[str, bytes] | None = None

    def __exit__(self, kind: Any, problem: Any, trace: Any) -> None:
        if not self.is_closed:
            super().__exit__(kind, problem, trace)

    # -- documents in

    def add_document(self, **fields: Any) -> None:
        """Add a document, its fields given as Whoosh's writer takes them."""
        self.add_row(row_of(self.schema, self._open().layout, fields))

    def update_document(self, **fields: Any) -> None:
        """Add a document in place of those that have the same value in a unique field, committed or not."""
        self.update_row(row_of(self.schema, self._open().layout, fields))

    def add_row(self, row: SegmentDocument) -> None:
        """Add a document whose terms are ready."""
        self._open().add(row, unique_terms(self.schema, row))
        self._flush_if_large()

    def update_row(self, row: SegmentDocument) -> None:
        """Add a document in place of those that have the same term in a unique field, committed or not."""
        unique = unique_terms(self.schema, row)
        filling = self._open()
        filling.add(row, unique, replace=True)
        for name, term in unique:
            self._replaced.setdefault(name, set()).add(term)
        self._flush_if_large()

    def add_reader(self, reader: Any) -> None:
        """Refuse: documents come one by one."""
        raise NotImplementedError("documents of another index must be added one by one")

    def add_field(self, fieldname: str, fieldtype: Any, **kwargs: Any) -> None:
        """Add a field to the schema, before any document is added."""
        self._check_unchanged()
        super().add_field(fieldname, fieldtype, **kwargs)

    def remove_field(self, fieldname: str, **kwargs: Any) -> None:
        """Remove a field from the schema, before any document is added."""
        self._check_unchanged()
        super().remove_field(fieldname, **kwargs)

    def _check_unchanged(self) -> None:
        if self._filling or len(self._segments) > self._committed:
            raise whoosh.writing.IndexingError("the schema cannot change once a document was added")

    # -- documents out

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete a committed document by its number in the whole index."""
        segment, document = self._located(docnum)
        segment.delete([document], undo=not delete)

    def delete_by_term(self, fieldname: str, text: Any, searcher: Any = None) -> int:
        """Delete the committed documents with a term, by a unique field also those of this run; return how many."""
        self._check_open()
        field = self.schema[fieldname]
        term = bytes_of(field, text)
        self._apply_replaced()
        segments = self._segments if field.unique else self._segments[: self._committed]
        deleted = sum(each.delete(each.documents_with_term(fieldname, term)) for each in segments)
        return deleted + (self._filling.delete(fieldname, term) if self._filling and field.unique else 0)

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a committed document is deleted, or will be."""
        segment, document = self._located(docnum)
        return not segment.live[document]

    def deleted_count(self) -> int:
        """Return how many committed documents are deleted, or will be."""
        self._apply_replaced()
        return sum(each.documents - each.live_count for each in self._segments[: self._committed])

    def has_deletions(self) -> bool:
        """Say whether any committed document is deleted, or will be."""
        return self.deleted_count() > 0

    def doc_count(self) -> int:
        """Return how many documents were added by this writer, those that were replaced again not counted."""
        added = sum(each.live_count for each in self._segments[self._committed :])
        return added + (self._filling.live_count if self._filling else 0)

    def reader(self, **kwargs: Any) -> Any:
        """Return a reader of what is committed."""
        if self._reader is None:
            raise NotImplementedError("this writer was made without a reader")
        return self._reader(**kwargs)

    def _located(self, docnum: int) -> tuple[_Segment, int]:
        """Return the segment of a committed document, and its number there."""
        self._check_open()
        self._apply_replaced()
        first = 0
        for segment in self._segments[: self._committed]:
            if 0 <= docnum - first < segment.documents:
                return segment, docnum - first
            first += segment.documents
        raise whoosh.writing.IndexingError(f"no document {docnum} in this index")

    def _apply_replaced(self) -> None:
        """Delete, in all finished segments, the documents that those being added replace."""
        for name, terms in self._replaced.items():
            for segment in self._segments:
                segment.delete(segment.documents_with(name, terms))
        self._replaced = {}

    # -- the end

    def commit(self, mergetype: object = None, optimize: bool = False, merge: bool = True) -> None:
        """Show all changes. Small segments are merged if ``merge``, all of them if ``optimize``."""
        self._check_open()
        try:
            self._flush()
            before = [each for each in self._segments if each.live_count]
            after = self._merged(before, optimize=optimize) if merge or optimize else before
            toc = Toc(schema_record(self.schema), tuple(self._finished(each) for each in after), self._numbers.last)
            toc.write(self._folder)
        except BaseException:
            self.cancel()
            raise
        self._close()
        _remove_strangers(self._folder, toc.files)

    def cancel(self) -> None:
        """Forget all changes; remove the files that were begun. A writer that is closed already stays as it is."""
        if self.is_closed:
            return
        try:
            if self._filling:
                self._filling.writer.discard()
        finally:
            self._close()
            for path in self._made:
                path.unlink(missing_ok=True)

    def _close(self) -> None:
        self.is_closed = True
        for each in self._segments:
            each.close()
        self._segments, self._filling = [], None

    def _check_open(self) -> None:
        if self.is_closed:
            raise whoosh.writing.IndexingError("this writer is closed")

    def _merged(self, segments: Sequence[_Segment], *, optimize: bool) -> list[_Segment]:
        """Return the segments after the merges that the policy asks for."""
        sizes = [Size(each.documents, each.live_count, each.file.path.stat().st_size) for each in segments]
        merged = list(segments)
        for first, end in reversed(force_merge_groups(sizes) if optimize else groups_to_merge(sizes)):
            path = self._new_file(f"s{self._numbers.new()}.seg")
            merge(path, [each.source() for each in merged[first:end]], self._layout)
            merged[first:end] = [_Segment.new(path)]
        return merged

    def _finished(self, segment: _Segment) -> SegmentEntry:
        """Return what the table of contents says of a segment; write a new file of its deletions if they changed."""
        if not segment.is_changed:
            return segment.entry
        path = self._new_file(f"{segment.file.path.stem}-{self._numbers.new()}.del")
        deleted = segment.deleted
        write_deletions(path, deleted)
        return SegmentEntry(segment.file.name, segment.documents, path.name, len(deleted))

    def _new_file(self, name: str) -> Path:
        path = self._folder / name
        self._made.add(path)
        return path

    # -- the segment that is being filled

    @property
    def _layout(self) -> Layout:
        return layout_of(self.schema)

    def _open(self) -> _SegmentBuffer:
        """Return the segment that is being filled."""
        self._check_open()
        if self._filling is None:
            path = self._new_file(f"s{self._numbers.new()}.seg")
            if self._dictionaries is None:
                self._dictionaries = _dictionaries(self._segments, self._layout)
            self._filling = _SegmentBuffer(SegmentWriter(path, self._layout, dictionaries=self._dictionaries))
        return self._filling

    def _flush_if_large(self) -> None:
        filling = self._filling
        if filling and filling.is_large(self._memory_bytes):
            self._flush()

    def _flush(self) -> None:
        """Finish the segment that is being filled."""
        self._apply_replaced()
        filling = self._filling
        if filling is None:
            return
        filling.writer.finish()
        self._filling = None
        self._dictionaries = {
            **(self._dictionaries or {}),
            **{k: v for k, v in filling.writer.dictionaries.items() if v},
        }
        segment = _Segment.new(filling.writer.path)
        segment.delete(filling.deleted)
        self._segments.append(segment)


class _SegmentBuffer:
    """A segment that is being filled, and where in it each unique term is."""

    def __init__(self, writer: SegmentWriter) -> None:
        self.writer = writer
        self.layout = writer.layout
        self.deleted: set[int] = set()
        self._documents: dict[tuple[str, bytes], tuple[int, ...]] = {}
        self._tokens = 0
        self._looked_at = 0

    @property
    def live_count(self) -> int:
        return self.writer.documents - len(self.deleted)

    def add(self, row: SegmentDocument, unique: Iterable[tuple[str, bytes]], *, replace: bool = False) -> None:
        """Add a document, ``replace`` those with the same unique terms."""
        number = self.writer.add(row)
        self._tokens += sum(map(len, row.terms.values()))
        for each in unique:
            earlier = self._documents.get(each, ())
            if replace:
                self.deleted.update(earlier)
                earlier = ()
            self._documents[each] = (*earlier, number)

    def delete(self, name: str, term: bytes) -> int:
        """Delete the documents with a unique term; return how many."""
        before = len(self.deleted)
        self.deleted.update(self._documents.pop((name, term), ()))
        return len(self.deleted) - before

    def is_large(self, memory_bytes: int) -> bool:
        """Say whether it has its share of memory; looks closely now and then only."""
        writer = self.writer
        if writer.is_full:
            return True
        if writer.documents < self._looked_at + _LOOKED_AT_EVERY and self._tokens < _MANY_TOKENS:
            return False
        self._looked_at, self._tokens = writer.documents, 0
        return writer.memory_bytes + _UNIQUE_BYTES * len(self._documents) >= memory_bytes


class _Segment:
    """A finished segment, and which of its documents are left."""

    def __init__(self, file: SegmentFile, deleted: Array, entry: SegmentEntry, *, borrowed: bool = False) -> None:
        self.file = file
        self._borrowed = borrowed
        self.entry = entry
        self.documents = file.documents
        self.live = np.ones(file.documents, bool)
        self.live[deleted] = False
        self.is_changed = False
        self._fields: dict[str, tuple[FieldArrays, kernels.Field]] = {}

    @classmethod
    def opened(cls, folder: Path, entry: SegmentEntry, known: SegmentFile | None = None) -> _Segment:
        """Return a committed segment, open already if it is ``known``; raises IndexDamagedError when it is not the one meant."""
        file = known or SegmentFile(folder / entry.file)
        none = np.zeros(0, np.uint16)
        deleted = read_deletions(folder / entry.deletions, file.documents) if entry.deletions else none
        if file.documents != entry.documents or len(deleted) != entry.deleted:
            raise IndexDamagedError(f"{file.path}: not the segment that {TOC} names")
        return cls(file, deleted, entry, borrowed=known is not None)

    @classmethod
    def new(cls, path: Path) -> _Segment:
        """Return a segment that was just written."""
        file = SegmentFile(path)
        return cls(file, np.zeros(0, np.uint16), SegmentEntry(path.name, file.documents))

    @property
    def live_count(self) -> int:
        return int(np.count_nonzero(self.live))

    @property
    def deleted(self) -> Array:
        """The numbers of the deleted documents, rising."""
        return np.flatnonzero(~self.live)

    def source(self) -> Source:
        """Return it for merging."""
        return Source(self.file, self.deleted)

    def close(self) -> None:
        """Let go of the file, unless it is another's."""
        if not self._borrowed:
            self.file.close()

    def delete(self, documents: Iterable[int], *, undo: bool = False) -> int:
        """Delete documents; return how many were not deleted yet."""
        changed = 0
        for each in documents:
            if self.live[each] != undo:
                self.live[each] = undo
                changed += 1
        self.is_changed |= changed > 0
        return changed

    def documents_with(self, name: str, terms: Iterable[bytes]) -> list[int]:
        """Return the documents that have one of the terms in a field."""
        arrays, field = self._field(name)
        wanted = set(terms)
        if len(wanted) * _TERMS_A_LOOKUP < field.count:
            found = [number for number in map(field.find, wanted) if number >= 0]
        else:
            found = [number for number in range(field.count) if field.term(number) in wanted]
        return [document for each in found for document in self._documents(name, arrays, each)]

    def documents_with_term(self, name: str, term: bytes) -> list[int]:
        """Return the documents that have a term in a field."""
        arrays, field = self._fields.get(name) or self._field(name)
        number = field.find(term)
        return [] if number < 0 else self._documents(name, arrays, number)

    def _documents(self, name: str, arrays: FieldArrays, term: int) -> list[int]:
        documents: list[int] = arrays.docs[arrays.starts[term] : arrays.starts[term + 1]].tolist()
        if max(documents, default=-1) >= self.documents:
            raise IndexDamagedError(f"{self.file.path}: {name} is not what was written")
        return documents

    def _field(self, name: str) -> tuple[FieldArrays, kernels.Field]:
        if name not in self._fields:
            if name in self.file.fields:
                self.file.verify_documents_of_terms(name)  # documents are deleted by what it says
            arrays = self.file.field(name)
            try:
                self._fields[name] = arrays, kernels.Field(*arrays)
            except (ValueError, TypeError) as problem:
                raise IndexDamagedError(f"{self.file.path}: {name} is not what was written") from problem
        return self._fields[name]


class _Numbers:
    """Numbers for new files, above ``last`` and those of all files in the folder."""

    def __init__(self, folder: Path, last: int = 0) -> None:
        in_folder = max(
            (
                int(each)
                for path in folder.iterdir()
                if _is_ours(path.name)
                for each in re.findall(r"[0-9]+", path.name)
            ),
            default=0,
        )
        self.last = max(last, in_folder)

    def new(self) -> int:
        self.last += 1
        return self.last


def _dictionaries(segments: Iterable[_Segment], layout: Layout) -> dict[str, bytes]:
    """Return what the long texts of the index are packed with already."""
    found: dict[str, bytes] = {}
    for segment in segments:
        for name in set(layout.texts) & set(segment.file.layout.texts):
            found[name] = found.get(name) or segment.file.dictionary(name)
    return found


def _is_ours(name: str) -> bool:
    return bool(SEGMENT_NAME.fullmatch(name) or DELETIONS_NAME.fullmatch(name))


def _remove_strangers(folder: Path, files: Iterable[str]) -> None:
    """Remove segments and deletions that are not named."""
    named = set(files)
    for path in folder.iterdir():
        if _is_ours(path.name) and path.name not in named:
            with contextlib.suppress(OSError):  # the next commit tries again
                path.unlink()
