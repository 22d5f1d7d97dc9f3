"""Whoosh index over a generation: opened read-only, for any code that knows Whoosh."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import whoosh.index
import whoosh.reading

from indexer.engines.whoosh.reader import ColumnarReader
from indexer.engines.whoosh.schema import Schema, article_schema, require_same_fields
from indexer.engines.whoosh.searcher import ColumnarSearcher
from indexer.errors import IndexNotFoundError, InputError
from indexer.storage.current import CURRENT
from indexer.storage.generations import Generations
from indexer.storage.segment_reader import SegmentReader, open_segments
from indexer.storage.toc import TOC, Toc

GENERATION = 1
"""Whoosh's number for the state of an index; it never changes here, since a generation never does."""


def open_whoosh(folder: str | Path, schema: Schema | None = None) -> ColumnarIndex:
    """Return an index as a Whoosh index that can be read and searched, not written.

    ``folder`` is that of the index, whose live generation is opened, or of one generation. ``schema`` is that of articles
    when it is left out. Raises IndexNotFoundError where there is no index,
    IndexDamagedError for one that is not what was written, and IndexUnusableError for one with other fields than the
    schema. Nothing found in the folder is executed.
    """
    path = Path(folder)
    if (path / CURRENT).exists():
        path = Generations(path).live().path
    return ColumnarIndex(path, article_schema() if schema is None else schema)


class ColumnarIndex(whoosh.index.Index):
    """Whoosh's Index over the segments of one folder; read-only."""

    def __init__(self, folder: Path, schema: Schema) -> None:
        if not (folder / TOC).exists():
            raise IndexNotFoundError(f"{folder}: no index here; run: akhbar rebuild")
        self.folder = folder
        self.schema = schema
        toc = Toc.read(folder)
        require_same_fields(schema, toc.layout)
        self.segments: tuple[SegmentReader, ...] = open_segments(folder, toc)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.folder)!r})"

    def reader(self, reuse: Any = None) -> Any:
        """Return Whoosh's reader of all segments."""
        readers = [ColumnarReader(self.schema, segment, GENERATION) for segment in self.segments]
        if not readers:
            return whoosh.reading.EmptyReader(self.schema)
        return readers[0] if len(readers) == 1 else whoosh.reading.MultiReader(readers, generation=GENERATION)

    def searcher(self, **options: Any) -> ColumnarSearcher:
        """Return a searcher, which any number of threads may share; ``options`` are those of Whoosh's Searcher."""
        return ColumnarSearcher(self.reader(), fromindex=self, **options)

    def doc_count(self) -> int:
        """Return the number of documents that are not deleted."""
        return sum(segment.documents - len(segment.deleted_numbers) for segment in self.segments)

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones included."""
        return sum(segment.documents for segment in self.segments)

    def is_empty(self) -> bool:
        """Return whether the index has no documents."""
        return not self.segments

    def latest_generation(self) -> int:
        """Return the number of the state; it is always the same."""
        return GENERATION

    def last_modified(self) -> float:
        """Return when the index was written, in seconds since 1970."""
        return (self.folder / TOC).stat().st_mtime

    # -- read-only

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise InputError(
            f"{self.folder}: read-only; add and delete articles with indexer.open_index(…).add and .delete"
        )

    writer = optimize = add_field = remove_field = delete_by_term = delete_by_query = _refuse
