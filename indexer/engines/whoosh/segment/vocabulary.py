"""The terms of a field as documents come in: each gets a number when it is first seen."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np

from analyzers import NumberedTerms
from indexer.engines.whoosh import kernels
from indexer.engines.whoosh.segment.arrays import Array

Term: TypeAlias = str | bytes | None

_UNKNOWN: Final = 0xFFFFFFFF
_TABLES: Final = 32  # vocabularies of analyzers that are known at once: one for each process that analyses

_TERM_BYTES: Final = 180  # what Python holds for a term: a key, its bytes, a place in a dict and a list


class Vocabulary(dict[Term, int]):
    """The number of each term, given when it is first seen; ``None`` has 0. Terms of equal bytes are one."""

    def __init__(self) -> None:
        super().__init__({None: 0})
        self.encoded: list[bytes] = [b""]
        self._measured = 0
        self._size = 0

    def __missing__(self, term: Term) -> int:
        try:
            encoded = term.encode()  # type: ignore[union-attr]  # the common case at once
        except (AttributeError, UnicodeEncodeError):
            number = self._unusual(term)
        else:
            number = len(self.encoded)
            self.encoded.append(encoded)
        self[term] = number
        return number

    def _unusual(self, term: Term) -> int:
        """Return the number of a term that is no text of UTF-8: the one of the text that has its bytes."""
        if isinstance(term, str):
            return self[term.encode("utf-8", "replace").decode()]
        if not isinstance(term, bytes):
            raise TypeError(f"a term must be text or bytes, not {type(term).__name__}")
        try:
            return self[term.decode()]
        except UnicodeDecodeError:
            self.encoded.append(term)
            return len(self.encoded) - 1

    @property
    def memory_bytes(self) -> int:
        """What the terms take, about."""
        self._size += 2 * sum(map(len, self.encoded[self._measured :]))
        self._measured = len(self.encoded)
        return self._size + _TERM_BYTES * len(self.encoded)


def numbers_by(vocabulary: Vocabulary) -> Callable[[Sequence[Term]], array[int]]:
    """Return what gives the numbers of terms, four bytes each."""
    number_texts, translation = _texts_by(vocabulary), Translation(vocabulary)

    def numbers(terms: Sequence[Term]) -> array[int]:
        return translation.of(terms) if isinstance(terms, NumberedTerms) else number_texts(terms)

    return numbers


def _texts_by(vocabulary: Vocabulary) -> Callable[[Sequence[Term]], array[int]]:
    """Return what looks terms up: in C where that was built, it knows a term by its address."""
    try:
        if kernels.TIER != "native":
            raise ImportError
        from indexer.engines.whoosh.segment._numbering import Numbers
    except ImportError:
        return lambda terms: array("I", list(map(vocabulary.__getitem__, terms)))
    numbers_of = Numbers(vocabulary).of
    return lambda terms: array("I", numbers_of(terms))


class Translation:
    """Turns the numbers that an analyzer gave terms into those of a vocabulary; each term is looked up once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._tables: deque[tuple[Sequence[str | None], Array]] = deque(maxlen=_TABLES)

    def of(self, terms: NumberedTerms) -> array[int]:
        """Return the numbers of ``terms`` in the vocabulary."""
        theirs = np.frombuffer(terms.numbers, np.uint32)
        table = self._table(terms.vocabulary)
        ours = table[theirs]
        unknown = theirs[ours == _UNKNOWN]
        if len(unknown):
            for number in unknown.tolist():
                table[number] = self._vocabulary[terms.vocabulary[number]]
            ours = table[theirs]
        return array("I", ours.tobytes())

    def _table(self, theirs: Sequence[str | None]) -> Array:
        """Return the table for a vocabulary of theirs: the number of each of its terms in ours, or that it is unknown."""
        for at, (vocabulary, table) in enumerate(self._tables):
            if vocabulary is theirs:
                if len(table) < len(theirs):
                    table = np.append(table, np.full(len(theirs), _UNKNOWN, np.uint32))
                    self._tables[at] = vocabulary, table
                return table
        table = np.full(2 * len(theirs), _UNKNOWN, np.uint32)
        self._tables.append((theirs, table))
        return table
