"""Indexing of articles into a generation: each id once, the last article with it counts."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from indexer.engines import Say
from indexer.engines.sketches import SketchMaker
from indexer.engines.whoosh.documents import ARTICLE_LAYOUT, to_segment_document
from indexer.errors import InputError
from indexer.schema import Document
from indexer.storage import writer
from indexer.storage.writer import IndexWriter

MEMORY_VARIABLE: Final = "AKHBAR_MEMORY_MB"
MEMORY_MB: Final = 256
LEAST_MEMORY_MB: Final = 16


def create(folder: Path, documents: Iterable[Document], say: Say | None = None) -> int:
    """Make a new index of ``documents`` in ``folder``; return the number of distinct ids."""
    writer.create(folder, ARTICLE_LAYOUT)
    return add(folder, documents, say)


def add(folder: Path, documents: Iterable[Document], say: Say | None = None) -> int:
    """Add ``documents`` to the index in ``folder``; return the number of distinct ids.

    An earlier article with the same id is deleted, also one of this run. When ``documents`` raises, nothing is added.
    """
    sketches = SketchMaker()
    with IndexWriter(folder, memory_bytes=_memory_bytes()) as index_writer:
        for document in documents:
            index_writer.update(to_segment_document(document, sketches))
        if say:
            say("sorting and writing what was read")
        return index_writer.commit()


def delete(folder: Path, ids: Iterable[str]) -> int:
    """Delete the articles with these ids from the index in ``folder``; return how many there were."""
    with IndexWriter(folder) as index_writer:
        deleted = sum(map(index_writer.delete, dict.fromkeys(ids)))
        if not deleted:
            index_writer.cancel()
    return deleted


def _memory_bytes() -> int:
    """Return the memory that a writer may take, about; raises InputError for a value that is not a number."""
    given = os.environ.get(MEMORY_VARIABLE, str(MEMORY_MB))
    if not given.isascii() or not given.isdigit() or int(given) < LEAST_MEMORY_MB:
        raise InputError(f"{MEMORY_VARIABLE} {given!r}: expected a number of megabytes, {LEAST_MEMORY_MB} at least")
    return int(given) << 20
