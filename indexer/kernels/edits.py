"""Spellings: the terms of a dictionary within an edit distance of a word, in numpy.

Most terms are ruled out by their signature: 64 bits, one set for each character that occurs (several characters share a
bit). One edit changes at most two bits. For the other terms the table of edit distances is filled row by row, all terms at
a time.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

# Neighbours in an alphabet must not share a bit: multiply by a large odd number and take the upper six bits.
_SPREAD = np.uint32(2654435761)
_CHARACTER = np.dtype("<u4")
MAX_DISTANCE = 250
MAX_TERM_BYTES = 65_535
_FAR = 1 << 14
_ONE = np.int16(1)
TERMS_AT_ONCE = 8192
"""How many terms' tables are filled together: 20 characters of each fit into the processor's cache."""


class Dictionary(Protocol):
    """The sorted terms of a field, by number."""

    count: int

    def lower_bound(self, term: bytes) -> int:
        """Return the number of the first term that is not less than ``term``; ``count`` if all are."""


def prefix_range(terms: Dictionary, prefix: bytes) -> tuple[int, int]:
    """Return the number of the first term that begins with ``prefix``, and of the first one after all such."""
    stem = prefix.rstrip(b"\xff")
    end = terms.lower_bound(stem[:-1] + bytes([stem[-1] + 1])) if stem else terms.count
    return terms.lower_bound(prefix), end


class Spellings(NamedTuple):
    """The characters of all terms, and each term's signature.

    Making them of 261,240 terms takes 68 ms, once, and 11 MB; then two edits take 3 to 8 ms, one edit less than 1.
    """

    characters: Array
    ends: Array
    signatures: Array

    @classmethod
    def of(cls, terms: Array, term_ends: Array) -> Spellings:
        """Return the spellings of the terms ``terms[term_ends[t]:term_ends[t + 1]]``."""
        characters, ends = _decode(terms, term_ends)
        signatures = np.zeros(ends.size - 1, np.uint64)
        filled = np.flatnonzero(ends[1:] > ends[:-1])
        if filled.size:
            signatures[filled] = np.bitwise_or.reduceat(_bits(characters[: ends[-1]]), ends[:-1][filled])
        return cls(characters, ends, signatures)

    def within(self, field: Dictionary, term: bytes, distance: int, prefix: int) -> list[int]:
        """Return the numbers of the terms within an edit (Levenshtein) distance of ``term``, rising.

        They share its first ``prefix`` characters, or all of it if it is shorter. Swapping two letters takes two edits,
        as in Whoosh's automaton. A byte that is not UTF-8 counts as a character. ``field`` has the same terms. Raises
        ValueError beyond MAX_DISTANCE or MAX_TERM_BYTES.
        """
        if not 0 <= distance <= MAX_DISTANCE or prefix < 0 or len(term) > MAX_TERM_BYTES:
            raise ValueError(f"distance {distance}, prefix {prefix}, {len(term)} bytes: out of range")
        shared = term.decode("utf-8", "surrogateescape")[:prefix].encode("utf-8", "surrogateescape")
        first, end = prefix_range(field, shared)
        word = _characters(term)
        signature = np.bitwise_or.reduce(_bits(word)) if word.size else np.uint64(0)
        similar = np.bitwise_count(self.signatures[first:end] ^ signature) <= 2 * distance
        numbers = np.flatnonzero(similar) + first
        lengths = self.ends[numbers + 1] - self.ends[numbers]
        numbers = numbers[np.abs(lengths - word.size) <= distance]
        matching: list[int] = []
        for begin in range(0, numbers.size, TERMS_AT_ONCE):
            some = numbers[begin : begin + TERMS_AT_ONCE]
            matching += some[self._distances(some, word, distance) <= distance].tolist()
        return matching

    def _distances(self, numbers: Array, word: Array, most: int) -> Array:
        """Return the distance of each of some terms, where it is ``most`` or less; else something greater.

        A row of the table is filled only where that is possible: ``most`` cells to either side of the diagonal. The
        cells of all terms in one column lie side by side, so that a step takes them all at once. Next to the cells that
        are filled stands _FAR, so that none becomes much greater.
        """
        starts = self.ends[numbers]
        lengths = self.ends[numbers + 1] - starts
        columns = np.arange(int(lengths.max()) + 1)[:, None]
        characters_of = self.characters[np.minimum(starts + columns[:-1], max(self.characters.size - 1, 0))]
        row = np.minimum(columns, _FAR).astype(np.int16).repeat(numbers.size, axis=1)
        following = np.full_like(row, _FAR)
        for line, character in enumerate(word, 1):
            first, end = max(1, line - most), min(columns.size, line + most + 1)
            changed, kept = following[first:end], row[first:end]
            np.add(row[first - 1 : end - 1], characters_of[first - 1 : end - 1] != character, out=changed)
            np.minimum(changed, kept + _ONE, out=changed)
            following[first - 1] = line if first == 1 else _FAR
            for column in range(first, end):
                np.minimum(following[column], following[column - 1] + _ONE, out=following[column])
            row, following = following, row
        distances: Array = row[lengths, np.arange(numbers.size)]
        return distances


def _bits(characters: Array) -> Array:
    shifts: Array = (characters.astype(np.uint32) * _SPREAD) >> np.uint32(26)
    return np.left_shift(np.uint64(1), shifts.astype(np.uint64))


def _characters(term: bytes) -> Array:
    """Return the code points of a term; a byte that is not UTF-8 becomes a lone surrogate (surrogateescape)."""
    text = term.decode("utf-8", "surrogateescape")
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), _CHARACTER)


def _decode(terms: Array, term_ends: Array) -> tuple[Array, Array]:
    """Return the characters of all terms, and the offset of each term in them with one end more than terms."""
    blob = terms[: term_ends[-1]].tobytes() if term_ends[0] == 0 else b""
    begins = (np.frombuffer(blob, np.uint8) & 0xC0) != 0x80
    try:
        characters = _decode_strictly(blob)
    except UnicodeDecodeError:
        return _decode_one_by_one(terms, term_ends)
    inner = term_ends[:-1][term_ends[:-1] < len(blob)]
    if term_ends[0] != 0 or not begins[inner].all():  # a character runs over the end of a term
        return _decode_one_by_one(terms, term_ends)
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(begins, dtype=np.int64)))
    return characters, before[term_ends]


def _decode_strictly(blob: bytes) -> Array:
    return np.frombuffer(blob.decode("utf-8").encode("utf-32-le"), _CHARACTER)


def _decode_one_by_one(terms: Array, term_ends: Array) -> tuple[Array, Array]:
    bounds = term_ends.tolist()
    spellings = [_characters(terms[begin:end].tobytes()) for begin, end in pairwise(bounds)]
    ends = np.zeros(len(bounds), np.int64)
    np.cumsum([characters.size for characters in spellings], out=ends[1:])
    return np.concatenate([*spellings, np.zeros(0, _CHARACTER)]), ends
