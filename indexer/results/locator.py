"""Match locators: the positions of terms in one article, and the offsets of the words that match a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Protocol, TypeAlias, TypeVar

from analyzers import words
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


class DocumentLocator:
    """Locates the terms of an article that has just been analyzed."""

    def __init__(self, document: Document) -> None:
        self.document = document

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
                terms = self._terms(field, space)
                matches.update({at: values[term] for at, term in enumerate(terms) if term and term in values})
        return with_offsets(matches | dict(after), self.document.starts.get(field, ()))

    def _terms(self, field: str, space: str) -> Sequence[str | None]:
        """Return the terms of a text field by position."""
        terms, body_start = self.document.terms[space], self.document.body_start
        return terms[:body_start] if field == "title" else terms[body_start:]


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
