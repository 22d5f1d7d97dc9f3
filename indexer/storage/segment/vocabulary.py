"""The terms of a field as documents come in: each gets a number when it is first seen; ``None`` has 0.

Terms of equal bytes are one. There are two tiers: ``_numbering.c``, and the same in Python.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Sequence
from typing import Final, Protocol, TypeAlias

import numpy as np

from analyzers import EncodedTerms, load_extension
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.dictionary import Dictionary

Term: TypeAlias = str | bytes | None

_UNKNOWN: Final = 0xFFFFFFFF
_TABLES: Final = (
    32  # vocabularies of analyzers that are known at once: one for each process that analyses, if these are no more
)
_THEIR_BYTES: Final = 25  # a fourth of what Python holds for a term of theirs: four fields share the list
_TERM_BYTES: Final = 140  # what Python holds for a term: a key, a number, a place in a dict; its bytes come on top


class Tier(Protocol):
    """Gives numbers to terms."""

    def numbers(self, terms: Sequence[Term], /) -> bytes:
        """Return the numbers of ``terms``, four bytes each. Raises TypeError for what is no term."""

    def translated(self, numbers: array[int], terms: list[str | None], table: Array, /) -> bytes:
        """Return the numbers of the terms that have the given ``numbers`` in the list ``terms``, four bytes each.

        ``table`` has the number of each of the list's terms as far as it is known, and learns the others.
        """

    def content(self) -> tuple[bytes | bytearray, bytes | array[int]]:
        """Return the bytes of all terms by their numbers, and where each begins and the last ends, four bytes each."""

    @property
    def memory_bytes(self) -> int:
        """What it holds, about."""


class Vocabulary:
    """The number of each term of a field."""

    def __init__(self) -> None:
        self._tier: Tier = (load_extension("indexer.storage.segment._numbering", "Vocabulary") or InPython)()
        self._tables: deque[tuple[list[str | None], Array]] = deque(maxlen=_TABLES)

    def numbers(self, terms: Sequence[Term]) -> array[int]:
        """Return the numbers of ``terms``. Raises TypeError for what is no term."""
        if isinstance(terms, EncodedTerms):
            table = self._table(terms.vocabulary)
            return array("I", self._tier.translated(terms.term_ids, terms.vocabulary, table))
        return array("I", self._tier.numbers(terms))

    def dictionary(self) -> Dictionary:
        """Return the terms by their numbers; while it is held no term can be added."""
        content, ends = self._tier.content()
        return Dictionary(np.frombuffer(content, np.uint8), np.frombuffer(ends, np.uint32))

    @property
    def memory_bytes(self) -> int:
        """What it holds, about."""
        return self._tier.memory_bytes + sum(table.nbytes + _THEIR_BYTES * len(terms) for terms, table in self._tables)

    def _table(self, theirs: list[str | None]) -> Array:
        """Return the table for a vocabulary of an analyzer; it has a place for each of its terms."""
        for at, (vocabulary, table) in enumerate(self._tables):
            if vocabulary is theirs:
                if len(table) < len(theirs):
                    table = np.append(table, np.full(len(theirs), _UNKNOWN, np.uint32))
                    self._tables[at] = vocabulary, table
                return table
        table = np.full(2 * len(theirs), _UNKNOWN, np.uint32)
        self._tables.append((theirs, table))
        return table


class InPython(dict[Term, int]):
    """The tier in Python; see :class:`Tier`."""

    def __init__(self) -> None:
        super().__init__({None: 0})
        self._content = bytearray()
        self._ends = array("I", [0, 0])

    def numbers(self, terms: Sequence[Term], /) -> bytes:
        """Return the numbers of ``terms``, four bytes each."""
        return array("I", list(map(self.__getitem__, terms))).tobytes()

    def translated(self, numbers: array[int], terms: list[str | None], table: Array, /) -> bytes:
        """Return the numbers of the terms that have other numbers in ``terms``; ``table`` learns them."""
        theirs = np.frombuffer(numbers, np.uint32)
        ours = table[theirs]
        unknown = theirs[ours == _UNKNOWN]
        if len(unknown):
            for number in unknown.tolist():
                table[number] = self[terms[number]]
            ours = table[theirs]
        return ours.tobytes()

    def content(self) -> tuple[bytearray, array[int]]:
        """Return the bytes of all terms, and where each begins and the last ends."""
        return self._content, self._ends

    @property
    def memory_bytes(self) -> int:
        """What it holds, about."""
        return 3 * len(self._content) + _TERM_BYTES * len(self._ends)

    def __missing__(self, term: Term) -> int:
        try:
            encoded = term.encode()  # type: ignore[union-attr]  # the common case at once
        except (AttributeError, UnicodeEncodeError):
            number = self._unusual(term)
        else:
            number = self._new(encoded)
        self[term] = number
        return number

    def _new(self, encoded: bytes) -> int:
        self._content += encoded
        self._ends.append(len(self._content))
        return len(self._ends) - 2

    def _unusual(self, term: Term) -> int:
        """Return the number of a term that is no text of UTF-8: the one of the text that has its bytes."""
        if isinstance(term, str):
            return self[term.encode("utf-8", "replace").decode()]
        if not isinstance(term, bytes):
            raise TypeError(f"a term must be text or bytes, not {type(term).__name__}")
        try:
            return self[term.decode()]
        except UnicodeDecodeError:
            return self._new(term)
