"""Fields in numpy: the terms of one indexed field of a segment, their postings, and the lengths of documents."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from indexer.kernels.nodes import MAX_DOCUMENTS
from indexer.ranking.occurrences import FREQUENCY, MOST_FREQUENT

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
PostingNumbers: TypeAlias = Array | slice
"""Some of a field's postings: a range of them, or their numbers."""


class Field:
    """The arrays of one field; terms, documents and postings are numbered from 0.

    Term t has the bytes ``terms[term_ends[t]:term_ends[t + 1]]`` and the postings from ``posting_offsets[t]`` to
    ``posting_offsets[t + 1]``: of each the document and the occurrence byte (:mod:`indexer.ranking.occurrences`); a
    frequency of MOST_FREQUENT or more is in ``tf_overflow``, at the index where ``tf_overflow_rows`` has the posting.
    ``position_offsets`` cut ``positions`` by terms as well. ``lengths`` has a byte for each document, an index into the
    norms, and ``body_starts`` the position of the first word of its body; without them all texts are bodies.

    The arrays are not copied. Raises ValueError for offsets that exceed their array, TypeError for an array of another
    type; documents and positions, too many to check here, are checked where they are used.
    """

    def __init__(
        self,
        terms: Array,
        term_ends: Array,
        posting_offsets: Array,
        docs: Array,
        occurrences: Array,
        tf_overflow_rows: Array,
        tf_overflow: Array,
        lengths: Array,
        position_offsets: Array | None = None,
        positions: Array | None = None,
        body_starts: Array | None = None,
    ) -> None:
        self.terms = check_array("terms", terms, "u1")
        self.docs = check_array("docs", docs, "u2")
        self.occurrences = check_array("occurrences", occurrences, "u1", items=self.docs.size)
        self.term_ends = _check_offsets("term_ends", check_array("term_ends", term_ends, "u4"), self.terms.size)
        self.posting_offsets = _check_offsets(
            "posting_offsets",
            check_array("posting_offsets", posting_offsets, "u4", items=self.term_ends.size),
            self.docs.size,
        )
        self.tf_overflow = check_array("tf_overflow", tf_overflow, "u4")
        self.tf_overflow_rows = check_array("tf_overflow_rows", tf_overflow_rows, "u4", items=self.tf_overflow.size)
        self.lengths = check_array("lengths", lengths, "u1")
        if self.lengths.size > MAX_DOCUMENTS:
            raise ValueError(f"lengths: {self.lengths.size} documents, at most {MAX_DOCUMENTS} are possible")
        self.position_offsets, self.positions = self._check_positions(position_offsets, positions)
        if body_starts is not None:
            check_array("body_starts", body_starts, "u2", "u4", items=self.lengths.size)
        self.body_starts = body_starts
        self.count: int = self.term_ends.size - 1

    def _check_positions(
        self, position_offsets: Array | None, positions: Array | None
    ) -> tuple[Array | None, Array | None]:
        if position_offsets is None or positions is None:
            if position_offsets is not positions:
                raise ValueError("position_offsets and positions: both or none")
            return None, None
        positions = check_array("positions", positions, "u2", "u4")
        position_offsets = check_array("position_offsets", position_offsets, "u4", items=self.term_ends.size)
        return _check_offsets("position_offsets", position_offsets, positions.size), positions

    # -- terms

    def term(self, number: int) -> bytes:
        """Return the bytes of a term; raises IndexError for an unknown number."""
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
        """The terms and their ends as buffers: Python reads single items of them in half the time of an array's."""
        return self.terms.data, self.term_ends.astype(np.uint32, copy=False).view(np.uint32).data

    def find(self, term: bytes) -> int:
        """Return the number of ``term``, or -1."""
        at = self.lower_bound(term)
        return at if at < self.count and self.term(at) == term else -1

    # -- postings

    def posting_range(self, term: int) -> slice:
        """Return the range of a term's postings; raises ValueError for an unknown term."""
        if not 0 <= term < self.count:
            raise ValueError(f"term {term} of {self.count}")
        return slice(int(self.posting_offsets[term]), int(self.posting_offsets[term + 1]))

    def frequency(self, term: int) -> int:
        """Return how many documents have the term, deleted ones included."""
        postings = self.posting_range(term)
        return int(postings.stop - postings.start)

    def weight(self, term: int) -> int:
        """Return the term's frequency in all documents together, deleted ones included."""
        return int(self.frequencies(self.posting_range(term)).sum())

    def frequencies(self, postings: PostingNumbers) -> Array:
        """Return the frequency of each posting, as integers."""
        return (self.occurrences[postings] & FREQUENCY) + self.overflow_of(postings)

    def overflow_of(self, postings: PostingNumbers) -> Array:
        """Return by how much the frequency of each posting is more than MOST_FREQUENT, 0 where it is not."""
        over = np.zeros(_count(postings), np.int64)
        if self.tf_overflow.size:
            marked = np.flatnonzero(self.occurrences[postings] & FREQUENCY == MOST_FREQUENT)
            wanted = marked + postings.start if isinstance(postings, slice) else postings[marked]
            at = np.minimum(self.tf_overflow_rows.searchsorted(wanted), self.tf_overflow.size - 1)
            known = self.tf_overflow_rows[at] == wanted
            over[marked[known]] = self.tf_overflow[at[known]].astype(np.int64) - MOST_FREQUENT
        return over

    def positions_in(self, term: int, document: int) -> list[int]:
        """Return the positions of a term in a document, [] where it does not occur."""
        if self.positions is None or self.position_offsets is None:
            raise ValueError("the field has no positions")
        postings = self.posting_range(term)
        at = int(self.docs[postings].searchsorted(document))
        if at >= postings.stop - postings.start or self.docs[postings.start + at] != document:
            return []
        before = slice(postings.start, postings.start + at + 1)
        counts = self.frequencies(before)
        end = int(self.position_offsets[term]) + int(counts.sum())
        if end > self.position_offsets[term + 1]:
            return []
        return [int(position) for position in self.positions[end - int(counts[-1]) : end]]


def _count(postings: PostingNumbers) -> int:
    return int(postings.stop - postings.start) if isinstance(postings, slice) else postings.size


def check_array(name: str, array: Array, *dtypes: str, items: int | None = None) -> Array:
    """Return ``array`` if it is one-dimensional and contiguous, of one of the types and of this length.

    Raises TypeError for another type, ValueError for the rest.
    """
    if not isinstance(array, np.ndarray) or array.dtype not in [np.dtype(name) for name in dtypes]:
        raise TypeError(f"{name}: not an array of {' or '.join(dtypes)}")
    if array.ndim != 1 or not array.flags.c_contiguous or not array.flags.aligned:
        raise ValueError(f"{name}: not one contiguous, aligned row")
    if items is not None and array.size != items:
        raise ValueError(f"{name}: {array.size} items, not {items}")
    return array


def _check_offsets(name: str, ends: Array, limit: int) -> Array:
    """Return ``ends`` if they rise to at most ``limit``; raises ValueError."""
    if not _rises(ends, limit):
        raise ValueError(f"{name}: does not rise to at most {limit}")
    return ends


def _rises(offsets: Array, limit: int) -> bool:
    """Return whether there are offsets, none less than the one before, and none more than ``limit``."""
    return bool(offsets.size and (offsets[1:] >= offsets[:-1]).all() and offsets[-1] <= limit)
