"""A Whoosh searcher that evaluates queries on arrays; what it cannot, Whoosh's own matchers do over the same segments.

One searcher serves any number of threads at once: whatever it keeps is made once and never changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter
from time import perf_counter
from typing import Any, Final, NamedTuple

import numpy as np
import whoosh.collectors
import whoosh.query
import whoosh.reading
import whoosh.scoring
import whoosh.searching
from whoosh.idsets import DocIdSet

from indexer import kernels
from indexer.engines.whoosh.fifo_cache import FifoCache
from indexer.engines.whoosh.hits import ColumnarResults, TopHits
from indexer.engines.whoosh.orders import Order, Orders
from indexer.engines.whoosh.statistics import is_bm25f
from indexer.engines.whoosh.trees import Nodes, QueryCompiler
from indexer.kernels import Node
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import SegmentReader

FILTERS_KEPT: Final = 64
RARITIES_KEPT: Final = 1 << 16

_first_of = itemgetter(0)
_OPTIONS: Final = frozenset({"limit", "sortedby", "reverse", "scored", "filter", "mask", "optimize"})
"""What a search may ask for on arrays."""


class Leaf(NamedTuple):
    """One segment, and the number of its first document in the index."""

    segment: SegmentReader
    offset: int


class Matches(NamedTuple):
    """All that a query finds in a segment: document numbers within it, rising, and their scores."""

    segment: SegmentReader
    offset: int
    documents: Array
    scores: Array


class ColumnarSearcher(whoosh.searching.Searcher):
    """Whoosh's Searcher over segments of arrays."""

    def __init__(
        self,
        reader: Any,
        weighting: Any = whoosh.scoring.BM25F,
        closereader: bool = True,
        fromindex: Any = None,
        parent: Any = None,
    ) -> None:
        super().__init__(reader, weighting, closereader, fromindex, parent)
        self.leaves = tuple(
            Leaf(leaf.segment(), offset) for leaf, offset in reader.leaf_readers() if leaf.segment() is not None
        )
        self._offsets = [leaf.offset for leaf in self.leaves]
        self.trees: QueryCompiler | None = None
        if parent is None:
            self._idf_cache = _Rarities()
            segments = [leaf.segment for leaf in self.leaves]
            self.trees = QueryCompiler(self, segments) if is_bm25f(self.weighting) else None
            self._orders = Orders(self.schema, segments)
            self._filters: FifoCache[Any, tuple[Array, ...]] = FifoCache(FILTERS_KEPT)
            self.stored_fields = self._stored_fields

    # -- documents

    def place(self, docnum: int) -> tuple[SegmentReader, int]:
        """Return the segment that holds a document, and its number in it."""
        segment, offset = self.leaves[bisect_right(self._offsets, docnum) - 1]
        return segment, docnum - offset

    def _stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored fields of a document; a long text is unpacked when it is looked up."""
        segment, offset = self.leaves[bisect_right(self._offsets, docnum) - 1]
        return segment.stored_fields(docnum - offset)

    # -- searching

    def search(self, q: Any, **options: Any) -> Any:
        """Return what ``q`` finds, as Whoosh does: the best hits, and the exact total.

        Takes Whoosh's own options.
        """
        if self.trees is None or not options.keys() <= _OPTIONS:
            return super().search(q, **options)
        started = perf_counter()
        results = self._search(self.trees, q, **options)
        if results is None:
            return super().search(q, **options)
        results.runtime = perf_counter() - started
        return results

    def _search(
        self,
        trees: QueryCompiler,
        q: Any,
        *,
        limit: int | None = 10,
        sortedby: Any = None,
        reverse: bool = False,
        scored: bool = True,
        filter: Any = None,
        mask: Any = None,
        optimize: bool = True,
    ) -> ColumnarResults | None:
        """Return what ``q`` finds, or ``None`` when Whoosh's own matchers have to look for it."""
        if self.is_closed:
            raise whoosh.reading.ReaderClosed
        if limit is not None and limit < 1:
            raise ValueError("limit must be >= 1")
        if not sortedby and (reverse or not scored):
            return None
        nodes = trees.of(q)
        if nodes is None:
            return None
        allowed = None if filter is None and mask is None else self._allowed(filter, mask)
        count = limit or self._doccount
        try:
            if not sortedby:
                return self._best(q, nodes, allowed, count)
            order = self._orders.of(sortedby, reverse=reverse)
            return None if order is None else self._first(q, nodes, allowed, count, order)
        except ValueError:  # a tree that is too deep, or too large
            return None

    def _best(self, q: Any, nodes: Nodes, allowed: tuple[Array, ...] | None, limit: int) -> ColumnarResults:
        total = 0
        best: TopHits = []
        for place, (segment, offset) in enumerate(self.leaves):
            among = None if allowed is None else allowed[place]
            found, scores, documents = kernels.top(nodes[place], segment.documents, segment.deleted, limit, among)
            total += found
            if offset:
                documents = [document + offset for document in documents]
            best += zip(scores, documents, strict=True)
        if len(self.leaves) > 1:
            best.sort(key=_first_of, reverse=True)  # equal ones stay in their order
            del best[limit:]
        return ColumnarResults(self, q, best, total, lambda: self._documents(nodes, allowed))

    def _first(
        self, q: Any, nodes: Nodes, allowed: tuple[Array, ...] | None, limit: int, order: Order
    ) -> ColumnarResults:
        total = 0
        ranked: list[tuple[float, Any, int]] = []
        for place, (segment, offset) in enumerate(self.leaves):
            among = None if allowed is None else allowed[place]
            ranks = order.ranks[place]
            found, documents = kernels.top_by(nodes[place], segment.documents, segment.deleted, limit, ranks, among)
            total += found
            keys = order.keys_of(place, documents)
            own = [document + offset for document in documents]
            ranked += zip(ranks[documents].tolist() if documents else (), keys, own, strict=True)
        if len(self.leaves) > 1:
            ranked.sort(key=_first_of)
        first = [(key, document) for _, key, document in ranked[:limit]]
        return ColumnarResults(self, q, first, total, lambda: self._documents(nodes, allowed))

    def collector(self, *args: Any, **options: Any) -> Any:
        """Return Whoosh's collector for these options, one that sees every match, so that its total is exact."""
        collector = super().collector(*args, **options)
        innermost = collector
        while isinstance(innermost, whoosh.collectors.WrappingCollector):
            innermost = innermost.child
        if isinstance(innermost, whoosh.collectors.TopCollector):
            innermost.usequality = False
            innermost.replace = 0
        return collector

    # -- all that matches

    def matches(self, q: Any, filter: Any = None, mask: Any = None) -> list[Matches]:
        """Return all that ``q`` finds, for each segment; deleted documents are left out."""
        nodes = self.trees.of(q) if self.trees else None
        allowed = self._allowed(filter, mask)
        if nodes is not None:
            try:
                return self._matches(nodes, allowed)
            except ValueError:  # a tree that is too deep, or too large
                pass
        return self._walked(q, allowed)

    def _matches(self, nodes: Nodes, allowed: tuple[Array, ...] | None) -> list[Matches]:
        return [
            Matches(
                segment,
                offset,
                *kernels.matches(
                    nodes[place], segment.documents, segment.deleted, None if allowed is None else allowed[place]
                ),
            )
            for place, (segment, offset) in enumerate(self.leaves)
        ]

    def _walked(self, q: Any, allowed: tuple[Array, ...] | None) -> list[Matches]:
        """Return what Whoosh's own matchers find, and their scores."""
        results = super().search(q, limit=None)
        scores = np.zeros(self._doccount)
        found = np.zeros(self._doccount, np.bool_)
        for score, document in results.top_n:
            scores[document], found[document] = score, True
        matches = []
        for place, (segment, offset) in enumerate(self.leaves):
            own = found[offset : offset + segment.documents]
            documents = np.flatnonzero(own if allowed is None else own & (allowed[place] > 0))
            matches.append(Matches(segment, offset, documents.astype(np.uint16), scores[documents + offset]))
        return matches

    def _documents(self, nodes: Nodes, allowed: tuple[Array, ...] | None) -> set[int]:
        found = self._matches(nodes, allowed)
        return {document + each.offset for each in found for document in each.documents.tolist()}

    # -- filters

    def _allowed(self, allow: Any, restrict: Any) -> tuple[Array, ...] | None:
        """Return a byte for each document of each segment, 0 for what must not be found; ``None`` for no filter.

        A filter that nothing passes leaves nothing; Whoosh takes an empty set for no filter at all.
        """
        allowed, hidden = self.masks(allow), self.masks(restrict)
        if hidden is None:
            return allowed
        shown = tuple((each == 0).astype(np.uint8) for each in hidden)
        return shown if allowed is None else tuple(a & b for a, b in zip(allowed, shown, strict=True))

    def masks(self, among: Any) -> tuple[Array, ...] | None:
        """Return a byte for each document of each segment, 1 for those of ``among``: a query, documents, results."""
        if among is None:
            return None
        if isinstance(among, whoosh.query.Query):
            return self._filters.get(among) or self._query_masks(among)
        if isinstance(among, whoosh.searching.ResultsPage):
            among = among.results
        if isinstance(among, whoosh.searching.Results):
            among = among.docs()
        if not isinstance(among, set | frozenset | DocIdSet):
            raise TypeError(f"{among!r:.80}: no filter; expected a query, a set of document numbers or results")
        return self._split(among)

    def _query_masks(self, query: Any) -> tuple[Array, ...]:
        nodes = self.trees.of(query) if self.trees else None
        if nodes is None:
            return self._split(self.docs_for_query(query))
        return self._filters.keep(
            query, tuple(_mask_of(leaf.segment, node) for leaf, node in zip(self.leaves, nodes, strict=True))
        )

    def _split(self, documents: Iterable[int]) -> tuple[Array, ...]:
        mask = np.zeros(self._doccount, np.uint8)
        mask[np.fromiter(documents, np.int64)] = 1
        return tuple(mask[offset : offset + segment.documents] for segment, offset in self.leaves)


def _mask_of(segment: SegmentReader, node: Node) -> Array:
    if node[0] == kernels.MASK:
        held: Array = node[1]
        return held
    mask = np.zeros(segment.documents, np.uint8)
    mask[kernels.matches(node, segment.documents, segment.deleted, None)[0]] = 1
    return mask


class _Rarities(dict[Any, float]):
    """What Whoosh keeps of terms it scored, and would keep for ever."""

    def __setitem__(self, term: Any, rarity: float) -> None:
        if len(self) >= RARITIES_KEPT:
            self.clear()
        super().__setitem__(term, rarity)
