"""Totals of searches: none is counted twice in one state of the index, and those expected are counted on the way."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from indexer.engines.fifo_cache import FifoCache
from indexer.engines.opensearch.documents import is_plain_id
from indexer.engines.opensearch.indexes import Live
from indexer.engines.opensearch.mapping import MATCH_NONE, Json
from indexer.engines.opensearch.plan_compiler import compile_condition
from indexer.engines.opensearch.search_body import SearchBody
from indexer.query.plan import EngineRequest, Term
from indexer.schema import ID_FIELD

MAX_TOTALS: Final = 20_000
"""How many totals are kept, those counted last: most are of single words."""
MAX_EXPECTED: Final = 64

_NOTHING: Final = json.dumps(MATCH_NONE)


class Totals:
    """Totals that are known, by the state of the index and by what they count; safe for many threads."""

    def __init__(self) -> None:
        self._known: FifoCache[tuple[Live, str], int] = FifoCache(MAX_TOTALS)
        self._expected = _Expected()

    def expect(self, searches: Sequence[EngineRequest]) -> None:
        """Learn what this thread will soon ask for; what it expected before and never asked for is forgotten."""
        self._expected.searches = [*self._expected.searches, *searches][-MAX_EXPECTED:]

    def take_expected(self, live: Live) -> dict[str, Json]:
        """Return the conditions that this thread expects to be counted and that are not known, by name."""
        searches, self._expected.searches = self._expected.searches, []
        return self.unknown(live, _conditions(searches, live))

    def unknown(self, live: Live, conditions: Mapping[str, Json]) -> dict[str, Json]:
        """Return those of some conditions whose totals are not known."""
        return {name: each for name, each in conditions.items() if self._get(live, name) is None}

    def put(self, live: Live, counts: Mapping[str, int]) -> None:
        """Keep totals by the names of their conditions."""
        for name, count in counts.items():
            self._known.put((live, name), count)

    def get(self, live: Live, names: Iterable[str]) -> dict[str, int]:
        """Return the totals that are known of some conditions."""
        return {name: total for name in names if (total := self._get(live, name)) is not None}

    def _get(self, live: Live, name: str) -> int | None:
        return 0 if name == _NOTHING else self._known.get((live, name))


class _Expected(threading.local):
    """What a thread expects to be counted."""

    def __init__(self) -> None:
        self.searches: list[EngineRequest] = []


def condition_of(search: EngineRequest, live: Live) -> tuple[str, Json]:
    """Return what a search matches as a query, and a name of it: of what scores otherwise, the same one."""
    plan = search.plan
    if isinstance(plan, Term) and not search.filters:
        return _term_condition(replace(plan, boost=1.0), live.description.plain_ids)
    condition = SearchBody(search, live.pair.articles).condition()
    return json.dumps(condition), condition


@lru_cache(MAX_TOTALS)
def _term_condition(term: Term, plain_ids: bool) -> tuple[str, Json]:
    """Return the query for the articles with a term, and a name of it; it is asked for with every query."""
    is_nothing = plain_ids and term.space == ID_FIELD and not is_plain_id(term.text)
    condition = MATCH_NONE if is_nothing else compile_condition(term)
    return json.dumps(condition), condition


def _conditions(searches: Iterable[EngineRequest], live: Live) -> dict[str, Json]:
    return dict(condition_of(each, live) for each in searches)
