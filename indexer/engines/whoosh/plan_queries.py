"""Plans as Whoosh queries.

Two of these queries find something else in Whoosh 2.7.4 itself: AndNot lets a document through when the first excluded
one stands before the first wanted one, and ConstantScoreQuery takes 0 for 1. The kernels follow their names.
"""

from __future__ import annotations

import datetime
from typing import Any, TypeAlias

import whoosh.query

from indexer.engines.whoosh.conditions import ColumnBetween, ColumnIn
from indexer.engines.whoosh.schema import term_bytes
from indexer.query.plan import (
    Adjacent,
    AllOf,
    AndMaybe,
    AndNot,
    AnyOf,
    DateRange,
    Family,
    MatchAll,
    MatchNone,
    Near,
    Plan,
    Term,
    TermPhrase,
    TermsFilter,
)
from indexer.ranking import weights
from indexer.ranking.occurrences import Part

WhooshQuery: TypeAlias = Any


class TermIn(whoosh.query.Term):
    """Whoosh's Term, found in one part of an article only, and scored as in the whole article."""

    def __init__(self, fieldname: str, text: str, boost: float, part: Part) -> None:
        super().__init__(fieldname, text, boost)
        self.part = part

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """Refuse Whoosh's own search, which knows nothing of this."""
        raise NotImplementedError(f"{type(self).__name__}: only the kernels find this")


class PhraseIn(whoosh.query.Phrase):
    """Whoosh's Phrase, found in one part of an article only."""

    def __init__(self, fieldname: str, words: list[str], boost: float, part: Part | None) -> None:
        super().__init__(fieldname, words, boost=boost)
        self.part = part

    matcher = TermIn.matcher


class AdjacentTerms(whoosh.query.Phrase):
    """Whoosh's Phrase, scored by how often it occurs: the sum of its terms' weights × o / (o + k1) for o places."""

    matcher = TermIn.matcher


class FamilyOfTerms(whoosh.query.Phrase):
    """Any of some terms, scored as one; see :class:`indexer.query.plan.Family`."""

    matcher = TermIn.matcher


class NearTerms(PhraseIn):
    """Terms near each other in any order; see :class:`indexer.query.plan.Near`."""

    def __init__(self, fieldname: str, words: list[str], distance: int, boost: float, part: Part | None) -> None:
        super().__init__(fieldname, words, boost, part)
        self.distance = distance


def to_whoosh_query(plan: Plan) -> WhooshQuery:  # noqa: C901, one case a node
    """Return the Whoosh query that finds what ``plan`` describes, with the same scores."""
    match plan:
        case Term(space, text, boost, part):
            return TermIn(space, text, boost, part) if part else whoosh.query.Term(space, text, boost=boost)
        case TermPhrase(space, texts, boost, part):
            words = list(texts)
            return PhraseIn(space, words, boost, part) if part else whoosh.query.Phrase(space, words, boost=boost)
        case Adjacent(space, texts, boost):
            return AdjacentTerms(space, list(texts), boost=boost / (weights.K1 + 1))  # a term's weight has this factor
        case Family(space, texts, boost):
            return FamilyOfTerms(space, list(texts), boost=boost)
        case Near(space, texts, distance, boost, part):
            return NearTerms(space, list(texts), distance, boost, part)
        case AllOf(parts):
            return whoosh.query.And([to_whoosh_query(part) for part in parts])
        case AnyOf(parts):
            return whoosh.query.Or([to_whoosh_query(part) for part in parts])
        case AndMaybe(required, optional):
            return whoosh.query.AndMaybe(to_whoosh_query(required), to_whoosh_query(optional))
        case AndNot(part, excluded):
            return whoosh.query.AndNot(to_whoosh_query(part), to_whoosh_query(excluded))
        case MatchAll():
            return _without_score(whoosh.query.Every())
        case MatchNone():
            return whoosh.query.NullQuery
        case TermsFilter() | DateRange():
            return _without_score(condition(plan))


def condition(plan: DateRange | TermsFilter) -> WhooshQuery:
    """Return the Whoosh query for a condition on a column; two for the same condition are equal."""
    if isinstance(plan, TermsFilter):
        return ColumnIn(plan.column, frozenset(map(term_bytes, plan.values)))
    if plan.first is None and plan.last is None:
        return whoosh.query.Every()
    # Day 0 is no date, and lies within no range.
    first = plan.first or datetime.date.min
    return ColumnBetween("date", first.toordinal(), plan.last and plan.last.toordinal())


def _without_score(query: WhooshQuery) -> WhooshQuery:
    return whoosh.query.ConstantScoreQuery(query, 0.0)
