"""Articles as documents of a segment: their layout, their terms, columns, stored values and text, and back."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from analyzers import load_extension
from indexer import kernels
from indexer.article import Article, restore_article
from indexer.engines.sketches import SketchMaker, sketch_columns
from indexer.errors import IndexDamagedError
from indexer.ranking.occurrences import PART_BITS
from indexer.results.locator import ByTerm, find_word_offsets, with_offsets
from indexer.schema import (
    ADDRESS_FIELD,
    COLUMNS,
    SKETCH_COLUMNS,
    SPACES,
    TEXT_FIELDS,
    TITLE_GAP,
    VALUE_SEPARATOR,
    Document,
)
from indexer.storage.segment.layout import ColumnKind, IndexedField, Layout
from indexer.storage.segment.stored import StoredDocument, StoredText
from indexer.storage.segment.writing import SegmentDocument
from indexer.storage.segment_reader import SegmentReader

UNDATED: Final = 0
"""The day number of an article without a date; real ones count from 0001-01-01 = 1."""

_COLUMN_KINDS: Final[dict[str, ColumnKind]] = {
    "date": "int",
    **dict.fromkeys(SKETCH_COLUMNS, "int"),
    **dict.fromkeys(COLUMNS, "text"),
}

ARTICLE_LAYOUT: Final = Layout(
    fields={
        **dict.fromkeys(("id", ADDRESS_FIELD), IndexedField(scorable=False)),
        **dict.fromkeys(SPACES, IndexedField(positions=True)),
    },
    columns=_COLUMN_KINDS,
    stored=("id", "title", "date", "source", "category", "url", "lang", "authors", "other_urls"),
    texts=("body",),
    key="id",
)


def to_segment_document(document: Document, sketches: SketchMaker) -> SegmentDocument:
    """Return an article as a segment takes it; ``sketches`` makes the sketch of one that has none yet."""
    article = document.article
    sketch = document.sketch or sketches.sketch(document.terms["stem"][document.body_start :])
    day = article.date.isoformat() if article.date else None
    return SegmentDocument(
        terms={"id": (article.id,), **document.terms},
        columns={
            "date": article.date.toordinal() if article.date else UNDATED,
            **{name: VALUE_SEPARATOR.join(document.values(name)) for name in COLUMNS},
            **sketch_columns(sketch),
        },
        stored=(
            *(article.id, article.title, day, article.source, article.category, article.url, article.lang),
            *(list(article.authors), list(article.other_urls)),
        ),
        texts={"body": (article.body, document.starts.get("body", ()))},
        body_start=document.body_start,
    )


def article_of(segment: SegmentReader, number: int) -> Article:
    """Return the article that is document ``number`` of a segment; raises IndexDamagedError."""
    return restored_article(segment, number, segment.file.stored_document(number))


def restored_article(segment: SegmentReader, number: int, stored: StoredDocument) -> Article:
    """Return the article of what is stored of document ``number`` of a segment; raises IndexDamagedError."""
    record: list[Any] = stored.record
    try:
        article_id, title, day, source, category, url, lang, *lists = record  # in the order of the layout
        date = datetime.date.fromisoformat(day) if day else None
        texts = article_id, title, stored.texts[0].text
        return restore_article(texts, date, (source, category, url, lang), (lists[0], lists[1]))
    except (LookupError, ValueError, TypeError) as problem:
        raise IndexDamagedError(
            f"{segment.file.path}: document {number}, id {record[0]!r}: its record is not what was written; "
            "delete the article or add it again"
        ) from problem


T = TypeVar("T")
_NumberedTerm: TypeAlias = tuple[kernels.Field | None, int, T]
"""A term of a field by its number, or without a field a position, and what it matches."""


class NumberedTerms:
    """The terms that the hits of one search ask a segment for, by their numbers: each is looked up once."""

    def __init__(self) -> None:
        self._asked: tuple[ByTerm[Any], tuple[_NumberedTerm[Any], ...]] = (), ()
        self._numbers: dict[tuple[str, str], int] = {}

    def number(self, segment: SegmentReader, space: str, term: str) -> int:
        """Return the number of a term of a space in ``segment``, -1 where it is not there."""
        number = self._numbers.get((space, term))
        if number is None:
            number = self._numbers[space, term] = _term_id(segment.field(space), term)
        return number

    def of(self, segment: SegmentReader, by_term: ByTerm[T]) -> tuple[_NumberedTerm[T], ...]:
        """Return the terms that ``segment`` has."""
        if self._asked[0] is not by_term:
            self._asked = by_term, tuple(_number_terms(segment, by_term))
        return self._asked[1]


_PRINTED: Final = re.compile(r"\w\S*").findall
_PARTS: Final = {field: PART_BITS[field] for field in TEXT_FIELDS}

_matched_words_in_c: (
    Callable[[int, tuple[_NumberedTerm[Any], ...], int, str, bytes | None], list[tuple[int, Any]] | None] | None
)
_matched_words_in_c = load_extension("indexer.kernels._native", "matched_words")


class SegmentLocator:
    """Locates the terms of one document of a segment; the words of its title, which is short, are tokenized again.

    The hits of one search share ``numbered``.
    """

    def __init__(
        self, segment: SegmentReader, number: int, title: str, body: StoredText, numbered: NumberedTerms
    ) -> None:
        self._segment = segment
        self._number = number
        self._title = title
        self._body = body
        self._numbered = numbered
        self._places: dict[tuple[str, str], list[int]] = {}

    def positions(self, field: str, term: str, space: str) -> list[int]:
        """Return the positions of a term of a space in a text field, rising."""
        places = self._places.get((space, term))  # title and body ask for the same terms
        if places is None:
            number = self._numbered.number(self._segment, space, term)
            places = self._segment.field(space).positions_in(number, self._number) if number >= 0 else []
            self._places[space, term] = places
        return self._in_field(field, places) if places else places

    def _in_field(self, field: str, positions: list[int]) -> list[int]:
        """Return those of a term's positions in a text field; those of the body are counted from its first word."""
        body_start = int(self._segment.body_starts[self._number])
        if field == "title":
            return [position for position in positions if position < body_start]
        return [position - body_start for position in positions if position >= body_start]

    def matched_words(
        self, field: str, before: Mapping[int, T], by_term: ByTerm[T], after: Mapping[int, T]
    ) -> list[tuple[int, T]]:
        """Return the offset of each word of a text field that matches, and what it matches."""
        terms: tuple[_NumberedTerm[T], ...] = self._numbered.of(self._segment, by_term)
        if before or after:
            terms = (*_numbered_positions(before), *terms, *_numbered_positions(after))
        if terms and _matched_words_in_c and (field != "title" or self._has_plain_title()):
            text, gaps = (self._title, None) if field == "title" else self._body
            matched = _matched_words_in_c(self._number, terms, _PARTS[field], text, gaps)
            if matched is not None:
                return matched
        return self._matched_words(field, terms)

    def _has_plain_title(self) -> bool:
        """Return whether each printed word of the title is one word: C does not cut names in one word, as عبدالعزيز."""
        return len(_PRINTED(self._title)) == int(self._segment.body_starts[self._number]) - TITLE_GAP

    def _matched_words(self, field: str, terms: Sequence[_NumberedTerm[T]]) -> list[tuple[int, T]]:
        """Return the offset of each word that matches; the C code repeats this and is compared with it."""
        matches: dict[int, T] = {}
        for indexed, number, value in terms:
            positions = (
                [number] if indexed is None else self._in_field(field, indexed.positions_in(number, self._number))
            )
            matches.update(dict.fromkeys(positions, value))
        if not matches:
            return []
        if field == "title":
            return with_offsets(matches, find_word_offsets(self._title, max(matches) + 1))
        try:
            return with_offsets(matches, self._body.word_starts())
        except ValueError as problem:
            raise IndexDamagedError(f"{self._segment.file.path}: document {self._number}: {problem}") from problem


def _numbered_positions(matches: Mapping[int, T]) -> Iterator[_NumberedTerm[T]]:
    return ((None, position, value) for position, value in matches.items())


def _number_terms(segment: SegmentReader, by_term: ByTerm[T]) -> Iterator[_NumberedTerm[T]]:
    """Yield the terms that a segment has."""
    for space, values in by_term:
        for term, value in values.items():
            field = segment.field(space)
            if (term_id := _term_id(field, term)) >= 0:
                yield field, term_id, value


def _term_id(field: kernels.Field, term: str) -> int:
    """Return the number of a term, -1 where it is not there."""
    return field.find(term.encode("utf-8", "replace"))
