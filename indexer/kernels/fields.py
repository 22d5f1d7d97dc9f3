"""One indexed field of a segment, in numpy: its terms, their postings, its documents' lengths."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from indexer.kernels.edits import Spellings
from indexer.kernels.nodes import MAX_DISTANCE, MAX_DOCUMENTS, MAX_TERM_BYTES

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Rows: TypeAlias = Array | slice
"""Some of a field's postings, by their numbers."""

MANY = 255
"""The frequency byte of a posting whose frequency stands in the overflow."""


class Field:
    """The arrays of one field; numbers of terms and documents count from 0.

    The arrays are kept, not copied, and must not change. What would let a later call read outside
    of them raises ValueError here, an array of another type TypeError; document numbers and positions,
    too many to look at beforehand, are checked when they are used.
    """

    def __init__(
        self,
        terms: Array,
        term_ends: Array,
        starts: Array,
        docs: Array,
        tfs: Array,
        tf_over_at: Array,
        tf_over: Array,
        lengths: Array,
        position_starts: Array | None = None,
        positions: Array | None = None,
    ) -> None:
        self.terms = checked("terms", terms, "u1")
        self.docs = checked("docs", docs, "u2")
        self.tfs = checked("tfs", tfs, "u1", items=self.docs.size)
        self.term_ends = _rising("term_ends", checked("term_ends", term_ends, "u4"), self.terms.size)
        self.starts = _rising("starts", checked("starts", starts, "u4", items=self.term_ends.size), self.docs.size)
        self.tf_over = checked("tf_over", tf_over, "u4")
        self.tf_over_at = checked("tf_over_at", tf_over_at, "u4", items=self.tf_over.size)
        self.lengths = checked("lengths", lengths, "u1")
        if self.lengths.size > MAX_DOCUMENTS:
            raise ValueError(f"lengths: {self.lengths.size} documents, at most {MAX_DOCUMENTS} are possible")
        self.position_starts, self.positions = self._placed(position_starts, positions)
        self.count: int = self.term_ends.size - 1

    def _placed(self, position_starts: Array | None, positions: Array | None) -> tuple[Array | None, Array | None]:
        if position_starts is None or positions is None:
            if position_starts is not positions:
                raise ValueError("position_starts and positions: both or none")
            return None, None
        positions = checked("positions", positions, "u2", "u4")
        position_starts = checked("position_starts", position_starts, "u4", items=self.term_ends.size)
        return _rising("position_starts", position_starts, positions.size), positions

    # -- terms

    def term(self, number: int) -> bytes:
        """Return the bytes of a term; IndexError where there is none."""
        if not 0 <= number < self.count:
            raise IndexError(f"term {number} of {self.count}")
        return self.terms[self.term_ends[number] : self.term_ends[number + 1]].tobytes()

    def lower_bound(self, term: bytes) -> int:
        """Return the number of the first term that is not less than ``term``; ``count`` if all are."""
        low, high = 0, self.count
        terms, ends = self._term_views
        while low < high:
            middle = (low + high) // 2
            if terms[ends[middle] : ends[middle + 1]].tobytes() < term:
                low = middle + 1
            else:
                high = middle
        return low

    @cached_property
    def _term_views(self) -> tuple[memoryview, memoryview]:
        """The terms and their ends for Python, which takes single items out of these in half the time."""
        return self.terms.data, self.term_ends.astype(np.uint32, copy=False).view(np.uint32).data

    def find(self, term: bytes) -> int:
        """Return the number of ``term``, or -1."""
        at = self.lower_bound(term)
        return at if at < self.count and self.term(at) == term else -1

    def within(self, term: bytes, distance: int, prefix: int) -> list[int]:
        """Return the terms at most ``distance`` characters written, left out or changed away, rising.

        They share the first ``prefix`` characters, or the whole ``term`` if it is shorter. Two
        swapped letters are two edits, as for Whoosh's automaton. A byte that is no UTF-8 counts as a character.
        """
        if not 0 <= distance <= MAX_DISTANCE or prefix < 0 or len(term) > MAX_TERM_BYTES:
            raise ValueError(f"distance {distance}, prefix {prefix}, {len(term)} bytes: out of range")
        shared = _first_characters(term, prefix)
        first, end = self.lower_bound(shared), self._end_of(shared)
        return self._spellings.within(term, distance, first, end)

    def _end_of(self, prefix: bytes) -> int:
        """Return the number of the first term behind those that begin with ``prefix``."""
        stem = prefix.rstrip(b"\xff")
        return self.lower_bound(stem[:-1] + bytes([stem[-1] + 1])) if stem else self.count

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings.of(self.terms, self.term_ends)

    # -- postings

    def rows(self, term: int) -> slice:
        """Return which postings are those of a term; ValueError where there is no such term."""
        if not 0 <= term < self.count:
            raise ValueError(f"term {term} of {self.count}")
        return slice(int(self.starts[term]), int(self.starts[term + 1]))

    def frequency(self, term: int) -> int:
        """Return how many documents have the term, deleted ones included."""
        rows = self.rows(term)
        return int(rows.stop - rows.start)

    def weight(self, term: int) -> int:
        """Return how often the term occurs in all documents, deleted ones included."""
        return int(self.frequencies(self.rows(term)).sum())

    def frequencies(self, rows: Rows) -> Array:
        """Return how often each posting's term occurs in its document, as doubles."""
        frequencies = self.tfs[rows].astype(np.float64)
        if self.tf_over.size:
            self._overflow(rows, frequencies)
        return frequencies

    def counts(self, rows: Rows) -> Array:
        """Return what :meth:`frequencies` does, as whole numbers."""
        counts = self.tfs[rows].astype(np.int64)
        if self.tf_over.size:
            self._overflow(rows, counts)
        return counts

    def _overflow(self, rows: Rows, frequencies: Array) -> None:
        many = np.flatnonzero(frequencies == MANY)
        if many.size:
            wanted = many + rows.start if isinstance(rows, slice) else rows[many]
            at = np.minimum(self.tf_over_at.searchsorted(wanted), self.tf_over.size - 1)
            known = self.tf_over_at[at] == wanted
            frequencies[many[known]] = self.tf_over[at[known]]

    def places(self, term: int, document: int) -> list[int]:
        """Return the positions at which a term stands in a document, [] where it does not."""
        if self.positions is None or self.position_starts is None:
            raise ValueError("the field has no positions")
        rows = self.rows(term)
        at = int(self.docs[rows].searchsorted(document))
        if at >= rows.stop - rows.start or self.docs[rows.start + at] != document:
            return []
        before = slice(rows.start, rows.start + at + 1)
        counts = self.frequencies(before).astype(np.int64)
        end = int(self.position_starts[term]) + int(counts.sum())
        if end > self.position_starts[term + 1]:
            return []
        return [int(each) for each in self.positions[end - int(counts[-1]) : end]]


def checked(name: str, array: Array, *dtypes: str, items: int | None = None) -> Array:
    """Return ``array`` if it is one-dimensional, contiguous, of one of the types and of this length."""
    if not isinstance(array, np.ndarray) or array.dtype not in [np.dtype(each) for each in dtypes]:
        raise TypeError(f"{name}: not an array of {' or '.join(dtypes)}")
    if array.ndim != 1 or not array.flags.c_contiguous or not array.flags.aligned:
        raise ValueError(f"{name}: not one contiguous, aligned row")
    if items is not None and array.size != items:
        raise ValueError(f"{name}: {array.size} items, not {items}")
    return array


def _rising(name: str, ends: Array, limit: int) -> Array:
    """Return ``ends`` if no item is less than the one before, nor more than ``limit``."""
    if not ends.size or (ends[1:] < ends[:-1]).any() or ends[-1] > limit:
        raise ValueError(f"{name}: does not rise to at most {limit}")
    return ends


def _first_characters(term: bytes, count: int) -> bytes:
    return term.decode("utf-8", "surrogateescape")[:count].encode("utf-8", "surrogateescape")
