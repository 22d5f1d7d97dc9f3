"""Search forms: URL parameters in; a search request and a list of unusable parameters out."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeVar

from werkzeug.datastructures import MultiDict

from indexer import (
    COPY_MODES,
    FACET_LIMIT,
    FACETS,
    HISTOGRAMS,
    MATCHES,
    MAX_HALF_LIFE_DAYS,
    MAX_NAME_CHARS,
    MAX_PAGING_DEPTH,
    MEANING_MODES,
    PERIODS,
    SORTS,
    SYNTAXES,
    PeriodUnit,
    SearchRequest,
    Sort,
    read_period,
)
from search_app.urls import MAX_VALUES, REPEATABLE, Parameters, read_parameters

PAGE_FACET_VALUES = 100
"""Values of a facet that are counted for a page; those beyond are not shown, nor the number of so many sources."""

MAX_SIZE = 100
"""The largest number of hits in one answer."""

MAX_FACET_VALUES = 1000
"""The largest number of values of a facet; pages ask for it, since they tell in how many sources the hits are."""

# Without a query every article is equally relevant, so the newest come first.
_WITHOUT_QUERY: tuple[Sort, ...] = ("newest", "oldest", "relevance")

_BY: tuple[Literal["source"], ...] = ("source",)

ProblemCode = Literal["date", "choice", "number", "unknown", "many", "long", "cursor"]
Choice = TypeVar("Choice", bound=str)


class Problem(NamedTuple):
    """A parameter that could not be used: its name, the value given, and the values expected."""

    code: ProblemCode
    parameter: str
    value: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class SearchForm:
    """The parameters of one address as typed, the search request made of them, and those that could not be used."""

    parameters: Parameters
    request: SearchRequest
    page: int = 1
    problems: tuple[Problem, ...] = ()
    cursor: str = ""

    @property
    def size(self) -> int:
        """The number of hits on a page."""
        return self.request.limit

    @property
    def is_empty(self) -> bool:
        """Whether there is neither a query nor a filter."""
        return not self.parameters.has_search


def read_page_form(args: MultiDict[str, str], *, today: datetime.date, size: int) -> SearchForm:
    """Return the form of a page of results; never raises."""
    form = _read(_Reader(args, today), facets=FACETS, facet_limit=PAGE_FACET_VALUES, size=size)
    first_page = form.page == 1 and bool(form.request.query)  # the forms are those of all pages
    histogram = form.request.histogram or "auto"
    return replace(form, request=replace(form.request, forms=first_page, histogram=histogram))


def read_api_form(args: MultiDict[str, str], *, today: datetime.date, size: int) -> SearchForm:
    """Return the form of a REST search, which may also choose ``size`` and ``facets``; never raises."""
    reader = _Reader(args, today)
    facets = tuple(dict.fromkeys(name for text in args.getlist("facets") for name in text.split(",") if name))
    known = tuple(reader.one_of("facets", name, FACETS) for name in facets)
    limit = reader.number("facet_limit", default=FACET_LIMIT, highest=MAX_FACET_VALUES)
    size = reader.number("size", default=size, highest=MAX_SIZE)
    form = _read(reader, facets=tuple(filter(None, known)), facet_limit=limit, size=size)
    cursor = reader.text("cursor")
    return replace(form, cursor=cursor, problems=(*form.problems, *reader.misuses("facets")))


def misused_parameters(args: MultiDict[str, str], known: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each name in ``args`` that is not one of ``known``, and for values that would go unread."""
    for name, values in sorted(args.lists()):
        names = name in REPEATABLE
        most = MAX_VALUES if names or name == "facets" else 1
        longest = max(values, key=len)
        if name not in known:
            yield Problem("unknown", name[:MAX_NAME_CHARS], args[name][:MAX_NAME_CHARS], ", ".join(sorted(known)))
        elif len(values) > most:
            yield Problem("many", name, str(len(values)), str(most))
        elif names and len(longest) > MAX_NAME_CHARS:
            yield Problem("long", name, longest[:MAX_NAME_CHARS], str(MAX_NAME_CHARS))


@dataclass(frozen=True, slots=True)
class SurveyForm:
    """A request, what is asked about its articles, and the parameters that could not be used."""

    request: SearchRequest
    size: int
    period: PeriodUnit | None
    by: Literal["source"] | None
    problems: tuple[Problem, ...]


def read_survey_form(args: MultiDict[str, str], *, today: datetime.date, size: int) -> SurveyForm:
    """Return the form of a REST question about the articles of a search: coverage, terms; never raises."""
    reader = _Reader(args, today)
    size = reader.number("size", default=size, highest=MAX_SIZE)
    period, by = reader.optional_choice("period", PERIODS), reader.optional_choice("by", _BY)
    form = _read(reader, facets=(), facet_limit=FACET_LIMIT, size=size)
    return SurveyForm(form.request, size, period, by, (*form.problems, *reader.misuses()))


def _read(reader: _Reader, *, facets: Sequence[str], facet_limit: int, size: int) -> SearchForm:
    page = reader.number("page", default=1, highest=MAX_PAGING_DEPTH // size)
    request = SearchRequest(
        query=reader.text("q"),
        date_from=reader.day("from"),
        date_to=reader.day("to"),
        sources=reader.parameters.all("source"),
        categories=reader.parameters.all("category"),
        authors=reader.parameters.all("author"),
        countries=reader.parameters.all("country"),
        languages=reader.parameters.all("language"),
        sort=reader.choice("sort", SORTS if reader.text("q") else _WITHOUT_QUERY),
        match=reader.optional_choice("match", MATCHES),
        syntax=reader.choice("syntax", SYNTAXES),
        links=reader.choice("links", ("on", "off")) == "on",
        meaning=reader.choice("meaning", MEANING_MODES),
        half_life_days=reader.number("half_life", default=0, highest=MAX_HALF_LIFE_DAYS) or None,
        explain=reader.choice("explain", ("0", "1")) == "1",
        forms=reader.choice("forms", ("0", "1")) == "1",
        undo=reader.parameters.all("undo"),
        copies=reader.choice("copies", COPY_MODES),
        story=reader.text("story") or None,
        facets=tuple(facets),
        facet_limit=facet_limit,
        histogram=reader.optional_choice("histogram", HISTOGRAMS),
        limit=size,
        offset=(page - 1) * size,
    )
    return SearchForm(reader.parameters, request, page, tuple(reader.problems))


class _Reader:
    """Reads parameters one by one and collects those that cannot be used in ``problems``."""

    def __init__(self, args: MultiDict[str, str], today: datetime.date) -> None:
        self.args = args
        self.today = today
        self.parameters = read_parameters(args)
        self.problems: list[Problem] = []
        self.names: set[str] = set()

    def text(self, name: str) -> str:
        self.names.add(name)
        return self.args.get(name, "").strip()

    def misuses(self, *known: str) -> Iterator[Problem]:
        """Yield the problems of parameters, where those that were read and those ``known`` are expected."""
        return misused_parameters(self.args, {*self.names, *REPEATABLE, *known})

    def choice(self, name: str, allowed: tuple[Choice, ...]) -> Choice:
        """Return the value of ``name``, or the first of ``allowed`` when it is missing or unknown."""
        given = self.text(name)
        return (self.one_of(name, given, allowed) if given else None) or allowed[0]

    def optional_choice(self, name: str, allowed: tuple[Choice, ...]) -> Choice | None:
        """Return the value of ``name``, or None when it is missing or unknown."""
        given = self.text(name)
        return self.one_of(name, given, allowed) if given else None

    def one_of(self, name: str, given: str, allowed: tuple[Choice, ...]) -> Choice | None:
        chosen = next((choice for choice in allowed if choice == given), None)
        if chosen is None:
            self.problems.append(Problem("choice", name, given, ", ".join(allowed)))
        return chosen

    def number(self, name: str, *, default: int, highest: int) -> int:
        given = self.text(name)
        if not given:
            return default
        # int() also reads signs, spaces, underscores and numbers of any length.
        if given.isdecimal() and len(given) < 10 and 1 <= int(given) <= highest:
            return int(given)
        self.problems.append(Problem("number", name, given, f"1–{highest}"))
        return default

    def day(self, name: Literal["from", "to"]) -> datetime.date | None:
        """Return the first day of the period given as ``from``, or the last day of the one given as ``to``."""
        given = self.text(name)
        if not given:
            return None
        period = read_period(given, today=self.today)
        if period is None:
            self.problems.append(Problem("date", name, given))
            return None
        return period.first if name == "from" else period.last
