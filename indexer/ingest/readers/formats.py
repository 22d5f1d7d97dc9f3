"""Which reader reads a file: the table of endings."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from indexer.article import Article
from indexer.ingest.readers import jsonl, text
from indexer.ingest.readers.records import BadRecord, ByteStream

Reader = Callable[[BinaryIO, str], Iterator[Article | BadRecord]]
"""Takes an open file and the name to report it by; may raise OSError when reading fails."""


def _gzipped(reader: Callable[[ByteStream, str], Iterator[Article | BadRecord]]) -> Reader:
    """Return a reader that unpacks as far as ``reader`` reads, which must expect EOFError and zlib.error, too."""

    def read(stream: BinaryIO, name: str) -> Iterator[Article | BadRecord]:
        with gzip.GzipFile(fileobj=stream, mode="rb") as unpacked:
            yield from reader(unpacked, name)

    return read


_READERS: dict[str, Reader] = {
    ".jsonl": jsonl.read,
    ".jsonl.gz": _gzipped(jsonl.read),
    ".txt": text.read,
}

ENDINGS: tuple[str, ...] = tuple(_READERS)
"""The endings of files that can be read; capitals count as small letters."""


def reader_of(path: Path) -> Reader | None:
    """Return the reader for a file with this name, or None when nothing is known of its ending."""
    name = path.name.lower()
    return next((reader for ending, reader in _READERS.items() if name.endswith(ending)), None)
