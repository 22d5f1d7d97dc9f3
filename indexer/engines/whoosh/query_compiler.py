"""Query compiler: turns Whoosh queries into kernel trees, one for each segment, with the hits and scores that Whoosh gives.

Where Whoosh 2.7.4 finds the wrong documents, these trees find the right ones; the table of those cases stands in
the tests. A query without a tree is left to Whoosh's own matchers.

Some of Whoosh's scores are surprising, and kept: a query for several terms that says "constant score" is
scored by BM25F in a segment where it stands for one term, or for two, or when the segment has over 5,000 documents;
``Not`` scores 1; a boost counts nothing on a single subquery.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

import numpy as np
import whoosh.query

from indexer import kernels
from indexer.engines.fifo_cache import FifoCache
from indexer.engines.whoosh.conditions import ColumnBetween, ColumnIn
from indexer.engines.whoosh.expansion import NotExpandableError, expand
from indexer.engines.whoosh.statistics import Statistics
from indexer.kernels import Node
from indexer.ranking.occurrences import ANYWHERE
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import NumberedValues, SegmentReader

Query: TypeAlias = Any
Nodes: TypeAlias = tuple[Node, ...]
"""The trees of one query: one for each segment."""

NOTHING: Final[Node] = (kernels.NOTHING,)

SMALL_SEGMENT: Final = 5000
MOST_CLAUSES: Final = 1024
"""Whoosh's limits up to which an unscored union is walked, and scored after all, instead of counted in an array."""

MAX_TERMS: Final = 2048
MAX_PHRASES: Final = 512
MAX_EXPANSIONS: Final = 256
MAX_EXPANSION_TERMS: Final = 2048
MAX_MASKS: Final = 64
MAX_MASK_BYTES: Final = 32 << 20  # of all cached masks: one byte a document each


class _NoTreeError(Exception):
    """The query has no kernel tree; Whoosh's own matchers have to find it."""


def mask_limit(segments: Sequence[SegmentReader]) -> int:
    """Return how many masks over the documents of an index may be cached."""
    documents = sum(segment.documents for segment in segments)
    return max(4, min(MAX_MASKS, MAX_MASK_BYTES // max(documents, 1)))


class QueryCompiler:
    """Compiles queries for the segments of one searcher; threads may share it.

    The searcher's weighting has to be one of :func:`~.statistics.is_bm25f`. Caches are bounded.
    """

    def __init__(self, searcher: Any, segments: Sequence[SegmentReader]) -> None:
        self.schema = searcher.schema
        self._segments = tuple(segments)
        self._statistics = Statistics(searcher, segments)
        self._nowhere: Nodes = (NOTHING,) * len(self._segments)
        self._terms: FifoCache[tuple[Any, ...], Nodes] = FifoCache(MAX_TERMS)
        self._phrases: FifoCache[tuple[Any, ...], Nodes] = FifoCache(MAX_PHRASES)
        self._expansions: FifoCache[Query, Nodes] = FifoCache(MAX_EXPANSIONS)
        self._masks: FifoCache[Any, Nodes] = FifoCache(mask_limit(segments))

    def compile(self, query: Query) -> Nodes | None:
        """Return a tree for each segment, or ``None`` when Whoosh's own matchers have to find ``query``."""
        try:
            return self._compile(query)
        except (_NoTreeError, NotExpandableError, RecursionError):
            return None

    def _compile(self, query: Query) -> Nodes:
        compiler = _COMPILERS.get(type(query))
        if compiler is None:
            raise _NoTreeError(type(query).__name__)
        return compiler(self, query)

    # -- terms

    def _term(self, query: Query) -> Nodes:
        if query.minquality:
            raise _NoTreeError("a minimum quality")
        key = query.fieldname, query.text, type(query.text), query.boost
        return self._terms.get(key) or self._terms.put(key, self._term_nodes(*key[:2], query.boost))

    def _term_nodes(self, field: str, text: Any, boost: float) -> Nodes:
        numbers = self._numbers(field, text)
        if max(numbers, default=-1) < 0:
            return self._nowhere
        weight = self._weight(field, text, numbers) * boost
        scorer = self._statistics.scorer(field)
        return tuple(
            (kernels.TERM, segment.field(field), scorer, number, weight, ANYWHERE) if number >= 0 else NOTHING
            for segment, number in zip(self._segments, numbers, strict=True)
        )

    def _numbers(self, field: str, text: Any) -> list[int]:
        """Return the number of a term in each segment, -1 where it does not occur."""
        if field not in self.schema or not self.schema[field].indexed:
            return []
        try:
            term = self.schema[field].to_bytes(text)
        except ValueError:
            return []
        return [segment.field(field).find(term) for segment in self._segments]

    def _weight(self, field: str, text: Any, numbers: list[int]) -> float:
        frequencies = [
            segment.field(field).frequency(number)
            for segment, number in zip(self._segments, numbers, strict=True)
            if number >= 0
        ]
        return self._statistics.weight(field, self.schema[field].to_bytes(text), sum(frequencies))

    def _phrase(self, query: Query) -> Nodes:
        if type(query.slop) is not int:
            raise _NoTreeError("slop")
        field, words = query.fieldname, tuple(query.words)
        key = field, words, tuple(map(type, words)), query.slop, query.boost
        return self._phrases.get(key) or self._phrases.put(key, self._phrase_nodes(field, words, query))

    def _phrase_nodes(self, field: str, words: tuple[Any, ...], query: Query) -> Nodes:
        if field not in self.schema:
            return self._nowhere
        self._require_positions(field)
        terms = [self._numbers(field, word) for word in words]
        if not terms or any(max(numbers, default=-1) < 0 for numbers in terms):
            return self._nowhere
        weights = tuple(
            self._weight(field, word, numbers) * query.boost for word, numbers in zip(words, terms, strict=True)
        )
        scorer = self._statistics.scorer(field)
        return tuple(
            (kernels.PHRASE, segment.field(field), scorer, numbers, query.slop, weights, ANYWHERE)
            if min(numbers) >= 0
            else NOTHING
            for segment, numbers in zip(self._segments, zip(*terms, strict=True), strict=True)
        )

    def _require_positions(self, field: str) -> None:
        """Leave a field without positions to Whoosh, which raises its own error."""
        format_ = self.schema[field].format
        if not format_ or not format_.supports("positions"):
            raise _NoTreeError("no positions")

    # -- several terms

    def _pattern(self, query: Query) -> Nodes:
        if query.text == _MATCHES_ALL[type(query)]:
            return self._every_with(query.fieldname, query.boost)
        return self._several(query)

    def _several(self, query: Query) -> Nodes:
        nodes = self._expansions.get(query)
        if nodes is not None:
            return nodes
        self._require_terms(query.fieldname)
        field = self.schema[query.fieldname]
        terms = [expand(query, segment, field) for segment in self._segments]
        nodes = self._scored_expansion(query, terms)
        if sum(map(len, terms)) <= MAX_EXPANSION_TERMS:
            self._expansions.put(query, nodes)
        return nodes

    def _scored_expansion(self, query: Query, terms: list[Array]) -> Nodes:
        scored = [
            len(numbers) == 1 or not query.constantscore or _is_scored_after_all(len(numbers), segment.documents)
            for segment, numbers in zip(self._segments, terms, strict=True)
        ]
        if any(scored):
            weights = self._statistics.weights(query.fieldname, terms)
        else:
            weights = [np.zeros(len(numbers)) for numbers in terms]
        parts = zip(self._segments, terms, weights, scored, strict=True)
        return tuple(self._expansion_node(query, *each) for each in parts)

    def _expansion_node(
        self, query: Query, segment: SegmentReader, numbers: Array, weights: Array, scored: bool
    ) -> Node:
        if not len(numbers):
            return NOTHING
        field, scorer = segment.field(query.fieldname), self._statistics.scorer(query.fieldname)
        if len(numbers) == 1:
            return (kernels.TERM, field, scorer, int(numbers[0]), float(weights[0]), ANYWHERE)
        if not scored:
            return (kernels.CONSTANT, (kernels.TERMS, field, scorer, numbers, weights), 1.0)
        return (kernels.TERMS, field, scorer, numbers, weights * query.boost)

    def _require_terms(self, field: str) -> None:
        """Leave it to Whoosh to say what is wrong with a field that has no terms."""
        if field not in self.schema or self.schema[field].format is None:
            raise _NoTreeError(field)

    # -- documents

    def _every(self, query: Query) -> Nodes:
        if query.fieldname is None:
            return ((kernels.EVERY, query.boost),) * len(self._segments)
        return self._every_with(query.fieldname, query.boost)

    def _every_with(self, field: str, boost: float) -> Nodes:
        self._require_terms(field)
        return tuple((kernels.MASK, segment.with_field(field), boost) for segment in self._segments)

    def _column(self, query: Query) -> Nodes:
        condition = query.condition if callable(query.condition) else partial(operator.eq, query.condition)
        from_column_value = self.schema[query.fieldname].from_column_value

        def mask_of(column: NumberedValues) -> Array:
            accepted = (bool(condition(from_column_value(value))) for value in column.values)  # it may return anything
            return np.fromiter(accepted, bool, len(column.values))[column.numbers]

        return self._column_nodes(query.fieldname, mask_of)

    def _condition(self, query: ColumnIn | ColumnBetween) -> Nodes:
        nodes = self._masks.get(query)
        return nodes or self._masks.put(query, self._column_nodes(query.fieldname, query.mask))

    def _column_nodes(self, name: str, mask_of: Callable[[NumberedValues], Array]) -> Nodes:
        if not self.schema[name].column_type:
            return self._nowhere
        return tuple((kernels.MASK, mask_of(segment.column(name)), 1.0) for segment in self._segments)

    # -- several queries

    def _join(self, operation: int, queries: Sequence[Query]) -> Nodes:
        parts = map(self._compile, queries)
        return tuple((operation, *nodes) for nodes in zip(*parts, strict=True))

    def _compound(self, operation: int, query: Query) -> Nodes:
        queries = query.subqueries
        if not queries:
            return self._nowhere
        if len(queries) == 1:
            return self._compile(queries[0])  # and no boost
        if query.boost != 1.0:
            raise _NoTreeError("a boost of several queries")
        return self._join(operation, queries)

    def _or(self, query: Query) -> Nodes:
        if query.scale or query.matcher_type == whoosh.query.Or.SPLIT_MATCHER:
            raise _NoTreeError("scored by how many match")
        return self._compound(kernels.OR, query)

    def _not(self, query: Query) -> Nodes:
        return tuple((kernels.NOT, (kernels.EVERY, 1.0), node) for node in self._compile(query.query))

    def _constant(self, query: Query) -> Nodes:
        return tuple((kernels.CONSTANT, node, query.score) for node in self._compile(query.child))


_MATCHES_ALL: Final = {whoosh.query.Prefix: "", whoosh.query.Wildcard: "*"}

_Compiler: TypeAlias = Callable[[QueryCompiler, Query], Nodes]


def _pair(operation: int) -> _Compiler:
    return lambda self, query: self._join(operation, (query.a, query.b))


_COMPILERS: Final[dict[type, _Compiler]] = {
    whoosh.query.Term: QueryCompiler._term,
    whoosh.query.Phrase: QueryCompiler._phrase,
    whoosh.query.And: lambda self, query: self._compound(kernels.AND, query),
    whoosh.query.Or: QueryCompiler._or,
    whoosh.query.Not: QueryCompiler._not,
    whoosh.query.AndNot: _pair(kernels.NOT),
    whoosh.query.AndMaybe: _pair(kernels.MAYBE),
    whoosh.query.Every: QueryCompiler._every,
    type(whoosh.query.NullQuery): lambda self, _: self._nowhere,
    whoosh.query.ConstantScoreQuery: QueryCompiler._constant,
    whoosh.query.ColumnQuery: QueryCompiler._column,
    ColumnIn: QueryCompiler._condition,
    ColumnBetween: QueryCompiler._condition,
    whoosh.query.Prefix: QueryCompiler._pattern,
    whoosh.query.Wildcard: QueryCompiler._pattern,
    whoosh.query.FuzzyTerm: QueryCompiler._several,
}


def _is_scored_after_all(terms: int, documents: int) -> bool:
    """Return whether Whoosh scores a "constant score" union: it hands its parts no weighting, so they take their own."""
    return terms < MOST_CLAUSES and (terms == 2 or documents > SMALL_SEGMENT)
