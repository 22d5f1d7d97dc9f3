"""Vocabulary of an index on a cluster: terms by prefix and spelling, the forms of a stem, and families of stems.

Terms and how many articles have them stand in the index of words. Families are looked up here, among the commonest stems
of the index, which are read once: a query asks for one with each of its words.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from indexer.engines import TermCount
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.documents import is_listed
from indexer.engines.opensearch.indexes import Live
from indexer.engines.opensearch.mapping import MATCH_NONE, Json
from indexer.engines.opensearch.plan_compiler import compile_condition
from indexer.engines.opensearch.searching import Searcher, ask_search
from indexer.engines.piece_index import PieceIndex
from indexer.query.plan import AllOf, Term
from indexer.ranking.family import MAX_STEMS, letters_of

MAX_FORMS: Final = 1_000
"""So many forms of a stem are counted, the commonest."""

STEMS_AGE_S: Final = 600.0
"""How old the commonest stems may be that families are made of, when other processes change the index."""

_WORDS_A_REQUEST: Final = 10_000
_COMMONEST_FIRST: Final[list[Json]] = [{"articles": "desc"}, {"term": "asc"}]


class Vocabulary:
    """The words of one index."""

    def __init__(self, client: Client, live: Live) -> None:
        self._client = client
        self._index = live.pair.words

    def terms_with_prefix(self, space: str, prefix: str, limit: int) -> tuple[TermCount, ...]:
        """Return the ``limit`` commonest terms of a space that begin with ``prefix``, the commonest first."""
        return self._commonest(space, {"prefix": {"term": prefix}} if is_listed(prefix or "x") else MATCH_NONE, limit)

    def similar_terms(
        self, space: str, text: str, distance: int, limit: int, shared_prefix: int
    ) -> tuple[TermCount, ...]:
        """Return the ``limit`` commonest terms within an edit distance of ``text`` that share its first letters."""
        if text and not is_listed(text):
            return ()
        return self._commonest(space, _similar(text, distance, shared_prefix), limit)

    def _commonest(self, space: str, condition: Json, limit: int) -> tuple[TermCount, ...]:
        if limit < 1:
            return ()
        body = {**_words(space, condition), "size": limit}
        found = ask_search(self._client, self._index, body)["hits"]["hits"]
        return tuple(_term_count(hit) for hit in found)

    def forms(self, stem: str, searcher: Searcher) -> tuple[TermCount, ...]:
        """Return the exact terms that have ``stem``, the commonest first, counted as articles that have both."""
        if not is_listed(stem):
            return ()
        terms = [each.text for each in self._commonest("exact", {"term": {"stem": stem}}, MAX_FORMS)]
        if not terms:
            return ()
        both = {term: compile_condition(AllOf((Term("exact", term, 1.0), Term("stem", stem, 1.0)))) for term in terms}
        counts = searcher.counts(both)
        return tuple(TermCount(term, count) for term, count in sorted(counts.items(), key=_by_count) if count)

    def common_stems(self) -> Iterator[str]:
        """Yield the stems that may have a family, the commonest first."""
        body = {**_words("stem", None), "size": _WORDS_A_REQUEST}
        while True:
            hits = ask_search(self._client, self._index, body)["hits"]["hits"]
            yield from filter(letters_of, (_term_count(hit).text for hit in hits))
            if len(hits) < _WORDS_A_REQUEST:
                return
            body["search_after"] = hits[-1]["sort"]


class _Known(NamedTuple):
    """The commonest stems of a state of an index, and when they were read."""

    pair: object
    revision: int
    read: float
    pieces: PieceIndex | None


class Families:
    """The families of the live index; safe for many threads. Takes about 10 MB, from the first look-up on."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: _Known | None = None

    def forget(self) -> None:
        """Have the next look-up read the stems again."""
        self._known = None

    def family(self, live: Live, stem: str) -> tuple[str, ...]:
        """Return the commonest stems alike to ``stem``, without itself."""
        pieces = self._pieces(live) if letters_of(stem) else None
        return pieces.family(stem) if pieces else ()

    def _pieces(self, live: Live) -> PieceIndex | None:
        with self._lock:
            known, now = self._known, time.monotonic()
            is_same = known and known.pair == live.pair
            if not known or not is_same or (now - known.read > STEMS_AGE_S and known.revision != _revision(live)):
                stems = list(islice(Vocabulary(self._client, live).common_stems(), MAX_STEMS))
                known = self._known = _Known(live.pair, _revision(live), now, PieceIndex(stems) if stems else None)
            return known.pieces


def _revision(live: Live) -> int:
    return live.description.revision


def _similar(text: str, distance: int, shared_prefix: int) -> Json:
    if not text:  # Lucene finds nothing near an empty text
        return {"regexp": {"term": {"value": f".{{1,{distance}}}"}}} if distance else MATCH_NONE
    fuzzy = {
        "value": text,
        "fuzziness": distance,
        "prefix_length": shared_prefix,
        "transpositions": False,
        "rewrite": "constant_score",  # all of them, not the fifty nearest
    }
    return {"fuzzy": {"term": fuzzy}}


def _words(space: str, condition: Json | None) -> Json:
    filters = [{"term": {"space": space}}, *([condition] if condition else ())]
    query = {"bool": {"filter": filters}}
    return {"query": query, "sort": _COMMONEST_FIRST, "_source": False, "track_total_hits": False}


def _term_count(hit: Json) -> TermCount:
    """Return the word of a hit: what it is sorted by tells it."""
    articles, term = hit["sort"]
    return TermCount(str(term), int(articles))


def _by_count(counted: tuple[str, Any]) -> tuple[int, str]:
    return -counted[1], counted[0]
