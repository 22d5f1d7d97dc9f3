"""How a generation of articles is filled and changed: each id once, the last one counts."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from indexer.engines import Say
from indexer.engines.whoosh import writer
from indexer.engines.whoosh.documents import article_schema, row
from indexer.engines.whoosh.rows import layout_of
from indexer.engines.whoosh.writer import ColumnarWriter
from indexer.errors import InputError
from indexer.schema import Document

MEMORY_VARIABLE: Final = "AKHBAR_MEMORY_MB"
MEMORY_MB: Final = 256
LEAST_MEMORY_MB: Final = 16


def create(folder: Path, documents: Iterable[Document], say: Say | None = None) -> int:
    """Make a new index of ``documents`` in ``folder``; return how many ids there were."""
    writer.create(folder, article_schema())
    return add(folder, documents, say)


def add(folder: Path, documents: Iterable[Document], say: Say | None = None) -> int:
    """Add ``documents`` to the index in ``folder``; return how many ids there were.

    An article that stands in the index with the same id is deleted, so is an earlier one of this
    run. When ``documents`` raises, nothing is added.
    """
    schema = article_schema()
    stored = layout_of(schema).stored
    ids: set[str] = set()
    writing = ColumnarWriter(folder, schema, memory_bytes=_memory_bytes())
    try:
        for each in documents:
            writing.update_row(row(each, stored))
            ids.add(each.article.id)
    except BaseException:
        writing.cancel()
        raise
    if say:
        say("sorting and writing what was read")
    writing.commit()
    return len(ids)


def delete(folder: Path, ids: Iterable[str]) -> int:
    """Delete the articles with these ids from the index in ``folder``; return how many there were."""
    writing = ColumnarWriter(folder, article_schema())
    deleted = sum(writing.delete_by_term("id", each) for each in dict.fromkeys(ids))
    if deleted:
        writing.commit()
    else:
        writing.cancel()
    return deleted


def _memory_bytes() -> int:
    """Return how much a writer may hold, about; raises InputError when the environment names no number."""
    given = os.environ.get(MEMORY_VARIABLE, str(MEMORY_MB))
    if not given.isascii() or not given.isdigit() or int(given) < LEAST_MEMORY_MB:
        raise InputError(f"{MEMORY_VARIABLE} {given!r}: expected a number of megabytes, {LEAST_MEMORY_MB} at least")
    return int(given) << 20
