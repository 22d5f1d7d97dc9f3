"""Formats of files: the table from the ending of a name to the reader."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path

from indexer.article import Article
from indexer.ingest.readers import jsonl, text
from indexer.ingest.readers.records import BadRecord, ByteStream

Reader = Callable[[BufferedReader, str], Iterator[Article | BadRecord]]
"""Takes an open file and the name to report it by; may raise OSError when reading fails."""


def _gzip_reader(reader: Callable[[ByteStream, str], Iterator[Article | BadRecord]]) -> Reader:
    """Return a reader that unpacks while ``reader`` reads, which must expect EOFError and zlib.error too."""

    def read(stream: BufferedReader, name: str) -> Iterator[Article | BadRecord]:
        with gzip.GzipFile(fileobj=stream, mode="rb") as unpacked:
            yield from reader(unpacked, name)

    return read


_READERS: dict[str, Reader] = {
    ".jsonl": jsonl.read,
    ".jsonl.gz": _gzip_reader(jsonl.read),
    ".txt": text.read,
}

ENDINGS: tuple[str, ...] = tuple(_READERS)
"""The endings of files that can be read, in lower case; upper case is accepted too."""


def reader_for(path: Path) -> Reader | None:
    """Return the reader for a file with this name, or None when its ending is unknown."""
    name = path.name.lower()
    return next((reader for ending, reader in _READERS.items() if name.endswith(ending)), None)
