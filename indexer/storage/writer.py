"""Index writer: adds, replaces and deletes documents, and shows all changes in one commit.

Nothing that was committed is changed: a commit writes new files beside the old ones and, as its last step, a new
``toc.json`` that names them. A document that replaces another one by its key deletes it wherever it is: in a committed
segment, in one of this run, or among the documents just added.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

from indexer.errors import IndexDamagedError
from indexer.storage.merge_policy import Size, groups_to_merge
from indexer.storage.segment.file import SegmentFile, write_deletions
from indexer.storage.segment.layout import Layout
from indexer.storage.segment.live_segment import LiveSegment
from indexer.storage.segment.merging import merge
from indexer.storage.segment.writing import SegmentDocument, SegmentWriter
from indexer.storage.toc import DELETIONS_NAME, SEGMENT_NAME, SegmentEntry, Toc

MEMORY_BYTES: Final = 256 << 20
_DOCUMENTS_A_CHECK: Final = 32  # memory is estimated that often, or after so many tokens
_TOKENS_A_CHECK: Final = 1 << 17
_KEY_BYTES: Final = 400  # what Python needs for one key and its document


def create(folder: Path, layout: Layout) -> None:
    """Make an index without documents in ``folder``; one that is there already is emptied."""
    last_number = 0
    with contextlib.suppress(IndexDamagedError):
        last_number = Toc.read(folder).last_number
    Toc(layout, last_number=max(last_number, _highest_number(folder))).write(folder)
    _remove_unnamed_files(folder, ())


class IndexWriter:
    """Changes an index; a commit shows all changes, a cancelled writer leaves everything as it was.

    The caller makes sure that there is one writer at a time. Raises IndexDamagedError where the index is not what was
    written, and OSError when a file cannot be written; then the writer must be cancelled, which a ``with`` block does.
    """

    def __init__(self, folder: Path, *, memory_bytes: int = MEMORY_BYTES) -> None:
        self.is_closed = False
        self._folder = folder
        self._memory_bytes = memory_bytes
        self._toc = Toc.read(folder)
        self.layout = self._toc.layout
        self._entries: dict[LiveSegment, SegmentEntry] = {}
        for entry in self._toc.segments:
            self._entries[LiveSegment(*entry.open(folder, self.layout))] = entry
        self._segments = list(self._entries)
        self._last_number = max(self._toc.last_number, _highest_number(folder))
        self._new_files: set[Path] = set()
        self._buffer: _SegmentBuffer | None = None
        self._replaced: set[bytes] = set()
        self._dictionary = _longest(segment.file.dictionary for segment in self._segments)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self.cancel()
        elif not self.is_closed:
            self.commit()

    # -- changes

    def update(self, document: SegmentDocument) -> None:
        """Add a document in place of those with the same key; one without a key replaces none."""
        self._require_open()
        terms = document.terms.get(self.layout.key)
        key = _encode(terms[0]) if terms and terms[0] is not None else None
        if self._buffer is None:
            path = self._new_file("s", ".seg")
            self._buffer = _SegmentBuffer(SegmentWriter(path, self.layout, dictionary=self._dictionary))
        self._buffer.add(document, key)
        if key is not None:
            self._replaced.add(key)
        if self._buffer.is_large(self._memory_bytes):
            self._flush()

    def delete(self, key: str) -> int:
        """Delete the documents with a key, committed or added by this writer; return how many there were."""
        self._require_open()
        self._apply_replaced()
        term = _encode(key)
        deleted = sum(segment.delete_keys({term}) for segment in self._segments)
        return deleted + (self._buffer.delete(term) if self._buffer else 0)

    def _apply_replaced(self) -> None:
        """Delete, in all finished segments, the documents that were replaced since."""
        if self._replaced:
            for segment in self._segments:
                segment.delete_keys(self._replaced)
                segment.file.forget()  # else the keys of all segments end up in memory
            self._replaced = set()

    # -- the end

    def commit(self) -> int:
        """Show all changes; merge the segments that the policy asks for. Return how many documents were added and kept."""
        self._require_open()
        try:
            self._flush()
            added = sum(segment.live_count for segment in self._segments if segment not in self._entries)
            segments = self._merge([segment for segment in self._segments if segment.live_count])
            toc = Toc(self.layout, tuple(map(self._finish, segments)), self._last_number)
            toc.write(self._folder)
        except BaseException:
            self.cancel()
            raise
        self._close()
        _remove_unnamed_files(self._folder, toc.files)
        return added

    def cancel(self) -> None:
        """Drop all changes and remove the files that were begun; a closed writer stays as it is."""
        if self.is_closed:
            return
        try:
            if self._buffer:
                self._buffer.writer.discard()
        finally:
            self._close()
            for path in self._new_files:
                path.unlink(missing_ok=True)

    def _close(self) -> None:
        self.is_closed = True
        for segment in self._segments:
            segment.file.close()
        self._segments, self._buffer = [], None

    def _require_open(self) -> None:
        if self.is_closed:
            raise ValueError("this writer is closed; open another one")

    def _merge(self, segments: list[LiveSegment]) -> list[LiveSegment]:
        sizes = [
            Size(segment.file.documents, segment.live_count, segment.file.path.stat().st_size) for segment in segments
        ]
        for first, end in reversed(groups_to_merge(sizes)):
            path = self._new_file("s", ".seg")
            merge(path, segments[first:end], self.layout)
            segments[first:end] = [LiveSegment(SegmentFile(path))]
        return segments

    def _finish(self, segment: LiveSegment) -> SegmentEntry:
        """Return the entry of a segment; write a new file of its deletions if they changed."""
        entry = self._entries.get(segment, SegmentEntry(segment.file.path.name, segment.file.documents))
        if not segment.is_changed:
            return entry
        path = self._new_file(f"{segment.file.path.stem}-", ".del")
        write_deletions(path, segment.deleted)
        return SegmentEntry(entry.file, entry.documents, path.name, len(segment.deleted))

    def _new_file(self, stem: str, suffix: str) -> Path:
        """Return the path of a new file; its number is one that no file of the index has, or ever had."""
        self._last_number += 1
        path = self._folder / f"{stem}{self._last_number}{suffix}"
        self._new_files.add(path)
        return path

    def _flush(self) -> None:
        """Finish the segment that is being filled."""
        self._apply_replaced()
        buffer = self._buffer
        if buffer is None:
            return
        buffer.writer.finish()
        self._buffer = None
        self._dictionary = _longest([self._dictionary, buffer.writer.dictionary])
        segment = LiveSegment(SegmentFile(buffer.writer.path))
        segment.delete(buffer.deleted)
        self._segments.append(segment)


class _SegmentBuffer:
    """A segment that is being filled, and the document of each key in it."""

    def __init__(self, writer: SegmentWriter) -> None:
        self.writer = writer
        self.deleted: set[int] = set()
        self._documents: dict[bytes, int] = {}
        self._checked_documents = self._checked_tokens = 0

    def add(self, document: SegmentDocument, key: bytes | None) -> None:
        """Add a document in place of the one with the same key."""
        number = self.writer.add(document)
        if key is not None:
            self.delete(key)
            self._documents[key] = number

    def delete(self, key: bytes) -> int:
        """Delete the document with a key; return how many there were."""
        number = self._documents.pop(key, None)
        if number is None:
            return 0
        self.deleted.add(number)
        return 1

    def is_large(self, memory_bytes: int) -> bool:
        """Return whether the buffer should be flushed; memory is estimated only every 32 documents."""
        writer = self.writer
        if writer.is_full:
            return True
        documents, tokens = writer.documents - self._checked_documents, writer.tokens - self._checked_tokens
        if documents < _DOCUMENTS_A_CHECK and tokens < _TOKENS_A_CHECK:
            return False
        self._checked_documents, self._checked_tokens = writer.documents, writer.tokens
        return writer.memory_bytes + _KEY_BYTES * len(self._documents) >= memory_bytes


def _highest_number(folder: Path) -> int:
    """Return the highest number in the names of the files of an index, 0 without any."""
    names = [path.name for path in folder.iterdir() if _is_index_file(path.name)]
    return max((int(number) for name in names for number in re.findall(r"[0-9]+", name)), default=0)


def _longest(dictionaries: Iterable[bytes]) -> bytes:
    """Return the longest of some dictionaries, b"" without any: what most of the index is compressed with."""
    return max(dictionaries, key=len, default=b"")


def _encode(term: str | bytes) -> bytes:
    return term if isinstance(term, bytes) else term.encode("utf-8", "replace")


def _is_index_file(name: str) -> bool:
    return bool(SEGMENT_NAME.fullmatch(name) or DELETIONS_NAME.fullmatch(name))


def _remove_unnamed_files(folder: Path, files: Iterable[str]) -> None:
    """Remove the segments and deletions that the table of contents does not name."""
    named = set(files)
    for path in folder.iterdir():
        if _is_index_file(path.name) and path.name not in named:
            with contextlib.suppress(OSError):  # the next commit tries again
                path.unlink()
