"""Articles of a list of files, read one after the other; a bad file never ends the run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from io import BufferedReader
from pathlib import Path

from indexer.article import Article
from indexer.ingest.readers.files import open_regular
from indexer.ingest.readers.formats import ENDINGS, reader_for
from indexer.ingest.readers.records import BadRecord, printable_path

OnBytes = Callable[[int], None]
"""Called with the number of bytes read since the last call, for a progress bar."""


def read_articles(files: Iterable[Path], on_bytes: OnBytes | None = None) -> Iterator[Article | BadRecord]:
    """Yield the articles of ``files`` in order, and a BadRecord for everything that could not be used.

    A file that cannot be opened, or fails in the middle, gives one BadRecord, and the next file follows. ``on_bytes``
    counts packed bytes of packed files; for each file that could be opened the counts add up to its size.
    """
    for file in files:
        yield from _read_file(file, on_bytes or (lambda _: None))


def _read_file(file: Path, on_bytes: OnBytes) -> Iterator[Article | BadRecord]:
    name, reader = printable_path(file), reader_for(file)
    if reader is None:
        yield BadRecord(name, f"unknown ending; expected one of {', '.join(ENDINGS)}", ends_file=True)
        return
    try:
        stream = open_regular(file)
    except OSError as error:
        yield BadRecord(name, f"cannot be opened: {error.strerror}", ends_file=True)
        return
    with stream:
        yield from _count_bytes(_report_read_error(reader(stream, name), name), stream, on_bytes)


def _report_read_error(records: Iterator[Article | BadRecord], name: str) -> Iterator[Article | BadRecord]:
    try:
        yield from records
    except OSError as error:
        yield BadRecord(name, f"cannot be read to its end: {error.strerror or error}", ends_file=True)


def _count_bytes(
    records: Iterator[Article | BadRecord], stream: BufferedReader, on_bytes: OnBytes
) -> Iterator[Article | BadRecord]:
    reported = 0
    for record in records:
        position = stream.tell()
        on_bytes(position - reported)
        reported = position
        yield record
    on_bytes(max(0, os.fstat(stream.fileno()).st_size - reported))
