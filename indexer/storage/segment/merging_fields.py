"""Merging of indexed fields: terms and postings of several segments, one range of terms at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from operator import ne
from typing import Final, NamedTuple

import numpy as np

from indexer.ranking.occurrences import ANYWHERE, FREQUENCY, MOST_FREQUENT
from indexer.storage.segment.arrays import Array, ArrayFileWriter
from indexer.storage.segment.dictionary import Dictionary
from indexer.storage.segment.file import FieldArrays, checked_ends
from indexer.storage.segment.inversion import PostingsBlock, weight_ranges
from indexer.storage.segment.layout import IndexedField
from indexer.storage.segment.live_segment import LiveSegment
from indexer.storage.segment.writing import write_lengths, write_postings, write_terms

_ITEMS_AT_ONCE: Final = 1 << 20  # postings and positions


class _LivePostings(NamedTuple):
    """The live postings of some terms: counts a term, then documents, frequencies and positions in order.

    ``places`` are the occurrence bytes without the frequency.
    """

    counts: Array
    position_counts: Array
    documents: Array
    places: Array
    frequencies: Array
    positions: Array


class _SourceField:
    """An indexed field of one source, read one range of terms at a time; ``numbers`` are its terms' new numbers."""

    def __init__(self, source: LiveSegment, name: str, first_document: int) -> None:
        arrays: FieldArrays = source.file.field(name)
        self._arrays = arrays
        self.source = source
        self._whole = bool(source.live.all())
        self._new_numbers = np.cumsum(source.live) - 1 + first_document
        self._over_at = arrays.tf_overflow_rows.astype(np.int64)
        content = arrays.terms.tobytes()
        ends = checked_ends(arrays.term_ends, len(content)).tolist()
        self.terms = [content[begin:end] for begin, end in pairwise(ends)]
        self.numbers = np.zeros(0, np.int64)
        self._posting_offsets = checked_ends(arrays.posting_offsets, len(arrays.docs))
        self._positions = arrays.positions
        self._position_offsets = np.zeros_like(self._posting_offsets)
        if arrays.position_offsets is not None and arrays.positions is not None:
            self._position_offsets = checked_ends(arrays.position_offsets, len(arrays.positions))
        self.counts, self.position_counts = np.diff(self._posting_offsets), np.diff(self._position_offsets)
        if not self._whole:
            for first, end in weight_ranges(self.counts, _ITEMS_AT_ONCE):
                piece = self.piece(first, end, with_positions=False)
                self.counts[first:end], self.position_counts[first:end] = piece.counts, piece.position_counts

    def last_position(self) -> int:
        """Return the highest live position, 0 where all take two bytes and need not be read."""
        if self._positions is None or self._positions.itemsize == 2:
            return 0
        weights = np.diff(self._posting_offsets) + np.diff(self._position_offsets)
        pieces = (self.piece(*terms, with_positions=True) for terms in weight_ranges(weights, _ITEMS_AT_ONCE))
        return max((int(piece.positions.max(initial=0)) for piece in pieces), default=0)

    def piece(self, first: int, end: int, *, with_positions: bool) -> _LivePostings:
        """Return the live postings of the terms from ``first`` to before ``end``; raises ValueError for damage."""
        starts = self._posting_offsets[first : end + 1]
        begin, stop = int(starts[0]), int(starts[-1])
        documents = self._arrays.docs[begin:stop]
        frequencies = self._frequencies(begin, stop)
        ends = starts - begin
        left = self.source.live[documents]
        weights = np.diff(_before(np.where(left, frequencies, 0))[ends])
        positions = (
            self._live_positions(first, end, frequencies, ends, left) if with_positions else self._posting_offsets[:0]
        )
        return _LivePostings(
            counts=np.diff(_before(left)[ends]),
            position_counts=weights if self._positions is not None else np.zeros_like(weights),
            documents=self._new_numbers[documents[left]],
            places=self._arrays.occurrences[begin:stop][left] & ANYWHERE,
            frequencies=frequencies[left],
            positions=positions,
        )

    def _frequencies(self, begin: int, stop: int) -> Array:
        frequencies = (self._arrays.occurrences[begin:stop] & FREQUENCY).astype(np.int64)
        first, end = np.searchsorted(self._over_at, (begin, stop))
        over = np.flatnonzero(frequencies == MOST_FREQUENT)
        if not np.array_equal(over + begin, self._over_at[first:end]):
            raise ValueError("the overflow of frequencies does not fit them")
        frequencies[over] = self._arrays.tf_overflow[first:end]
        return frequencies

    def _live_positions(self, first: int, end: int, frequencies: Array, ends: Array, left: Array) -> Array:
        """Return the live positions of some terms."""
        if self._positions is None:
            return self._posting_offsets[:0]
        starts = self._position_offsets[first : end + 1]
        if not np.array_equal(np.diff(_before(frequencies)[ends]), np.diff(starts)):
            raise ValueError("positions do not fit the frequencies")
        positions = self._positions[starts[0] : starts[-1]]
        return positions if self._whole else positions[np.repeat(left, frequencies)]


def _before(values: Array) -> Array:
    """Return the sum of the values before each one and, at the end, of all."""
    sums = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=sums[1:])
    return sums


def merge_field(file: ArrayFileWriter, name: str, indexed: IndexedField, sources: Sequence[LiveSegment]) -> int:
    """Write a field of the live documents; return the sum of its lengths. Raises ValueError for damage."""
    firsts = _before(np.array([source.live_count for source in sources], np.int64)).tolist()
    parts = [_SourceField(source, name, first) for source, first in zip(sources, firsts, strict=False)]
    terms = _merge_terms(parts)
    write_terms(file, name, Dictionary.of(terms))
    counts, position_counts = _sum_counts(parts, len(terms))
    wide = max((part.last_position() for part in parts), default=0) >= 1 << 16
    lengths = np.zeros(firsts[-1], np.int64)
    blocks = _merge_postings(parts, counts, position_counts, lengths)
    write_postings(file, name, position_counts, (4 if wide else 2) if indexed.positions else 0, blocks)
    return write_lengths(file, name, indexed, lengths)


def _merge_terms(parts: Sequence[_SourceField]) -> list[bytes]:
    """Return the live terms of all parts, sorted; set in each part the new numbers of its terms."""
    terms = [term for part in parts for term in part.terms]
    order = sorted(range(len(terms)), key=terms.__getitem__)  # runs that are sorted already: this only merges
    terms = [terms[each] for each in order]
    numbers = np.zeros(len(terms), np.int64)
    new = np.fromiter(map(ne, terms, chain([None], terms)), bool, len(terms))
    numbers[order] = np.cumsum(new) - 1
    left = np.zeros(int(np.count_nonzero(new)), bool)
    for part in parts:
        part.numbers, numbers = np.split(numbers, [len(part.terms)])
        if (np.diff(part.numbers) <= 0).any():
            raise ValueError("terms are not sorted")
        left[part.numbers[part.counts > 0]] = True
    for part in parts:
        part.numbers = (np.cumsum(left) - 1)[part.numbers]
    return [terms[each] for each in np.flatnonzero(new)[left].tolist()]


def _sum_counts(parts: Sequence[_SourceField], terms: int) -> tuple[Array, Array]:
    """Return the number of postings and positions of each term in the new file."""
    counts, position_counts = np.zeros(terms, np.int64), np.zeros(terms, np.int64)
    for part in parts:
        left = part.counts > 0
        counts[part.numbers[left]] += part.counts[left]
        position_counts[part.numbers[left]] += part.position_counts[left]
    return counts, position_counts


def _merge_postings(
    parts: Sequence[_SourceField], counts: Array, position_counts: Array, lengths: Array
) -> Iterator[PostingsBlock]:
    """Yield the postings of all parts, one range of terms after another; add their frequencies to ``lengths``."""
    for first, end in weight_ranges(counts + position_counts, _ITEMS_AT_ONCE):
        own_counts, own_position_counts = counts[first:end], position_counts[first:end]
        filled, positions_filled = _before(own_counts)[:-1], _before(own_position_counts)[:-1]
        documents, frequencies = np.zeros((2, own_counts.sum()), np.int64)
        places = np.zeros(len(documents), np.uint8)
        positions = np.zeros(own_position_counts.sum(), np.uint32)
        for part in parts:
            own_first, own_end = np.searchsorted(part.numbers, (first, end)).tolist()
            piece = part.piece(own_first, own_end, with_positions=True)
            numbers = part.numbers[own_first:own_end] - first
            targets = _targets(filled, numbers, piece.counts)
            documents[targets] = piece.documents
            places[targets] = piece.places
            frequencies[targets] = piece.frequencies
            lengths += np.bincount(piece.documents, piece.frequencies, len(lengths)).astype(np.int64)
            positions[_targets(positions_filled, numbers, piece.position_counts)] = piece.positions
        yield PostingsBlock.of(own_counts, documents, places, frequencies, positions)
        for part in parts:
            part.source.file.forget()  # its pages do not count as memory of this process then


def _targets(filled: Array, numbers: Array, counts: Array) -> Array:
    """Return where the items of some terms go, after those of earlier parts; ``filled`` grows by them."""
    begins = filled[numbers]
    some = counts > 0
    filled[numbers[some]] += counts[some]
    targets = np.repeat(begins - _before(counts)[:-1], counts)
    targets += np.arange(len(targets))
    return targets
