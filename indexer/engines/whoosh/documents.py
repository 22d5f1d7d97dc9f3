"""How an article lies in the index: its terms, columns, stored record and text, and how it comes back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Final

import whoosh.columns
import whoosh.fields

from indexer.article import Article
from indexer.engines.whoosh.schema import PackedText, TermsField
from indexer.errors import IndexDamagedError
from indexer.results.locator import find_word_offsets
from indexer.schema import COLUMNS, INDEX_FIELDS, Document
from indexer.storage.segment.writing import SegmentDocument
from indexer.storage.segment_reader import SegmentReader

UNDATED: Final = 0
"""The day number of an article without a date; real ones count from 1."""

_RECORD: Final = ("title", "date", "source", "category", "url", "lang")


def article_schema() -> whoosh.fields.Schema:
    """Return Whoosh's schema of articles. The stored field ``article`` lists title, date, source, category, url and lang."""
    schema = whoosh.fields.Schema(
        id=whoosh.fields.ID(unique=True, stored=True),
        article=whoosh.fields.STORED(),
        body=PackedText(),
        date=whoosh.fields.COLUMN(whoosh.columns.NumericColumn("i", default=UNDATED)),
    )
    for column in COLUMNS:
        schema.add(column, whoosh.fields.COLUMN(whoosh.columns.RefBytesColumn()))
    for field in INDEX_FIELDS:
        schema.add(field, TermsField(positions=True))
    return schema


def row(document: Document, stored: tuple[str, ...]) -> SegmentDocument:
    """Return ``document`` as a segment takes it, its stored values in the order of ``stored``."""
    article = document.article
    values: dict[str, Any] = {"id": article.id, "article": _record(article)}
    return SegmentDocument(
        terms={"id": (article.id,), **document.terms},
        columns={
            "date": article.date.toordinal() if article.date else UNDATED,
            "source": article.source or "",
            "category": article.category or "",
        },
        stored=[values[name] for name in stored],
        texts={"body": (article.body, document.starts.get("body", ()))},
    )


def article_of(segment: SegmentReader, number: int) -> Article:
    """Return the article that is document ``number`` of a segment; raises IndexDamagedError."""
    stored = segment.record(number)
    try:
        record: dict[str, Any] = dict(zip(_RECORD, stored["article"], strict=True))
        day = record["date"]
        record["date"] = datetime.date.fromisoformat(day) if day else None
        return Article(id=stored["id"], body=segment.file.text("body", number), **record)
    except (LookupError, ValueError, TypeError) as problem:
        raise IndexDamagedError(
            f"{segment.file.path}: document {number}, id {stored.get('id')!r}: its record is not what was written; "
            "delete the article or add it again"
        ) from problem


class SegmentLocator:
    """Where the words of one document of a segment stand; those of its title, which is short, are found anew."""

    def __init__(self, segment: SegmentReader, number: int, title: str) -> None:
        self._segment = segment
        self._number = number
        self._title = title

    def positions(self, field: str, term: str) -> list[int]:
        """Return the positions of ``term`` in an index field, rising."""
        terms = self._segment.field(field)
        try:
            encoded = term.encode()  # half the time of the other
        except UnicodeEncodeError:
            encoded = term.encode("utf-8", "replace")
        found = terms.find(encoded)
        return terms.positions_in(found, self._number) if found >= 0 else []

    def starts(self, field: str, positions: Sequence[int]) -> list[int]:
        """Return where the words at ``positions`` (rising) start in a text field as printed; -1 for one that is not there."""
        if field == "title":
            return find_word_offsets(self._title, positions)
        return self._segment.file.starts_at(field, self._number, positions)


def _record(article: Article) -> list[str | None]:
    values = {**{name: getattr(article, name) for name in _RECORD}, "date": article.date and article.date.isoformat()}
    return [values[name] for name in _RECORD]
