"""What is asked of an index: ``SearchRequest``."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal, get_args

from indexer.errors import RequestError

Sort = Literal["relevance", "newest", "oldest"]
Match = Literal["any", "all", "exact"]
Syntax = Literal["full", "words"]
FacetName = Literal["source", "category"]

SORTS: tuple[Sort, ...] = get_args(Sort)
MATCHES: tuple[Match, ...] = get_args(Match)
SYNTAXES: tuple[Syntax, ...] = get_args(Syntax)
FACETS: tuple[FacetName, ...] = get_args(FacetName)

MAX_LIMIT = 1000
MAX_DEPTH = 10_000
"""The last hit that can be reached by paging: ``offset + limit``; evaluation needs 1,000."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search. The defaults search everything, best first, ten hits.

    Where there are no words to look for, "best" is newest.
    ``match``: ``any`` ranks articles with any of the bare words, ``all`` requires each of them,
    ``exact`` compares the letters as typed (marks apart), without stems.
    ``links``: also find, with a lower weight, other words that mean the same as a bare word: a nationality for its
    country, the month's other names, other spellings of a name. Never for ``exact``, phrases and exclusions.
    ``syntax``: ``full`` reads operators, phrases and fields; ``words`` reads bare words only.
    ``date_from`` and ``date_to`` are inclusive. ``sources`` and ``categories``: any of those named
    (a source is found by its whole name or by words of it). ``facets``: columns to count.

    Raises :class:`~indexer.errors.RequestError` when a value is outside what is allowed.
    """

    query: str = ""
    date_from: datetime.date | None = None
    date_to: datetime.date | None = None
    sources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sort: Sort = "relevance"
    match: Match = "any"
    syntax: Syntax = "full"
    links: bool = True
    facets: tuple[str, ...] = ()
    limit: int = 10
    offset: int = 0

    def __post_init__(self) -> None:
        _one_of("sort", self.sort, SORTS)
        _one_of("match", self.match, MATCHES)
        _one_of("syntax", self.syntax, SYNTAXES)
        for facet in self.facets:
            _one_of("facets", facet, FACETS)
        if not 0 <= self.limit <= MAX_LIMIT:
            raise RequestError(f"limit {self.limit}: expected 0 to {MAX_LIMIT}")
        if self.offset < 0 or self.offset + self.limit > MAX_DEPTH:
            raise RequestError(
                f"hits {self.offset + 1} to {self.offset + self.limit}: only the first {MAX_DEPTH} can be paged; narrow the search"
            )


def _one_of(name: str, given: str, allowed: tuple[str, ...]) -> None:
    if given not in allowed:
        raise RequestError(f"{name} {given!r}: expected {', '.join(allowed)}")
