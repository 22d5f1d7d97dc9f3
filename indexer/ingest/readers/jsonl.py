"""JSON lines: one article a line, ``{"title": …, "body": …}``; :mod:`indexer.ingest.fields` tells what it may hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from indexer.article import describe_value
from indexer.ingest.encodings import decode
from indexer.ingest.field_names import is_article
from indexer.ingest.records import DAMAGE, NOTHING_FOLLOWS, BadRecord, ByteStream, Finds, Line, Record

MAX_LINE_BYTES: Final = 8 * 1024 * 1024
"""The longest of 80,000 real articles takes 0.2 MB; the limit bounds the memory that one line can take."""
_BLOCK_BYTES: Final = 64 * 1024

_NOT_BLANK = re.compile(rb"\S")
DECODER: Final = json.JSONDecoder(parse_constant=lambda _: None)
"""NaN is how some programs write a missing field: it counts as null."""


def read(stream: ByteStream, name: str) -> Finds:
    """Yield the lines of ``stream``, for :func:`parse_line`; ``name`` is that of the file."""
    number = 0
    try:
        for number, line in _numbered_lines(stream):
            yield Line(f"{name}:{number}", line)
    except DAMAGE as error:
        reason = f"the file is damaged, {NOTHING_FOLLOWS}: {error}"
        yield BadRecord(f"{name}:{number + 1}", reason, ends_file=True)


def _numbered_lines(stream: ByteStream) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, each with its number from 1 and without its line feed.

    Of a line longer than MAX_LINE_BYTES only the beginning is kept, at least one byte more than that.
    """
    number = 1
    unfinished: list[bytes] = []
    size = 0
    while block := stream.read1(_BLOCK_BYTES):
        end, last = block.find(b"\n") + 1, block.rfind(b"\n") + 1
        if size <= MAX_LINE_BYTES:
            unfinished.append(block[:end] if end else block)
            size += len(unfinished[-1])
        if not end:
            continue
        yield from _lines_of(b"".join(unfinished), number)
        yield from _lines_of(block[end:last], number + 1)
        number += block.count(b"\n")
        unfinished, size = [block[last:]], len(block) - last
    yield from _lines_of(b"".join(unfinished), number)


def _lines_of(block: bytes, number: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of ``block`` that are not blank; runs of blank lines take 5 ns a line."""
    position = 0
    while content := _NOT_BLANK.search(block, position):
        start = block.rfind(b"\n", position, content.start()) + 1 or position
        end = block.find(b"\n", content.start())
        number += block.count(b"\n", position, start)
        yield number, block[start : end if end >= 0 else None]
        if end < 0:
            return
        number, position = number + 1, end + 1


def parse_line(line: bytes, where: str) -> Iterator[Record | BadRecord]:
    """Yield the record that a line is, the records in it, or a BadRecord."""
    if len(line) > MAX_LINE_BYTES:
        yield BadRecord(where, f"longer than {MAX_LINE_BYTES} bytes")
        return
    try:
        value = DECODER.decode(_decode(line))
    except json.JSONDecodeError as error:
        yield BadRecord(where, f"not JSON: {error.msg} at character {error.pos + 1}")
        return
    except (RecursionError, ValueError) as error:
        reason = (
            str(error)
            if type(error) is ValueError and "encoding" in str(error)
            else "nested too deeply, or a number too long"
        )
        yield BadRecord(where, f"not JSON that can be read: {reason}")
        return
    yield from records_of(value, where)


def _decode(line: bytes) -> str:
    """Return a line as text; only for what may be an object an encoding other than UTF-8 is looked for."""
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        if not line.lstrip().startswith((b"{", b"\xff\xfe", b"\xfe\xff")):
            raise ValueError("in no known encoding; save it as UTF-8") from None
        return decode(line)


def records_of(value: object, where: str) -> Iterator[Record | BadRecord]:
    """Yield the article that ``value`` is, or those in the lists that it holds, as answers of news services do."""
    if not isinstance(value, dict):
        yield BadRecord(where, f'expected an object {{"title": …, "body": …}}, got {describe_value(value)}')
        return
    inner = value.get("_source")  # as search engines export their documents
    value = inner if isinstance(inner, dict) else value
    articles = () if is_article(value) else tuple(_articles_in(value, depth=3))
    if articles:
        yield from (Record(f"{where}.{number}", article) for number, article in enumerate(articles, 1))
    else:
        yield Record(where, value)


def _articles_in(value: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    for inner in value.values():
        if isinstance(inner, list):
            yield from (each for each in inner if isinstance(each, dict) and is_article(each))
        elif isinstance(inner, dict) and depth:
            yield from _articles_in(inner, depth - 1)
