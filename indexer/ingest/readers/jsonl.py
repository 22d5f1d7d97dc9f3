"""JSON lines: one article a line, ``{"title": …, "body": …}``.

An object may have ``id``, ``title``, ``body``, ``date``, ``source``, ``category``, ``url`` and ``lang``; one of
title and body must have words, everything else may be missing or null. The rule for values that cannot be used: an
article can do without its date, source, category, address and language, so a wrong one is reported and left out;
without text, or under a wrong id, there is no article, so the record is skipped. The rules of the fields are those of
:mod:`indexer.article`.
"""

from __future__ import annotations

import datetime
import json
import math
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Final, TypeVar
from urllib.parse import quote, urlsplit

from indexer.article import (
    EXPECTED,
    MAX_TITLE_CHARS,
    Article,
    derive_id,
    describe_value,
    has_words,
    is_article_id,
    is_clean,
    is_label,
    is_language_tag,
    is_web_address,
)
from indexer.dates import read_date
from indexer.ingest.cleaning import LANGUAGE_SAMPLE_CHARS, clean_line, clean_text, guess_language
from indexer.ingest.readers.records import BadRecord, ByteStream

MAX_LINE_BYTES: Final = 8 * 1024 * 1024
"""The longest of 80,000 real articles takes 0.2 MB; the limit bounds the memory that one line can take."""
MAX_LINES_WITHOUT_ARTICLE: Final = 200_000
"""A file of 65 KB can unpack to 32 million useless lines; so many in a row (2 s of work) end the reading of a file."""
_BLOCK_BYTES: Final = 64 * 1024
_MAX_KEYS_SHOWN: Final = 8

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NOT_BLANK = re.compile(rb"\S")
_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
# NaN is how some programs write a missing field: it counts as null.
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)

_T = TypeVar("_T")


class _UnusableError(ValueError):
    """A record that gives no article; the message says what was expected and what was given."""


def read(stream: ByteStream, name: str) -> Iterator[Article | BadRecord]:
    """Yield the articles of ``stream``, and a BadRecord for everything wrong; ``name`` is that of the file."""
    number = useless = 0
    try:
        for number, line in _numbered_lines(stream):
            useless += 1
            for record in _read_line(line, f"{name}:{number}"):
                useless = 0 if isinstance(record, Article) else useless
                yield record
            if useless >= MAX_LINES_WITHOUT_ARTICLE:
                reason = f"no article in {MAX_LINES_WITHOUT_ARTICLE:,} lines; nothing was read from here on"
                yield BadRecord(f"{name}:{number}", reason, ends_file=True)
                return
    except (OSError, EOFError, zlib.error) as error:
        reason = f"the file is damaged, nothing can be read from here on: {error}"
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


def _read_line(line: bytes, where: str) -> Iterator[Article | BadRecord]:
    try:
        fields = _Fields(_decode(line))
        article = _article(fields)
    except _UnusableError as error:
        yield BadRecord(where, str(error))
        return
    yield from (BadRecord(where, reason, skipped=False) for reason in fields.left_out)
    yield article


def _decode(line: bytes) -> dict[str, object]:
    if len(line) > MAX_LINE_BYTES:
        raise _UnusableError(f"longer than {MAX_LINE_BYTES} bytes")
    try:
        value = _DECODER.decode(line.removeprefix(_BYTE_ORDER_MARK).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _UnusableError(f"not UTF-8: byte {error.start + 1} of the line; save the file as UTF-8") from error
    except json.JSONDecodeError as error:
        raise _UnusableError(f"not JSON: {error.msg} at character {error.pos + 1}") from error
    except (RecursionError, ValueError) as error:
        raise _UnusableError("not JSON that can be read: nested too deeply, or a number too long") from error
    if not isinstance(value, dict):
        raise _UnusableError(f'expected an object {{"title": …, "body": …}}, got {describe_value(value)}')
    return value


class _Fields:
    """The fields of one record, and a sentence for each that was left out."""

    def __init__(self, record: dict[str, object]) -> None:
        self.record = record
        self.left_out: list[str] = []

    def text(self, name: str) -> str:
        """Return a text without which there is no article, empty when it is missing; raises _UnusableError."""
        value = self.record.get(name)
        if value is not None and not isinstance(value, str):
            raise _UnusableError(f"{name}: expected a text, got {describe_value(value)}")
        return value or ""

    def optional(self, name: str, read: Callable[[str], _T | None]) -> _T | None:
        """Return the value that ``read`` gives for a field, or None; a value that gives None is noted."""
        value = self.record.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        result = read(value) if isinstance(value, str) else None
        if result is None:
            expected = f"{name}: expected {EXPECTED[name]}, got {describe_value(value)}"
            self.left_out.append(f"{expected}; the article is kept without it")
        return result


def _article(fields: _Fields) -> Article:
    title, body = clean_line(fields.text("title")), clean_text(fields.text("body"))
    if not has_words(title) and not has_words(body):
        raise _UnusableError(f"neither title nor body has words; the fields given are: {_keys(fields.record)}")
    if len(title) > MAX_TITLE_CHARS:
        raise _UnusableError(f"title: expected {EXPECTED['title']}, got {len(title)}")
    day = fields.optional("date", lambda text: _day(text, title, body))
    url = fields.optional("url", _address)
    source = fields.optional("source", _label) or _host(url)
    return Article(
        id=_id(fields.record) or derive_id(url=url, title=title, body=body, date=day, source=source),
        title=title,
        body=body,
        date=day,
        source=source,
        category=fields.optional("category", _label),
        url=url,
        lang=fields.optional("lang", _language) or guess_language(f"{title}\n{body[:LANGUAGE_SAMPLE_CHARS]}"),
    )


def _day(text: str, title: str, body: str) -> datetime.date | None:
    if _ISO_DAY.fullmatch(text):
        # Nearly all files write days so, and there is no other way to read them.
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return None
    return read_date(text, context=f"{title}\n{body}")


def _keys(record: dict[str, object]) -> str:
    shown = [describe_value(key) for key in list(record)[:_MAX_KEYS_SHOWN]]
    return ", ".join(shown) + (", …" if len(record) > _MAX_KEYS_SHOWN else "") if shown else "none"


def _id(record: dict[str, object]) -> str:
    value = record.get("id")
    if isinstance(value, int | float) and not isinstance(value, bool) and value not in (math.inf, -math.inf):
        value = str(value)
    if not isinstance(value, str | None):
        raise _UnusableError(f"id: expected a text or a number, got {describe_value(value)}")
    name = (value or "").strip(" ")
    if name and not is_article_id(name):
        raise _UnusableError(f"id: expected {EXPECTED['id']}, got {describe_value(value)}")
    return name


def _label(text: str) -> str | None:
    label = clean_line(text)
    return label if label and is_label(label) else None


def _address(text: str) -> str | None:
    """Return an http or https address, its blanks and invisible characters encoded as browsers do, or None."""
    url = text.strip()
    if is_clean(url) and not (url.isprintable() and " " not in url):
        url = "".join(letter if letter.isprintable() and letter != " " else quote(letter) for letter in url)
    return url if is_web_address(url) else None


def _language(text: str) -> str | None:
    tag = text.strip().replace("_", "-")
    return tag if is_language_tag(tag) else None


def _host(url: str | None) -> str | None:
    host = urlsplit(url).hostname if url else None
    return _label(host.removeprefix("www.")) if host else None
