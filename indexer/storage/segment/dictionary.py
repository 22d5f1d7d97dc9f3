"""Term dictionary: terms as one string of bytes with the offset of each, and their order by bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from indexer.storage.segment.arrays import Array

_HEAD_BYTES: Final = 8  # four Arabic letters; two such heads tell most terms apart
_TERMS_AT_ONCE: Final = 1 << 16


class Dictionary(NamedTuple):
    """Terms one after another: term t is ``terms[ends[t]:ends[t + 1]]``."""

    terms: Array
    ends: Array

    @classmethod
    def of(cls, terms: Sequence[bytes]) -> Dictionary:
        """Return a dictionary of ``terms`` in the given order."""
        ends = np.zeros(len(terms) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, terms), np.int64, len(terms)), out=ends[1:])
        return cls(np.frombuffer(b"".join(terms), np.uint8), ends)

    def term(self, number: int) -> bytes:
        """Return the bytes of a term."""
        return self.terms[self.ends[number] : self.ends[number + 1]].tobytes()

    def take(self, numbers: Array) -> Dictionary:
        """Return the terms with these numbers, in this order."""
        ends = np.zeros(len(numbers) + 1, np.int64)
        np.cumsum(np.diff(self.ends)[numbers], out=ends[1:])
        terms = np.empty(ends[-1], np.uint8)
        # The index array takes eight bytes for each byte of a term: it is made for some terms at a time.
        for first in range(0, len(numbers), _TERMS_AT_ONCE):
            part = ends[first : first + _TERMS_AT_ONCE + 1]
            source = np.repeat(self.ends[numbers[first : first + _TERMS_AT_ONCE]] - part[:-1], np.diff(part))
            source += np.arange(part[0], part[-1])
            terms[part[0] : part[-1]] = self.terms[source]
        return Dictionary(terms, ends)


def byte_order(dictionary: Dictionary) -> Array:
    """Return the numbers of terms in the order of their bytes.

    Terms are sorted by their first 16 bytes, taken as two integers; only those that agree in all 16 are compared whole.

    >>> byte_order(Dictionary.of([b"b", b"", b"ab", b"a"])).tolist()
    [1, 3, 2, 0]
    """
    first_heads, second_heads = _heads(dictionary, 0), _heads(dictionary, _HEAD_BYTES)
    order = np.lexsort((second_heads, first_heads))
    equal = np.zeros(len(order) + 1, np.int8)  # 1 where a term has the heads of the one before it
    equal[1:-1] = 1
    for heads in (first_heads, second_heads):
        in_order = heads[order]
        equal[1:-1] &= in_order[1:] == in_order[:-1]
    edges = np.flatnonzero(np.diff(equal, prepend=0)).tolist()
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        order[first - 1 : end] = sorted(order[first - 1 : end].tolist(), key=dictionary.term)
    return order


def _heads(dictionary: Dictionary, skipped: int) -> Array:
    """Return eight bytes of each term, after the first ``skipped`` ones, as big-endian integers."""
    starts, lengths = dictionary.ends[:-1], np.diff(dictionary.ends)
    heads = np.zeros(len(starts), np.uint64)
    for at in range(skipped, skipped + _HEAD_BYTES):
        longer = np.flatnonzero(lengths > at)
        heads <<= np.uint64(8)
        heads[longer] |= dictionary.terms[starts[longer] + at]
    return heads
