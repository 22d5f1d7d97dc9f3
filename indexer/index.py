"""Index: the programmatic API to search, read and change one index."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

from analyzers import Analyzer, analyzer_for
from indexer.article import Article, check_articles, check_ids, is_web_address
from indexer.engines import IndexStats, OnEncoded, SearchEngine, TermCount, open_engine
from indexer.errors import IndexNotFoundError, InputError, RequestError
from indexer.meaning.encoding import embed
from indexer.meaning.search import MeaningSearch, Widened
from indexer.names.addresses import address_key
from indexer.query.column_names import ColumnNamesCache
from indexer.query.interpreter import Interpretation, Interpreter
from indexer.query.notices import Notice
from indexer.query.plan import EngineRequest, MatchAll, Plan, Recency, SameStory, Term, engine_request
from indexer.query.planner import PlannedQuery
from indexer.request import (
    ALL_REQUIRED,
    MAX_LIMIT,
    Match,
    PeriodUnit,
    SearchRequest,
    as_request,
    check_limit,
    planned_values,
    request_of,
)
from indexer.results.alternatives import Suggestion
from indexer.results.coverage import Coverage, CoverageBy
from indexer.results.highlight import whole
from indexer.results.histogram import histogram
from indexer.results.hits import AppliedFilters, Hit, MarkedArticle, SearchResults, WordForms
from indexer.results.locator import TextLocator
from indexer.results.significance import SignificantTerm
from indexer.schema import ADDRESS_FIELD, document
from indexer.suggest.advice import Advice, Adviser
from indexer.suggest.completion import Completer
from indexer.suggest.printed_words import PrintedWords
from indexer.surveys import (
    coverage,
    marked_hit,
    matched_forms,
    near_in_meaning,
    plain_hit,
    related_articles,
    running_story,
    significant_terms,
    with_explanation,
    word_forms,
)

# A plan of 32 words with their synonyms takes 60 kB, that of a headline 10 kB.
MAX_PLANS: Final = 256

MAX_SUGGESTIONS: Final = 50

_Key: TypeAlias = tuple[object, datetime.date, tuple[Any, ...]]
"""What the plan of a request depends on: the state of the index, the day, the planned fields."""


class Index:
    """An index open for searching. Many threads may share it; each search sees the live generation.

    Where a request is expected, the text of a query will do. Every method raises a kind of
    :class:`~indexer.errors.IndexUnusableError` when the index cannot be used, and IndexClosedError after ``close``.
    """

    def __init__(self, engine: SearchEngine, analyzer: Analyzer, *, is_new: bool = False) -> None:
        self.engine = engine
        self._is_new = is_new
        self.analyzer = analyzer
        self._names = ColumnNamesCache(engine.values, self._exact_words)
        self._plans = lru_cache(MAX_PLANS)(self._plan)
        self._printed = PrintedWords(engine, analyzer)
        self._with_any = lru_cache(MAX_PLANS)(lambda *key: self._count(self._plans(*key).plan_for("any")))
        self._with_all = lru_cache(MAX_PLANS)(lambda *key: self._count(self._plans(*key).plan_for("all")))
        self._forms = lru_cache(MAX_PLANS)(self._matched_forms)
        self._adviser = Adviser(
            engine,
            analyzer,
            self._printed,
            self._interpret,
            with_any=lambda each: self._with_any(*self._key(each)),
            with_all=lambda each: self._with_all(*self._key(each)),
        )
        self._advices = lru_cache(MAX_PLANS)(lambda *key: self._adviser.advice(request_of(key[-1])))
        self._meaning = MeaningSearch(engine)

    # -- searching

    def search(self, request: SearchRequest | str) -> SearchResults:
        """Return one page of hits with marks, the total number of hits, and how the query was understood.

        An empty query matches all articles that pass the filters. Raises RequestError for what is neither a request
        nor a str.
        """
        request = as_request(request)
        with self.engine.steady():
            return self._search(request, self._key(request))

    def _search(self, request: SearchRequest, key: _Key) -> SearchResults:
        interpretation = self._plans(*key)
        planned = interpretation.plan_for(request.matching)
        meant, told = self._widen(request, interpretation, planned, key)
        asked = self._engine_request(planned, request, meant)
        if not request.offset:
            both = interpretation.planned, interpretation.plan_for("all")
            self.engine.expect([EngineRequest(each.plan, each.filters) for each in both])
        results = self.engine.search(asked)
        hits = tuple([marked_hit(scored, planned.highlight) for scored in results.articles])
        if meant:
            hits = self._meaning.show(hits, meant)
            told = meant.notices(results.total, self._with_any(*key))
        if request.explain and asked.sort == "relevance":
            hits = tuple(with_explanation(self.engine, self.analyzer, hit, asked) for hit in hits)
        is_first_page = not request.offset and request.limit and request.story is None
        advice = self._advices(*key) if is_first_page else Advice()
        ladder = advice.ladder
        if is_first_page and not meant and not self._with_all(*key):
            ladder += self._meaning.rungs(request, interpretation, planned)
        is_by_words = request.story is None and not (meant and meant.is_alone)
        some_suffice = is_by_words and planned is not interpretation.plan_for("all")
        return SearchResults(
            hits=hits,
            total=results.total,
            total_all=self._with_all(*key) if some_suffice else results.total,
            stories=results.stories,
            notices=(*self._notices(request, interpretation, key), *told, *advice.notices),
            facets=results.facets,
            filters=AppliedFilters.of(planned.filters),
            did_you_mean=advice.did_you_mean,
            ladder=ladder,
            histogram=histogram(results.days, request.histogram) if request.histogram else (),
            forms=self._forms(key, request.matching, request.story) if request.forms else (),
        )

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Return completions of a text that is being typed: words, what often follows them, titles, a source.

        A text of less than two letters has none. Raises RequestError for what is not a str, or a limit below 1.
        """
        if not isinstance(text, str):
            raise RequestError(f"text {text!r:.100}: expected a str")
        if type(limit) is not int or not 1 <= limit <= MAX_SUGGESTIONS:
            raise RequestError(f"limit {limit!r:.100}: expected 1 to {MAX_SUGGESTIONS}")
        return Completer(self.engine, self.analyzer, self._printed).suggestions(text, limit)

    def forms(self, word: str, limit: int = 20) -> tuple[TermCount, ...]:
        """Return the commonest forms of a word in the index, as they are mostly printed, with their numbers of articles."""
        return word_forms(self.engine, self.analyzer, word, check_limit(limit), self._printed.of_all)

    def ranking(self, request: SearchRequest | str) -> tuple[tuple[str, float], ...]:
        """Return the ids and scores of one page of articles, best first, copies apart, without marks: for evaluation."""
        request = as_request(request)
        results = self.engine.search(replace(self._request_to_engine(request)[1], grouped=False))
        return tuple((scored.article.id, scored.score) for scored in results.articles)

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id, or at this address in any spelling of it, or None."""
        if (found := self.engine.article(article_id)) or not is_web_address(article_id):
            return found
        at_address = self.engine.search(EngineRequest(Term(ADDRESS_FIELD, address_key(article_id), 1.0), limit=1))
        return at_address.articles[0].article if at_address.articles else None

    def copies(self, article_id: str) -> tuple[Article, ...]:
        """Return the article with this id and its near copies (the first thousand), oldest first; () for an unknown id."""
        asked = EngineRequest(MatchAll(), (SameStory(article_id),), sort="oldest", limit=MAX_LIMIT)
        return tuple(scored.article for scored in self.engine.search(asked).articles)

    def marked(self, article_id: str, request: SearchRequest | str) -> MarkedArticle | None:
        """Return the article with this id, every word marked that matches the request's query, or None."""
        request = as_request(request)
        article = self.engine.article(article_id)
        if article is None:
            return None
        highlight = self._interpret(request).planned.highlight
        locator = TextLocator(article, self.analyzer)
        title = whole(article.title, "title", highlight, locator)
        return MarkedArticle(article, title, whole(article.body, "body", highlight, locator))

    def iterate(self, request: SearchRequest | str, *, marks: bool = False) -> Iterator[Hit]:
        """Yield all hits of a request in its order, however many; its limit and offset count nothing.

        All are of the state that the index has when the first is asked for, and one article is held at a time. Without
        ``marks`` there is no snippet, and reading is much faster.
        """
        request = as_request(request)
        planned, asked = self._request_to_engine(request)
        hits = self.engine.iterate(asked)
        return (marked_hit(scored, planned.highlight) if marks else plain_hit(scored) for scored in hits)

    def related(self, article_id: str, limit: int = 10) -> tuple[Hit, ...]:
        """Return the articles most alike to the one with this id or address, without its near copies and without marks.

        They share the words that tell it from all others; behind them come articles near in meaning, where there are
        vectors. Empty when there is no such article, or none alike.
        """
        if (article := self.article(article_id)) is None:
            return ()
        related = related_articles(self.engine, self.analyzer, article, check_limit(limit))
        return (*related, *near_in_meaning(self.engine, article, related, limit - len(related)))

    def running_story(self, article_id: str, limit: int = 10) -> tuple[Hit, ...]:
        """Return the articles of two weeks before and after that go on with the story of an article, oldest first.

        Near copies are left out, and there are no marks. Empty without vectors, and for an article without a date.
        """
        article = self.article(article_id)
        return running_story(self.engine, self.analyzer, article, check_limit(limit)) if article else ()

    def significant_terms(self, request: SearchRequest | str, limit: int = 20) -> tuple[SignificantTerm, ...]:
        """Return the words and names that mark the hundred best hits of a request against all articles, best first."""
        request = as_request(request)
        planned = self._interpret(request).plan_for(request.matching)
        asked = self._engine_request(planned, request)
        return significant_terms(self.engine, self.analyzer, asked, planned.highlight, check_limit(limit))

    def coverage(
        self, request: SearchRequest | str, *, period: PeriodUnit | None = None, by: CoverageBy | None = None
    ) -> Coverage:
        """Return how many articles of a request there are in each period, beside all that pass its filters.

        ``period`` None takes one that fits; ``by="source"`` tells the sources apart. All bare words are required unless
        the request says otherwise: an article with one word of a name is not about it.
        """
        request = as_request(request)
        planned = self._interpret(request).plan_for(replace(request, sort="newest").matching)
        return coverage(self.engine, self._engine_request(planned, request), period, by)

    def latest(self, limit: int = 10) -> tuple[Article, ...]:
        """Return the newest articles, newest first."""
        results = self.engine.search(EngineRequest(MatchAll(), sort="newest", limit=limit))
        return tuple(scored.article for scored in results.articles)

    # -- changing

    def add(self, articles: Article | Iterable[Article]) -> int:
        """Add articles, replacing those with the same ids; return the number of distinct ids.

        All are searchable when the call returns; no articles change nothing. Raises InputError for anything that is not
        an Article, and IndexLockedError while another process writes.
        """
        checked = check_articles(articles, "add")
        first = next(checked, None)
        if first is None:
            if not self._is_new:
                self.engine.state()  # a closed index says so
            return 0
        documents = (document(article, self.analyzer) for article in chain((first,), checked))
        added = self.engine.rebuild(documents) if self._is_new else self.engine.update(documents)
        self._is_new = False
        return added

    def delete(self, ids: str | Iterable[str]) -> int:
        """Delete the articles with these ids (a str is one id); return how many there were. Unknown ids are ignored.

        They are gone when the call returns. Raises InputError for an id that is not a str, and IndexLockedError while
        another process writes.
        """
        return self.engine.delete(check_ids(ids))

    def embed(
        self, *, passages: int | None = None, jobs: int | None = None, on_encoded: OnEncoded = lambda done, total: None
    ) -> int:
        """Give vectors to the articles that have none, for search by meaning; return how many texts were encoded.

        ``passages`` of each body are encoded beside its beginning, by default as many as before, by ``jobs`` processes.
        ``on_encoded`` is told how many texts are done, of how many. Raises MissingExtraError without an encoder.
        """
        return embed(self.engine, passages, jobs, on_encoded)

    # -- the index itself

    def stats(self) -> IndexStats:
        """Return counts and properties of the live generation."""
        return self.engine.stats()

    def check(self) -> tuple[str, ...]:
        """Read every byte and return a line for each fault; an empty tuple means that the index is whole."""
        return self.engine.check()

    def close(self) -> None:
        """Close the index's files; every later call raises IndexClosedError. Closing twice is allowed."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- plans

    def _interpret(self, request: SearchRequest) -> Interpretation:
        """Return the plan and notices of a request, from a cache: all pages of a search have the same plan."""
        return self._plans(*self._key(request))

    def _key(self, request: SearchRequest) -> _Key:
        """Return what the plan of a request depends on."""
        today = datetime.date.today()  # noqa: DTZ011, the day where the user is
        return self.engine.state(), today, planned_values(request)

    def _count(self, planned: PlannedQuery) -> int:
        return self.engine.totals([EngineRequest(planned.plan, planned.filters)])[0]

    def _notices(self, request: SearchRequest, interpretation: Interpretation, key: _Key) -> tuple[Notice, ...]:
        """Return the notices of a search, also that all bare words are required since it is sorted by date."""
        if request.match or interpretation.all_words is None or request.matching != "all" or request.meaning == "only":
            return interpretation.notices
        return (*interpretation.notices, Notice(ALL_REQUIRED, detail=str(self._with_any(*key))))

    def _matched_forms(self, key: _Key, matching: Match, story: str | None) -> tuple[WordForms, ...]:
        planned, request = self._plans(*key).plan_for(matching), replace(request_of(key[-1]), story=story)
        asked = self._engine_request(planned, request)
        return matched_forms(self.engine, self.analyzer, request, asked, planned.highlight, self._printed.of_all)

    def _plan(self, state: object, today: datetime.date, values: tuple[Any, ...]) -> Interpretation:
        interpreter = Interpreter(
            self.analyzer, lambda column: self._names.get(column, state), self._have_matches, self.engine, today
        )
        return interpreter.interpret(request_of(values))

    def _request_to_engine(self, request: SearchRequest) -> tuple[PlannedQuery, EngineRequest]:
        """Return the plan of a request by words, and what the engine is asked for: also what is near in meaning."""
        key = self._key(request)
        interpretation = self._plans(*key)
        planned = interpretation.plan_for(request.matching)
        return planned, self._engine_request(planned, request, self._widen(request, interpretation, planned, key)[0])

    def _widen(
        self, request: SearchRequest, interpretation: Interpretation, planned: PlannedQuery, key: _Key
    ) -> tuple[Widened | None, tuple[Notice, ...]]:
        return self._meaning.widen(
            request, interpretation, planned, lambda: (self._with_any(*key), self._with_all(*key))
        )

    def _engine_request(
        self, planned: PlannedQuery, request: SearchRequest, meant: Widened | None = None
    ) -> EngineRequest:
        plan = meant.plan if meant else planned.plan
        return engine_request(request, plan, planned.filters, self._recency(request.half_life_days))

    def _recency(self, half_life: float | None) -> Recency | None:
        """Return the preference for new articles, counted from the newest; None without any."""
        newest = self.engine.stats().last_date if half_life else None
        return Recency(half_life, newest) if half_life and newest else None

    def _have_matches(self, plans: Sequence[Plan]) -> list[bool]:
        return [total > 0 for total in self.engine.totals([*map(EngineRequest, plans)])]

    def _exact_words(self, text: str) -> frozenset[str]:
        return frozenset(term for term in self.analyzer.analyze(text).exact if term)


def open_index(url: str | Path) -> Index:
    """Return the index at ``url``: a folder, or ``memory:`` for a new empty one in this process.

    Raises IndexNotFoundError, IndexDamagedError or IndexOutOfDateError when it cannot be used.
    """
    index = unopened_index(url)
    index.stats()
    return index


def create(url: str | Path, articles: Article | Iterable[Article] = ()) -> Index:
    """Return a new index at ``url``, a folder that has none yet, with ``articles``; it is on disk from the first one on.

    Raises InputError where there is an index already, or for what is no Article.

    >>> with create("memory:", [Article(id="1", title="انتخابات بلدية")]) as index:
    ...     index.search("الانتخابات").total
    1
    """
    index = unopened_index(url)
    try:
        exists = bool(index.stats().generation)
    except IndexNotFoundError:
        exists = False
    if exists:
        raise InputError(f"{url}: there is an index already; open it with open_index, or replace it with rebuild")
    index = Index(index.engine, index.analyzer, is_new=str(url) != "memory:")
    index.add(articles)
    return index


def unopened_index(url: str | Path) -> Index:
    """Return the index at ``url`` without checking that it exists."""
    analyzer = analyzer_for("ar")
    return Index(open_engine(url, analyzer), analyzer)
