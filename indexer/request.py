"""Search requests: the fields of ``SearchRequest``, their defaults, and what they may hold."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Literal, get_args

from indexer.errors import RequestError

Sort = Literal["relevance", "newest", "oldest"]
Match = Literal["any", "all", "exact"]
Syntax = Literal["full", "words"]
CopyMode = Literal["grouped", "all"]
MeaningMode = Literal["auto", "off", "on", "only"]
FacetName = Literal["source", "category", "author", "country", "language"]
PeriodUnit = Literal["day", "week", "month", "year"]
Histogram = Literal["auto", "day", "week", "month", "year"]

SORTS: tuple[Sort, ...] = get_args(Sort)
MATCHES: tuple[Match, ...] = get_args(Match)
SYNTAXES: tuple[Syntax, ...] = get_args(Syntax)
COPY_MODES: tuple[CopyMode, ...] = get_args(CopyMode)
MEANING_MODES: tuple[MeaningMode, ...] = get_args(MeaningMode)
FACETS: tuple[FacetName, ...] = get_args(FacetName)
PERIODS: tuple[PeriodUnit, ...] = get_args(PeriodUnit)
HISTOGRAMS: tuple[Histogram, ...] = get_args(Histogram)

ALL_REQUIRED: Final = "all_required"
"""In ``undo``: do not require all bare words where sorted by date."""

MAX_LIMIT = 1000
FACET_LIMIT = 50
"""How many values of a facet there are at most, unless a request says otherwise."""
MAX_PAGING_DEPTH = 10_000
"""The highest ``offset + limit``."""
MAX_NAMES = 100
"""The most sources, or values of another column, in one request."""
MAX_NAME_CHARS = 1000
MAX_HALF_LIFE_DAYS = 100_000


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search. The defaults search all articles and return the ten best hits.

    ``query``: the text as typed; without a word to look for, all articles are equally relevant and the newest come first.
    ``date_from`` and ``date_to``: inclusive; a ``datetime`` counts as its date.
    ``sources``, ``categories``, ``authors``, ``countries`` and ``languages``: articles of any of those named, by the whole
    name or by words of it; countries and languages also by their ISO codes. Any iterable of names will do, and a ``str``
    is one name. ``facets``: the columns whose values are counted, given likewise; ``facet_limit``: the most values of
    each, beside those that are filtered by.
    ``histogram``: count the articles of each day, week, month or year; ``auto`` chooses by the days there are.
    ``sort``: ``newest`` and ``oldest`` order by date alone; scores are then 0.
    ``match``: ``any`` ranks articles with any of the bare words, ``all`` requires each of them, ``exact`` compares
    letters as typed (vowel marks apart), without stems. None is ``any``, but ``all`` where sorted by date: in such an
    order an article with one word of five may come first.
    ``syntax``: ``full`` reads operators, phrases and fields; ``words`` reads bare words only.
    ``half_life_days``: by relevance, prefer newer articles: counted from the newest of the index, an article loses up to
    half of its score, half of that within so many days. None does nothing.
    ``undo``: readings of the query not to make, as :attr:`Notice.undo <indexer.query.notices.Notice.undo>` names them.
    ``links``: also look for synonyms of bare words, with a lower weight: a country's nationality, a month's other
    names, other spellings of a name. Never in phrases and exclusions, nor with ``exact``.

    ``meaning``: by relevance, and where the articles were encoded (:meth:`Index.embed <indexer.index.Index.embed>`), also
    find what is near in meaning. ``auto`` does so where the query is in another script than the articles, or few
    articles have its words; ``on`` always, adding both scores; ``off`` never.

    ``copies``: ``grouped`` shows of near copies, such as an agency's story in several papers, the first in the order
    asked for; ``all`` shows each. ``story``: only the copies of the article with this id, each of them.

    ``forms``: tell as what the words of the query are printed in the results, and how many articles have each form.
    ``explain``: tell for each hit which parts add up to its score, when sorted by relevance.

    Raises :class:`~indexer.errors.RequestError` for a value of another type or out of bounds.
    """

    query: str = ""
    date_from: datetime.date | None = None
    date_to: datetime.date | None = None
    sources: Iterable[str] = ()
    categories: Iterable[str] = ()
    authors: Iterable[str] = ()
    countries: Iterable[str] = ()
    languages: Iterable[str] = ()
    sort: Sort = "relevance"
    match: Match | None = None
    syntax: Syntax = "full"
    links: bool = True
    meaning: MeaningMode = "auto"
    half_life_days: float | None = None
    explain: bool = False
    forms: bool = False
    undo: Iterable[str] = ()
    copies: CopyMode = "grouped"
    story: str | None = None
    facets: Iterable[str] = ()
    facet_limit: int = FACET_LIMIT
    histogram: Histogram | None = None
    limit: int = 10
    offset: int = 0

    def __post_init__(self) -> None:
        _require("query", self.query, str, "a str")
        _require("links", self.links, bool, "True or False")
        _require("explain", self.explain, bool, "True or False")
        _require("forms", self.forms, bool, "True or False")
        for name in ("date_from", "date_to"):
            object.__setattr__(self, name, _date(name, getattr(self, name)))
        for name in ("sources", "categories", "authors", "countries", "languages", "facets", "undo"):
            object.__setattr__(self, name, _names(name, getattr(self, name)))
        _require_one_of("sort", self.sort, SORTS)
        if self.match is not None:
            _require_one_of("match", self.match, MATCHES)
        _require_one_of("syntax", self.syntax, SYNTAXES)
        for facet in self.facets:
            _require_one_of("facets", facet, FACETS)
        if self.histogram is not None:
            _require_one_of("histogram", self.histogram, HISTOGRAMS)
        _require_half_life(self.half_life_days)
        _require_count("facet_limit", self.facet_limit)
        _require_one_of("copies", self.copies, COPY_MODES)
        _require_one_of("meaning", self.meaning, MEANING_MODES)
        if self.story is not None:
            _require("story", self.story, str, "the id of an article")
        _require_page(self.limit, self.offset)

    @property
    def matching(self) -> Match:
        """How bare words match: ``match``, or what None stands for."""
        return self.match or ("any" if self.sort == "relevance" or ALL_REQUIRED in self.undo else "all")


def as_request(request: SearchRequest | str) -> SearchRequest:
    """Return ``request``, or the request for a query given as text. Raises RequestError for anything else."""
    if isinstance(request, str):
        return SearchRequest(request)
    _require("request", request, SearchRequest, "a SearchRequest or the text of a query")
    return request


def _require(field: str, value: object, kind: type, expected: str) -> None:
    if not isinstance(value, kind):
        raise _refusal(field, value, expected)


def _require_one_of(field: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise _refusal(field, value, ", ".join(allowed))


def _refusal(field: str, value: object, expected: str) -> RequestError:
    return RequestError(f"{field} {value!r:.100}: expected {expected}")


def _date(field: str, value: object) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if value is None or isinstance(value, datetime.date):
        return value
    raise _refusal(field, value, "a datetime.date; indexer.read_period reads one from text")


def _names(field: str, value: Iterable[str]) -> tuple[str, ...]:
    """Return the names in ``value`` without repetitions, in order."""
    if isinstance(value, str):
        value = (value,)
    try:
        names = tuple(dict.fromkeys(value))
    except TypeError:
        raise _refusal(field, value, "names, each a str") from None
    if len(names) > MAX_NAMES:
        raise RequestError(f"{field}: {len(names)} names; expected at most {MAX_NAMES}")
    for name in names:
        _require(field, name, str, "names, each a str")
        if len(name) > MAX_NAME_CHARS:
            raise RequestError(f"{field}: a name of {len(name)} characters; expected at most {MAX_NAME_CHARS}")
    return names


def _require_half_life(days: object) -> None:
    if days is None:
        return
    if type(days) not in (int, float) or not 0 < days <= MAX_HALF_LIFE_DAYS:  # type: ignore[operator]
        raise _refusal("half_life_days", days, f"a number of days, above 0 and at most {MAX_HALF_LIFE_DAYS}")


def check_limit(limit: int) -> int:
    """Return ``limit``; raises RequestError for what is no number of hits on a page."""
    _require_count("limit", limit)
    return limit


def _require_count(field: str, value: object) -> None:
    if type(value) is not int:
        raise _refusal(field, value, "an int")
    if not 0 <= value <= MAX_LIMIT:
        raise RequestError(f"{field} {value}: expected 0 to {MAX_LIMIT}")


def _require_page(limit: int, offset: int) -> None:
    _require_count("limit", limit)
    if type(offset) is not int:
        raise _refusal("offset", offset, "an int")
    if offset < 0 or offset + limit > MAX_PAGING_DEPTH:
        raise RequestError(
            f"hits {offset + 1} to {offset + limit}: only the first {MAX_PAGING_DEPTH} can be paged; narrow the search, "
            "or walk through all: Index.iterate, akhbar search --all"
        )


PLANNED_FIELDS: Final = (
    "query",
    "date_from",
    "date_to",
    "sources",
    "categories",
    "authors",
    "countries",
    "languages",
    "match",
    "syntax",
    "links",
    "undo",
)
"""The fields of a request that decide its plan: all but those of sorting, paging and facets."""

planned_values: Callable[[SearchRequest], tuple[Any, ...]] = attrgetter(*PLANNED_FIELDS)


def request_of(values: tuple[Any, ...]) -> SearchRequest:
    """Return a request with these planned values, as :func:`planned_values` returns them."""
    return SearchRequest(**dict(zip(PLANNED_FIELDS, values, strict=True)))
