"""Coverage page: up to three queries over time, as shares of all articles or as numbers, and source by source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, NamedTuple

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from indexer import PERIODS, Coverage, Index, PeriodCount, PeriodShare, PeriodUnit
from search_app.articles import value_html
from search_app.forms import Problem, SurveyForm, read_survey_form
from search_app.histograms import Column, HistogramView, days_within, draw, outline, period_name
from search_app.layout import Frame, settings, today
from search_app.messages import Messages
from search_app.notices import NoticeView, notice_views, problem_views
from search_app.presenters import Choice, date_hints
from search_app.urls import COMPARED, DATE_FILTERS, FILTERS, Parameters

Scale = Literal["share", "count"]
SCALES: Final[tuple[Scale, ...]] = ("share", "count")
_KEPT: Final = (*FILTERS, "match", "syntax", "links", "lang")


class Survey(NamedTuple):
    """A query and its coverage."""

    query: str
    found: Coverage


@dataclass(frozen=True, slots=True)
class CoverageForm:
    """What is asked of the page: queries, period, by source or not, and the problems of its parameters."""

    queries: tuple[str, ...]
    survey: SurveyForm
    scale: Scale
    problems: tuple[Problem, ...]


def read_coverage_form(args: MultiDict[str, str], parameters: Parameters) -> CoverageForm:
    """Return what an address asks for; never raises."""
    survey = read_survey_form(args, today=today(), size=settings().page_size)
    queries = dict.fromkeys(filter(None, map(parameters.first, COMPARED)))
    problems = tuple(problem for problem in survey.problems if problem.code != "unknown")
    return CoverageForm(tuple(queries), survey, "count" if parameters.first("scale") == "count" else "share", problems)


def surveys(index: Index, form: CoverageForm) -> tuple[Survey, ...]:
    """Return the coverage of each query, in the order given, all with the same periods.

    A date in a query narrows that query alone: where the others have articles, it has none.
    """
    found = [_coverage(index, form, query, form.survey.period) for query in form.queries]
    unit = max((each.unit for each in found), key=PERIODS.index, default=None)
    same = [
        each if each.unit == unit else _coverage(index, form, query, unit)
        for query, each in zip(form.queries, found, strict=True)
    ]
    days = sorted({(period.first, period.last) for each in same for period in each.periods})
    aligned = (
        replace(
            each,
            periods=_align(each.periods, days),
            sources={source: _align(periods, days) for source, periods in each.sources.items()},
        )
        for each in same
    )
    return tuple(map(Survey, form.queries, aligned))


def _coverage(index: Index, form: CoverageForm, query: str, unit: PeriodUnit | None) -> Coverage:
    return index.coverage(replace(form.survey.request, query=query), period=unit, by=form.survey.by)


def _align(periods: Sequence[PeriodShare], days: Sequence[tuple[date, date]]) -> tuple[PeriodShare, ...]:
    """Return one of ``periods`` for each first and last day of ``days``, without articles where there is none."""
    by_days = {(period.first, period.last): period for period in periods}
    return tuple(by_days.get(each) or PeriodShare(*each, 0, 0) for each in days)


class SourceShare(NamedTuple):
    """The articles of a query in one source: their number, share in those of the source, outline of bars, and address."""

    label: Markup
    total: str
    share: str
    bars: str
    href: str


class QueryView(NamedTuple):
    """A query with its bars, the address of its search, its sources, and what was understood of it."""

    query: str
    href: str
    total: Markup
    share: str
    bars: HistogramView | None
    sources: tuple[SourceShare, ...]
    notices: tuple[NoticeView, ...]


class TableRow(NamedTuple):
    """A period with its number of articles, and the number and share of each query."""

    period: str
    articles: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CoverageView:
    """Everything that the page of coverage shows; without a query, only the form. ``top`` is what a full bar stands for."""

    inputs: tuple[tuple[str, str], ...]
    hidden: tuple[tuple[str, str], ...]
    date_hints: tuple[str, ...]
    chips: tuple[Choice, ...]
    queries: tuple[QueryView, ...]
    rows: tuple[TableRow, ...]
    top: str
    scales: tuple[Choice, ...]
    periods: tuple[Choice, ...]
    by_source: Choice
    table: str
    notices: tuple[NoticeView, ...]


def coverage_view(index: Index, form: CoverageForm, frame: Frame) -> CoverageView:
    """Return the view of the page; all queries are drawn to one scale."""
    t, parameters = frame.messages, frame.parameters
    found = surveys(index, form)
    most = max((_size(each, form.scale) for survey in found for each in survey.found.periods), default=0)
    here = _here(frame)
    by = "" if form.survey.by else "source"
    return CoverageView(
        inputs=tuple((name, parameters.first(name)) for name in COMPARED),
        hidden=tuple(pair for pair in here.pairs if pair[0] not in (*COMPARED, *DATE_FILTERS)),
        date_hints=date_hints(index.stats()),
        chips=tuple(_chips(frame)),
        queries=tuple(_query_view(survey, index, form, most, frame) for survey in found),
        rows=tuple(_rows(found, t)),
        top=_share(most) if form.scale == "share" else t.number(round(most)),
        scales=_choices("scale", SCALES, form.scale, frame),
        periods=_choices("period", ("", *PERIODS), form.survey.period or "", frame),
        by_source=Choice(t.html("coverage.by_source"), here.with_position("by", by).address(frame.path), not by),
        table=here.address(frame.site("/coverage.csv")),
        notices=tuple(problem_views(form.problems, t)),
    )


def _here(frame: Frame) -> Parameters:
    return frame.parameters.only(*COMPARED, *_KEPT, "period", "by", "scale")


def _choices(name: str, values: Sequence[str], current: str, frame: Frame) -> tuple[Choice, ...]:
    """Return a link for each value; the first is the default, which no address names."""
    here = _here(frame)
    return tuple(
        Choice(
            frame.messages.html(f"{name}.{value or 'auto'}"),
            here.with_position(name, "" if value == values[0] else value).address(frame.path),
            value == current,
        )
        for value in values
    )


def _chips(frame: Frame) -> Iterator[Choice]:
    """Yield a link for each filter in use that removes it."""
    here = _here(frame)
    for name, value in here.only(*FILTERS).pairs:
        label = value_html(name, value, frame.messages)
        yield Choice(label, Parameters(tuple(each for each in here.pairs if each != (name, value))).address(frame.path))


def _query_view(survey: Survey, index: Index, form: CoverageForm, most: float, frame: Frame) -> QueryView:
    t, periods = frame.messages, survey.found.periods
    search = frame.parameters.only(*_KEPT, "undo").replace("q", survey.query)
    matching = form.survey.request.match or "all"  # as coverage counts
    search = search.replace("match", matching)
    told = index.search(replace(form.survey.request, query=survey.query, match=matching, limit=0, offset=0)).notices
    notices = notice_views(told, replace(frame, parameters=search))
    return QueryView(
        survey.query,
        search.address(frame.home_path),
        t.count("articles", survey.found.total),
        _share_of(periods),
        _bars(periods, form, most, search, frame),
        tuple(_source_shares(survey.found.sources, form, search, frame)),
        tuple(NoticeView(notice.text) for notice in notices),
    )


def _bars(
    periods: Sequence[PeriodShare], form: CoverageForm, most: float, search: Parameters, frame: Frame
) -> HistogramView | None:
    if len(periods) < 2 or not most:
        return None
    addresses = search.between(days_within(periods, form.survey.request), frame.home_path)
    columns = (
        Column(_count_of(each), _size(each, form.scale), _label(each, frame.messages), href)
        for each, href in zip(periods, addresses, strict=True)
    )
    return draw(list(columns), most, frame.messages)


def _source_shares(
    sources: Mapping[str, Sequence[PeriodShare]], form: CoverageForm, search: Parameters, frame: Frame
) -> Iterator[SourceShare]:
    """Yield the sources that have articles of a query, each drawn to its own scale."""
    for source, periods in sources.items():
        of_source = search.replace("source", source)
        bars = _bars(periods, form, max(_size(each, form.scale) for each in periods), of_source, frame)
        total = sum(each.count for each in periods)
        if bars:
            label = value_html("source", source, frame.messages)
            href = of_source.address(frame.home_path)
            yield SourceShare(label, frame.messages.number(total), _share_of(periods), outline(bars), href)


def _rows(found: Sequence[Survey], t: Messages) -> Iterator[TableRow]:
    for same in zip(*(survey.found.periods for survey in found), strict=True):
        cells = ((t.number(each.count), _share(each.share)) for each in same)
        articles = max(each.articles for each in same)
        yield TableRow(period_name(_count_of(same[0]), t), t.number(articles), tuple(cells))


def _count_of(each: PeriodShare) -> PeriodCount:
    return PeriodCount(each.first, each.last, each.count)


def _size(each: PeriodShare, scale: Scale) -> float:
    return each.share if scale == "share" else each.count


def _label(each: PeriodShare, t: Messages) -> str:
    """Return what is said about a bar: its period, and how many of all articles there are the query's."""
    return t.text(
        "coverage.bar",
        period=period_name(_count_of(each), t),
        count=t.number(each.count),
        articles=t.number(each.articles),
        share=_share(each.share),
    )


def _share_of(periods: Sequence[PeriodShare]) -> str:
    """Return the share of all periods together."""
    return _share(sum(each.count for each in periods) / (sum(each.articles for each in periods) or 1))


def _share(share: float) -> str:
    """Return a share in per cent, with more digits for a small one.

    >>> _share(0.2512), _share(0.00123), _share(0.0)
    ('25.1%', '0.12%', '0%')
    """
    return f"{share:.1%}" if share >= 0.01 else f"{share:.2%}" if share else "0%"


COLUMNS: Final = ("query", "source", "first", "last", "articles_of_query", "articles", "share")
"""The columns of the table as CSV; a row without a source is of all sources."""


def table_rows(found: Sequence[Survey]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the table as CSV: those of each query, then of each of its sources."""
    for query, coverage in found:
        for source, periods in (("", coverage.periods), *coverage.sources.items()):
            for each in periods:
                days = str(each.first), str(each.last)
                yield query, source, *days, str(each.count), str(each.articles), f"{each.share:.6f}"
