"""Query text within its limits: the characters and words that are read, and the notices about the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from indexer.names.addresses import decode_addresses
from indexer.query import limits
from indexer.query.nodes import Node, find_beside_words, only_excludes, sequence_of
from indexer.query.notices import Notice, NoticeCode, Span, undo_key

SplitWords = Callable[[str], Iterable[str]]
"""Returns the searchable words of a text, as printed: the analyzer's tokenizer."""


def cut_query(query: str) -> str:
    """Return what is read of a query: its first 512 characters; a longer one has the letters in its addresses decoded.

    An Arabic letter takes six characters in the address that a browser copies, so that it would often be cut.
    """
    if len(query) > limits.MAX_QUERY_CHARS:
        query = decode_addresses(query[: 6 * limits.MAX_QUERY_CHARS])[: limits.MAX_QUERY_CHARS]
    return query


class ParsedQuery(NamedTuple):
    """The tree of a query (``None`` when there is nothing to search for), and the notices for its author."""

    root: Node | None
    notices: tuple[Notice, ...]


class QueryReading:
    """The state of reading one query: its text, the number of words still allowed, and the notices so far."""

    def __init__(self, query: str, split_words: SplitWords, undone: frozenset[str] = frozenset()) -> None:
        self.notices: list[Notice] = []
        self.query = cut_query(query)
        self.split_words = split_words
        self.undone = undone
        self.words_left = limits.MAX_WORDS
        if len(decode_addresses(query)) > limits.MAX_QUERY_CHARS:
            self.add_notice("too_long", detail=str(limits.MAX_QUERY_CHARS))

    def add_notice(self, code: NoticeCode, span: Span | None = None, detail: str = "") -> None:
        """Add a notice for the author of the query, about all of it or about one place in it."""
        value = self.query[span.start : span.end] if span else ""
        self.notices.append(Notice(code, value, detail, *(span or ())))

    def is_undone(self, start: int, *codes: NoticeCode) -> bool:
        """Return whether the author wants the place at ``start`` read otherwise than a notice with such a code told."""
        return any(undo_key(code, start) in self.undone for code in codes)

    def take(self, wanted: int) -> int:
        """Return how many of ``wanted`` words are within the limit, and count them."""
        if wanted > self.words_left:
            self.add_notice("too_many_words", detail=str(limits.MAX_WORDS))
        taken = min(wanted, self.words_left)
        self.words_left -= taken
        return taken

    def words(self, text: str) -> list[str]:
        """Return the words of ``text`` that are within the limit."""
        words = list(self.split_words(text))
        return words[: self.take(len(words))]

    def has_words(self, text: str) -> bool:
        """Return whether ``text`` has a searchable word; counts none."""
        return any(True for _ in self.split_words(text))

    def finish(self, parts: list[Node]) -> ParsedQuery:
        """Return the query that ``parts`` make, each notice once."""
        root = find_beside_words(sequence_of(parts))
        if root is None:
            self.add_notice("nothing_left")
        elif only_excludes(root):
            self.add_notice("only_negative")
        return ParsedQuery(root, tuple(dict.fromkeys(self.notices)))
