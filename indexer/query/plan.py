"""Query plan: the few primitives over term spaces and columns that every engine must evaluate.

Scores add up: a term scores ``boost`` × what :mod:`indexer.ranking.weights` gives it in the article, a phrase the sum
of its terms, a condition 0; ``Adjacent``, ``Family`` and ``Nearest`` say what they score. A term or phrase with a
``part`` matches only where it stands in the title or in the body, and scores as in the whole article.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from indexer.query.nodes import Column
from indexer.ranking.occurrences import Part
from indexer.request import SearchRequest, Sort


@dataclass(frozen=True, slots=True)
class Term:
    """Documents with the term ``text`` in the term space ``space``.

    The key of an address is the term of a space of its own, ``url``, and so is an article's ``id``; both score ``boost``
    alone.
    """

    space: str
    text: str
    boost: float
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class TermPhrase:
    """Documents with the terms ``texts`` at consecutive positions of the term space ``space``."""

    space: str
    texts: tuple[str, ...]
    boost: float
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Adjacent:
    """Documents with the terms ``texts`` (at least two) side by side, in order, anywhere in the article.

    Scores ``boost`` × the sum of their idf × :func:`~indexer.ranking.weights.adjacency` of the number of such places.
    """

    space: str
    texts: tuple[str, ...]
    boost: float


@dataclass(frozen=True, slots=True)
class Family:
    """Documents with any of the terms ``texts``, words akin to one that the reader wrote.

    Scores as one term would that occurs wherever any of them does: ``boost`` × the smallest of their idf × BM25 of the
    sum of their weighted frequencies. Where they stand in the body adds nothing.
    """

    space: str
    texts: tuple[str, ...]
    boost: float


@dataclass(frozen=True, slots=True)
class Near:
    """Documents with the terms ``texts`` (at least two) near each other, in any order.

    Some place of each of them lies in a window of ``distance`` + the number of terms positions: as many other words
    stand between them at most. A term that is listed twice must stand at two places. Scores the sum of the terms, as a
    phrase does.
    """

    space: str
    texts: tuple[str, ...]
    distance: int
    boost: float
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """Documents with a text whose vector has at least the cosine ``least`` with ``vector``.

    ``vector`` is quantized (:mod:`indexer.kernels.vectors`), and only vectors of the encoder with this fingerprint
    count. Scores ``boost`` × the highest cosine, or 0 where that is negative.
    """

    fingerprint: str
    vector: bytes
    least: float
    boost: float


@dataclass(frozen=True, slots=True)
class AllOf:
    """Documents that match every one of ``parts`` (at least two)."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents that match at least one of ``parts`` (at least two)."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class AndMaybe:
    """Documents that match ``required``; ``optional`` only adds to the score."""

    required: Plan
    optional: Plan


@dataclass(frozen=True, slots=True)
class AndNot:
    """Documents that match ``part`` but not ``excluded``."""

    part: Plan
    excluded: Plan


@dataclass(frozen=True, slots=True)
class MatchAll:
    """All documents."""


@dataclass(frozen=True, slots=True)
class MatchNone:
    """No document."""


@dataclass(frozen=True, slots=True)
class DateRange:
    """Documents dated within these days, both inclusive; ``None`` leaves a side open.

    With both sides open these are all documents; otherwise an undated document never matches.
    """

    first: datetime.date | None = None
    last: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class TermsFilter:
    """Documents that have one of ``values`` in a column."""

    column: Column
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class SameStory:
    """The copies of an article, itself among them; none where there is no such article. A filter, no part of a plan."""

    article_id: str


Plan: TypeAlias = (
    Term
    | TermPhrase
    | Adjacent
    | Family
    | Near
    | Nearest
    | AllOf
    | AnyOf
    | AndMaybe
    | AndNot
    | MatchAll
    | MatchNone
    | DateRange
    | TermsFilter
)


def scores_nothing(plan: Plan) -> bool:
    """Return whether all matches of ``plan`` are equally relevant, since it looks for no words."""
    return isinstance(plan, MatchAll) or (isinstance(plan, AndNot) and scores_nothing(plan.part))


def compares_vectors(plan: Plan) -> bool:
    """Return whether any part of ``plan`` looks for what is near a vector, which takes memory for every document."""
    match plan:
        case Nearest():
            return True
        case AllOf(parts) | AnyOf(parts):
            return any(map(compares_vectors, parts))
        case AndMaybe(first, second) | AndNot(first, second):
            return compares_vectors(first) or compares_vectors(second)
    return False


def scale(plan: Plan, factor: float) -> Plan:
    """Return ``plan`` with all scores times ``factor``."""
    match plan:
        case AllOf(parts):
            return AllOf(tuple(scale(part, factor) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(scale(part, factor) for part in parts))
        case AndMaybe(required, optional):
            return AndMaybe(scale(required, factor), scale(optional, factor))
        case AndNot(part, excluded):
            return AndNot(scale(part, factor), excluded)
        case Term() | TermPhrase() | Adjacent() | Family() | Near() | Nearest():
            return replace(plan, boost=plan.boost * factor)
        case _:
            return plan


def all_of(parts: Iterable[Plan]) -> Plan:
    """Return the plan that requires each of ``parts``, without needless nesting."""
    flat = _flatten(parts, AllOf)
    return flat[0] if len(flat) == 1 else AllOf(flat)


def any_of(parts: Iterable[Plan]) -> Plan:
    """Return the plan that requires one of ``parts``, without needless nesting."""
    flat = _flatten(parts, AnyOf)
    return flat[0] if len(flat) == 1 else AnyOf(flat)


def _flatten(parts: Iterable[Plan], kind: type[AllOf | AnyOf]) -> tuple[Plan, ...]:
    return tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,)))


@dataclass(frozen=True, slots=True)
class Recency:
    """Scores are multiplied by :func:`~indexer.ranking.weights.recency` of an article's age in days on ``day``.

    Articles dated later have the age 0; those without a date score as if endlessly old.
    """

    half_life: float
    day: datetime.date


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """One search, as an engine gets it.

    A hit matches ``plan`` and all ``filters``. A facet counts, for each value of its column, the documents that match
    the plan and every filter except the one on that column: what choosing that value instead would find. Of each facet
    there are the ``facet_limit`` most frequent values, and those that its own filter chooses. ``histogram``
    likewise counts the matches of each day, under every filter but those on dates. ``recency`` holds by relevance only.

    No request asks for hits beyond the first :data:`~indexer.request.MAX_PAGING_DEPTH`: whoever wants more has the
    engine iterate. ``grouped``: of the matching articles of a story only the first in the order asked for is a hit. Facets, days and the
    total still count articles.
    """

    plan: Plan
    filters: tuple[DateRange | TermsFilter | SameStory, ...] = ()
    sort: Sort = "relevance"
    limit: int = 10
    offset: int = 0
    facets: tuple[str, ...] = ()
    histogram: bool = False
    recency: Recency | None = None
    facet_limit: int | None = None
    grouped: bool = False


def engine_request(
    request: SearchRequest, plan: Plan, filters: tuple[DateRange | TermsFilter, ...], recency: Recency | None
) -> EngineRequest:
    """Return a request as an engine gets it; a plan without words has the newest articles first."""
    story = () if request.story is None else (SameStory(request.story),)
    return EngineRequest(
        plan,
        (*filters, *story),
        "newest" if request.sort == "relevance" and scores_nothing(plan) else request.sort,
        request.limit,
        request.offset,
        tuple(request.facets),
        histogram=request.histogram is not None,
        recency=recency,
        facet_limit=request.facet_limit,
        grouped=request.copies == "grouped" and not story,
    )
