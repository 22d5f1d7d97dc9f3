"""Where words stand in the texts of one article: from its index, or from its terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Protocol

from analyzers import load_extension, words
from indexer.schema import Document


class MatchLocator(Protocol):
    """Where words stand in one article. Positions count the words of a text field from 0."""

    def positions(self, field: str, term: str) -> Sequence[int]:
        """Return the positions of ``term`` in an index field, rising."""

    def starts(self, field: str, positions: Sequence[int]) -> Sequence[int]:
        """Return where the words at ``positions`` (rising) start in a text field as printed; -1 for one that is not there."""


class DocumentLocator:
    """The places of an article whose terms are at hand."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def positions(self, field: str, term: str) -> Sequence[int]:
        """Return the positions of ``term`` in an index field, rising."""
        return [position for position, each in enumerate(self.document.terms[field]) if each == term]

    def starts(self, field: str, positions: Sequence[int]) -> Sequence[int]:
        """Return where the words at ``positions`` (rising) start in a text field as printed; -1 for one that is not there."""
        return chosen(self.document.starts.get(field, ()), positions)


def chosen(starts: Sequence[int], positions: Sequence[int]) -> list[int]:
    """Return the starts at ``positions``; -1 for a position that there is none of.

    >>> chosen([0, 4, 9], [1, 3])
    [4, -1]
    """
    return [starts[position] if position < len(starts) else -1 for position in positions]


_first_starts_in_c: Callable[[str, int], list[int] | None] | None = load_extension(
    "indexer.results._passages", "first_starts"
)


def starts_in(text: str, positions: Sequence[int]) -> list[int]:
    """Return where the words of a short text at ``positions`` (rising) start, found anew; -1 for one that is not there.

    >>> starts_in("قمح لبنان وتركيا", [1, 3])
    [4, -1]
    """
    count = positions[-1] + 1 if positions else 0
    starts = _first_starts_in_c(text, count) if _first_starts_in_c else None
    if starts is None:
        starts = [token.start for token in islice(words(text), count)]
    return chosen(starts, positions)
