"""A folder of segments as a Whoosh index: readers, searchers and writers of it, for any code that knows Whoosh."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import whoosh.index
import whoosh.reading

from indexer.engines.whoosh.codec import ColumnarSegment, segment_reader
from indexer.engines.whoosh.rows import layout_of
from indexer.engines.whoosh.schema import Schema, schema_from
from indexer.engines.whoosh.searcher import ColumnarSearcher
from indexer.engines.whoosh.writer import ColumnarWriter
from indexer.errors import IndexDamagedError, IndexLockedError, IndexNotFoundError
from indexer.storage.segment.layout import Layout, SegmentFile, read_deletions
from indexer.storage.toc import TOC, SegmentEntry, Toc

_lock: Callable[[int], None] | None
try:
    import fcntl

    def _locked(folder: int) -> None:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)

    _lock = _locked
except ImportError:  # where folders cannot be locked, the caller sees to it that there is one writer
    _lock = None


def open_whoosh(folder: str | Path, schema: Schema | None = None) -> ColumnarIndex:
    """Return the Whoosh index in ``folder``; nothing found there is executed.

    ``schema`` has to be handed in when a field's analyzer or column is code of one's own. Raises
    IndexNotFoundError where there is no index, IndexDamagedError for one that is not what was written, and IndexUnusableError
    for one that needs its schema or has another.
    """
    return ColumnarIndex(Path(folder), schema)


class _State(NamedTuple):
    """What an index was when it was looked at last; ``generation`` is another number for another content."""

    generation: int
    toc: Toc
    schema: Schema
    segments: Mapping[SegmentEntry, ColumnarSegment]


class ColumnarIndex(whoosh.index.Index):
    """Whoosh's Index over a folder with a ``toc.json``. Each reader shows the state of the moment it was made."""

    def __init__(self, folder: Path, schema: Schema | None = None) -> None:
        self.folder = folder
        self._given = schema
        if not (folder / TOC).exists():
            raise IndexNotFoundError(f"{folder}: no index here; run: akhbar rebuild")
        self._state = self._looked(None)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.folder)!r})"

    @property
    def schema(self) -> Schema:
        """The schema, as it is now."""
        return self._now().schema

    # -- reading

    def reader(self, reuse: Any = None) -> Any:
        """Return Whoosh's reader of all segments."""
        state = self._now()
        leaves = [segment_reader(state.schema, each, state.generation) for each in state.segments.values()]
        if not leaves:
            return whoosh.reading.EmptyReader(state.schema)
        if len(leaves) == 1:
            return leaves[0]
        return whoosh.reading.MultiReader(leaves, generation=state.generation)

    def searcher(self, **options: Any) -> ColumnarSearcher:
        """Return a searcher, which any number of threads may share; ``options`` are those of Whoosh's Searcher."""
        return ColumnarSearcher(self.reader(), fromindex=self, **options)

    def doc_count(self) -> int:
        """Return how many documents are not deleted."""
        return sum(each.documents - each.deleted for each in self._now().toc.segments)

    def doc_count_all(self) -> int:
        """Return how many documents there are, deleted ones too."""
        return sum(each.documents for each in self._now().toc.segments)

    def is_empty(self) -> bool:
        """Say whether it has no segment."""
        return not self._now().toc.segments

    def latest_generation(self) -> int:
        """Return a number that is another one after each commit."""
        return _generation(self._content())

    def last_modified(self) -> float:
        """Return when it was changed last, in seconds since 1970."""
        return (self.folder / TOC).stat().st_mtime

    def verify(self) -> None:
        """Read every byte; raises IndexDamagedError, naming what is not as it was written."""
        for segment in self._now().segments.values():
            segment.file.verify()

    def close(self) -> None:
        """Let go of the files; readers and searchers keep theirs."""
        self._state = self._state._replace(generation=-1, segments={})

    # -- writing

    def writer(self, **options: Any) -> ColumnarWriter:
        """Return a writer; raises IndexLockedError while there is another one, in this process or elsewhere."""
        return _LockedWriter(self, **options)

    def optimize(self) -> None:
        """Merge all segments into as few as can be."""
        self.writer().commit(optimize=True)

    # -- what it is now

    def _now(self) -> _State:
        """Return the present state; the segments that did not change stay open."""
        state = self._state
        if _generation(self._content()) != state.generation:
            state = self._state = self._looked(state)
        return state

    def _content(self) -> bytes:
        try:
            return (self.folder / TOC).read_bytes()
        except OSError as problem:
            raise IndexDamagedError(f"{self.folder / TOC}: {problem.strerror}") from problem

    def _looked(self, before: _State | None) -> _State:
        """Open what the table of contents names; a writer may replace that meanwhile."""
        generation = _generation(self._content())
        try:
            return self._opened(generation, {} if before is None else before.segments)
        except IndexDamagedError:
            if _generation(self._content()) == generation:
                raise
        return self._looked(before)  # what it named is gone, and another state is there

    def _opened(self, generation: int, known: Mapping[SegmentEntry, ColumnarSegment]) -> _State:
        toc = Toc.read(self.folder)
        schema = schema_from(dict(toc.schema), self._given)
        layout = _layout(self.folder, schema)
        files = {entry.file: segment for entry, segment in known.items()}
        segments = {
            entry: known.get(entry) or _open_segment(self.folder, entry, layout, files.get(entry.file))
            for entry in toc.segments
        }
        return _State(generation, toc, schema, segments)


def _generation(content: bytes) -> int:
    return int.from_bytes(hashlib.sha256(content).digest()[:7])


def _layout(folder: Path, schema: Schema) -> Layout:
    try:
        return layout_of(schema)
    except ValueError as problem:
        raise IndexDamagedError(f"{folder}: {problem}; rebuild the index") from problem


def _open_segment(folder: Path, entry: SegmentEntry, layout: Layout, known: ColumnarSegment | None) -> ColumnarSegment:
    """Return a segment that fits the table of contents and the schema; raises IndexDamagedError."""
    file = SegmentFile(folder / entry.file) if known is None else known.file
    deleted = read_deletions(folder / entry.deletions, file.documents) if entry.deletions else None
    if file.documents != entry.documents or (0 if deleted is None else len(deleted)) != entry.deleted:
        raise IndexDamagedError(f"{file.path}: not the segment that {TOC} names; rebuild the index")
    if not _fits(file.layout, layout):
        raise IndexDamagedError(f"{file.path}: its fields are not those of the schema; rebuild the index")
    return ColumnarSegment(file, deleted) if known is None else known.with_deletions(deleted)


def _fits(own: Layout, wanted: Layout) -> bool:
    """Say whether what a segment has is what the schema means by the same names."""
    return all(wanted.fields.get(name, each) == each for name, each in own.fields.items()) and all(
        wanted.columns[name].kind == each.kind for name, each in own.columns.items() if name in wanted.columns
    )


# -- one writer at a time


class _LockedWriter(ColumnarWriter):
    """A writer that holds the folder as long as it is open."""

    _let_go: Callable[[], None] = staticmethod(lambda: None)  # there is nothing to let go of before it is held

    def __init__(self, index: ColumnarIndex, **options: Any) -> None:
        self._let_go = _held(index.folder)
        try:
            state = index._now()  # now it is held, nobody else changes it
            opened = {entry.file: segment.file for entry, segment in state.segments.items()}
            super().__init__(index.folder, state.schema, reader=index.reader, opened=opened, **options)
        except BaseException:
            self._let_go()
            raise

    def _close(self) -> None:
        super()._close()
        self._let_go()

    def __del__(self) -> None:
        self._let_go()


def _held(folder: Path) -> Callable[[], None]:
    """Lock a folder for other writers; return what unlocks it, as often as one likes."""
    if _lock is None:
        return lambda: None
    held = [os.open(folder, os.O_RDONLY)]
    try:
        _lock(held[0])
    except OSError as problem:
        os.close(held.pop())
        raise IndexLockedError(f"{folder}: it is being written; try again later") from problem

    def let_go() -> None:
        while held:
            os.close(held.pop())

    return let_go
