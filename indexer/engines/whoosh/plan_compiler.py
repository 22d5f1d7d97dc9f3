"""Plan compiler: turns plans into kernel trees, one for each segment.

Terms, phrases and families keep their trees, since searches that follow each other share words.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import whoosh.query

from indexer import kernels
from indexer.engines.fifo_cache import FifoCache
from indexer.engines.whoosh.conditions import ColumnBetween, ColumnIn
from indexer.engines.whoosh.query_compiler import MAX_TERMS, NOTHING, Nodes, mask_limit
from indexer.engines.whoosh.schema import term_bytes
from indexer.engines.whoosh.searcher import ColumnarSearcher
from indexer.engines.whoosh.statistics import UNBOUNDED, Statistics
from indexer.kernels.nearness import near_mask
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
    Nearest,
    Plan,
    Term,
    TermPhrase,
    TermsFilter,
)
from indexer.ranking import weights
from indexer.ranking.occurrences import PART_BITS
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import SegmentReader

WhooshQuery: TypeAlias = Any
Occurring: TypeAlias = tuple[list[int], float]
"""The number of a term in each segment, -1 where it is not there, and its weight."""

MAX_VECTORS: Final = 8
"""Of so many vectors the cosines with all documents are kept."""


class PlanCompiler:
    """Compiles plans for the segments of one searcher; threads may share it."""

    def __init__(self, searcher: ColumnarSearcher, segments: Sequence[SegmentReader]) -> None:
        self._searcher = searcher
        self._statistics = Statistics(searcher, segments)
        self._segments = tuple(segments)
        self._kept: FifoCache[Plan, Nodes] = FifoCache(MAX_TERMS)
        self._cosines: FifoCache[tuple[str, bytes], tuple[Array | None, ...]] = FifoCache(MAX_VECTORS)
        self._near_masks: FifoCache[Near, tuple[Array | None, ...]] = FifoCache(mask_limit(segments))

    def compile(self, plan: Plan) -> Nodes:  # noqa: C901, one case a node
        """Return a tree for each segment; raises RecursionError for a plan that is too deep."""
        match plan:
            case Term() | TermPhrase() | Adjacent() | Family():
                return self._kept.get(plan) or self._kept.put(plan, self._leaf(plan))
            case AllOf(parts):
                return self._join(kernels.AND, parts)
            case AnyOf(parts):
                return self._join(kernels.OR, parts)
            case AndMaybe(required, optional):
                return self._join(kernels.MAYBE, (required, optional))
            case AndNot(part, excluded):
                return self._join(kernels.NOT, (part, excluded))
            case Near():
                return self._near(plan)
            case Nearest():
                return self._nearest(plan)
            case MatchAll():
                return ((kernels.EVERY, 0.0),) * len(self._segments)
            case MatchNone():
                return (NOTHING,) * len(self._segments)
            case TermsFilter() | DateRange():
                return tuple((kernels.MASK, mask, 0.0) for mask in self._searcher.masks(condition(plan)) or ())

    def _join(self, operation: int, plans: Sequence[Plan]) -> Nodes:
        return tuple((operation, *nodes) for nodes in zip(*map(self.compile, plans), strict=True))

    def _leaf(self, plan: Term | TermPhrase | Adjacent | Family) -> Nodes:
        match plan:
            case Term(space, text, boost, part):
                return self._term(space, text, boost, PART_BITS[part])
            case TermPhrase(space, texts, boost, part):
                scorer = self._statistics.scorer(space)
                return self._phrase(kernels.PHRASE, space, texts, scorer, boost, PART_BITS[part])
            case Adjacent(space, texts, boost):
                boost /= weights.K1 + 1  # a term's weight has this factor
                scorer = self._statistics.place_scorer
                return self._phrase(kernels.ADJACENT, space, texts, scorer, boost, PART_BITS[None])
            case Family(space, texts, boost):
                return self._family(space, texts, boost)

    def _occurring(self, space: str, text: str) -> Occurring:
        """Return where a term is, and its weight: 0 where it is nowhere."""
        term, frequency, numbers = term_bytes(text), 0, []
        for segment in self._segments:
            field = segment.field(space)
            numbers.append(number := field.find(term))
            frequency += field.frequency(number) if number >= 0 else 0
        return numbers, self._statistics.weight(space, term, frequency) if frequency else 0.0

    def _term(self, space: str, text: str, boost: float, part: int) -> Nodes:
        numbers, weight = self._occurring(space, text)
        scorer = self._statistics.scorer(space)
        return tuple(
            (kernels.TERM, segment.field(space), scorer, number, weight * boost, part) if number >= 0 else NOTHING
            for segment, number in zip(self._segments, numbers, strict=True)
        )

    def _phrase(self, opcode: int, space: str, texts: Sequence[str], scorer: Array, boost: float, part: int) -> Nodes:
        found = [self._occurring(space, text) for text in texts]
        weights_of_terms = tuple(weight * boost for _, weight in found)
        by_segment = zip(*(numbers for numbers, _ in found), strict=True)
        return tuple(
            (opcode, segment.field(space), scorer, numbers, 1, weights_of_terms, part) if min(numbers) >= 0 else NOTHING
            for segment, numbers in zip(self._segments, by_segment, strict=True)
        )

    def _family(self, space: str, texts: Sequence[str], boost: float) -> Nodes:
        found = [each for text in texts if max((each := self._occurring(space, text))[0], default=-1) >= 0]
        weight = min((weight for _, weight in found), default=0.0) * boost
        scorer, frequencies = self._statistics.scorer(space), self._statistics.frequency_scorer(space)
        nodes = []
        for at, segment in enumerate(self._segments):
            own = np.array([numbers[at] for numbers, _ in found if numbers[at] >= 0], np.uint32)
            terms = kernels.TERMS, segment.field(space), frequencies, own, np.full(own.size, UNBOUNDED)
            nodes.append((kernels.SATURATE, segment.field(space), scorer, terms, weight) if own.size else NOTHING)
        return tuple(nodes)

    def _near(self, plan: Near) -> Nodes:
        """Return the conjunction of the terms, within a mask of the documents where they stand near each other."""
        masks = self._near_masks.get(plan) or self._near_masks.put(plan, self._masks_of(plan))
        terms = [self._term(plan.space, text, plan.boost, PART_BITS[plan.part]) for text in plan.texts]
        return tuple(
            NOTHING if mask is None else (kernels.AND, (kernels.MASK, mask, 0.0), *nodes)
            for mask, *nodes in zip(masks, *terms, strict=True)
        )

    def _masks_of(self, plan: Near) -> tuple[Array | None, ...]:
        numbers = zip(*(self._occurring(plan.space, text)[0] for text in plan.texts), strict=True)
        width, part = plan.distance + len(plan.texts), PART_BITS[plan.part]
        return tuple(
            near_mask(segment.arrays(plan.space), own, width, segment.documents, part) if min(own) >= 0 else None
            for segment, own in zip(self._segments, numbers, strict=True)
        )

    def _nearest(self, plan: Nearest) -> Nodes:
        key = plan.fingerprint, plan.vector
        cosines = self._cosines.get(key) or self._cosines.put(key, self._best_cosines(*key))
        return tuple(
            NOTHING if own is None else (kernels.SCORED, own >= plan.least, plan.boost * np.maximum(own, 0.0))
            for own in cosines
        )

    def _best_cosines(self, fingerprint: str, vector: bytes) -> tuple[Array | None, ...]:
        of_encoder = [
            own if (own := segment.vectors) and own.encoder.fingerprint == fingerprint else None
            for segment in self._segments
        ]
        return tuple(None if vectors is None else vectors.best_cosines(vector) for vectors in of_encoder)


def condition(plan: DateRange | TermsFilter) -> WhooshQuery:
    """Return the Whoosh query for a condition on a column; two for the same condition are equal."""
    if isinstance(plan, TermsFilter):
        return ColumnIn(plan.column, frozenset(map(term_bytes, plan.values)))
    if plan.first is None and plan.last is None:
        return whoosh.query.Every()
    # Day 0 is no date, and lies within no range.
    first = plan.first or datetime.date.min
    return ColumnBetween("date", first.toordinal(), plan.last and plan.last.toordinal())
