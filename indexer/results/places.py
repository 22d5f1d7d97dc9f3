"""Where words stand in the texts of one article: from its index, or from its terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from indexer.schema import Document


class Places(Protocol):
    """Where words stand in one article. Positions count the words of a text field from 0."""

    def positions(self, field: str, term: str) -> Sequence[int]:
        """Return the positions of ``term`` in an index field, rising."""

    def starts(self, field: str) -> Sequence[int]:
        """Return where the word at each position starts in a text field as printed."""


class DocumentPlaces:
    """The places of an article whose terms are at hand."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def positions(self, field: str, term: str) -> Sequence[int]:
        """Return the positions of ``term`` in an index field, rising."""
        return [position for position, each in enumerate(self.document.terms[field]) if each == term]

    def starts(self, field: str) -> Sequence[int]:
        """Return where the word at each position starts in a text field as printed."""
        return self.document.starts.get(field, ())
