"""Terms in byte order: most are told apart by their first bytes, taken as numbers; only the others are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from indexer.engines.whoosh.segment.arrays import Array

_HEAD_BYTES: Final = 16  # eight Arabic letters


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

    def taken(self, numbers: Array) -> Dictionary:
        """Return the terms with these numbers, in this order."""
        lengths = np.diff(self.ends)[numbers]
        ends = np.zeros(len(numbers) + 1, np.int64)
        np.cumsum(lengths, out=ends[1:])
        at = np.repeat(self.ends[numbers] - ends[:-1], lengths)
        at += np.arange(len(at))
        return Dictionary(self.terms[at], ends)


def byte_order(terms: Sequence[bytes], dictionary: Dictionary) -> Array:
    """Return the numbers of terms in the order of their bytes; ``dictionary`` has them as they are given.

    >>> terms = [b"b", b"", b"ab", b"a"]
    >>> byte_order(terms, Dictionary.of(terms)).tolist()
    [1, 3, 2, 0]
    """
    heads = _heads(dictionary)
    order = np.lexsort((heads[:, 1], heads[:, 0]))
    heads = heads[order]
    alike = np.zeros(len(terms) + 1, np.int8)
    alike[1:-1] = (heads[1:] == heads[:-1]).all(axis=1)[: max(len(terms) - 1, 0)]
    edges = np.flatnonzero(np.diff(alike, prepend=0)).tolist()
    for first, end in zip(edges[::2], edges[1::2], strict=True):  # from the second that is like the one before it
        order[first - 1 : end] = sorted(order[first - 1 : end].tolist(), key=terms.__getitem__)
    return order


def _heads(dictionary: Dictionary) -> Array:
    """Return the first bytes of each term as two numbers."""
    starts, lengths = dictionary.ends[:-1], np.diff(dictionary.ends)
    content = np.append(dictionary.terms, np.zeros(_HEAD_BYTES, np.uint8))
    heads = np.zeros((len(starts), _HEAD_BYTES), np.uint8)
    for each in range(_HEAD_BYTES):
        heads[:, each] = np.where(lengths > each, content[starts + each], 0)
    return heads.view(">u8").astype(np.uint64)
