"""What one generation of an index answers: hits, totals, facets, articles."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import whoosh.query

from indexer import kernels
from indexer.article import Article
from indexer.engines import EngineResults, ScoredArticle
from indexer.engines.whoosh.compiler import Weighting, condition, to_whoosh_query
from indexer.engines.whoosh.documents import UNDATED, SegmentLocator, article_of
from indexer.engines.whoosh.index import open_whoosh
from indexer.engines.whoosh.trees import Nodes
from indexer.query.plan import DateRange, EngineRequest, TermsFilter
from indexer.results.hits import FacetCount
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.checking import faults_of
from indexer.storage.segment_reader import SegmentReader

Filters: TypeAlias = tuple[DateRange | TermsFilter, ...]
Masks: TypeAlias = tuple[Array | None, ...]
"""For each segment a byte for each document, 0 for what a filter hides; None where nothing is filtered."""


class Place(NamedTuple):
    """Where a document is: its key of order, its segment, its number there. Smaller ones come first."""

    key: float
    segment: int
    number: int


class View:
    """One generation, open for reading by many threads."""

    def __init__(self, folder: Path) -> None:
        self._index = open_whoosh(folder)
        self._searcher = self._index.searcher(weighting=Weighting())
        self.segments: tuple[SegmentReader, ...] = tuple(leaf.segment for leaf in self._searcher.leaves)
        self.articles: int = self._searcher.doc_count()
        self._orders = {sort: tuple(map(_by_day[sort], self.segments)) for sort in _by_day}

    # -- searching

    def search(self, search: EngineRequest) -> EngineResults:
        """Return the page that ``search`` asks for."""
        nodes = self._nodes(search)
        masks = self._allowed(search.filters)
        total, places = self._ordered(nodes, masks, search)
        facets = self._facets(nodes, search) if search.facets else {}
        scored = search.sort == "relevance"
        page = (self._found(place, -place.key if scored else 0.0) for place in places[search.offset :])
        return EngineResults(tuple(page), total, facets)

    def _nodes(self, search: EngineRequest) -> Nodes:
        trees = self._searcher.trees
        nodes = trees.of(to_whoosh_query(search.plan)) if trees else None
        if nodes is None:
            raise ValueError("a plan that cannot be evaluated")
        return nodes

    def _ordered(self, nodes: Nodes, masks: Masks, search: EngineRequest) -> tuple[int, list[Place]]:
        """Return how many documents are found, and the first ones up to the end of the page."""
        limit = search.offset + search.limit
        keys = self._orders.get(search.sort)
        total, best = 0, []
        for at, (segment, node, mask) in enumerate(zip(self.segments, nodes, masks, strict=True)):
            if keys is None:
                found, scores, numbers = kernels.top(node, segment.documents, segment.deleted, limit, mask)
                best += [Place(-score, at, number) for score, number in zip(scores, numbers, strict=True)]
            else:
                found, numbers = kernels.top_by(node, segment.documents, segment.deleted, limit, keys[at], mask)
                ranks = keys[at][numbers].tolist()
                best += [Place(rank, at, number) for rank, number in zip(ranks, numbers, strict=True)]
            total += found
        best.sort()
        return total, best[:limit]

    def _found(self, place: Place, score: float) -> ScoredArticle:
        segment = self.segments[place.segment]
        article = article_of(segment, place.number)
        return ScoredArticle(article, score, SegmentLocator(segment, place.number, article.title))

    def _facets(self, nodes: Nodes, search: EngineRequest) -> dict[str, tuple[FacetCount, ...]]:
        found = [
            kernels.matches(node, segment.documents, segment.deleted, None)[0]
            for segment, node in zip(self.segments, nodes, strict=True)
        ]
        return {column: self._facet(column, search.filters, found) for column in search.facets}

    def _facet(self, column: str, filters: Filters, found: Sequence[Array]) -> tuple[FacetCount, ...]:
        others = tuple(each for each in filters if not (isinstance(each, TermsFilter) and each.column == column))
        counts: Counter[str] = Counter()
        for segment, numbers, mask in zip(self.segments, found, self._allowed(others), strict=True):
            admitted = numbers if mask is None else numbers[mask[numbers] > 0]
            values, codes = segment.numbered(column)
            by_code = np.bincount(codes[admitted], minlength=len(values)).tolist()
            counts.update(
                {_text(value): count for value, count in zip(values, by_code, strict=True) if count and value}
            )
        return tuple(FacetCount(*each) for each in sorted(counts.items(), key=lambda each: (-each[1], each[0])))

    def _allowed(self, filters: Filters) -> Masks:
        """Return what ``filters`` leave of each segment."""
        if not filters:
            return (None,) * len(self.segments)
        return self._searcher.masks(whoosh.query.And(list(map(condition, filters)))) or ()

    # -- articles

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id."""
        term = article_id.encode("utf-8", "replace")
        for segment in reversed(self.segments):
            ids = segment.field("id")
            number = ids.find(term)
            if number < 0:
                continue
            node = (kernels.CONSTANT, (kernels.TERM, ids, _NO_NORMS, number, 1.0), 0.0)
            _, _, numbers = kernels.top(node, segment.documents, segment.deleted, 1, None)
            if numbers:
                return article_of(segment, numbers[0])
        return None

    # -- what it holds

    def faults(self) -> tuple[str, ...]:
        """Return a line for each thing that is not as the format says, reading everything."""
        return tuple(fault for segment in self.segments for fault in faults_of(segment.file))

    def values(self, column: str) -> tuple[str, ...]:
        """Return the distinct values of a column, sorted."""
        return tuple(
            sorted({_text(value) for segment in self.segments for value in _live_values(segment, column) if value})
        )

    def dates(self) -> tuple[datetime.date | None, datetime.date | None]:
        """Return the first and the last date of all articles."""
        days = {day for segment in self.segments for day in _live_values(segment, "date") if day != UNDATED}
        if not days:
            return None, None
        return datetime.date.fromordinal(min(days)), datetime.date.fromordinal(max(days))


_NO_NORMS: Final = np.zeros(256)


def _live_values(segment: SegmentReader, column: str) -> Iterator[Any]:
    """Yield the values of a column that a document has which is not deleted."""
    values, codes = segment.numbered(column)
    live = codes if segment.deleted is None else codes[segment.deleted == 0]
    counts = np.bincount(live, minlength=len(values))
    return (values[code] for code in np.flatnonzero(counts).tolist())


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _newest_first(segment: SegmentReader) -> Array:
    days = segment.file.numbers("date").astype(np.float64)
    return np.where(days == UNDATED, np.inf, -days)


def _oldest_first(segment: SegmentReader) -> Array:
    days = segment.file.numbers("date").astype(np.float64)
    return np.where(days == UNDATED, np.inf, days)


_by_day = {"newest": _newest_first, "oldest": _oldest_first}
"""By which key the documents of a segment come in order of their date, undated ones last."""
