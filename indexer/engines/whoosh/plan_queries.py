"""Plans as Whoosh queries, and the weighting that scores them.

Two of these queries find something else in Whoosh 2.7.4 itself: AndNot lets a document through when the first excluded
one stands before the first wanted one, and ConstantScoreQuery takes 0 for 1. The kernels follow their names.
"""

from __future__ import annotations

import datetime
from typing import Any, TypeAlias

import whoosh.query
import whoosh.scoring

from indexer.engines.whoosh.conditions import ColumnBetween, ColumnIn
from indexer.engines.whoosh.schema import term_bytes
from indexer.query.plan import (
    AllOf,
    AndMaybe,
    AndNot,
    AnyOf,
    DateRange,
    MatchAll,
    MatchNone,
    Plan,
    Term,
    TermPhrase,
    TermsFilter,
)
from indexer.ranking import weights

WhooshQuery: TypeAlias = Any


class Weighting(whoosh.scoring.BM25F):
    """Whoosh's BM25F with the parameters and the document weight of :mod:`indexer.ranking.weights`."""

    def __init__(self) -> None:
        field_b = {f"{field}_{space}_B": b for field, b in weights.B.items() for space in weights.SPACE_WEIGHTS}
        super().__init__(K1=weights.K1, **field_b)

    def idf(self, searcher: Any, fieldname: str, text: bytes) -> float:
        """Return the inverse document frequency over the whole index."""
        parent = searcher.get_parent()
        return self.idf_of_frequency(parent.doc_count_all(), parent.doc_frequency(fieldname, text))

    def idf_of_frequency(self, documents: int, frequency: int) -> float:
        """Return the same of a term whose document frequency is known, so that it need not be looked up again."""
        return weights.idf(documents, frequency)


def to_whoosh_query(plan: Plan) -> WhooshQuery:  # noqa: C901, one case a node
    """Return the Whoosh query that finds what ``plan`` describes, with the same scores."""
    match plan:
        case Term(field, text, boost):
            return whoosh.query.Term(field, text, boost=boost)
        case TermPhrase(field, texts, boost):
            return whoosh.query.Phrase(field, list(texts), boost=boost)
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
