"""Which articles a file of JSON lines holds: one object a line, ``{"title": …, "body": …}``.

An object may have ``id``, ``title``, ``body``, ``date``, ``source``, ``category``, ``url`` and ``lang``; one of
title and body must have words, everything else may be missing or null. The rule for what cannot be used: an article
can do without its date, source, category, address and language, so a wrong one is reported and left out; without
text, or under a wrong id, there is no article, so the record is skipped.
"""

from __future__ import annotations

import datetime
import json
import math
import re
import zlib
from collections.abc import Callable, Iterator
from itertools import count
from typing import TypeVar
from urllib.parse import urlsplit

from indexer.article import Article, derived_id
from indexer.dates import read_date
from indexer.ingest.readers.cleaning import (
    LANGUAGE_SAMPLE_CHARS,
    clean_line,
    clean_text,
    guess_language,
    has_words,
    is_clean,
)
from indexer.ingest.readers.records import BadRecord, ByteStream, quoted

MAX_LINE_BYTES = 8 * 1024 * 1024
"""The longest of 80,000 real articles takes 0.2 MB; no line can make more of the memory be used than this lets it."""
MAX_ID_CHARS = 512
MAX_TITLE_CHARS = 2000
"""The longest real headline seen has 1,676 characters, in a periodical of the 1900s."""
MAX_LABEL_CHARS = 200
MAX_URL_CHARS = 4096
_MAX_KEYS_SHOWN = 8
_STEP_BYTES = 64 * 1024

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")

# An address as nearly all are: nothing of it has to be taken apart to know that it is one.
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:[/?#].*)?", re.DOTALL)
_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
# NaN is how some programs write a field that is missing: it counts as null.
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)

_T = TypeVar("_T")


class _UnusableError(ValueError):
    """Without this there is no article; the message says what was expected and what was given."""


def read(stream: ByteStream, name: str) -> Iterator[Article | BadRecord]:
    """Yield the articles of ``stream``, and what was wrong by line; ``name`` is that of the file."""
    for number, line in _lines(stream):
        where = f"{name}:{number}"
        if isinstance(line, str):
            yield BadRecord(where, line)
        elif line.strip():
            yield from _read_record(line, where)


def _lines(stream: ByteStream) -> Iterator[tuple[int, bytes | str]]:
    """Yield each line with its number, or in its place a sentence about what is wrong with it."""
    for number in count(1):
        try:
            line = stream.readline(MAX_LINE_BYTES + 1)
            is_too_long = len(line) > MAX_LINE_BYTES and not line.endswith(b"\n")
            if is_too_long:
                _skip_rest(stream)
        except (OSError, EOFError, zlib.error) as error:
            yield number, f"the file is damaged, nothing can be read from here on: {error}"
            return
        if not line:
            return
        yield number, f"longer than {MAX_LINE_BYTES} bytes" if is_too_long else line.removeprefix(_BYTE_ORDER_MARK)


def _skip_rest(stream: ByteStream) -> None:
    while (part := stream.readline(_STEP_BYTES)) and not part.endswith(b"\n"):
        pass


def _read_record(line: bytes, where: str) -> Iterator[Article | BadRecord]:
    try:
        fields = _Fields(_object(line))
        article = _article(fields)
    except _UnusableError as error:
        yield BadRecord(where, str(error))
        return
    yield from (BadRecord(where, reason, skipped=False) for reason in fields.left_out)
    yield article


def _object(line: bytes) -> dict[str, object]:
    try:
        value = _DECODER.decode(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _UnusableError(f"not UTF-8: byte {error.start + 1} of the line; save the file as UTF-8") from error
    except json.JSONDecodeError as error:
        raise _UnusableError(f"not JSON: {error.msg} at character {error.pos + 1}") from error
    except (RecursionError, ValueError) as error:
        raise _UnusableError("not JSON that can be read: nested too deeply, or a number too long") from error
    if not isinstance(value, dict):
        raise _UnusableError(f'expected an object {{"title": …, "body": …}}, got {quoted(value)}')
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
            raise _UnusableError(f"{name}: expected a text, got {quoted(value)}")
        return value or ""

    def optional(self, name: str, expected: str, read: Callable[[str], _T | None]) -> _T | None:
        """Return what ``read`` makes of a field, or None; when that is not for want of a value, note it."""
        value = self.record.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        result = read(value) if isinstance(value, str) else None
        if result is None:
            self.left_out.append(f"{name}: expected {expected}, got {quoted(value)}; the article is kept without it")
        return result


def _article(fields: _Fields) -> Article:
    title, body = clean_line(fields.text("title")), clean_text(fields.text("body"))
    if not has_words(title) and not has_words(body):
        raise _UnusableError(f"neither title nor body has words; the fields given are: {_keys(fields.record)}")
    if len(title) > MAX_TITLE_CHARS:
        raise _UnusableError(f"title: expected at most {MAX_TITLE_CHARS} characters, got {len(title)}")
    day = fields.optional("date", "a day such as 2024-02-11", lambda text: _day(text, title, body))
    url = fields.optional("url", "an address such as https://news.example/1", _address)
    source = fields.optional("source", f"a name of at most {MAX_LABEL_CHARS} characters", _label) or _host(url)
    return Article(
        id=_id(fields.record) or derived_id(url=url, title=title, body=body, date=day, source=source),
        title=title,
        body=body,
        date=day,
        source=source,
        category=fields.optional("category", f"a name of at most {MAX_LABEL_CHARS} characters", _label),
        url=url,
        lang=fields.optional("lang", "a language tag such as ar", _language) or _guessed_language(title, body),
    )


def _day(text: str, title: str, body: str) -> datetime.date | None:
    if _ISO_DAY.fullmatch(text):
        # The way nearly all files write it, and no other reading is possible.
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return None
    return read_date(text, context=f"{title}\n{body}")


def _guessed_language(title: str, body: str) -> str | None:
    return guess_language(f"{title}\n{body[:LANGUAGE_SAMPLE_CHARS]}")


def _keys(record: dict[str, object]) -> str:
    shown = [quoted(key) for key in list(record)[:_MAX_KEYS_SHOWN]]
    return ", ".join(shown) + (", …" if len(record) > _MAX_KEYS_SHOWN else "") if shown else "none"


def _id(record: dict[str, object]) -> str:
    value = record.get("id")
    if isinstance(value, int | float) and not isinstance(value, bool) and value not in (math.inf, -math.inf):
        value = str(value)
    if not isinstance(value, str | None):
        raise _UnusableError(f"id: expected a text or a number, got {quoted(value)}")
    name = (value or "").strip(" ")
    if len(name) > MAX_ID_CHARS or not is_clean(name):
        raise _UnusableError(
            f"id: expected at most {MAX_ID_CHARS} characters, none a control character, got {quoted(value)}"
        )
    return name


def _label(text: str) -> str | None:
    label = clean_line(text)
    return label if 0 < len(label) <= MAX_LABEL_CHARS else None


def _address(text: str) -> str | None:
    """Only addresses that a page may link to: other schemes can run programs."""
    url = text.strip()
    if len(url) > MAX_URL_CHARS or not is_clean(url):
        return None
    return url if _PLAIN_ADDRESS.fullmatch(url) or _is_address(url) else None


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _language(text: str) -> str | None:
    tag = text.strip()
    return tag.replace("_", "-") if _LANGUAGE_TAG.fullmatch(tag) else None


def _host(url: str | None) -> str | None:
    host = urlsplit(url).hostname if url else None
    return _label(host.removeprefix("www.")) if host else None
