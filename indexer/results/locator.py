"""Match locators: the positions of terms in one article, and the offsets of the words that match a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Protocol, TypeAlias, TypeVar

from analyzers import words
from indexer.schema import Document

T = TypeVar("T")

Layer: TypeAlias = tuple[str | None, Mapping[Any, T]]
"""What words match: by their terms in an index field, or (without a field) by their positions."""


class MatchLocator(Protocol):
    """Locates the terms of one article. A position counts the words of a text field from 0."""

    def positions(self, field: str, terms: tuple[str, ...]) -> Sequence[Sequence[int]]:
        """Return the positions of each of ``terms`` in an index field, rising."""

    def matched_words(self, field: str, layers: Sequence[Layer[T]]) -> list[tuple[int, T]]:
        """Return the character offset of each word of a text field that is in a layer, rising, with what it has there.

        The last layer that has a word counts, and in a layer the last of its terms.
        """


class DocumentLocator:
    """Locates the terms of an article that has just been analyzed."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def positions(self, field: str, terms: tuple[str, ...]) -> list[list[int]]:
        """Return the positions of each of ``terms`` in an index field, rising."""
        positions: dict[str | None, list[int]] = {term: [] for term in terms}
        for position, term in enumerate(self.document.terms[field]):
            if term in positions:
                positions[term].append(position)
        return [positions[term] for term in terms]

    def matched_words(self, field: str, layers: Sequence[Layer[T]]) -> list[tuple[int, T]]:
        """Return the offset of each word of a text field that is in a layer, rising, with what it has there."""
        matches: dict[int, T] = {}
        for name, values in layers:
            if name is None:
                matches.update(values)
            elif values:
                terms = self.document.terms[name]
                matches.update({at: values[term] for at, term in enumerate(terms) if term and term in values})
        return with_offsets(matches, self.document.starts.get(field, ()))


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
