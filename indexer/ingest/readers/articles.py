"""Which articles files hold."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from indexer.article import Article
from indexer.ingest.readers.files import open_regular
from indexer.ingest.readers.formats import ENDINGS, reader_of
from indexer.ingest.readers.records import BadRecord, shown

OnBytes = Callable[[int], None]


def read_articles(files: Iterable[Path], on_bytes: OnBytes | None = None) -> Iterator[Article | BadRecord]:
    """Yield the articles of ``files`` in order, and between them what could not be used; nothing stops the run.

    A file that cannot be opened, or fails in the middle, is one more BadRecord. ``on_bytes`` is called with the
    number of bytes (packed, for packed files) that came off a file since the last call; for each file that could
    be opened they add up to its size.
    """
    for file in files:
        yield from _read_file(file, on_bytes or _ignore)


def _read_file(file: Path, on_bytes: OnBytes) -> Iterator[Article | BadRecord]:
    name, reader = shown(file), reader_of(file)
    if reader is None:
        yield BadRecord(name, f"unknown ending; expected one of {', '.join(ENDINGS)}")
        return
    try:
        stream = open_regular(file)
    except OSError as error:
        yield BadRecord(name, f"cannot be opened: {error.strerror}")
        return
    with stream:
        yield from _counted(_to_the_end(reader(stream, name), name), stream, on_bytes)


def _to_the_end(records: Iterator[Article | BadRecord], name: str) -> Iterator[Article | BadRecord]:
    try:
        yield from records
    except OSError as error:
        yield BadRecord(name, f"cannot be read to its end: {error.strerror or error}")


def _counted(
    records: Iterator[Article | BadRecord], stream: BinaryIO, on_bytes: OnBytes
) -> Iterator[Article | BadRecord]:
    done = 0
    for record in records:
        position = stream.tell()
        on_bytes(position - done)
        done = position
        yield record
    on_bytes(max(0, os.fstat(stream.fileno()).st_size - done))


def _ignore(_count: int) -> None:
    """Take the bytes read when nobody asked for them."""
