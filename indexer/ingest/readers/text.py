"""Which article a file of plain text holds: one page of a news site, as it was scraped.

The page's own furniture is taken off: the title said again, the line with the date, quotes pulled out of the
text, navigation, the footer. Every line that is left is a paragraph.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import NamedTuple

from indexer.article import Article, derived_id
from indexer.dates import find_date
from indexer.ingest.readers.cleaning import clean_text, guess_language
from indexer.ingest.readers.lines import Line, line_of, lines_of
from indexer.ingest.readers.navigation import site_name, without_navigation
from indexer.ingest.readers.records import BadRecord, ByteStream
from indexer.ingest.readers.repeats import split_headline, without_repeats

MAX_FILE_BYTES = 2 * 1024 * 1024
MAX_LINES = 5_000
"""A page is one article: the longest of 80,000 real ones takes 0.2 MB. The worst page found takes seconds."""

_MAX_WORDS_WITH_DATE = 15
_SEPARATOR = re.compile(r" [|•·–—-] | ?[|•·] ?")


class _Dated(NamedTuple):
    """The days that lines of their own name, and the other lines."""

    days: list[datetime.date]
    rest: list[Line]


def read(stream: ByteStream, name: str) -> Iterator[Article | BadRecord]:
    """Yield the one article of ``stream``, or what was wrong with it; ``name`` is that of the file."""
    raw = stream.read(MAX_FILE_BYTES + 1)
    if len(raw) > MAX_FILE_BYTES or raw.count(b"\n") >= MAX_LINES:
        yield BadRecord(name, f"expected one article of at most {MAX_FILE_BYTES} bytes and {MAX_LINES} lines")
        return
    try:
        text = clean_text(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        yield BadRecord(name, f"not UTF-8: byte {error.start + 1}; save the file as UTF-8")
        return
    yield _article(text) or BadRecord(name, "empty: no words of an article in this file")


def _article(text: str) -> Article | None:
    page = lines_of(text)
    days, lines = _split_dates(without_navigation(page), context=text)
    headline = split_headline(lines)
    title, body = headline.title, "\n".join(line.text for line in without_repeats(headline.rest))
    if not title and not body:
        return None
    day, source = min(days, default=None), site_name(page) or headline.site
    return Article(
        id=derived_id(url=None, title=title, body=body, date=day, source=source),
        title=title,
        body=body,
        date=day,
        source=source,
        lang=guess_language(body or title),
    )


def _split_dates(lines: list[Line], context: str) -> _Dated:
    """Dates count above the first paragraph and below the last: between paragraphs they head parts of the text.

    The earliest is the day of publication: an update comes later.
    """
    paragraphs = _paragraphs(lines)
    dated = _Dated([], [])
    for number, line in enumerate(lines):
        is_outside = not paragraphs or not paragraphs[0] <= number <= paragraphs[-1]
        days, rest = _dates_of(line, context) if is_outside else ([], line)
        dated.days.extend(days)
        dated.rest.extend([rest] if rest else [])
    return dated


def _paragraphs(lines: list[Line]) -> list[int]:
    """Return the numbers of the paragraphs; a long headline, the first line that is no date, is none."""
    headline = next((line.words for line in lines if not find_date(line.text)), ())
    return [number for number, line in enumerate(lines) if line.is_prose and line.words != headline]


def _dates_of(line: Line, context: str) -> tuple[list[datetime.date], Line | None]:
    """Return the dates of a line and what else it says: a dateline or a byline may share it."""
    if len(line.words) > _MAX_WORDS_WITH_DATE:
        return [], line
    day = find_date(line.text, context=context)
    if day:
        return [day], None
    parts = [(find_date(part, context=context), part) for part in _SEPARATOR.split(line.text)]
    if not any(day for day, _ in parts):
        return [], line
    rest = line_of(" - ".join(part for day, part in parts if not day))
    return [day for day, _ in parts if day], rest if rest.words else None
