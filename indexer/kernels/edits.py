"""Which terms of a dictionary are spelt nearly like a word, in numpy.

Most terms fall out by their signature: 64 bits, one set for each character that occurs (several share a bit). One edit
changes at most two of them. For those that stay the table of edit distances is filled, one row of all terms at a time.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

# Neighbours in an alphabet must not share a bit: multiply by a big odd number, take the upper six bits.
_SPREAD = np.uint32(2654435761)
_CHARACTER = np.dtype("<u4")
AT_A_TIME = 8192
"""How many terms' tables are filled together: 20 characters of each take less than a processor's cache."""


class Spellings(NamedTuple):
    """The characters of all terms, and each term's signature."""

    characters: Array
    ends: Array
    signatures: Array

    @classmethod
    def of(cls, terms: Array, term_ends: Array) -> Spellings:
        """Return the spellings of the terms whose UTF-8 bytes are given, one after another."""
        characters, ends = _decoded(terms, term_ends)
        signatures = np.zeros(ends.size - 1, np.uint64)
        written = np.flatnonzero(ends[1:] > ends[:-1])
        if written.size:
            signatures[written] = np.bitwise_or.reduceat(_bits(characters[: ends[-1]]), ends[:-1][written])
        return cls(characters, ends, signatures)

    def within(self, term: bytes, distance: int, first: int, end: int) -> list[int]:
        """Return which of the terms from ``first`` up to ``end`` are at most ``distance`` edits from ``term``."""
        word = _characters(term)
        signature = np.bitwise_or.reduce(_bits(word)) if word.size else np.uint64(0)
        alike = np.bitwise_count(self.signatures[first:end] ^ signature) <= 2 * distance
        numbers = np.flatnonzero(alike) + first
        lengths = self.ends[numbers + 1] - self.ends[numbers]
        numbers = numbers[np.abs(lengths - word.size) <= distance]
        found: list[int] = []
        for begin in range(0, numbers.size, AT_A_TIME):
            some = numbers[begin : begin + AT_A_TIME]
            found += some[self._distances(some, word) <= distance].tolist()
        return found

    def _distances(self, numbers: Array, word: Array) -> Array:
        starts = self.ends[numbers]
        lengths = self.ends[numbers + 1] - starts
        across = np.arange(int(lengths.max()) + 1)
        at = np.minimum(starts[:, None] + across[:-1], max(self.characters.size - 1, 0))
        written = self.characters[at]
        # What a cell holds is the distance less its column: then a row's insertions are a running minimum.
        row = np.zeros((numbers.size, across.size), np.int32)
        for line, character in enumerate(word, 1):
            following = row + 1
            changed = row[:, :-1] - (written == character)
            np.minimum(following[:, 1:], changed, out=following[:, 1:])
            following[:, 0] = line
            row = np.minimum.accumulate(following, axis=1)
        distances: Array = row[np.arange(numbers.size), lengths] + lengths
        return distances


def _bits(characters: Array) -> Array:
    shifts: Array = (characters.astype(np.uint32) * _SPREAD) >> np.uint32(26)
    return np.left_shift(np.uint64(1), shifts.astype(np.uint64))


def _characters(term: bytes) -> Array:
    """Return the code points; a byte that is no UTF-8 becomes one beyond them, as Python's surrogateescape does."""
    text = term.decode("utf-8", "surrogateescape")
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), _CHARACTER)


def _decoded(terms: Array, term_ends: Array) -> tuple[Array, Array]:
    """Return the characters of all terms and where each term's begin, one end more than terms."""
    blob = terms[: term_ends[-1]].tobytes() if term_ends[0] == 0 else b""
    begins = (np.frombuffer(blob, np.uint8) & 0xC0) != 0x80
    try:
        characters = _strict(blob)
    except UnicodeDecodeError:
        return _decoded_singly(terms, term_ends)
    inner = term_ends[:-1][term_ends[:-1] < len(blob)]
    if term_ends[0] != 0 or not begins[inner].all():  # a character runs over the end of a term
        return _decoded_singly(terms, term_ends)
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(begins, dtype=np.int64)))
    return characters, before[term_ends]


def _strict(blob: bytes) -> Array:
    return np.frombuffer(blob.decode("utf-8").encode("utf-32-le"), _CHARACTER)


def _decoded_singly(terms: Array, term_ends: Array) -> tuple[Array, Array]:
    bounds = term_ends.tolist()
    each = [_characters(terms[begin:end].tobytes()) for begin, end in pairwise(bounds)]
    ends = np.zeros(len(bounds), np.int64)
    np.cumsum([one.size for one in each], out=ends[1:])
    return np.concatenate([*each, np.zeros(0, _CHARACTER)]), ends
