"""Articles as documents of a segment: their layout, their terms, columns, stored values and text, and back."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from indexer.article import Article, restore_article
from indexer.errors import IndexDamagedError
from indexer.results.locator import find_word_offsets
from indexer.schema import COLUMNS, INDEX_FIELDS, Document
from indexer.storage.segment.layout import ColumnKind, IndexedField, Layout
from indexer.storage.segment.writing import SegmentDocument
from indexer.storage.segment_reader import SegmentReader

UNDATED: Final = 0
"""The day number of an article without a date; real ones count from 0001-01-01 = 1."""

_COLUMN_KINDS: Final[dict[str, ColumnKind]] = {"date": "int", **dict.fromkeys(COLUMNS, "text")}

ARTICLE_LAYOUT: Final = Layout(
    fields={"id": IndexedField(scorable=False), **dict.fromkeys(INDEX_FIELDS, IndexedField(positions=True))},
    columns=_COLUMN_KINDS,
    stored=("id", "title", "date", "source", "category", "url", "lang"),
    texts=("body",),
    key="id",
)


def to_segment_document(document: Document) -> SegmentDocument:
    """Return an article as a segment takes it."""
    article = document.article
    day = article.date.isoformat() if article.date else None
    return SegmentDocument(
        terms={"id": (article.id,), **document.terms},
        columns={
            "date": article.date.toordinal() if article.date else UNDATED,
            **{name: getattr(article, name) or "" for name in COLUMNS},
        },
        stored=(article.id, article.title, day, article.source, article.category, article.url, article.lang),
        texts={"body": (article.body, document.starts.get("body", ()))},
    )


def article_of(segment: SegmentReader, number: int) -> Article:
    """Return the article that is document ``number`` of a segment; raises IndexDamagedError."""
    record: dict[str, Any] = dict(zip(ARTICLE_LAYOUT.stored, segment.file.record(number), strict=True))
    try:
        day = record["date"]
        texts = record["id"], record["title"], segment.file.text("body", number)
        labels = record["source"], record["category"], record["url"], record["lang"]
        return restore_article(texts, datetime.date.fromisoformat(day) if day else None, labels)
    except (LookupError, ValueError, TypeError) as problem:
        raise IndexDamagedError(
            f"{segment.file.path}: document {number}, id {record.get('id')!r}: its record is not what was written; "
            "delete the article or add it again"
        ) from problem


T = TypeVar("T")
TermIds: TypeAlias = dict[tuple[str, tuple[str, ...]], list[int]]
"""The numbers of terms in a segment (-1: not there), by index field and terms; the hits of one search share them."""


class SegmentLocator:
    """Where the words of one document of a segment stand; the words of its title, which is short, are tokenized again."""

    def __init__(self, segment: SegmentReader, number: int, title: str, term_ids: TermIds | None = None) -> None:
        self._segment = segment
        self._number = number
        self._title = title
        self._term_ids: TermIds = {} if term_ids is None else term_ids

    def positions(self, field: str, terms: tuple[str, ...]) -> list[Sequence[int]]:
        """Return the positions of each of ``terms`` in an index field, rising."""
        indexed = self._segment.field(field)
        term_ids = self._term_ids.get((field, terms))
        if term_ids is None:
            term_ids = self._term_ids[field, terms] = [indexed.find(term.encode("utf-8", "replace")) for term in terms]
        number, positions = self._number, indexed.positions_in
        return [positions(term_id, number) if term_id >= 0 else () for term_id in term_ids]

    def matches(self, field: str, by_term: Mapping[str, T]) -> dict[int, T]:
        """Return, for each position of an index field whose term is in ``by_term``, what it has there."""
        found: dict[int, T] = {}
        if by_term:
            for positions, value in zip(self.positions(field, tuple(by_term)), by_term.values(), strict=True):
                for position in positions:
                    found[position] = value
        return found

    def starts(self, field: str, positions: Sequence[int]) -> list[int]:
        """Return where the words at ``positions`` (rising) start in a text field as printed, -1 for no such word."""
        if field == "title":
            return find_word_offsets(self._title, positions)
        return self._segment.file.word_offsets_at(field, self._number, positions)
