"""What an engine must be able to find: a few primitives over index fields and columns.

A query is planned once, for every engine; an engine compiles these nodes and nothing else. Scores
add up: a term scores ``boost`` × BM25 in its field, a phrase as its terms do together, a
condition nothing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TypeAlias

from indexer.query.nodes import Column
from indexer.request import Sort


@dataclass(frozen=True, slots=True)
class Term:
    """Documents that hold ``text`` in the index field ``field``."""

    field: str
    text: str
    boost: float


@dataclass(frozen=True, slots=True)
class TermPhrase:
    """Documents that hold ``texts`` at consecutive positions of the index field ``field``."""

    field: str
    texts: tuple[str, ...]
    boost: float


@dataclass(frozen=True, slots=True)
class AllOf:
    """Documents that every one of ``parts`` (at least two) finds."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents that at least one of ``parts`` (at least two) finds."""

    parts: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class AndMaybe:
    """Documents that ``required`` finds; ``optional`` only adds to the score."""

    required: Plan
    optional: Plan


@dataclass(frozen=True, slots=True)
class AndNot:
    """Documents that ``part`` finds and ``excluded`` does not."""

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
    """Documents dated within these days, both included; with neither side given, all documents.

    An undated document lies within no other range.
    """

    first: datetime.date | None = None
    last: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class TermsFilter:
    """Documents whose column holds one of ``values``."""

    column: Column
    values: frozenset[str]


Plan: TypeAlias = Term | TermPhrase | AllOf | AnyOf | AndMaybe | AndNot | MatchAll | MatchNone | DateRange | TermsFilter


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """One search as an engine gets it.

    ``filters`` all hold for a hit. A facet counts, for each value of its column, the documents
    that the plan finds and every filter but the one on that column admits, so that values beside
    a chosen one can be shown with what choosing them would find.
    """

    plan: Plan
    filters: tuple[DateRange | TermsFilter, ...] = ()
    sort: Sort = "relevance"
    limit: int = 10
    offset: int = 0
    facets: tuple[str, ...] = ()
