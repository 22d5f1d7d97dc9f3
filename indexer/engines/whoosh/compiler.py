"""How a plan becomes a Whoosh query."""

from __future__ import annotations

from typing import Any, TypeAlias

import whoosh.matching
import whoosh.query
import whoosh.scoring

from indexer import ranking
from indexer.query.plan import (
    AllOf,
    AnyOf,
    Boosted,
    DateRange,
    Everything,
    Nothing,
    OneOf,
    Plan,
    Term,
    TermPhrase,
    Without,
)

WhooshQuery: TypeAlias = Any

# A union of many terms is read into an array, block by block; Whoosh's tree of two-way unions
# takes several times as long for a headline's ten words in four fields.
ARRAY_UNION_FROM = 6


class Weighting(whoosh.scoring.BM25F):
    """Whoosh's BM25F with the parameters and the document weight of :mod:`indexer.ranking`."""

    def __init__(self) -> None:
        field_b = {f"{field}_{space}_B": b for field, b in ranking.B.items() for space in ranking.SPACE_WEIGHTS}
        super().__init__(K1=ranking.K1, **field_b)

    def idf(self, searcher: Any, fieldname: str, text: bytes) -> float:
        """Return the inverse document frequency over the whole index."""
        parent = searcher.get_parent()
        return ranking.idf(parent.doc_count_all(), parent.doc_frequency(fieldname, text))


def compiled(plan: Plan) -> WhooshQuery:  # noqa: C901, one case a node
    """Return the Whoosh query that finds what ``plan`` describes, with the same scores."""
    match plan:
        case Term(field, text, boost):
            return whoosh.query.Term(field, text, boost=boost)
        case TermPhrase(field, texts, boost):
            return whoosh.query.Phrase(field, list(texts), boost=boost)
        case AllOf(parts):
            return whoosh.query.And([compiled(part) for part in parts])
        case AnyOf(parts):
            return _union(parts)
        case Boosted(required, optional):
            return whoosh.query.AndMaybe(compiled(required), compiled(optional))
        case Without(part, excluded):
            return _Without(compiled(part), compiled(excluded))
        case Everything():
            return _Unscored(whoosh.query.Every())
        case Nothing():
            return whoosh.query.NullQuery
        case _:
            return _Unscored(_condition(plan))


def _union(parts: tuple[Plan, ...]) -> WhooshQuery:
    union = whoosh.query.Or([compiled(part) for part in parts])
    only_terms = all(isinstance(part, Term) for part in parts)
    # The array drops what scores nothing, so it serves terms only.
    if only_terms and len(parts) >= ARRAY_UNION_FROM:
        union.matcher_type = whoosh.query.Or.ARRAY_MATCHER
    else:
        union.matcher_type = whoosh.query.Or.DEFAULT_MATCHER
    return union


class _Unscored(whoosh.query.Query):
    """What ``query`` finds, at score 0; Whoosh's own ConstantScoreQuery takes 0 for 1."""

    def __init__(self, query: WhooshQuery) -> None:
        self.query = query

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        return whoosh.matching.ConstantScoreWrapperMatcher(self.query.matcher(searcher, context), score=0.0)

    def estimate_size(self, reader: Any) -> int:
        return int(reader.doc_count_all())


class _Without(whoosh.query.Query):
    """What ``part`` finds and ``excluded`` does not.

    Whoosh's own AndNot lets a document through when the first that ``excluded`` finds stands
    before the first that ``part`` finds.
    """

    def __init__(self, part: WhooshQuery, excluded: WhooshQuery) -> None:
        self.part = part
        self.excluded = excluded

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        unwanted = self.excluded.matcher(searcher, searcher.boolean_context())
        return whoosh.matching.FilterMatcher(
            self.part.matcher(searcher, context), frozenset(unwanted.all_ids()), exclude=True
        )

    def estimate_size(self, reader: Any) -> int:
        return int(self.part.estimate_size(reader))


def _condition(condition: DateRange | OneOf) -> WhooshQuery:
    if isinstance(condition, OneOf):
        values = {value.encode("utf-8", "replace") for value in condition.values}
        return whoosh.query.ColumnQuery(condition.column, lambda value: value in values)
    if condition.first is None and condition.last is None:
        return whoosh.query.Every()
    first = condition.first.toordinal() if condition.first else 1
    last = condition.last.toordinal() if condition.last else 10**7
    return whoosh.query.ColumnQuery("date", lambda day: first <= day <= last)
