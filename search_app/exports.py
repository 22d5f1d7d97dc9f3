"""Searches to take along: an Atom feed, a CSV file, the OpenSearch description, and what crawlers may read."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Final, NamedTuple

from flask import Blueprint, Response, render_template, request
from werkzeug.urls import iri_to_uri

from indexer import Article, Hit
from search_app import coverage
from search_app.articles import markup_writer, permanent_address
from search_app.coverage import read_coverage_form, surveys
from search_app.error_handlers import UnusableParametersError
from search_app.forms import SearchForm, read_page_form
from search_app.index_holder import current_index
from search_app.layout import current_frame, server_address, today

exports = Blueprint("exports", __name__)

FEED_ENTRIES: Final = 50
MAX_CSV_ROWS: Final = 10_000
_ROWS_AT_ONCE: Final = 100

CSV_COLUMNS: Final = ("id", "date", "source", "category", "authors", "lang", "title", "url", "score")
_BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it Excel reads UTF-8 as Windows-1256
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MIDNIGHT: Final = datetime.time(tzinfo=datetime.UTC)

_ROBOTS: Final = """User-agent: *
Disallow: /*?
Disallow: /api/
Disallow: /search.
"""


class FeedEntry(NamedTuple):
    """One entry of a feed; ``updated`` is an RFC 3339 time, ``summary`` is HTML as text."""

    article: Article
    address: str
    updated: str
    summary: str


@exports.get("/search.atom")
def atom() -> Response:
    """Return the newest articles that a search finds, as an Atom feed."""
    frame, form, index = current_frame(), _form(FEED_ENTRIES), current_index()
    results = index.search(replace(form.request, sort="newest", offset=0, facets=()))
    updated = index.stats().updated
    writer = markup_writer(frame.messages)
    entries = [
        FeedEntry(
            hit.article,
            permanent_address(hit.article.id),
            _moment(hit.article, updated).isoformat(),
            str(writer.write_snippet(hit.snippet)),
        )
        for hit in results
    ]
    parameters = frame.parameters.without("sort")
    text = render_template(
        "feed.xml",
        t=frame.messages,
        query=frame.query,
        entries=entries,
        updated=max((entry.updated for entry in entries), default=updated.isoformat()),
        page=iri_to_uri(parameters.address(server_address())),
        feed=iri_to_uri(parameters.address(server_address() + "search.atom")),
    )
    return _text(_NOT_IN_XML.sub(" ", text), "application/atom+xml; charset=utf-8")


@exports.get("/search.csv")
def table() -> Response:
    """Return up to MAX_CSV_ROWS articles that a search finds, as CSV in UTF-8, written while it is read."""
    hits = islice(current_index().iterate(_form(1).request), MAX_CSV_ROWS)
    first = list(islice(hits, 1))  # now: what cannot be searched is an error, not a file that ends early
    return _csv_file(_csv(chain(first, hits)), "akhbar.csv")


@exports.get("/coverage.csv")
def coverage_table() -> Response:
    """Return the table of the page of coverage as CSV: a row for each query, source and period."""
    form = read_coverage_form(request.args, current_frame().parameters)
    if form.problems:
        raise UnusableParametersError(form.problems)
    found = surveys(current_index(), form)
    rows = (tuple(map(_cell, row)) for row in coverage.table_rows(found))
    return _csv_file(iter([_BYTE_ORDER_MARK, _lines([coverage.COLUMNS, *rows])]), "akhbar-coverage.csv")


@exports.get("/opensearch.xml")
def opensearch() -> Response:
    """Return the description by which a browser adds this search to its own."""
    text = render_template("opensearch.xml", t=current_frame().messages, server=server_address())
    return _text(text, "application/opensearchdescription+xml; charset=utf-8")


@exports.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers to read the first page and articles, and no searches: these have no end."""
    return _text(_ROBOTS, "text/plain; charset=utf-8")


def _form(size: int) -> SearchForm:
    """Return the search in the address. Raises UnusableParametersError: what reads an export shows no notices."""
    form = read_page_form(request.args, today=today(), size=size)
    if form.problems:
        raise UnusableParametersError(form.problems)
    return form


def _csv_file(lines: Iterator[str], name: str) -> Response:
    response = Response(lines, content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv(hits: Iterator[Hit]) -> Iterator[str]:
    """Yield the lines of a CSV file, its header first, some at once."""
    yield _BYTE_ORDER_MARK + _lines([CSV_COLUMNS])
    while some := list(islice(hits, _ROWS_AT_ONCE)):
        yield _lines(map(_row, some))


def _row(hit: Hit) -> tuple[str, ...]:
    """Return the cells of one hit."""
    article = hit.article
    day = article.date.isoformat() if article.date else ""
    texts = (article.source, article.category, article.author, article.lang, article.title, article.url)
    score = f"{hit.score:.4f}" if hit.score else ""
    return tuple(map(_cell, (article.id, day, *(text or "" for text in texts), score)))


def _cell(text: str) -> str:
    """Return ``text`` with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _lines(rows: Iterable[Iterable[str]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode("utf-8", "replace").decode("utf-8")


def _moment(article: Article, updated: datetime.datetime) -> datetime.datetime:
    """Return the beginning of the day of ``article``, or when the index was ``updated`` for one without a date."""
    return datetime.datetime.combine(article.date, _MIDNIGHT) if article.date else updated.replace(microsecond=0)


def _text(text: str, content_type: str) -> Response:
    return Response(text.encode("utf-8", "replace"), content_type=content_type)
