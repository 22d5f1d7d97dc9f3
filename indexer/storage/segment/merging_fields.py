"""Merging of indexed fields: terms and postings of several segments, one range of terms at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise
from operator import ne
from typing import Final, NamedTuple

import numpy as np

from indexer.kernels import OVERFLOW_MARK
from indexer.storage.segment.arrays import Array, ArrayFileWriter, ArrayOutput
from indexer.storage.segment.dictionary import Dictionary
from indexer.storage.segment.file import FieldArrays, checked_ends
from indexer.storage.segment.inversion import weight_ranges
from indexer.storage.segment.layout import IndexedField
from indexer.storage.segment.live_segment import LiveSegment
from indexer.storage.segment.writing import write_lengths, write_terms

_ITEMS_AT_ONCE: Final = 1 << 20  # postings and positions


class _LivePostings(NamedTuple):
    """The live postings of some terms: counts a term, then documents, frequencies and positions in order."""

    counts: Array
    position_counts: Array
    documents: Array
    frequencies: Array
    positions: Array


class _SourceField:
    """An indexed field of one source, read one range of terms at a time; ``numbers`` are its terms' new numbers."""

    def __init__(self, source: LiveSegment, name: str, first_document: int) -> None:
        arrays: FieldArrays = source.file.field(name)
        self._arrays = arrays
        self._source = source
        self._whole = source.is_whole
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
        self.counts, self.position_counts, self.over = self._count()

    def _count(self) -> tuple[Array, Array, int]:
        """Return the number of live postings and positions of each term, and of frequencies in the overflow."""
        if self._whole:
            return np.diff(self._posting_offsets), np.diff(self._position_offsets), len(self._over_at)
        counts = [(np.zeros(0, np.int64), np.zeros(0, np.int64), 0)]
        for first, end in weight_ranges(np.diff(self._posting_offsets), _ITEMS_AT_ONCE):
            piece = self.piece(first, end, with_positions=False)
            counts.append(
                (piece.counts, piece.position_counts, int(np.count_nonzero(piece.frequencies >= OVERFLOW_MARK)))
            )
        postings, positions, over = zip(*counts, strict=True)
        return np.concatenate(postings), np.concatenate(positions), sum(over)

    def release_pages(self) -> None:
        """Release the pages of the segment that were read, so that they do not count as memory of this process."""
        self._source.file.forget()

    def last_position(self) -> int:
        """Return the highest live position, 0 where all take two bytes and need not be read."""
        if self._positions is None or self._positions.itemsize == 2:
            return 0
        weights = np.diff(self._posting_offsets) + np.diff(self._position_offsets)
        pieces = (self.piece(*each, with_positions=True) for each in weight_ranges(weights, _ITEMS_AT_ONCE))
        return max((int(each.positions.max(initial=0)) for each in pieces), default=0)

    def piece(self, first: int, end: int, *, with_positions: bool) -> _LivePostings:
        """Return the live postings of the terms from ``first`` to before ``end``; raises ValueError for damage."""
        starts = self._posting_offsets[first : end + 1]
        begin, stop = int(starts[0]), int(starts[-1])
        documents = self._arrays.docs[begin:stop]
        frequencies = self._frequencies(begin, stop)
        ends = starts - begin
        left = self._source.live[documents]
        weights = np.diff(_before(np.where(left, frequencies, 0))[ends])
        positions = (
            self._live_positions(first, end, frequencies, ends, left) if with_positions else self._posting_offsets[:0]
        )
        return _LivePostings(
            counts=np.diff(_before(left)[ends]),
            position_counts=weights if self._positions is not None else np.zeros_like(weights),
            documents=self._new_numbers[documents[left]],
            frequencies=frequencies[left],
            positions=positions,
        )

    def _frequencies(self, begin: int, stop: int) -> Array:
        frequencies = self._arrays.tfs[begin:stop].astype(np.int64)
        first, end = np.searchsorted(self._over_at, (begin, stop))
        over = np.flatnonzero(frequencies == OVERFLOW_MARK)
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
    write_terms(file, name, Dictionary.of(_merge_terms(parts)))
    lengths = _PostingsMerger(file, name, indexed, parts).move(documents=firsts[-1])
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


class _PostingsMerger:
    """Moves the postings of a field from its parts into the new file."""

    def __init__(self, file: ArrayFileWriter, name: str, indexed: IndexedField, parts: Sequence[_SourceField]) -> None:
        self._file = file
        self._name = name
        self._parts = parts
        self._indexed = indexed
        self._counts, self._position_counts = self._totals()
        wide = indexed.positions and max((each.last_position() for each in parts), default=0) >= 1 << 16
        self._position_type = "u4" if wide else "u2"

    def _totals(self) -> tuple[Array, Array]:
        """Return the number of postings and positions of each term in the new file."""
        count = max((int(each.numbers[-1]) + 1 for each in self._parts if len(each.numbers)), default=0)
        counts, position_counts = np.zeros(count, np.int64), np.zeros(count, np.int64)
        for part in self._parts:
            left = part.counts > 0
            counts[part.numbers[left]] += part.counts[left]
            if self._indexed.positions:
                position_counts[part.numbers[left]] += part.position_counts[left]
        return counts, position_counts

    def move(self, documents: int) -> Array:
        """Write all arrays; return the exact length of the field in each document."""
        lengths = np.zeros(documents)
        outputs = self._outputs()
        at = 0
        for first, end in weight_ranges(self._counts + self._position_counts, _ITEMS_AT_ONCE):
            piece = self._merge_range(first, end, lengths)
            over = np.flatnonzero(piece.frequencies >= OVERFLOW_MARK)
            outputs["docs"].write(piece.documents)
            outputs["tfs"].write(np.minimum(piece.frequencies, OVERFLOW_MARK))
            outputs["tf_overflow_rows"].write(over + at)
            outputs["tf_overflow"].write(piece.frequencies[over])
            if "positions" in outputs:
                outputs["positions"].write(piece.positions)
            at += len(piece.documents)
            for part in self._parts:
                part.release_pages()
        for output in outputs.values():
            output.close()
        return lengths.astype(np.int64)

    def _outputs(self) -> dict[str, ArrayOutput]:
        """Open the arrays that are written side by side, and write those that are known already."""
        name, postings = self._name, int(self._counts.sum())
        over = sum(each.over for each in self._parts)
        known = {
            "docs": ("u2", postings),
            "tfs": ("u1", postings),
            "tf_overflow_rows": ("u4", over),
            "tf_overflow": ("u4", over),
        }
        if self._indexed.positions:
            known = {"positions": (self._position_type, int(self._position_counts.sum()))} | known
        outputs = {each: self._file.open_array(f"{name}/{each}", *known[each]) for each in known}
        self._file.add(f"{name}/posting_offsets", _before(self._counts).astype(np.uint32))
        if self._indexed.positions:
            self._file.add(f"{name}/position_offsets", _before(self._position_counts).astype(np.uint32))
        return outputs

    def _merge_range(self, first: int, end: int, lengths: Array) -> _LivePostings:
        """Return the postings of some terms from all parts; add their frequencies to ``lengths``."""
        counts, position_counts = self._counts[first:end], self._position_counts[first:end]
        filled, positions_filled = _before(counts)[:-1], _before(position_counts)[:-1]
        documents, frequencies = np.zeros(counts.sum(), np.int64), np.zeros(counts.sum(), np.int64)
        positions = np.zeros(position_counts.sum(), np.uint32)
        for part in self._parts:
            own_first, own_end = np.searchsorted(part.numbers, (first, end)).tolist()
            piece = part.piece(own_first, own_end, with_positions=self._indexed.positions)
            numbers = part.numbers[own_first:own_end] - first
            targets = _targets(filled, numbers, piece.counts)
            documents[targets] = piece.documents
            frequencies[targets] = piece.frequencies
            lengths += np.bincount(piece.documents, piece.frequencies, len(lengths))
            if self._indexed.positions:
                positions[_targets(positions_filled, numbers, piece.position_counts)] = piece.positions
        return _LivePostings(counts, position_counts, documents, frequencies, positions)


def _targets(filled: Array, numbers: Array, counts: Array) -> Array:
    """Return where the items of some terms go, after those of earlier parts; ``filled`` grows by them."""
    begins = filled[numbers]
    some = counts > 0
    filled[numbers[some]] += counts[some]
    targets = np.repeat(begins - _before(counts)[:-1], counts)
    targets += np.arange(len(targets))
    return targets
