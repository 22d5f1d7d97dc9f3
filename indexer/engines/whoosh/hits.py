"""What a search found, as Whoosh's Results and Hit, made as cheaply as can be: all but the best hits is worked out when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import whoosh.highlight
import whoosh.searching

TopHits: TypeAlias = list[tuple[Any, int]]
"""Pairs of a score (or of what was sorted by) and a document number, the best first."""


class ColumnarResults(whoosh.searching.Results):
    """Whoosh's Results, with the exact total known; ``all_documents`` gives the numbers of all that match."""

    def __init__(
        self, searcher: Any, query: Any, best: TopHits, total: int, all_documents: Callable[[], set[int]]
    ) -> None:
        self.searcher = searcher
        self.q = query
        self.top_n = best
        self.docset: set[int] | None = None
        self.runtime = 0.0
        self._total = total
        self._facetmaps: dict[str, Any] = {}
        self._all_documents = all_documents
        self._highlighter: Any = None
        self._char_cache: dict[str, Any] = {}

    @property
    def collector(self) -> ColumnarResults:
        """What knows all documents: these results themselves."""
        return self

    @property
    def highlighter(self) -> Any:
        """What marks the words that were found."""
        if self._highlighter is None:
            self._highlighter = whoosh.highlight.Highlighter()
        return self._highlighter

    @highlighter.setter
    def highlighter(self, highlighter: Any) -> None:
        self._highlighter = highlighter

    def __len__(self) -> int:
        """Return how many documents match."""
        return self._total

    def count(self) -> int:
        """Return how many documents match."""
        return self._total

    def has_exact_length(self) -> bool:
        """Say that the total is exact."""
        return True

    computes_count = has_exact_length

    def all_ids(self) -> set[int]:
        """Return the numbers of all documents that match."""
        return self._all_documents()

    def __getitem__(self, n: Any) -> Any:
        if isinstance(n, slice):
            return [self._hit(place) for place in range(*n.indices(len(self.top_n)))]
        return self._hit(n)

    def __iter__(self) -> Iterator[ColumnarHit]:
        for place, (score, document) in enumerate(self.top_n):
            yield ColumnarHit(self, document, place, score)

    def _hit(self, place: int) -> ColumnarHit:
        try:
            score, document = self.top_n[place]
        except IndexError:
            raise IndexError(f"results[{place}]: there are {len(self.top_n)} hits") from None
        return ColumnarHit(self, document, place, score)


class ColumnarHit(whoosh.searching.Hit):
    """Whoosh's Hit; it reads its stored fields when they are asked for."""

    def __init__(
        self, results: ColumnarResults, docnum: int, pos: int | None = None, score: float | None = None
    ) -> None:
        self.results = results
        self.searcher = results.searcher
        self.pos = self.rank = pos
        self.docnum = docnum
        self.score = score
        self._fields: dict[str, Any] | None = None

    @property
    def reader(self) -> Any:
        """The reader of the index."""
        return self.searcher.ixreader

    def fields(self) -> dict[str, Any]:
        """Return the stored fields; a long text is unpacked when it is looked up."""
        if self._fields is None:
            self._fields = self.searcher.stored_fields(self.docnum)
        return self._fields

    def __getitem__(self, name: str) -> Any:
        fields = self._fields
        if fields is None:
            fields = self.fields()
        try:
            return fields[name]
        except KeyError:
            return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        return name in self.fields() or (name in self.searcher.schema and bool(self.reader.has_column(name)))
