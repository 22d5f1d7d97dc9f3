"""Articles of a list of files, read one after the other; a bad file never ends the run."""

from __future__ import annotations

import codecs
import datetime
import io
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from indexer.article import Article
from indexer.ingest.encodings import encoding_of
from indexer.ingest.field_names import USUAL_NAMES, FieldNames
from indexer.ingest.fields import article_of
from indexer.ingest.isolation import parse_documents
from indexer.ingest.readers import jsonl
from indexer.ingest.readers.files import STANDARD_INPUT, open_regular
from indexer.ingest.readers.formats import HEAD_BYTES, reader_for
from indexer.ingest.records import (
    DAMAGE,
    NOTHING_FOLLOWS,
    BadRecord,
    ByteStream,
    Finds,
    Found,
    InnerFile,
    Line,
    PassedOver,
    Patience,
    PendingLine,
    Record,
    printable_path,
)

OnBytes = Callable[[int], None]
"""Called with the number of bytes read since the last call, for a progress bar."""
Read = Article | BadRecord | PassedOver
"""Everything that the reading of files may give."""

MAX_DEPTH: Final = 4
"""A packed page in a packed archive in an archive is at depth 4."""


def read_articles(
    files: Iterable[Path], on_bytes: OnBytes | None = None, *, names: FieldNames = USUAL_NAMES, jobs: int = 1
) -> Iterator[Read]:
    """Yield what :func:`read_files` does, with the articles of the lines."""
    with closing(read_files(files, on_bytes, names=names, jobs=jobs)) as read:
        for each in read:
            if isinstance(each, PendingLine):
                yield from each.patience.take(articles_of_line(*each.line, each.written, names))
            else:
                yield each


def articles_of_line(
    where: str, raw: bytes, written: datetime.datetime | None, names: FieldNames
) -> Iterator[Article | BadRecord]:
    """Yield the articles of a line of JSON, and a BadRecord for everything in it that cannot be used."""
    for found in jsonl.parse_line(raw, where):
        yield from article_of(found, names, written) if isinstance(found, Record) else (found,)


def read_files(
    files: Iterable[Path], on_bytes: OnBytes | None = None, *, names: FieldNames = USUAL_NAMES, jobs: int = 1
) -> Generator[Read | PendingLine, None, None]:
    """Yield the articles of ``files`` in order, a BadRecord for everything that could not be used, and files passed over.

    Lines of JSON come as they are: what :func:`articles_of_line` makes of one goes through the patience with its file.
    A file that cannot be opened, or fails in the middle, gives one BadRecord, and the next file follows. ``on_bytes``
    counts packed bytes of packed files; for each file that could be opened the counts add up to its size. ``names``
    says what the fields of records are called; ``jobs`` processes parse pages and feeds. Raises MissingExtraError.
    """
    found = (each for file in files for each in _read_file(file, names, on_bytes or (lambda _: None)))
    with closing(parse_documents(found, jobs)) as parsed:
        for each in parsed:
            if isinstance(each, Record):
                yield from article_of(each, names)
            else:
                yield each  # type: ignore[misc]  # nothing else is left


class _Context(NamedTuple):
    """What holds for a file and all files in it: names of fields, and the time when the file was written."""

    names: FieldNames
    written: datetime.datetime | None


def _read_file(file: Path, names: FieldNames, on_bytes: OnBytes) -> Iterator[Found | PendingLine | Article]:
    name = printable_path(file)
    if file == STANDARD_INPUT:
        yield from _read(InnerFile("standard input", sys.stdin.buffer), _Context(names, None), ending=".txt")  # type: ignore[arg-type]
        return
    try:
        stream = open_regular(file)
    except OSError as error:
        yield BadRecord(name, f"cannot be opened: {error.strerror}", ends_file=True)
        return
    with stream:
        written = datetime.datetime.fromtimestamp(os.fstat(stream.fileno()).st_mtime, datetime.UTC)
        yield from _count_bytes(_read(InnerFile(name, stream), _Context(names, written)), stream, on_bytes)


def _read(
    file: InnerFile, context: _Context, depth: int = 0, ending: str = ""
) -> Iterator[Found | PendingLine | Article]:
    """Yield the articles of an open file and of the files in it, and the documents that are still to be parsed.

    ``ending`` is added to the name of a file that has none, to choose its reader.
    """
    name, stream = file
    if depth > MAX_DEPTH:
        yield BadRecord(name, f"packed more than {MAX_DEPTH} times; unpack it first", ends_file=True)
        return
    try:
        reader = reader_for(stream.peek(HEAD_BYTES)[:HEAD_BYTES] or b" ", name + ending)
        if reader is None:
            yield PassedOver(name)
            return
        yield from _convert(reader(as_utf8(stream), name), name, context, depth, ending)
    except DAMAGE as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        yield BadRecord(name, f"the file is damaged, {NOTHING_FOLLOWS}: {reason}"[:300], ends_file=True)


def _convert(
    found: Finds, name: str, context: _Context, depth: int, ending: str
) -> Iterator[Found | PendingLine | Article]:
    patience = Patience()
    for each in found:
        if isinstance(each, InnerFile):
            yield from _read(each, context, depth + 1, ending if each.name == name else "")
        elif isinstance(each, Line):
            yield PendingLine(each, context.written, patience)
        else:
            yield from patience.take(article_of(each, *context) if isinstance(each, Record) else (each,))
        if patience.is_over:
            return


def as_utf8(stream: ByteStream) -> ByteStream:
    """Return a stream of the same text in UTF-8 where the stream is in UTF-16 or UTF-32, else the stream itself."""
    encoding = encoding_of(stream.peek(HEAD_BYTES)[:HEAD_BYTES]) or ""
    return (
        io.BufferedReader(_Transcoded(stream, encoding), HEAD_BYTES)
        if encoding.startswith(("utf-16", "utf-32"))
        else stream
    )


class _Transcoded(io.RawIOBase):
    """A stream of text in another encoding, as UTF-8."""

    def __init__(self, stream: ByteStream, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._waiting and (block := self._stream.read1(HEAD_BYTES)):
            self._waiting = self._decoder.decode(block).encode("utf-8", "replace")
        block, self._waiting = self._waiting[: len(buffer)], self._waiting[len(buffer) :]
        buffer[: len(block)] = block
        return len(block)


def _count_bytes(
    records: Iterator[Found | PendingLine | Article], stream: io.BufferedReader, on_bytes: OnBytes
) -> Iterator[Found | PendingLine | Article]:
    reported = 0
    for record in records:
        position = stream.tell()
        on_bytes(position - reported)
        reported = position
        yield record
    on_bytes(max(0, os.fstat(stream.fileno()).st_size - reported))
