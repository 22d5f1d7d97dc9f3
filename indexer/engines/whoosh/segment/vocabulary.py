"""The terms of a field as documents come in: each gets a number when it is first seen."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

import numpy as np

from analyzers import NumberedTerms
from indexer.engines.whoosh import kernels
from indexer.engines.whoosh.segment.arrays import Array
from indexer.engines.whoosh.segment.dictionary import Dictionary

Term: TypeAlias = str | bytes | None

_UNKNOWN: Final = 0xFFFFFFFF
_TABLES: Final = 32  # vocabularies of analyzers that are known at once: one for each process that analyses

_TERM_BYTES: Final = 140  # what Python holds for a term: a key, a number, a place in a dict; its bytes come on top
_MANY_TERMS: Final = 16  # in a document: with fewer, remembering addresses gains nothing
_MANY_TOKENS: Final = 1 << 16  # making the memory of addresses takes as long as looking so many up


class Vocabulary(dict[Term, int]):
    """The number of each term, given when it is first seen; ``None`` has 0. Terms of equal bytes are one."""

    def __init__(self) -> None:
        super().__init__({None: 0})
        self._content = bytearray()
        self._ends = array("I", [0, 0])

    def __missing__(self, term: Term) -> int:
        try:
            encoded = term.encode()  # type: ignore[union-attr]  # the common case at once
        except (AttributeError, UnicodeEncodeError):
            number = self._unusual(term)
        else:
            self._content += encoded
            number = len(self._ends) - 1
            self._ends.append(len(self._content))
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

    def dictionary(self) -> Dictionary:
        """Return the terms by their numbers; while it is held no term can be added."""
        return Dictionary(np.frombuffer(self._content, np.uint8), np.frombuffer(self._ends, np.uint32))

    @property
    def memory_bytes(self) -> int:
        """What the terms take, about."""
        return 3 * len(self._content) + _TERM_BYTES * len(self._ends)


def numbers_by(vocabulary: Vocabulary) -> Callable[[Sequence[Term]], array[int]]:
    """Return what gives the numbers of terms, four bytes each."""
    remembering, translate = _tier(vocabulary)
    tables = _Tables()
    asked = 0

    def numbers(terms: Sequence[Term]) -> array[int]:
        nonlocal asked
        if isinstance(terms, NumberedTerms):
            return array("I", translate(terms.numbers, terms.vocabulary, tables.of(terms.vocabulary)))
        asked += len(terms)
        if asked < _MANY_TOKENS or len(terms) < _MANY_TERMS:
            return array("I", list(map(vocabulary.__getitem__, terms)))
        return array("I", remembering(terms))

    return numbers


def _tier(vocabulary: Vocabulary) -> tuple[Callable[[Sequence[Term]], Any], Callable[..., bytes]]:
    """Return what numbers texts, and what translates numbers: in C where that was built, it knows a text by its address."""
    try:
        if kernels.TIER != "native":
            raise ImportError
        from indexer.engines.whoosh.segment._numbering import Numbers
    except ImportError:
        return lambda terms: list(map(vocabulary.__getitem__, terms)), partial(_translated, vocabulary)
    numbers = Numbers(vocabulary)
    return numbers.of, numbers.translated


def _translated(vocabulary: Vocabulary, numbers: array[int], terms: list[str | None], table: Array) -> bytes:
    theirs = np.frombuffer(numbers, np.uint32)
    ours = table[theirs]
    unknown = theirs[ours == _UNKNOWN]
    if len(unknown):
        for number in unknown.tolist():
            table[number] = vocabulary[terms[number]]
        ours = table[theirs]
    return ours.tobytes()


class _Tables:
    """For each vocabulary of an analyzer the number here of each of its terms, as far as that is known."""

    def __init__(self) -> None:
        self._tables: deque[tuple[list[str | None], Array]] = deque(maxlen=_TABLES)

    def of(self, theirs: list[str | None]) -> Array:
        """Return the table for a vocabulary; it has a place for each of its terms."""
        for at, (vocabulary, table) in enumerate(self._tables):
            if vocabulary is theirs:
                if len(table) < len(theirs):
                    table = np.append(table, np.full(len(theirs), _UNKNOWN, np.uint32))
                    self._tables[at] = vocabulary, table
                return table
        table = np.full(2 * len(theirs), _UNKNOWN, np.uint32)
        self._tables.append((theirs, table))
        return table
