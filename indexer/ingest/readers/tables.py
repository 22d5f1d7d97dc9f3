"""Tables of articles: CSV, TSV and their kin, a row an article, the first row the names of the fields."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import IO, Final, cast

from indexer.ingest.encodings import encoding_of
from indexer.ingest.field_names import FieldNames, is_article
from indexer.ingest.records import BadRecord, ByteStream, DamagedError, Finds, Record

MAX_LINE_CHARS: Final = 8 * 1024 * 1024
_SAMPLE_BYTES: Final = 64 * 1024
_DELIMITERS: Final = "\t;|,"


def read(stream: ByteStream, name: str) -> Finds:
    """Yield the rows of a table as records, whose fields are named by the first row."""
    encoding = encoding_of(stream.peek(_SAMPLE_BYTES)) or "utf-8"
    text = io.TextIOWrapper(cast("IO[bytes]", stream), encoding, errors="replace", newline="")
    csv.field_size_limit(MAX_LINE_CHARS)
    try:
        lines = _lines(text)
        header = next(lines, "").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
        if header.lower().startswith("sep="):  # so that Excel writes which delimiter follows
            header = next(lines, "")
        delimiter = delimiter_of(header)
        yield from _rows(header, csv.reader(lines, delimiter=delimiter), delimiter, name)
    finally:
        text.detach()


def _rows(header: str, rows: Iterator[list[str]], delimiter: str, name: str) -> Finds:
    columns = next(csv.reader([header], delimiter=delimiter), [])
    number = 1
    while True:
        number += 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield BadRecord(f"{name}#{number}", f"no row of a table: {error}")
            continue
        if row is None:
            return
        if row:
            yield Record(f"{name}#{number}", dict(zip(columns, row, strict=False)))


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(MAX_LINE_CHARS + 1):
        if len(line) > MAX_LINE_CHARS:
            raise DamagedError(f"a line is longer than {MAX_LINE_CHARS} characters")
        yield line.replace("\0", "")


def delimiter_of(header: str) -> str:
    """Return the delimiter that splits a header into the most names.

    >>> delimiter_of("title;body, or summary;date")
    ';'
    """
    return max(_DELIMITERS, key=lambda delimiter: len(next(csv.reader([header], delimiter=delimiter), [])))


def has_articles(raw: bytes, names: FieldNames) -> bool:
    """Return whether the header of a table, which begins with ``raw``, names a column of titles or texts."""
    lines = raw.decode(encoding_of(raw) or "latin-1", "replace").splitlines()
    header = next((line for line in lines if not line.lower().startswith("sep=")), "")
    return is_article(next(csv.reader([header], delimiter=delimiter_of(header)), []), names)


def is_table(head: str) -> bool:
    """Return whether a text begins with the header of a table of articles: three names, one a title or a text."""
    header = head.partition("\n")[0]
    columns = (
        next(csv.reader([header.replace("\0", "")], delimiter=delimiter_of(header)), []) if len(header) < 2000 else []
    )
    return len(columns) > 2 and is_article(columns)
