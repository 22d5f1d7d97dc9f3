"""Where words stand in the texts of one article: from its index, or from its terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from indexer.schema import Document


class Places(Protocol):
    """Where words stand in one article. Positions count the words of a text field from 0."""

    def positions(self, field: str, term: str) -> Sequence[int]:
        """Return the positions of ``term`` in an index field, rising."""

    def starts(self, field: str, positions: Sequence[int]) -> Sequence[int]:
        """Return where the words at ``positions`` (rising) start in a text field as printed; -1 for one that is not there."""


class DocumentPlaces:
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
