"""Terms in byte order: most are told apart by their first bytes, taken as numbers; only the others are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from indexer.storage.segment.arrays import Array

_HEAD_BYTES: Final = 8  # four Arabic letters; the order is by two such heads
_TERMS_AT_ONCE: Final = 1 << 16


class Dictionary(NamedTuple):
    """Terms one after another: term t is ``terms[ends[t]:ends[t + 1]]``."""

    terms: Array
    ends: Array

    @classmethod
    def of(cls, terms: Sequence[bytes]) -> Dictionary:
        """Return terms in the order in which they are given."""
        ends = np.zeros(len(terms) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, terms), np.int64, len(terms)), out=ends[1:])
        return cls(np.frombuffer(b"".join(terms), np.uint8), ends)

    def term(self, number: int) -> bytes:
        """Return the bytes of a term."""
        return self.terms[self.ends[number] : self.ends[number + 1]].tobytes()

    def taken(self, numbers: Array) -> Dictionary:
        """Return the terms with these numbers, in this order."""
        ends = np.zeros(len(numbers) + 1, np.int64)
        np.cumsum(np.diff(self.ends)[numbers], out=ends[1:])
        terms = np.empty(ends[-1], np.uint8)
        for first in range(0, len(numbers), _TERMS_AT_ONCE):  # eight bytes for each byte of some, not of all
            here = ends[first : first + _TERMS_AT_ONCE + 1]
            at = np.repeat(self.ends[numbers[first : first + _TERMS_AT_ONCE]] - here[:-1], np.diff(here))
            at += np.arange(here[0], here[-1])
            terms[here[0] : here[-1]] = self.terms[at]
        return Dictionary(terms, ends)


def byte_order(dictionary: Dictionary) -> Array:
    """Return the numbers of terms in the order of their bytes.

    >>> byte_order(Dictionary.of([b"b", b"", b"ab", b"a"])).tolist()
    [1, 3, 2, 0]
    """
    heads, more = _heads(dictionary, 0), _heads(dictionary, _HEAD_BYTES)
    order = np.lexsort((more, heads))
    alike = np.zeros(len(order) + 1, np.int8)
    alike[1:-1] = 1
    for each in (heads, more):
        in_order = each[order]
        alike[1:-1] &= in_order[1:] == in_order[:-1]
    edges = np.flatnonzero(np.diff(alike, prepend=0)).tolist()
    for first, end in zip(edges[::2], edges[1::2], strict=True):  # from the second that is like the one before it
        order[first - 1 : end] = sorted(order[first - 1 : end].tolist(), key=dictionary.term)
    return order


def _heads(dictionary: Dictionary, skipped: int) -> Array:
    """Return eight bytes of each term, those behind the ``skipped`` ones, as a number."""
    starts, lengths = dictionary.ends[:-1], np.diff(dictionary.ends)
    heads = np.zeros(len(starts), np.uint64)
    for each in range(skipped, skipped + _HEAD_BYTES):
        longer = np.flatnonzero(lengths > each)
        heads <<= np.uint64(8)
        heads[longer] |= dictionary.terms[starts[longer] + each]
    return heads
