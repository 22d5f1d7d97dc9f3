""":class:`Engine`, the protocol of every measured engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from documents import Document
from questions import Question

PAGE = 10
SNIPPET_CHARACTERS = 200


class Hit(NamedTuple):
    """What a page shows of a document; ``date`` is ISO."""

    id: str
    title: str
    date: str
    source: str


class Engine(Protocol):
    """One engine over a folder of its own.

    Each method does its work the fastest correct way that the engine's public interface has.
    """

    version: str

    def create(self, folder: Path) -> None:
        """Make an empty index and begin writing."""

    def open(self, folder: Path) -> None:
        """Open an index for reading."""

    def begin(self) -> None:
        """Begin writing to the index that is open."""

    def add(self, documents: Sequence[Document]) -> None:
        """Add documents whose ids are new."""

    def delete(self, ids: Sequence[str]) -> None:
        """Delete documents."""

    def commit(self) -> None:
        """Finish writing: everything is on disk, and found by what is opened from now on."""

    def search(self, question: Question) -> object:
        """Find the ten best (or newest) and load nothing."""

    def page(self, question: Question) -> list[Hit]:
        """Find the ten best (or newest) and load what a page shows."""

    def snippets(self, question: Question) -> list[str]:
        """Do what ``page`` does, and cut a snippet with its words marked out of each body."""

    def total(self, question: Question) -> int | None:
        """Return how many documents are found; None where the engine has no such question."""
