"""Sources of an index, or of a search: how many articles each has, by month or by year."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from markupsafe import Markup

from indexer import Index, IndexStats, PeriodCount, SearchRequest, value_label
from search_app.articles import value_html
from search_app.forms import SearchForm
from search_app.histograms import days_within, period_name
from search_app.layout import Frame
from search_app.notices import NoticeView, problem_views
from search_app.presenters import Paging, page_links
from search_app.settings import LANGUAGES
from search_app.urls import DATE_FILTERS, FILTERS, Parameters

Unit: TypeAlias = Literal["month", "year"]

MAX_PERIODS: Final = 13
"""Columns of the table: a year of months and one more, else years; of more years the last."""

MAX_SOURCES: Final = 1000
"""How many sources are listed at most, those with most articles; a name finds the others."""

ROWS: Final = 30
"""Sources on a page; each takes searches of a millisecond."""


class SourceCounts(NamedTuple):
    """A source with its number of articles in all, dated or not, and in each period."""

    source: str
    articles: int
    periods: tuple[PeriodCount, ...]


@dataclass(frozen=True, slots=True)
class SourceTable:
    """Some sources of a search, in the order of their numbers of articles, and how many there are in all.

    ``articles`` counts those of all sources and those of none; ``periods`` the dated ones among them. ``is_cut`` tells
    that years before the first period were left out.
    """

    articles: int
    total: int
    unit: Unit
    periods: tuple[PeriodCount, ...]
    is_cut: bool
    sources: tuple[SourceCounts, ...]


def source_table(index: Index, request: SearchRequest, *, page: int, size: int) -> SourceTable:
    """Return the sources of one page of all that have articles which match ``request``; all bare words are required."""
    asked = replace(request, sort="newest", limit=0, offset=0, copies="all", forms=False, histogram=None)
    found = index.search(replace(asked, facets=("source",), facet_limit=MAX_SOURCES))
    unit: Unit = "month"
    periods = index.coverage(asked, period=unit).periods
    if len(periods) > MAX_PERIODS:
        unit = "year"
        periods = index.coverage(asked, period=unit).periods
    shown = tuple(PeriodCount(each.first, each.last, each.count) for each in periods[-MAX_PERIODS:])
    chosen = found.filters.sources
    sources = [count for count in found.facets["source"] if not chosen or count.value in chosen][:MAX_SOURCES]
    rows = (
        SourceCounts(each.value, each.count, _counts(index, replace(asked, sources=(each.value,)), unit, shown))
        for each in sources[(page - 1) * size : page * size]
    )
    return SourceTable(found.total, len(sources), unit, shown, len(periods) > len(shown), tuple(rows))


def _counts(index: Index, asked: SearchRequest, unit: Unit, periods: Sequence[PeriodCount]) -> tuple[PeriodCount, ...]:
    """Return how many articles match in each of ``periods``."""
    counts = {period.first: period.count for period in index.coverage(asked, period=unit).periods}
    return tuple(PeriodCount(each.first, each.last, counts.get(each.first, 0)) for each in periods)


def sources_as_json(table: SourceTable) -> dict[str, Any]:
    """Return ``table`` for REST; the names of a source in both languages stand beside it."""
    return {
        "articles": table.articles,
        "total": table.total,
        "unit": table.unit,
        "periods": list(map(_period_as_json, table.periods)),
        "sources": [
            {
                "source": each.source,
                "names": {language: value_label("source", each.source, language) for language in LANGUAGES},
                "articles": each.articles,
                "periods": list(map(_period_as_json, each.periods)),
            }
            for each in table.sources
        ],
    }


def _period_as_json(period: PeriodCount) -> dict[str, Any]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat(), "count": period.count}


class Cell(NamedTuple):
    """A number of articles, and the address of the search that finds them; empty where there are none."""

    total: str
    href: str


class SourceRow(NamedTuple):
    """A row of the table: a source, or all of them, with its cells: all articles, and those of each period."""

    label: Markup
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class SourcesView:
    """Everything that the page of sources shows. ``columns`` are the names of periods, a year's with its address."""

    count: Markup
    sources: Markup
    period: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[SourceRow, ...]
    earlier: str
    whole: str
    notices: tuple[NoticeView, ...]
    paging: Paging | None


def sources_view(table: SourceTable, form: SearchForm, stats: IndexStats, frame: Frame) -> SourcesView:
    """Return the view of ``table``, which answers ``form`` over an index with ``stats``."""
    t, periods = frame.messages, table.periods
    first, last = form.request.date_from or stats.first_date, form.request.date_to or stats.last_date
    is_narrowed = form.request.date_from or form.request.date_to
    return SourcesView(
        count=t.count("articles", table.articles),
        sources=t.count("sources.from", table.total),
        period=t.period(first, last) if first or last else "",
        columns=tuple(_columns(table, form.request, frame)),
        rows=tuple(_rows(table, form.request, frame)),
        earlier=frame.parameters.without("from")
        .replace("to", str(periods[0].first - datetime.timedelta(1)))
        .address(frame.path)
        if table.is_cut
        else "",
        whole=frame.parameters.without(*DATE_FILTERS).address(frame.path) if is_narrowed else "",
        notices=tuple(problem_views(form.problems, t)),
        paging=page_links(form.page, -(-table.total // ROWS), frame),
    )


def _columns(table: SourceTable, request: SearchRequest, frame: Frame) -> Iterator[tuple[str, str]]:
    """Yield the name of each period; that of a year leads to its months."""
    addresses = frame.parameters.between(days_within(table.periods, request), frame.path)
    for period, address in zip(table.periods, addresses, strict=True):
        yield period_name(period, frame.messages), address if table.unit == "year" else ""


def _rows(table: SourceTable, request: SearchRequest, frame: Frame) -> Iterator[SourceRow]:
    """Yield the row of all sources, then one for each."""
    t = frame.messages
    search = frame.parameters.only("q", *FILTERS, "syntax", "links", "undo", "lang")
    search = search.replace("match", request.match or "all" if request.query else "")
    days = days_within(table.periods, request)
    yield SourceRow(t.html("sources.all"), tuple(_cells(table.articles, table.periods, days, search, frame)))
    for each in table.sources:
        label = value_html("source", each.source, t)
        of_source = search.replace("source", each.source)
        yield SourceRow(label, tuple(_cells(each.articles, each.periods, days, of_source, frame)))


def _cells(
    articles: int, periods: Sequence[PeriodCount], days: Sequence[tuple[str, str]], search: Parameters, frame: Frame
) -> Iterator[Cell]:
    """Yield the cell of all periods, then one for each; without any filter, all articles are the first page."""
    counts = chain((articles,), (period.count for period in periods))
    of_all = search.address(frame.home_path) if search.has_search else ""
    for count, href in zip(counts, chain((of_all,), search.between(days, frame.home_path)), strict=True):
        yield Cell(frame.messages.number(count), href if count else "")
