"""Search by meaning: when it is used, the plan that then finds more, and how its hits are shown.

The cosine of the query with each article is added to the score of its words, in parts of the best score by words. An
article that no word finds is a hit where its cosine is NEAR or more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from indexer.engines import SearchEngine
from indexer.errors import InputError, MissingExtraError
from indexer.kernels.vectors import quantize
from indexer.meaning.encoder import Encoder
from indexer.meaning.encoders import configured_encoder
from indexer.meaning.scripts import has_another_script
from indexer.meaning.sentences import NearestSentences
from indexer.query.interpreter import Interpretation
from indexer.query.notices import Notice, NoticeCode
from indexer.query.plan import AndMaybe, AnyOf, EngineRequest, Nearest, Plan, scores_nothing
from indexer.query.planner import PlannedQuery
from indexer.request import SearchRequest
from indexer.results.alternatives import Rung
from indexer.results.hits import Hit

# Measured by benchmarks/retrieval/meaning.py, whose figures docs/meaning.md has.
NEAR: Final = 0.30
"""What is found by meaning alone has this cosine with the query …"""
NEAREST: Final = 0.22
LEAST: Final = 0.17
"""… or is among the ten nearest, with LEAST, where the nearest has NEAREST."""
SHARE_ADDED: Final = 0.5
"""With ``meaning=on``: what a cosine of 1 adds, of the best score by words."""
SHARE_IN_ANOTHER_LANGUAGE: Final = 8.0
"""Words that Arabic texts have in other letters are names at best: of 100 searches in three languages 53 have their
article in the first ten with a share of .5, 66 with 2, 72 with 8, 71 with 16; 19 by words alone."""
SHARE_BEHIND: Final = 1e-6
"""Where words find little: what is found by meaning comes after all that has words."""
FEW: Final = 10
"""So few articles are little."""

MAX_QUERIES: Final = 256
"""The vectors of so many queries are kept, 512 bytes each."""

_OPERATORS: Final[frozenset[NoticeCode]] = frozenset(
    (
        "operator",
        "near",
        "exact",
        "prefix",
        "fuzzy",
        "address",
        "id",
        "unknown_address",
        "only_negative",
        "nothing_left",
    )
)
_SIGNS: Final = frozenset('"«»“”():=*~')
Unavailable = Literal["no_vectors", "not_installed", "other_encoder"]


class _UnavailableError(Exception):
    def __init__(self, reason: Unavailable) -> None:
        self.reason: Unavailable = reason


class Widened(NamedTuple):
    """A plan that also finds by meaning, or, ``is_alone``, by nothing else; ``vector`` is the query's."""

    plan: Plan
    vector: bytes
    is_alone: bool = False

    def notices(self, total: int, by_words: int) -> tuple[Notice, ...]:
        """Return the notice that tells how many of ``total`` articles no word finds; none where there is none."""
        if self.is_alone:
            return (Notice("only_meaning", detail=str(total)),)
        more = total - by_words
        return (Notice("meaning", detail=str(more)),) if more else ()


class MeaningSearch:
    """Search by meaning in one index, by the encoder that the user configured; safe for many threads."""

    def __init__(self, engine: SearchEngine, load: Callable[[], Encoder] = configured_encoder) -> None:
        self._engine = engine
        self._load = load
        self._vector = lru_cache(MAX_QUERIES)(self._encode)
        self._another_script = lru_cache(MAX_QUERIES)(lambda state, text: has_another_script(engine, text))
        self._sentences = NearestSentences()

    def widen(
        self,
        request: SearchRequest,
        interpretation: Interpretation,
        planned: PlannedQuery,
        count: Callable[[], tuple[int, int]],
    ) -> tuple[Widened | None, tuple[Notice, ...]]:
        """Return a plan that finds by meaning too, None where words do; and a notice where it cannot be had.

        ``count`` returns how many articles have any, and how many all words of the query.
        """
        text = query_text(request.query, interpretation.reading)
        is_bare = _is_bare(request, interpretation.reading)
        if not text or scores_nothing(planned.plan) or not _may_widen(request, is_bare):
            return None, ()
        try:
            stats = self._engine.embedding_stats()
            if stats is None:
                raise _UnavailableError("no_vectors")
            if request.meaning == "only":
                return self._nearest_alone(self._vector_by(text, stats.encoder.fingerprint)), ()
            share = self._share(request.meaning == "on", text, *count())
            if share is None:
                return None, ()
            return self._wider_plan(planned, self._vector_by(text, stats.encoder.fingerprint), share, is_bare), ()
        except _UnavailableError as problem:
            told = request.meaning in ("on", "only")
            return None, (Notice("no_meaning", detail=problem.reason),) if told else ()

    def rungs(self, request: SearchRequest, interpretation: Interpretation, planned: PlannedQuery) -> tuple[Rung, ...]:
        """Return the search for what is near in meaning, whatever its words, if it finds anything."""
        if request.meaning != "auto":
            return ()
        alone = replace(request, meaning="only", sort="relevance", offset=0)
        widened, _ = self.widen(alone, interpretation, planned, lambda: (0, 0))
        articles = self._engine.totals([EngineRequest(widened.plan, planned.filters)])[0] if widened else 0
        return (Rung("meaning", "", alone, articles),) if articles else ()

    def _share(self, is_on: bool, text: str, some: int, every: int) -> float | None:
        """Return the share of cosines where it is on, words find little, or are of another script than the articles."""
        if every < FEW and self._another_script(self._engine.state(), text):
            return SHARE_IN_ANOTHER_LANGUAGE
        if is_on:
            return SHARE_ADDED
        return SHARE_BEHIND if some < FEW else None

    def _wider_plan(self, planned: PlannedQuery, vector: tuple[str, bytes], share: float, is_bare: bool) -> Widened:
        best = self._engine.search(EngineRequest(planned.plan, planned.filters, limit=1)).articles
        nearest = self._nearest(vector)
        if not nearest or nearest[0] < NEAR:
            share = min(share, SHARE_ADDED)  # nothing is really near, so a name that some article has counts more
        boost = share * ((best[0].score if best else 0.0) or 1.0)
        found = AnyOf((planned.plan, Nearest(*vector, _least(nearest), 0.0))) if is_bare else planned.plan
        return Widened(AndMaybe(found, Nearest(*vector, 0.0, boost)), vector[1])

    def _nearest_alone(self, vector: tuple[str, bytes]) -> Widened:
        plan = Nearest(*vector, _least(self._nearest(vector)), 1.0)
        return Widened(plan, vector[1], is_alone=True)

    def _nearest(self, vector: tuple[str, bytes]) -> list[float]:
        """Return the cosines of the nearest articles, at most FEW, the nearest first."""
        found = self._engine.search(EngineRequest(Nearest(*vector, LEAST, 1.0), limit=FEW)).articles
        return [each.score for each in found]

    def show(self, hits: Sequence[Hit], widened: Widened) -> tuple[Hit, ...]:
        """Return hits, those in which no word of the query stands with their nearest sentence and their cosine."""
        articles = {hit.article.id: hit.article for hit in hits if not hit.title.marks and not hit.snippet.marks}
        found = self._engine.nearest_texts(list(articles), widened.vector)
        near = {id_: text for id_, text in zip(articles, found, strict=True) if text}
        sentences = self._sentences.of(
            {id_: (articles[id_], text.number) for id_, text in near.items()}, widened.vector, self._load()
        )
        return tuple(
            hit._replace(snippet=sentences[hit.article.id], nearness=max(near[hit.article.id].cosine, 0.0))
            if hit.article.id in near
            else hit
            for hit in hits
        )

    def _vector_by(self, text: str, fingerprint: str) -> tuple[str, bytes]:
        """Return the fingerprint and the vector of a query, by the encoder of the index."""
        try:
            encoder = self._load()
        except (MissingExtraError, InputError):
            raise _UnavailableError("not_installed") from None
        if encoder.fingerprint != fingerprint:
            raise _UnavailableError("other_encoder")
        return fingerprint, self._vector(text, fingerprint)

    def _encode(self, text: str, fingerprint: str) -> bytes:
        rows: bytes = quantize(self._load().encode([text])).rows.tobytes()
        return rows


def load_encoder(engine: SearchEngine) -> bool:
    """Load the encoder, which takes seconds, before a search needs it; return whether it made the vectors of an index."""
    try:
        stats = engine.embedding_stats()
        return stats is not None and configured_encoder().fingerprint == stats.encoder.fingerprint
    except (MissingExtraError, InputError):
        return False


def query_text(query: str, notices: Iterable[Notice]) -> str:
    """Return a query without its dates and signs, as an encoder reads it.

    >>> query_text("«مجلس النواب» 2015", [Notice("date", "2015", "2015..", 14, 18)])
    'مجلس النواب'
    """
    letters = list(query)
    for notice in notices:
        if notice.code == "date" and notice.start is not None and notice.end is not None:
            letters[notice.start : notice.end] = " " * (notice.end - notice.start)
    return " ".join("".join(" " if letter in _SIGNS else letter for letter in letters).split())


def _least(nearest: Sequence[float]) -> float:
    """Return the cosine from which on an article is found, where these are the highest."""
    return min(NEAR, nearest[-1]) if nearest and nearest[0] >= NEAREST else NEAR


def _may_widen(request: SearchRequest, is_bare: bool) -> bool:
    """Return whether a request may be answered by meaning: one by date or that requires something only if it says so."""
    if request.meaning == "off" or request.story is not None:
        return False
    return request.meaning == "only" or (request.sort == "relevance" and (is_bare or request.meaning == "on"))


def _is_bare(request: SearchRequest, notices: Iterable[Notice]) -> bool:
    """Return whether a query is of words that need not all be there: it asks for nothing that must not be widened."""
    if request.matching != "any":
        return False
    return request.syntax == "words" or not (
        _SIGNS & {*request.query} or any(notice.code in _OPERATORS for notice in notices)
    )
