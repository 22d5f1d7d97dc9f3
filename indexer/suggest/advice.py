"""Advice on a search: the words that were probably meant, and the searches that find more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from analyzers import Analyzer
from indexer.engines import SearchEngine
from indexer.query.interpreter import Interpretation
from indexer.query.plan import EngineRequest
from indexer.query.planner import PlannedQuery
from indexer.request import SearchRequest
from indexer.results.alternatives import Correction, Rung, with_changes
from indexer.suggest.correction import Corrector
from indexer.suggest.ladder import MAX_WORDS, relaxed_requests, rungs
from indexer.suggest.printed_words import PrintedWords

Interpret = Callable[[SearchRequest], Interpretation]


class Advice(NamedTuple):
    """What to try instead of a search; both are empty where it finds what it asks for."""

    did_you_mean: Correction | None = None
    ladder: tuple[Rung, ...] = ()


_NONE: Final = Advice()


class Adviser:
    """Advises on searches of one index; ``interpret`` plans a request."""

    def __init__(self, engine: SearchEngine, analyzer: Analyzer, printed: PrintedWords, interpret: Interpret) -> None:
        self._engine = engine
        self._analyzer = analyzer
        self._interpret = interpret
        self._corrector = Corrector(engine, analyzer, printed)

    def advice(self, request: SearchRequest) -> Advice:
        """Return the advice on a request. It takes a count for each word, and more where words are rare or nothing is found."""
        if not request.query.strip():
            return _NONE
        planned, notices, all_words = self._interpret(request)
        changes = self._corrector.changes(request.query, frozenset(planned.highlight.exact))
        text = with_changes(request.query, changes) if changes else ""
        with_all, with_some = self._totals([all_words or planned, planned])
        words = sum(not self._analyzer.is_stop_word(word.text) for word in self._analyzer.words(request.query))
        ladder: tuple[Rung, ...] = ()
        if not with_all and (words <= MAX_WORDS or not with_some):
            ladder = rungs([*relaxed_requests(request, text, notices, self._analyzer)], with_all, self._totals_with_all)
        if not text:
            return Advice(None, ladder)
        (articles,) = self._totals_with_all([replace(request, query=text)])
        return Advice(Correction(text, changes, articles) if articles > with_all else None, ladder)

    def _totals_with_all(self, requests: Sequence[SearchRequest]) -> tuple[int, ...]:
        """Return how many articles satisfy each request with all of its bare words."""
        interpretations = [self._interpret(request) for request in requests]
        return self._totals([each.all_words or each.planned for each in interpretations])

    def _totals(self, planned: Sequence[PlannedQuery]) -> tuple[int, ...]:
        return self._engine.totals([EngineRequest(each.plan, each.filters) for each in planned])
