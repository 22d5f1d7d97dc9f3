"""How a Whoosh query becomes a tree of kernels for each segment, with the hits and scores that Whoosh gives it.

Where Whoosh 2.7.4 finds the wrong documents, these trees find the right ones; the table of those cases stands in
the tests. A query that has no tree is left to Whoosh's own matchers.

Some of Whoosh's scores are surprising, and kept: a query for several terms that says "constant score" is
scored by BM25F in a segment where it stands for one term, or for two, or when the segment has over 5,000 documents;
``Not`` scores 1; a boost counts nothing on a single subquery.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any, Final, TypeAlias

import numpy as np
import whoosh.query

from indexer import kernels
from indexer.engines.whoosh.conditions import ColumnBetween, ColumnIn, within
from indexer.engines.whoosh.expansion import NotExpandableError, expanded
from indexer.engines.whoosh.fifo_cache import FifoCache
from indexer.engines.whoosh.statistics import Statistics
from indexer.kernels import Node
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import NumberedValues, SegmentReader

Query: TypeAlias = Any
Nodes: TypeAlias = tuple[Node, ...]
"""The trees of one query: one for each segment."""

NOTHING: Final[Node] = (kernels.NOTHING,)

SMALL_SEGMENT: Final = 5000
MOST_CLAUSES: Final = 1024
"""Whoosh's measures for whether an unscored union is walked, and scored after all, or counted in an array."""

TERMS_KEPT: Final = 4096
PHRASES_KEPT: Final = 1024
CONDITIONS_KEPT: Final = 64
EXPANSIONS_KEPT: Final = 256
EXPANSION_TERMS_KEPT: Final = 2048
MAX_VALUES_KEPT: Final = 1 << 16  # of a column, as the schema gives them


class _NoTreeError(Exception):
    """Whoosh's own matchers have to find this query."""


class QueryCompiler:
    """Makes the trees of queries for the segments of one searcher; threads may share it.

    The searcher's weighting has to be one of :func:`~.statistics.is_bm25f`.
    """

    def __init__(self, searcher: Any, segments: Sequence[SegmentReader]) -> None:
        self._schema = searcher.schema
        self._segments = tuple(segments)
        self._statistics = Statistics(searcher, segments)
        self._nowhere: Nodes = (NOTHING,) * len(self._segments)
        self._term_nodes = lru_cache(TERMS_KEPT, typed=True)(self._made_term_nodes)
        self._phrase_nodes = lru_cache(PHRASES_KEPT, typed=True)(self._made_phrase_nodes)
        self._expansions: FifoCache[Query, Nodes] = FifoCache(EXPANSIONS_KEPT)
        self._conditions: FifoCache[Query, Nodes] = FifoCache(CONDITIONS_KEPT)
        self._columns: dict[str, list[NumberedValues | None]] = {}
        self._makers = self._made_makers()

    def _made_makers(self) -> dict[type, Callable[[Query], Nodes]]:
        return {
            whoosh.query.Term: self._term,
            whoosh.query.And: lambda query: self._compound(kernels.AND, query),
            whoosh.query.Or: self._or,
            whoosh.query.DisjunctionMax: lambda query: self._compound(kernels.MAX, query, 0.0),
            whoosh.query.Not: self._not,
            whoosh.query.AndNot: lambda query: self._join(kernels.NOT, (query.a, query.b)),
            whoosh.query.AndMaybe: lambda query: self._join(kernels.MAYBE, (query.a, query.b)),
            whoosh.query.Require: lambda query: self._join(kernels.REQUIRE, (query.a, query.b)),
            whoosh.query.Otherwise: self._otherwise,
            whoosh.query.Phrase: self._phrase,
            whoosh.query.Every: lambda query: self._every(query.fieldname, query.boost),
            type(whoosh.query.NullQuery): lambda query: self._nowhere,
            whoosh.query.ConstantScoreQuery: lambda query: _constant(self._nodes(query.child), query.score),
            whoosh.query.NumericRange: self._numeric_range,
            whoosh.query.DateRange: self._numeric_range,
            whoosh.query.ColumnQuery: self._column,
            ColumnIn: lambda query: self._condition(query, lambda each: query.admitted(each.values)[each.numbers]),
            ColumnBetween: lambda query: self._condition(query, lambda each: within(each, query)),
            whoosh.query.Prefix: self._pattern,
            whoosh.query.Wildcard: self._pattern,
            whoosh.query.Regex: self._pattern,
            whoosh.query.FuzzyTerm: self._several,
            whoosh.query.Variations: self._several,
            whoosh.query.TermRange: self._several,
        }

    def of(self, query: Query) -> Nodes | None:
        """Return a tree for each segment, or ``None`` when Whoosh's own matchers have to find ``query``."""
        try:
            return self._nodes(query)
        except (_NoTreeError, NotExpandableError, RecursionError):
            return None

    def _nodes(self, query: Query) -> Nodes:
        make = self._makers.get(type(query))
        if make is None:
            raise _NoTreeError(type(query).__name__)
        return make(query)

    # -- terms

    def _term(self, query: Query) -> Nodes:
        if query.minquality:
            raise _NoTreeError("a least quality")
        return self._term_nodes(query.fieldname, query.text, query.boost)

    def _made_term_nodes(self, field: str, text: Any, boost: float) -> Nodes:
        numbers = self._numbers(field, text)
        if max(numbers, default=-1) < 0:
            return self._nowhere
        weight = self._weight(field, text, numbers) * boost
        norms = self._statistics.norms(field)
        return tuple(
            (kernels.TERM, segment.field(field), norms, number, weight) if number >= 0 else NOTHING
            for segment, number in zip(self._segments, numbers, strict=True)
        )

    def _numbers(self, field: str, text: Any) -> list[int]:
        """Return the number of a term in each segment, -1 where it is not."""
        if field not in self._schema:
            return []
        try:
            held = self._schema[field].to_bytes(text)
        except ValueError:
            return []
        return [segment.field(field).find(held) if segment.has_field(field) else -1 for segment in self._segments]

    def _weight(self, field: str, text: Any, numbers: list[int]) -> float:
        having = [
            segment.field(field).frequency(n) for segment, n in zip(self._segments, numbers, strict=True) if n >= 0
        ]
        return self._statistics.weight(field, self._schema[field].to_bytes(text), sum(having))

    def _phrase(self, query: Query) -> Nodes:
        if type(query.slop) is not int:
            raise _NoTreeError("slop")
        return self._phrase_nodes(query.fieldname, tuple(query.words), query.slop, query.boost)

    def _made_phrase_nodes(self, field: str, words: tuple[Any, ...], slop: int, boost: float) -> Nodes:
        if field not in self._schema:
            return self._nowhere
        format_ = self._schema[field].format
        if not format_ or not format_.supports("positions"):
            raise _NoTreeError("no positions")  # Whoosh says so
        terms = [self._numbers(field, word) for word in words]
        if not terms or any(max(numbers, default=-1) < 0 for numbers in terms):
            return self._nowhere
        weights = tuple(self._weight(field, word, numbers) * boost for word, numbers in zip(words, terms, strict=True))
        norms = self._statistics.norms(field)
        return tuple(
            (kernels.PHRASE, segment.field(field), norms, numbers, slop, weights) if min(numbers) >= 0 else NOTHING
            for segment, numbers in zip(self._segments, zip(*terms, strict=True), strict=True)
        )

    # -- several terms

    def _pattern(self, query: Query) -> Nodes:
        if query.text == _MATCHES_ALL[type(query)]:
            return self._every(query.fieldname, query.boost)
        return self._several(query)

    def _several(self, query: Query) -> Nodes:
        nodes = self._expansions.get(query)
        if nodes is not None:
            return nodes
        self._require_terms(query.fieldname)
        field = self._schema[query.fieldname]
        found = [expanded(query, segment, field) for segment in self._segments]
        nodes = self._scored_expansion(query, found)
        if sum(map(len, found)) <= EXPANSION_TERMS_KEPT:
            self._expansions.keep(query, nodes)
        return nodes

    def _scored_expansion(self, query: Query, found: list[Array]) -> Nodes:
        scored = [
            len(numbers) == 1 or not query.constantscore or _is_scored_after_all(len(numbers), segment.documents)
            for segment, numbers in zip(self._segments, found, strict=True)
        ]
        if any(scored):
            weights = self._statistics.weights(query.fieldname, found)
        else:
            weights = [np.zeros(len(numbers)) for numbers in found]
        parts = zip(self._segments, found, weights, scored, strict=True)
        return tuple(self._expansion_node(query, *each) for each in parts)

    def _expansion_node(
        self, query: Query, segment: SegmentReader, numbers: Array, weights: Array, scored: bool
    ) -> Node:
        if not len(numbers):
            return NOTHING
        field, norms = segment.field(query.fieldname), self._statistics.norms(query.fieldname)
        if len(numbers) == 1:
            return (kernels.TERM, field, norms, int(numbers[0]), float(weights[0]))
        if not scored:
            return (kernels.CONSTANT, (kernels.TERMS, field, norms, numbers, weights), 1.0)
        return (kernels.TERMS, field, norms, numbers, weights * query.boost)

    def _require_terms(self, field: str) -> None:
        """Leave it to Whoosh to say what is wrong with a field that has no terms."""
        if field not in self._schema or self._schema[field].format is None:
            raise _NoTreeError(field)

    def _numeric_range(self, query: Query) -> Nodes:
        self._require_terms(query.fieldname)
        return self._nodes(query._compile_query(self))

    @property
    def schema(self) -> Any:
        """The schema, for queries that are compiled by it."""
        return self._schema

    # -- documents

    def _every(self, field: str | None, boost: float) -> Nodes:
        if field is None:
            return ((kernels.EVERY, boost),) * len(self._segments)
        self._require_terms(field)
        return tuple((kernels.MASK, segment.with_field(field), boost) for segment in self._segments)

    def _column(self, query: Query) -> Nodes:
        condition = query.condition if callable(query.condition) else partial(operator.eq, query.condition)

        def mask_of(column: NumberedValues) -> Array:
            admitted = (bool(condition(value)) for value in column.values)  # it may answer with anything
            return np.fromiter(admitted, bool, len(column.values))[column.numbers]

        return self._column_nodes(query.fieldname, mask_of)

    def _condition(self, query: Query, mask_of: Callable[[NumberedValues], Array]) -> Nodes:
        nodes = self._conditions.get(query)
        if nodes is None:
            nodes = self._conditions.keep(query, self._column_nodes(query.fieldname, mask_of))
        return nodes

    def _column_nodes(self, name: str, mask_of: Callable[[NumberedValues], Array]) -> Nodes:
        if not self._schema[name].column_type:
            return self._nowhere
        columns = self._columns.get(name) or self._converted(name)
        if sum(len(each.values) for each in columns if each) <= MAX_VALUES_KEPT:
            self._columns[name] = columns
        return tuple(NOTHING if each is None else (kernels.MASK, mask_of(each), 1.0) for each in columns)

    def _converted(self, name: str) -> list[NumberedValues | None]:
        """Return a column of each segment with its values as the schema gives them, ``None`` where there is none."""
        field = self._schema[name]
        columns = [segment.numbered(name) if segment.has_column(name) else None for segment in self._segments]
        return [
            NumberedValues(list(map(field.from_column_value, each.values)), each.numbers)
            if each is not None and each.values
            else None
            for each in columns
        ]

    # -- several queries

    def _join(self, operation: int, queries: Sequence[Query]) -> Nodes:
        parts = [self._nodes(each) for each in queries]
        return tuple((operation, *nodes) for nodes in zip(*parts, strict=True))

    def _compound(self, operation: int, query: Query, *settings: float) -> Nodes:
        queries = query.subqueries
        if not queries:
            return self._nowhere
        if len(queries) == 1:
            return self._nodes(queries[0])  # and no boost
        parts = [self._nodes(each) for each in queries]
        nodes = tuple((operation, *settings, *each) for each in zip(*parts, strict=True))
        return nodes if query.boost == 1.0 else tuple((kernels.SCALE, node, query.boost) for node in nodes)

    def _or(self, query: Query) -> Nodes:
        if query.scale or query.matcher_type == whoosh.query.Or.SPLIT_MATCHER:
            raise _NoTreeError("scored by how many match")
        return self._compound(kernels.OR, query)

    def _not(self, query: Query) -> Nodes:
        return tuple((kernels.NOT, (kernels.EVERY, 1.0), node) for node in self._nodes(query.query))

    def _otherwise(self, query: Query) -> Nodes:
        first = self._nodes(query.a)
        found = (
            kernels.top(node, segment.documents, segment.deleted, 1, None)[0]
            for segment, node in zip(self._segments, first, strict=True)
        )
        return first if any(found) else self._nodes(query.b)


_MATCHES_ALL: Final = {whoosh.query.Prefix: "", whoosh.query.Wildcard: "*", whoosh.query.Regex: ".*"}


def _constant(nodes: Nodes, score: float) -> Nodes:
    return tuple((kernels.CONSTANT, node, score) for node in nodes)


def _is_scored_after_all(terms: int, documents: int) -> bool:
    """Say whether Whoosh scores a "constant score" union: it hands its parts no weighting, for which they take their own."""
    return terms < MOST_CLAUSES and (terms == 2 or documents > SMALL_SEGMENT)
