"""Match locators: the positions of terms in one article, and the offsets of the words that match a query."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Protocol, TypeAlias, TypeVar

from analyzers import AnalyzedText, Analyzer, words
from indexer.article import Article
from indexer.schema import Document

T = TypeVar("T")

ByTerm: TypeAlias = tuple[tuple[str, Mapping[str, T]], ...]
"""Term spaces, and what the words with some of their terms match; the last that a word has counts."""


class MatchLocator(Protocol):
    """Locates the terms of one article. A position counts the words of a text field from 0."""

    def positions(self, field: str, term: str, space: str) -> Sequence[int]:
        """Return the positions of a term of a space in a text field, rising."""

    def matched_words(
        self, field: str, before: Mapping[int, T], by_term: ByTerm[T], after: Mapping[int, T]
    ) -> list[tuple[int, T]]:
        """Return the character offset of each word of a text field that matches, rising, and what it matches.

        ``before`` and ``after`` have what words match by position; of several matches of a word the last one counts,
        in the order of the arguments. Positions beyond the last word are left out.
        """


class _TermListLocator(ABC):
    """Locates the terms of an article by lists of them."""

    @abstractmethod
    def _terms(self, field: str, space: str) -> Iterable[str | None]:
        """Return the terms of a text field by position."""

    @abstractmethod
    def _starts(self, field: str) -> Sequence[int]:
        """Return the offset of each word of a text field."""

    def positions(self, field: str, term: str, space: str) -> list[int]:
        """Return the positions of a term of a space in a text field, rising."""
        return [position for position, other in enumerate(self._terms(field, space)) if other == term]

    def matched_words(
        self, field: str, before: Mapping[int, T], by_term: ByTerm[T], after: Mapping[int, T]
    ) -> list[tuple[int, T]]:
        """Return the offset of each word of a text field that matches, and what it matches."""
        matches = dict(before)
        for space, values in by_term:
            if values:
                known = dict[str | None, T](values.items())
                found = map(known.get, self._terms(field, space))
                matches.update((at, value) for at, value in enumerate(found) if value is not None)
        return with_offsets(matches | dict(after), self._starts(field))


class DocumentLocator(_TermListLocator):
    """Locates the terms of a document."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def _terms(self, field: str, space: str) -> Sequence[str | None]:
        """Return the terms of a text field by position."""
        terms, body_start = self.document.terms[space], self.document.body_start
        return terms[:body_start] if field == "title" else terms[body_start:]

    def _starts(self, field: str) -> Sequence[int]:
        return self.document.starts.get(field, ())


class TextLocator(_TermListLocator):
    """Locates the terms of an article, each of whose texts is analyzed when the first of its words is asked for."""

    def __init__(self, article: Article, analyzer: Analyzer) -> None:
        self._article = article
        self._analyzer = analyzer
        self._analyzed: dict[str, AnalyzedText] = {}

    def _text(self, field: str) -> AnalyzedText:
        if field not in self._analyzed:
            self._analyzed[field] = self._analyzer.analyze(getattr(self._article, field))
        return self._analyzed[field]

    def _terms(self, field: str, space: str) -> Iterable[str | None]:
        analyzed = self._text(field)
        return analyzed.exact if space == "exact" else analyzed.stems

    def _starts(self, field: str) -> Sequence[int]:
        return self._text(field).starts


def with_offsets(matches: Mapping[int, T], offsets: Sequence[int]) -> list[tuple[int, T]]:
    """Return ``matches``, by position, in order and by offset; those beyond the last word are left out.

    >>> with_offsets({9: "c", 2: "b", 1: "a"}, [0, 4, 9])
    [(4, 'a'), (9, 'b')]
    """
    return [(offsets[position], matches[position]) for position in sorted(matches) if position < len(offsets)]


def find_word_offsets(text: str, count: int) -> list[int]:
    """Return the offsets of the first ``count`` words of a short text, by tokenizing it.

    >>> find_word_offsets("قمح لبنان وتركيا", 2)
    [0, 4]
    """
    return [token.start for token in islice(words(text), count)]
