"""Our index: written by the storage's own writer, searched by Whoosh's interface."""

# ruff: noqa: D102 - the protocol in engine.py describes the methods

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy
import whoosh.fields
from documents import Document
from engine import PAGE, Hit
from questions import Question
from stock_whoosh import day_number, whoosh_query

from indexer import kernels
from indexer.engines.whoosh.conditions import ColumnBetween
from indexer.engines.whoosh.documents import NumberedTerms, SegmentLocator
from indexer.engines.whoosh.index import open_whoosh
from indexer.engines.whoosh.schema import DayColumn, LongText, TermsField
from indexer.query.highlight_terms import HighlightTerms
from indexer.results.highlight import best_passage
from indexer.results.hits import Snippet
from indexer.storage.segment.layout import IndexedField, Layout
from indexer.storage.segment.writing import SegmentDocument
from indexer.storage.writer import IndexWriter, create

TEXT, BODY = "body", "exact"
"""The text as it is shown, and the index field of its terms."""


LAYOUT = Layout(
    fields={
        "id": IndexedField(scorable=False),
        "source": IndexedField(scorable=False),
        BODY: IndexedField(positions=True),
    },
    columns={"date": "int", "source": "text"},
    stored=("date", "id", "source", "title"),
    texts=(TEXT,),
    key="id",
)


def schema() -> whoosh.fields.Schema:
    """Return the Whoosh schema of the layout."""
    return whoosh.fields.Schema(
        id=whoosh.fields.ID(unique=True, stored=True),
        title=whoosh.fields.STORED(),
        date=DayColumn(),
        source=whoosh.fields.ID(stored=True, sortable=True),
        **{TEXT: LongText(), BODY: TermsField()},
    )


class Columnar:
    """A columnar segment behind Whoosh's interface; see :class:`engine.Engine`."""

    version = f"akhbar, kernels: {kernels.TIER}, numpy {numpy.__version__}"

    def create(self, folder: Path) -> None:
        create(folder, LAYOUT)
        self._folder = folder
        self.begin()

    def open(self, folder: Path) -> None:
        self._folder = folder
        self._searcher = open_whoosh(folder, schema()).searcher()

    def begin(self) -> None:
        self._writer = IndexWriter(self._folder)

    def add(self, documents: Sequence[Document]) -> None:
        for each in documents:
            self._writer.update(
                SegmentDocument(
                    terms={"id": (each.id,), "source": (each.source,), BODY: each.terms},
                    columns={"date": day_number(each.date), "source": each.source},
                    stored=(each.date, each.id, each.source, each.title),
                    texts={TEXT: (each.body, each.starts)},
                )
            )

    def delete(self, ids: Sequence[str]) -> None:
        for each in ids:
            self._writer.delete(each)

    def commit(self) -> None:
        self._writer.commit()

    def search(self, question: Question) -> Any:
        query = whoosh_query(question, BODY)
        if question.kind == "sort":
            return self._searcher.search(query, limit=PAGE, sortedby="date", reverse=True)
        if question.kind == "filter":
            days = ColumnBetween("date", day_number(question.first), day_number(question.last))
            return self._searcher.search(query, limit=PAGE, filter=days)
        return self._searcher.search(query, limit=PAGE)

    def page(self, question: Question) -> list[Hit]:
        return list(map(_to_hit, self.search(question)))

    def snippets(self, question: Question) -> list[str]:
        wanted = _highlight_terms(question)
        return [self._snippet(hit, _to_hit(hit), wanted) for hit in self.search(question)]

    def _snippet(self, found: Any, shown: Hit, wanted: HighlightTerms) -> str:
        segment, number = self._searcher.locate(found.docnum)
        body = segment.file.stored_document(number).texts[0]
        locator = SegmentLocator(segment, number, shown.title, body, NumberedTerms())
        return mark_words(best_passage(body.text, TEXT, wanted, locator))

    def total(self, question: Question) -> int | None:
        return len(self.search(question))


def _highlight_terms(question: Question) -> HighlightTerms:
    """Return what a snippet shall show: as a page of ours asks for it."""
    if question.kind == "phrase":
        return HighlightTerms(phrases={question.terms: question.terms})
    return HighlightTerms(exact={term: term for term in question.terms})


def mark_words(snippet: Snippet) -> str:
    """Return a snippet with its words between <b> and </b>."""
    pieces, end = [], 0
    for mark in snippet.marks:
        pieces += [snippet.text[end : mark.start], "<b>", snippet.text[mark.start : mark.end], "</b>"]
        end = mark.end
    return "".join([*pieces, snippet.text[end:]])


def _to_hit(hit: Any) -> Hit:
    return Hit(hit["id"], hit["title"], hit["date"], hit["source"])
