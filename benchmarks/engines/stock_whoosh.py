"""Whoosh as it is installed: its default codec, writer, searcher and highlighter."""

# ruff: noqa: D102 - the protocol in engine.py describes the methods

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import whoosh
import whoosh.analysis
import whoosh.fields
import whoosh.highlight
import whoosh.index
import whoosh.query
from documents import Document
from engine import PAGE, SNIPPET_CHARACTERS, Hit
from questions import Question


def day_number(date: str) -> int:
    """Return the ordinal of an ISO date."""
    return datetime.date.fromisoformat(date).toordinal()


def whoosh_query(question: Question, body: str = "body") -> Any:
    """Return the question as Whoosh asks it; ``body`` is the field of the terms."""
    first, *_ = question.terms
    match question.kind:
        case "and":
            return whoosh.query.And([whoosh.query.Term(body, term) for term in question.terms])
        case "or":
            return whoosh.query.Or([whoosh.query.Term(body, term) for term in question.terms])
        case "phrase":
            return whoosh.query.Phrase(body, list(question.terms))
        case "prefix":
            return whoosh.query.Prefix(body, first)
        case "fuzzy":
            return whoosh.query.FuzzyTerm(body, first, maxdist=1, prefixlength=1)
        case "filter":
            source = whoosh.query.Term("source", question.source)
            return whoosh.query.And([whoosh.query.Term(body, first), source])
        case _:
            return whoosh.query.Term(body, first)


def days_query(question: Question) -> Any:
    """Return the question's range of days; by the column is quicker than by terms, and may be changed at each call."""
    first, last = day_number(question.first), day_number(question.last)
    return whoosh.query.ColumnQuery("date", lambda day: first <= day <= last)


class StockWhoosh:
    """Whoosh 2.7.4; see :class:`engine.Engine`."""

    version = f"Whoosh {whoosh.versionstring()}"

    def create(self, folder: Path) -> None:
        schema = whoosh.fields.Schema(
            id=whoosh.fields.ID(unique=True, stored=True),
            title=whoosh.fields.STORED(),
            date=whoosh.fields.NUMERIC(int, stored=True, sortable=True),
            source=whoosh.fields.ID(stored=True, sortable=True),
            body=whoosh.fields.TEXT(whoosh.analysis.RegexTokenizer(r"\S+"), stored=True),
        )
        self._index = whoosh.index.create_in(str(folder), schema)
        self.begin()

    def open(self, folder: Path) -> None:
        self._index = whoosh.index.open_dir(str(folder))
        self._searcher = self._index.searcher()

    def begin(self) -> None:
        self._writer = self._index.writer()

    def add(self, documents: Sequence[Document]) -> None:
        for each in documents:
            self._writer.add_document(
                id=each.id, title=each.title, date=day_number(each.date), source=each.source, body=each.body
            )

    def delete(self, ids: Sequence[str]) -> None:
        for each in ids:
            self._writer.delete_by_term("id", each)

    def commit(self) -> None:
        self._writer.commit()

    def search(self, question: Question) -> Any:
        query = whoosh_query(question)
        if question.kind == "sort":
            return self._searcher.search(query, limit=PAGE, sortedby="date", reverse=True)
        if question.kind == "filter":
            # Within an And, a ColumnQuery of Whoosh 2.7.4 fails: it has no estimate of its size.
            return self._searcher.search(query, limit=PAGE, filter=days_query(question))
        return self._searcher.search(query, limit=PAGE)

    def page(self, question: Question) -> list[Hit]:
        return [_to_hit(hit) for hit in self.search(question)]

    def snippets(self, question: Question) -> list[str]:
        found = self.search(question)
        found.fragmenter = whoosh.highlight.ContextFragmenter(maxchars=SNIPPET_CHARACTERS, surround=80)
        for hit in found:
            _to_hit(hit)
        return [hit.highlights("body", top=1) for hit in found]

    def total(self, question: Question) -> int | None:
        return len(self.search(question))


def _to_hit(hit: Any) -> Hit:
    stored = hit.fields()
    date = datetime.date.fromordinal(stored["date"]).isoformat()
    return Hit(stored["id"], stored["title"], date, stored["source"])
