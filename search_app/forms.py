"""What a page's address asks for: URL parameters in, a search request and a list of problems out."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from werkzeug.datastructures import MultiDict

from indexer import FACETS, MATCHES, MAX_DEPTH, SORTS, SYNTAXES, SearchRequest, Sort, read_period
from search_app.urls import Parameters, read_parameters

MAX_SIZE = 100
"""The most hits that one answer holds."""

# Without a query nothing is more relevant than anything else.
_WITHOUT_QUERY: tuple[Sort, ...] = ("newest", "oldest", "relevance")

_LINKS = ("on", "off")

ProblemCode = Literal["date", "choice", "number"]
Choice = TypeVar("Choice", bound=str)


class Problem(NamedTuple):
    """A parameter that could not be used, what was given, and what would have been understood."""

    code: ProblemCode
    parameter: str
    value: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class SearchForm:
    """One address, read: its parameters as typed, the request they make, and what could not be used."""

    parameters: Parameters
    request: SearchRequest
    page: int = 1
    problems: tuple[Problem, ...] = ()

    @property
    def size(self) -> int:
        """How many hits a page holds."""
        return self.request.limit

    @property
    def asks_nothing(self) -> bool:
        """Whether there is neither a query nor a filter."""
        return not self.parameters.only("q", "from", "to", "source", "category").pairs


def read_page_form(args: MultiDict[str, str], *, today: datetime.date, size: int) -> SearchForm:
    """Return what the address of a page of results asks for; never raises."""
    return _read(_Reader(args, today), facets=FACETS, size=size)


def read_api_form(args: MultiDict[str, str], *, today: datetime.date, size: int) -> SearchForm:
    """Return what a REST search asks for: as a page, with ``size`` and ``facets`` of its own; never raises."""
    reader = _Reader(args, today)
    facets = tuple(dict.fromkeys(name for text in args.getlist("facets") for name in text.split(",") if name))
    known = tuple(reader.one_of("facets", name, FACETS) for name in facets)
    return _read(reader, facets=tuple(filter(None, known)), size=reader.number("size", default=size, highest=MAX_SIZE))


def _read(reader: _Reader, *, facets: Sequence[str], size: int) -> SearchForm:
    page = reader.number("page", default=1, highest=MAX_DEPTH // size)
    request = SearchRequest(
        query=reader.text("q"),
        date_from=reader.day("from"),
        date_to=reader.day("to"),
        sources=reader.parameters.all("source"),
        categories=reader.parameters.all("category"),
        sort=reader.choice("sort", SORTS if reader.text("q") else _WITHOUT_QUERY),
        match=reader.choice("match", MATCHES),
        syntax=reader.choice("syntax", SYNTAXES),
        links=reader.choice("links", _LINKS) == "on",
        facets=tuple(facets),
        limit=size,
        offset=(page - 1) * size,
    )
    return SearchForm(reader.parameters, request, page, tuple(reader.problems))


class _Reader:
    """Reads parameters one by one and collects what could not be used."""

    def __init__(self, args: MultiDict[str, str], today: datetime.date) -> None:
        self.args = args
        self.today = today
        self.parameters = read_parameters(args)
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        return self.args.get(name, "").strip()

    def choice(self, name: str, allowed: tuple[Choice, ...]) -> Choice:
        """Return the choice made, or the first of ``allowed``."""
        given = self.text(name)
        return (self.one_of(name, given, allowed) if given else None) or allowed[0]

    def one_of(self, name: str, given: str, allowed: tuple[Choice, ...]) -> Choice | None:
        found = next((choice for choice in allowed if choice == given), None)
        if found is None:
            self.problems.append(Problem("choice", name, given, ", ".join(allowed)))
        return found

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
        """Return the first day of the period that ``from`` names, the last of the one that ``to`` names."""
        given = self.text(name)
        if not given:
            return None
        period = read_period(given, today=self.today)
        if period is None:
            self.problems.append(Problem("date", name, given))
            return None
        return period.first if name == "from" else period.last
