"""Whoosh searcher that evaluates queries by the kernels; what it cannot, Whoosh's own matchers do over the same segments.

One searcher serves any number of threads at once: what it caches never changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter
from time import perf_counter
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import whoosh.collectors
import whoosh.query
import whoosh.reading
import whoosh.scoring
import whoosh.searching
from whoosh.idsets import DocIdSet

from indexer import kernels
from indexer.engines.fifo_cache import FifoCache
from indexer.engines.whoosh.hits import ColumnarResults, TopHits
from indexer.engines.whoosh.orders import SortField, ranks, sort_fields
from indexer.engines.whoosh.query_compiler import Nodes, QueryCompiler, mask_limit
from indexer.engines.whoosh.reader import stored_fields
from indexer.engines.whoosh.statistics import is_bm25f
from indexer.kernels import Node
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import SegmentReader

Masks: TypeAlias = tuple[Array, ...]
"""A byte for each document of each segment, 0 for what must not be found."""

MAX_ORDERS: Final = 4
MAX_IDFS: Final = 4096

_first = itemgetter(0)
_OPTIONS: Final = frozenset({"limit", "sortedby", "reverse", "scored", "filter", "mask", "optimize"})
"""The options of a search that the kernels can honour."""


class Leaf(NamedTuple):
    """One segment, and the number of its first document in the index."""

    segment: SegmentReader
    offset: int


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
        leaves = ((leaf, offset) for leaf, offset in reader.leaf_readers() if leaf.segment() is not None)
        self.leaves = tuple(Leaf(leaf.segment(), offset) for leaf, offset in leaves)
        self._offsets = [leaf.offset for leaf in self.leaves]
        self.compiler: QueryCompiler | None = None
        if parent is None:
            self._idf_cache = _BoundedIdfCache()
            segments = [leaf.segment for leaf in self.leaves]
            self.compiler = QueryCompiler(self, segments) if is_bm25f(self.weighting) else None
            self._orders: FifoCache[tuple[tuple[SortField, ...], bool], Masks] = FifoCache(MAX_ORDERS)
            self._filters: FifoCache[Any, Masks] = FifoCache(mask_limit(segments))
            del self.stored_fields  # Whoosh's copy of the reader's, which knows no long texts

    def locate(self, docnum: int) -> tuple[SegmentReader, int]:
        """Return the segment that has a document, and its number there."""
        segment, offset = self.leaves[bisect_right(self._offsets, docnum) - 1]
        return segment, docnum - offset

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored fields of a document, long texts unpacked."""
        return stored_fields(*self.locate(docnum))

    def key_terms(self, docnums: Iterable[int], fieldname: str, *args: Any, **options: Any) -> Any:
        """Return the terms of a field that tell some documents from the others, with their scores.

        A field of terms that is not stored is read again from the texts that its terms are of.
        """
        text_fields = getattr(self.schema[fieldname], "text_fields", ())
        if not text_fields:
            return super().key_terms(docnums, fieldname, *args, **options)
        stored = map(self.stored_fields, docnums)
        texts = [fields.get(name) or "" for fields in stored for name in text_fields]
        return self.key_terms_from_text(fieldname, "\n".join(texts), *args, **options)

    # -- searching

    def search(self, q: Any, **options: Any) -> Any:
        """Return Whoosh's results of a query, with the exact total; takes Whoosh's own options."""
        if self.compiler is None or not options.keys() <= _OPTIONS:
            return super().search(q, **options)
        started = perf_counter()
        results = self._search(self.compiler, q, **options)
        if results is None:
            return super().search(q, **options)
        results.runtime = perf_counter() - started
        return results

    def _search(
        self,
        compiler: QueryCompiler,
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
        """Return the results of a query, or ``None`` when Whoosh's own matchers have to find them."""
        if self.is_closed:
            raise whoosh.reading.ReaderClosed
        if limit is not None and limit < 1:
            raise ValueError("limit must be >= 1")
        if not sortedby and (reverse or not scored):
            return None
        nodes = compiler.compile(q)
        order = self._order(sortedby, reverse=reverse) if sortedby else None
        if nodes is None or (sortedby and order is None):
            return None
        allowed = None if filter is None and mask is None else self._filter_masks(filter, mask)
        try:
            top, total = self._top(nodes, allowed, limit or self._doccount, order)
        except ValueError:  # the tree is too deep or too large for the kernels
            return None
        return ColumnarResults(self, q, top, total, lambda: self._documents(nodes, allowed))

    def _order(self, sortedby: Any, *, reverse: bool) -> Masks | None:
        """Return the rank of each document in the order asked for, ``None`` when it is not one by columns."""
        fields = sort_fields(sortedby)
        if fields is None or not all(field.column in self.schema for field in fields):
            return None
        if not all(self.schema[field.column].column_type for field in fields):
            return None
        key = fields, reverse
        segments = [leaf.segment for leaf in self.leaves]
        return self._orders.get(key) or self._orders.put(key, ranks(segments, fields, reverse=reverse))

    def _top(self, nodes: Nodes, allowed: Masks | None, limit: int, order: Masks | None) -> tuple[TopHits, int]:
        """Return the first ``limit`` documents, by score or in an order, and the number of all."""
        total = 0
        top: TopHits = []
        for place, (segment, offset) in enumerate(self.leaves):
            mask = None if allowed is None else allowed[place]
            if order is None:
                count, keys, documents = kernels.top(nodes[place], segment.documents, segment.deleted, limit, mask)
            else:
                own = order[place]
                count, documents = kernels.top_by(nodes[place], segment.documents, segment.deleted, limit, own, mask)
                keys = own[documents].tolist() if documents else []
            total += count
            top += zip(keys, [document + offset for document in documents] if offset else documents, strict=True)
        if len(self.leaves) > 1:
            top.sort(key=_first, reverse=order is None)  # documents with equal keys stay in their order
        return top[:limit], total

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

    def _documents(self, nodes: Nodes, allowed: Masks | None) -> set[int]:
        """Return the numbers of all documents that match."""
        documents: set[int] = set()
        for place, (segment, offset) in enumerate(self.leaves):
            mask = None if allowed is None else allowed[place]
            matching, _ = kernels.matches(nodes[place], segment.documents, segment.deleted, mask)
            documents.update(number + offset for number in matching.tolist())
        return documents

    # -- filters

    def _filter_masks(self, filter: Any, mask: Any) -> Masks | None:
        """Return what a filter and a mask of Whoosh's leave; ``None`` for neither.

        A filter that nothing passes leaves nothing; Whoosh takes an empty set for no filter at all.
        """
        allowed, hidden = self.masks(filter), self.masks(mask)
        if hidden is None:
            return allowed
        shown = tuple((segment == 0).astype(np.uint8) for segment in hidden)
        return shown if allowed is None else tuple(a & b for a, b in zip(allowed, shown, strict=True))

    def masks(self, among: Any) -> Masks | None:
        """Return a byte for each document of each segment, 1 for those of ``among``: a query, document numbers, results."""
        if among is None:
            return None
        if isinstance(among, whoosh.query.Query):
            return self._filters.get(among) or self._query_masks(among)
        if isinstance(among, whoosh.searching.ResultsPage):
            among = among.results
        if isinstance(among, whoosh.searching.Results):
            among = among.docs()
        if not isinstance(among, set | frozenset | DocIdSet):
            raise TypeError(f"{among!r:.80}: expected a query, a set of document numbers or results")
        return self._split(among)

    def _query_masks(self, query: Any) -> Masks:
        nodes = self.compiler.compile(query) if self.compiler else None
        if nodes is None:
            return self._split(self.docs_for_query(query))
        masks = tuple(_mask_of(leaf.segment, node) for leaf, node in zip(self.leaves, nodes, strict=True))
        return self._filters.put(query, masks)

    def _split(self, documents: Iterable[int]) -> Masks:
        mask = np.zeros(self._doccount, np.uint8)
        mask[np.fromiter(documents, np.int64)] = 1
        return tuple(mask[offset : offset + segment.documents] for segment, offset in self.leaves)


def _mask_of(segment: SegmentReader, node: Node) -> Array:
    if node[0] == kernels.MASK:
        column_mask: Array = node[1]
        return column_mask
    mask = np.zeros(segment.documents, np.uint8)
    kernels.top(node, segment.documents, segment.deleted, 0, None, mask)
    return mask


class _BoundedIdfCache(dict[Any, float]):
    """Whoosh's cache of the inverse document frequency of each term it scored, which it never empties itself."""

    def __setitem__(self, term: Any, idf: float) -> None:
        if len(self) >= MAX_IDFS:
            self.clear()
        super().__setitem__(term, idf)
