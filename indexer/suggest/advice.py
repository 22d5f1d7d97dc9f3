"""Advice on a search: the words that were probably meant, and the searches that find more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from analyzers import Analyzer
from indexer.engines import SearchEngine
from indexer.query.filters import Filter
from indexer.query.interpreter import Interpretation
from indexer.query.limits import SHORT_QUERY
from indexer.query.notices import Notice
from indexer.query.plan import DateRange, EngineRequest
from indexer.query.planner import PlannedQuery
from indexer.request import SearchRequest
from indexer.results.alternatives import Change, Correction, Rung, with_changes
from indexer.suggest.correction import Corrector
from indexer.suggest.ladder import MAX_WORDS, relaxed_requests, rungs
from indexer.suggest.printed_words import PrintedWords

Interpret = Callable[[SearchRequest], Interpretation]
Count = Callable[[SearchRequest], int]
"""Returns how many articles satisfy a request."""


class Advice(NamedTuple):
    """What to try instead of a search, and why it finds nothing; all is empty where it finds what it asks for."""

    did_you_mean: Correction | None = None
    ladder: tuple[Rung, ...] = ()
    notices: tuple[Notice, ...] = ()


_NONE: Final = Advice()


class Adviser:
    """Advises on searches of one index; ``interpret`` plans a request, the counts are with any or all bare words."""

    def __init__(
        self,
        engine: SearchEngine,
        analyzer: Analyzer,
        printed: PrintedWords,
        interpret: Interpret,
        *,
        with_any: Count,
        with_all: Count,
    ) -> None:
        self._engine = engine
        self._analyzer = analyzer
        self._interpret = interpret
        self._with_any = with_any
        self._with_all = with_all
        self._corrector = Corrector(engine, analyzer, printed)

    def advice(self, request: SearchRequest) -> Advice:
        """Return the advice on a request: a count for each word, and more where words are rare or nothing is found."""
        interpretation = self._interpret(request)
        planned, notices = interpretation.planned, interpretation.reading
        if not request.query.strip() and not planned.filters:
            return _NONE
        with_all = self._with_all(request)
        words = sum(not self._analyzer.is_stop_word(word.text) for word in self._analyzer.words(request.query))
        changes = self._changes(request.query, planned) if not with_all or words <= SHORT_QUERY else ()
        text = with_changes(request.query, changes) if changes else ""
        ladder: tuple[Rung, ...] = ()
        if not with_all and (words <= MAX_WORDS or not self._with_any(request)):
            relaxed = list(relaxed_requests(request, text, notices, self._analyzer))
            self._engine.expect([self._all_words(each) for _, _, each in relaxed])
            ladder = rungs(relaxed, with_all, self._with_all)
        outside = tuple(self._outside_archive(planned.filters))
        if not text:
            return Advice(None, ladder, outside)
        articles = self._with_all(replace(request, query=text))
        return Advice(Correction(text, changes, articles) if articles > with_all else None, ladder, outside)

    def _all_words(self, request: SearchRequest) -> EngineRequest:
        """Return the search for the articles that have all bare words of a request."""
        planned = self._interpret(request).plan_for("all")
        return EngineRequest(planned.plan, planned.filters)

    def _changes(self, query: str, planned: PlannedQuery) -> tuple[Change, ...]:
        """Return the changes that correct a query; a word that other names stand for is right."""
        linked = {word for expansion in planned.expansions for word in expansion.typed.split(" ")}
        looked_for = frozenset(term for term, word in planned.highlight.exact.items() if word not in linked)
        return self._corrector.changes(query, looked_for) if looked_for else ()

    def _outside_archive(self, filters: Iterable[Filter]) -> Iterator[Notice]:
        """Yield a notice where the days asked for lie outside those of the index."""
        for dates in filters:
            if not isinstance(dates, DateRange):
                continue
            stats = self._engine.stats()
            if stats.first_date and stats.last_date:
                too_late = dates.first and dates.first > stats.last_date
                too_early = dates.last and dates.last < stats.first_date
                if too_late or too_early:
                    yield Notice("outside_archive", detail=f"{stats.first_date}..{stats.last_date}")
