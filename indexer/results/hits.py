"""What a search gives back: results, hits, snippets and their marks."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from indexer.article import Article
from indexer.query.notices import Notice

MarkKind = Literal["exact", "form", "alias"]


class Mark(NamedTuple):
    """A word to be lit up: ``text[start:end]`` of the snippet that carries it.

    ``kind`` is ``exact`` for the word as typed (marks and hamza ignored), ``form`` for another form
    of it, and ``alias`` for another name or spelling; ``word`` is what it answers in the query: a
    word, or several that have another name together.
    """

    start: int
    end: int
    kind: MarkKind
    word: str


class Snippet(NamedTuple):
    """A slice of an article's text as printed, and the words in it that answer the query.

    ``start`` is where the slice begins in the article's text; ``cut_before`` and ``cut_after`` say
    whether text was left out on that side. Marks are in order and do not overlap.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    start: int = 0
    cut_before: bool = False
    cut_after: bool = False


class Hit(NamedTuple):
    """One article found: its whole title and its best passage, each with marks."""

    article: Article
    score: float
    title: Snippet
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One value of a column and how many of the articles found have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class AppliedFilters:
    """The filters in force, from the request and from the query together."""

    date_from: datetime.date | None = None
    date_to: datetime.date | None = None
    sources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResults:
    """One page of hits, best first, with the true ``total`` of the whole search."""

    hits: tuple[Hit, ...]
    total: int
    notices: tuple[Notice, ...] = ()
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    filters: AppliedFilters = AppliedFilters()

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """An article for reading, with every word that answers a query marked in title and body."""

    article: Article
    title: Snippet
    body: Snippet
