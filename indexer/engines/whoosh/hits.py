"""Whoosh's Results and Hit over segments: totals are exact, stored fields are read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeAlias

import whoosh.highlight
import whoosh.searching

TopHits: TypeAlias = list[tuple[Any, int]]
"""Pairs of a score (or rank, when sorted) and a document number, the best first."""


class ColumnarResults(whoosh.searching.Results):
    """Whoosh's Results with the exact total; ``all_documents`` returns the numbers of all that match."""

    def __init__(
        self, searcher: Any, query: Any, top_n: TopHits, total: int, all_documents: Callable[[], set[int]]
    ) -> None:
        # Not by Whoosh's own constructor: its highlighter would take as long as a search.
        self.searcher = searcher
        self.q = query
        self.top_n = top_n
        self.docset: set[int] | None = None
        self.runtime = 0.0
        self._facetmaps: dict[str, Any] = {}
        self._char_cache: dict[str, Any] = {}
        self._total = total
        self._all_documents = all_documents

    @cached_property
    def highlighter(self) -> Any:
        """Whoosh's highlighter; it may be replaced, or its parts."""
        return whoosh.highlight.Highlighter()

    def has_exact_length(self) -> bool:
        """Return True."""
        return True

    def docs(self) -> set[int]:
        """Return the numbers of all documents that match."""
        if self.docset is None:
            self.docset = self._all_documents()
        return self.docset

    def key_terms(self, fieldname: str, docs: int = 10, numterms: int = 5, **options: Any) -> Any:
        """Return the terms of a field that tell the first ``docs`` hits from other documents, with their scores."""
        numbers = [number for _, number in self.top_n[:docs]]
        return self.searcher.key_terms(numbers, fieldname, numterms=numterms, **options)

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
    """Whoosh's Hit: a mapping of the stored fields, which are read when one is asked for."""

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

    def __contains__(self, name: object) -> bool:
        return name in self.fields() or (name in self.searcher.schema and bool(self.reader.has_column(name)))

    def get(self, name: str, default: Any = None) -> Any:
        """Return a stored field or the value of a column, ``default`` where the document has neither."""
        return self[name] if name in self else default  # noqa: SIM401, a Hit is no dictionary

    def highlights(self, fieldname: str, text: str | None = None, top: int = 3, minscore: float = 1) -> str:
        """Return the best ``top`` fragments of a stored text as HTML, the words of the query marked.

        A long text, such as the body of an article, is marked by the terms of its fields of terms.
        """
        term_fields = getattr(self.searcher.schema[fieldname], "term_fields", ())
        if not term_fields:
            marked: str = super().highlights(fieldname, text=text, top=top, minscore=minscore)
            return marked
        text = self[fieldname] if text is None else text
        highlighter = self.results.highlighter
        tokens = highlighter._merge_matched_tokens(iter(self._tokens(term_fields, text)))
        fragments = highlighter.fragmenter.fragment_tokens(text, tokens)
        best = whoosh.highlight.top_fragments(fragments, top, highlighter.scorer, highlighter.order, minscore=minscore)
        html: str = highlighter.formatter.format(best)
        return html

    def _tokens(self, term_fields: tuple[str, ...], text: str) -> list[Any]:
        """Return the words of a text in order; one is matched when the query has its term in any of the fields."""
        tokens: dict[int, Any] = {}
        for name in term_fields:
            field = self.searcher.schema[name]
            wanted = {field.from_bytes(term) for _, term in self.results.query_terms(expand=True, fieldname=name)}
            for token in field.analyzer(text, positions=True, chars=True, mode="index"):
                if token.startchar not in tokens or token.text in wanted:
                    tokens[token.startchar] = token.copy()
                    tokens[token.startchar].matched = token.text in wanted
        return sorted(tokens.values(), key=attrgetter("startchar"))
