"""The programmatic search API: an index that is open for searching."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from analyzers import Analyzer, analyzer_for
from indexer.article import Article
from indexer.engines import IndexStats, ScoredArticle, SearchEngine, open_engine
from indexer.query.nodes import Column
from indexer.query.notices import Notice
from indexer.query.parser import ParsedQuery, parse, parse_words
from indexer.query.plan import AndNot, DateRange, EngineRequest, MatchAll, MatchNone, Plan, TermsFilter
from indexer.query.planner import HighlightTerms, PlannedQuery, plan_query, restricted
from indexer.request import SearchRequest
from indexer.results.highlight import best_passage, whole
from indexer.results.hits import AppliedFilters, Hit, MarkedArticle, SearchResults
from indexer.results.locator import DocumentLocator
from indexer.schema import TEXT_FIELDS, document

PLANS_KEPT = 256
MAX_TOLD = 4
"""How many of the words that were looked for with a word are named."""


class Index:
    """An index open for searching; safe for many threads, and always showing the live generation.

    Every method raises a kind of IndexUnusableError when the index cannot be used.
    """

    def __init__(self, engine: SearchEngine, analyzer: Analyzer) -> None:
        self.engine = engine
        self.analyzer = analyzer
        self._plans = lru_cache(PLANS_KEPT)(self._plan)

    def search(self, request: SearchRequest) -> SearchResults:
        """Return one page of hits with marks, the true total, and how the query was read.

        An empty query finds everything, within the filters.
        """
        planned, notices = self._planned(request)
        found = self.engine.search(_as_search(planned, request))
        return SearchResults(
            hits=tuple(_hit(each, planned.wanted) for each in found.articles),
            total=found.total,
            notices=notices,
            facets=found.facets,
            filters=_applied(planned.filters),
        )

    def ranking(self, request: SearchRequest) -> tuple[tuple[str, float], ...]:
        """Return the ids and scores of the hits alone, without marks: for measuring."""
        found = self.engine.search(_as_search(self._planned(request)[0], request))
        return tuple((each.article.id, each.score) for each in found.articles)

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id."""
        return self.engine.article(article_id)

    def marked(self, article_id: str, request: SearchRequest) -> MarkedArticle | None:
        """Return the article with this id, every word that answers the request's query marked."""
        article = self.engine.article(article_id)
        if article is None:
            return None
        wanted = self._planned(request)[0].wanted
        places = DocumentLocator(document(article, self.analyzer))
        title, body = (whole(getattr(article, field), field, wanted, places) for field in TEXT_FIELDS)
        return MarkedArticle(article, title, body)

    def latest(self, limit: int = 10) -> tuple[Article, ...]:
        """Return the newest articles, newest first."""
        found = self.engine.search(EngineRequest(MatchAll(), sort="newest", limit=limit))
        return tuple(each.article for each in found.articles)

    def add(self, articles: Iterable[Article]) -> int:
        """Add articles, each in the place of the one with its id; return how many ids there were.

        All are searchable at once when the call returns. Raises IndexLockedError while another
        process writes, and SourceError for no articles.
        """
        return self.engine.update(document(article, self.analyzer) for article in articles)

    def delete(self, ids: Iterable[str]) -> int:
        """Remove the articles with these ids; return how many there were.

        They are gone when the call returns. Raises IndexLockedError while another process writes.
        """
        return self.engine.delete(ids)

    def stats(self) -> IndexStats:
        """Return what the index holds."""
        return self.engine.stats()

    def check(self) -> tuple[str, ...]:
        """Return a line for each damage found by reading every byte; none is good."""
        return self.engine.check()

    def close(self) -> None:
        """Let go of the index's files."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- how a request becomes a plan

    def _planned(self, request: SearchRequest) -> tuple[PlannedQuery, tuple[Notice, ...]]:
        """Return the plan of a request. The next page of a search is the same question: plans are kept for a while."""
        asked = replace(request, sort="relevance", facets=(), limit=0, offset=0)
        today = datetime.date.today()  # noqa: DTZ011, the day where the user is
        return self._plans(self.engine.state(), today, asked)

    def _plan(self, _: object, today: datetime.date, request: SearchRequest) -> tuple[PlannedQuery, tuple[Notice, ...]]:
        parsed = self._parsed(request, today)
        unknown: list[Notice] = []

        def resolve(column: Column, name: str) -> frozenset[str]:
            values = self._values_called(column, name)
            if not values:
                unknown.append(Notice("no_such_source" if column == "source" else "no_such_category", name))
            return values

        planned = plan_query(
            parsed.root,
            analyzer=self.analyzer,
            match=request.match,
            resolve=resolve,
            has_matches=self._holds if request.links else None,
        )
        if parsed.root is None and request.query.strip():
            planned = replace(planned, plan=MatchNone())
        filters: list[DateRange | TermsFilter] = []
        if request.date_from or request.date_to:
            filters.append(DateRange(request.date_from, request.date_to))
        names: tuple[tuple[Column, tuple[str, ...]], ...] = (
            ("source", request.sources),
            ("category", request.categories),
        )
        for column, wanted in names:
            if wanted:
                filters.append(TermsFilter(column, frozenset().union(*(resolve(column, name) for name in wanted))))
        return restricted(planned, filters), (*parsed.notices, *unknown, *_links_followed(planned))

    def _parsed(self, request: SearchRequest, today: datetime.date) -> ParsedQuery:
        if not request.query.strip():
            return ParsedQuery(None, ())
        if request.syntax == "words":
            return parse_words(request.query, split_words=self._split)
        return parse(request.query, split_words=self._split, today=today)

    def _split(self, text: str) -> Iterable[str]:
        return (token.text for token in self.analyzer.words(text) if self.analyzer.terms(token.text))

    def _holds(self, plan: Plan) -> bool:
        return self.engine.search(EngineRequest(plan, limit=0)).total > 0

    def _values_called(self, column: Column, name: str) -> frozenset[str]:
        """Return the values that are ``name``, else those that have all of its words."""
        values = self.engine.values(column)
        if name in values:
            return frozenset((name,))
        words = self._exact_words(name)
        return frozenset(value for value in values if words and words <= self._exact_words(value))

    def _exact_words(self, text: str) -> frozenset[str]:
        return frozenset(terms.exact for _, terms, _ in self.analyzer.stream(text))


def open_index(url: str | Path) -> Index:
    """Return the index at ``url``: a folder, or ``memory:`` for an empty one in this process.

    Raises IndexNotFoundError, IndexDamagedError or IndexOutOfDateError when it cannot be used.
    """
    index = unopened_index(url)
    index.stats()
    return index


def unopened_index(url: str | Path) -> Index:
    """Return the index at ``url`` without looking whether there is one."""
    analyzer = analyzer_for("ar")
    return Index(open_engine(url, fingerprint=analyzer.fingerprint()), analyzer)


def _hit(found: ScoredArticle, wanted: HighlightTerms) -> Hit:
    article = found.article
    return Hit(
        article=article,
        score=found.score,
        title=whole(article.title, "title", wanted, found.places),
        snippet=best_passage(article.body, "body", wanted, found.places),
    )


def _as_search(planned: PlannedQuery, request: SearchRequest) -> EngineRequest:
    facets = tuple(dict.fromkeys(request.facets))
    sort = "newest" if request.sort == "relevance" and _scores_nothing(planned.plan) else request.sort
    return EngineRequest(planned.plan, planned.filters, sort, request.limit, request.offset, facets)


def _scores_nothing(plan: Plan) -> bool:
    """Return whether all that ``plan`` finds is equally relevant: it looks for no words."""
    return isinstance(plan, MatchAll) or (isinstance(plan, AndNot) and _scores_nothing(plan.part))


def _links_followed(planned: PlannedQuery) -> Iterable[Notice]:
    """Return a notice for each link, with the first of its alternatives as they are written."""
    for linked in planned.linked:
        yield Notice("links", linked.typed, ", ".join(each.text for each in linked.alternatives[:MAX_TOLD]))


def _applied(filters: tuple[DateRange | TermsFilter, ...]) -> AppliedFilters:
    dates = next((each for each in filters if isinstance(each, DateRange)), DateRange())
    values = {each.column: tuple(sorted(each.values)) for each in filters if isinstance(each, TermsFilter)}
    return AppliedFilters(dates.first, dates.last, values.get("source", ()), values.get("category", ()))
