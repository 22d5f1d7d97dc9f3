"""Plain text: one page of a news site, as it was scraped, is one article.

Everything around the article is removed: repetitions of the title, the line with the date, pull quotes, navigation
and the footer. Every remaining line is a paragraph.
"""

from __future__ import annotations

import datetime
import re

from indexer.article import has_words
from indexer.dates.periods import find_date
from indexer.ingest.cleaning import clean_text
from indexer.ingest.encodings import decode, repair
from indexer.ingest.page.lines import Line, line_of, lines_of
from indexer.ingest.page.navigation import site_name, without_navigation
from indexer.ingest.page.repeats import split_headline, without_repeats
from indexer.ingest.records import BadRecord, ByteStream, Finds, Record

MAX_FILE_BYTES = 1024 * 1024
MAX_LINES = 5_000
"""The longest of 80,000 real articles takes 0.2 MB. The slowest page found within these limits takes seconds."""

_MAX_WORDS_WITH_DATE = 15
_SEPARATOR = re.compile(r" [|•·–—-] | ?[|•·] ?")


def read(stream: ByteStream, name: str) -> Finds:
    """Yield the one article of ``stream``, or a BadRecord; ``name`` is that of the file."""
    raw = stream.read(MAX_FILE_BYTES + 1)
    if len(raw) > MAX_FILE_BYTES or raw.count(b"\n") >= MAX_LINES:
        yield BadRecord(name, f"expected one article of at most {MAX_FILE_BYTES} bytes and {MAX_LINES} lines")
        return
    try:
        fields = fields_of_page(decode(raw))
    except ValueError as error:
        yield BadRecord(name, str(error))
        return
    yield Record(name, fields) if fields else BadRecord(name, "empty: no words of an article in this file")


def fields_of_page(text: str) -> dict[str, object]:
    """Return title, body, date and source of the article in the text of a page; nothing where it has no words."""
    text = clean_text(repair(text))
    page = lines_of(text)
    days, lines = _split_dates(without_navigation(page), context=text)
    headline = split_headline(lines)
    title, body = headline.title, "\n".join(line.text for line in without_repeats(headline.rest))
    if not has_words(title) and not has_words(body):
        return {}
    # The earliest is the day of publication: an update comes later.
    return {"title": title, "body": body, "date": min(days, default=None), "source": site_name(page) or headline.site}


def _split_dates(lines: list[Line], context: str) -> tuple[list[datetime.date], list[Line]]:
    """Return the dates, and the lines that are left. Dates stand above the first paragraph and below the last; between paragraphs a date is a heading."""
    paragraphs = _paragraphs(lines)
    days: list[datetime.date] = []
    left: list[Line] = []
    for number, line in enumerate(lines):
        is_outside = not paragraphs or not paragraphs[0] <= number <= paragraphs[-1]
        days_of_line, rest = _dates_of(line, context) if is_outside else ([], line)
        days += days_of_line
        left += [rest] if rest else []
    return days, left


def _paragraphs(lines: list[Line]) -> list[int]:
    """Return the numbers of the paragraphs. The first line that is no date is a headline, however long it is."""
    headline = next((line.words for line in lines if not find_date(line.text)), ())
    return [number for number, line in enumerate(lines) if line.is_prose and line.words != headline]


def _dates_of(line: Line, context: str) -> tuple[list[datetime.date], Line | None]:
    """Return the dates of a line and the rest of it, such as a byline, or None where there is no rest."""
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
