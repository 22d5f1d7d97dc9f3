"""Match locators: the positions of terms in one article, and the character offsets of the words at positions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Protocol, TypeVar

from analyzers import load_extension, words
from indexer.schema import Document

T = TypeVar("T")


class MatchLocator(Protocol):
    """Locates the terms of one article. A position counts the words of a text field from 0."""

    def positions(self, field: str, terms: tuple[str, ...]) -> Sequence[Sequence[int]]:
        """Return the positions of each of ``terms`` in an index field, rising."""

    def matches(self, field: str, by_term: Mapping[str, T]) -> Mapping[int, T]:
        """Return, for each position of an index field whose term is in ``by_term``, what it has there."""

    def starts(self, field: str, positions: Sequence[int]) -> Sequence[int]:
        """Return the character offsets of the words at ``positions`` (rising) of a text field, -1 beyond the last word."""


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

    def matches(self, field: str, by_term: Mapping[str, T]) -> dict[int, T]:
        """Return, for each position of an index field whose term is in ``by_term``, what it has there."""
        return {at: by_term[term] for at, term in enumerate(self.document.terms[field]) if term and term in by_term}

    def starts(self, field: str, positions: Sequence[int]) -> Sequence[int]:
        """Return the character offsets of the words at ``positions`` (rising) of a text field, -1 beyond the last word."""
        return offsets_at(self.document.starts.get(field, ()), positions)


def offsets_at(offsets: Sequence[int], positions: Sequence[int]) -> list[int]:
    """Return the offsets at ``positions``, -1 for a position beyond the last.

    >>> offsets_at([0, 4, 9], [1, 3])
    [4, -1]
    """
    return [offsets[position] if position < len(offsets) else -1 for position in positions]


_first_offsets_in_c: Callable[[str, int], list[int] | None] | None = load_extension(
    "indexer.kernels._native", "first_word_offsets"
)


def find_word_offsets(text: str, positions: Sequence[int]) -> list[int]:
    """Return the offsets of the words at ``positions`` (rising) of a short text, by tokenizing it; -1 beyond the last word.

    >>> find_word_offsets("قمح لبنان وتركيا", [1, 3])
    [4, -1]
    """
    count = positions[-1] + 1 if positions else 0
    offsets = _first_offsets_in_c(text, count) if _first_offsets_in_c else None
    if offsets is None:
        offsets = [token.start for token in islice(words(text), count)]
    return offsets_at(offsets, positions)
