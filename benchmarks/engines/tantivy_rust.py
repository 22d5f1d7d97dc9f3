"""tantivy, a search library in Rust, by its Python binding; one indexing thread."""

# ruff: noqa: D102 - the protocol in engine.py describes the methods

from __future__ import annotations

import datetime
import importlib.metadata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tantivy
from documents import Document
from engine import PAGE, SNIPPET_CHARACTERS, Hit
from questions import Question
from tantivy import Occur, Query

HEAP_BYTES = 512_000_000  # what it asks for before a segment is written: more gains nothing
ONE_THREAD = 1


def instant(date: str) -> datetime.datetime:
    """Return the first moment of an ISO date."""
    return datetime.datetime.fromisoformat(date).replace(tzinfo=datetime.UTC)


class Tantivy:
    """tantivy-py; see :class:`engine.Engine`."""

    version = f"tantivy-py {importlib.metadata.version('tantivy')}"

    def create(self, folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_bytes_field("title", stored=True)  # a text field would be indexed as well
        builder.add_date_field("date", stored=True, fast=True)
        builder.add_text_field("source", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("body", stored=True, tokenizer_name="words", index_option="position")
        self._attach(tantivy.Index(builder.build(), str(folder)))
        self.begin()

    def open(self, folder: Path) -> None:
        self._attach(tantivy.Index.open(str(folder)))

    def _attach(self, index: Any) -> None:
        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("words", words)
        self._index, self._schema, self._searcher = index, index.schema, index.searcher()

    def begin(self) -> None:
        self._writer = self._index.writer(heap_size=HEAP_BYTES, num_threads=ONE_THREAD)

    def add(self, documents: Sequence[Document]) -> None:
        for each in documents:
            document = tantivy.Document()
            document.add_text("id", each.id)
            document.add_bytes("title", each.title.encode())
            document.add_date("date", instant(each.date))
            document.add_text("source", each.source)
            document.add_text("body", each.body)
            self._writer.add_document(document)

    def delete(self, ids: Sequence[str]) -> None:
        for each in ids:
            self._writer.delete_documents_by_term("id", each)

    def commit(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()

    def _query(self, question: Question) -> Any:
        first, *_ = question.terms
        match question.kind:
            case "and":
                return Query.boolean_query([(Occur.Must, self._term(term)) for term in question.terms])
            case "or":
                return Query.boolean_query([(Occur.Should, self._term(term)) for term in question.terms])
            case "phrase":
                return Query.phrase_query(self._schema, "body", list(question.terms))
            case "prefix":
                # Of distance 0 and open at the end: quicker than a regular expression; phrase_prefix_query
                # is quicker still, but follows 50 terms only.
                return Query.fuzzy_term_query(self._schema, "body", first, 0, prefix=True)
            case "fuzzy":
                return Query.fuzzy_term_query(self._schema, "body", first, 1, transposition_cost_one=False)
            case "filter":
                days = Query.range_query(
                    self._schema, "date", tantivy.FieldType.Date, instant(question.first), instant(question.last)
                )
                source = Query.term_query(self._schema, "source", question.source, "basic")
                return Query.boolean_query([(Occur.Must, self._term(first)), (Occur.Must, days), (Occur.Must, source)])
            case _:
                return self._term(first)

    def _term(self, term: str) -> Any:
        return Query.term_query(self._schema, "body", term)

    def search(self, question: Question) -> Any:
        return self._search(self._query(question), question)

    def _search(self, query: Any, question: Question) -> Any:
        if question.kind == "sort":
            return self._searcher.search(query, PAGE, order_by_field="date")
        return self._searcher.search(query, PAGE)

    def page(self, question: Question) -> list[Hit]:
        return [_to_hit(self._searcher.doc(address)) for _, address in self.search(question).hits]

    def snippets(self, question: Question) -> list[str]:
        query = self._query(question)
        generator = tantivy.SnippetGenerator.create(self._searcher, query, self._schema, "body")
        generator.set_max_num_chars(SNIPPET_CHARACTERS)
        documents = [self._searcher.doc(address) for _, address in self._search(query, question).hits]
        for document in documents:
            _to_hit(document)
        return [generator.snippet_from_doc(document).to_html() for document in documents]

    def total(self, question: Question) -> int | None:
        return int(self.search(question).count)


def _to_hit(document: Any) -> Hit:
    first = document.get_first
    return Hit(first("id"), bytes(first("title")).decode(), first("date").date().isoformat(), first("source"))
