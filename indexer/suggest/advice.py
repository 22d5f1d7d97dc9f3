"""Advice on a search: the words that were probably meant, and the searches that find more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from analyzers import Analyzer
from indexer.engines import SearchEngine
from indexer.query.interpreter import Interpretation
from indexer.query.plan import EngineRequest
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
        planned, notices = self._interpret(request)
        changes = self._corrector.changes(request.query, frozenset(planned.highlight.exact))
        text = with_changes(request.query, changes) if changes else ""
        words = sum(not self._analyzer.is_stop_word(word.text) for word in self._analyzer.words(request.query))
        (with_all,) = self._totals([_requiring_all(request) if words > 1 else request])
        ladder: tuple[Rung, ...] = ()
        if not with_all and (words <= MAX_WORDS or not self._totals([request])[0]):
            ladder = rungs([*relaxed_requests(request, text, notices, self._analyzer)], with_all, self._totals)
        if not text:
            return Advice(None, ladder)
        (articles,) = self._totals([_requiring_all(replace(request, query=text))])
        return Advice(Correction(text, changes, articles) if articles > with_all else None, ladder)

    def _totals(self, requests: Sequence[SearchRequest]) -> tuple[int, ...]:
        planned = [self._interpret(request).planned for request in requests]
        return self._engine.totals([EngineRequest(each.plan, each.filters) for each in planned])


def _requiring_all(request: SearchRequest) -> SearchRequest:
    return replace(request, match="all") if request.match == "any" else request
