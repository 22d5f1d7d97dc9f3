"""Adjacent segments become one: deleted documents are left out, the order of the others stays.

The result is the file that writing the documents that are left into one segment would give. Postings are
moved a range of terms at a time, so that what is held in memory stays small.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from operator import ne
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from indexer.engines.whoosh.segment.arrays import Array, ArrayFileWriter, ArrayOutput
from indexer.engines.whoosh.segment.dictionary import Dictionary
from indexer.engines.whoosh.segment.inversion import OVERFLOW, ranges
from indexer.engines.whoosh.segment.layout import (
    MAX_DOCUMENTS,
    NUMBER_TYPES,
    Column,
    FieldArrays,
    FieldStatistics,
    IndexedField,
    Layout,
    Segment,
    description,
)
from indexer.engines.whoosh.segment.texts import MIN_SAMPLE_BYTES, Packer, Unpacker, trained_dictionary
from indexer.engines.whoosh.segment.writing import (
    write_codes,
    write_lengths,
    write_numbers,
    write_terms,
)
from indexer.errors import IndexDamagedError

_ITEMS_AT_ONCE: Final = 1 << 20  # postings, or positions
_BYTES_AT_ONCE: Final = 1 << 22


class Source:
    """A segment to be merged, and which of its documents are left."""

    def __init__(self, segment: Segment, deleted: Array) -> None:
        self.segment = segment
        self.live = np.ones(segment.documents, bool)
        self.live[deleted] = False
        self.whole = not len(deleted)
        self.documents = int(np.count_nonzero(self.live))


def merge(path: Path, sources: Sequence[Source], layout: Layout) -> None:
    """Write the documents that are left of ``sources``, in their order, into a new segment file.

    A field, column or text that a source does not know is empty there; one that ``layout`` does not know is
    left out. Raises ValueError for more documents than a segment may have, and IndexDamagedError when a source is not
    what was written: every byte of it is checked, damage must not be built upon.
    """
    documents = sum(each.documents for each in sources)
    if documents > MAX_DOCUMENTS:
        raise ValueError(f"{documents} documents, a segment has at most {MAX_DOCUMENTS}")
    for each in sources:
        each.segment.verify()
    try:
        with ArrayFileWriter(path) as file:
            for name in layout.texts:
                _merge_text(file, name, sources)
            _merge_records(file, sources, layout.stored)
            for name, column in layout.columns.items():
                _merge_column(file, name, column, sources)
            statistics = {name: _merge_field(file, name, each, sources) for name, each in layout.fields.items()}
            file.finish(description(documents, statistics, layout))
    except (ValueError, LookupError, OverflowError, TypeError) as problem:
        names = ", ".join(each.segment.name for each in sources)
        raise IndexDamagedError(f"{path.parent}: {names}: cannot be merged, not what was written") from problem


# -- pieces of bytes


def _runs(live: Array) -> list[tuple[int, int]]:
    """Return the first and the end of each run of documents that are left."""
    edges = np.flatnonzero(np.diff(live.astype(np.int8), prepend=0, append=0)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _checked_ends(ends: Array, size: int) -> Array:
    """Return where pieces end, first a 0; raises ValueError when they do not cut ``size`` items into pieces."""
    signed = ends.astype(np.int64)
    if not len(signed) or signed[0] != 0 or signed[-1] != size or (signed[1:] < signed[:-1]).any():
        raise ValueError("pieces do not follow each other")
    return signed


def _lengths_left(source: Source, ends: Array) -> Array:
    return np.diff(ends)[source.live]


def _copy_runs(output: ArrayOutput, source: Source, content: Array, ends: Array) -> None:
    """Write the items of the documents that are left."""
    for first, end in _runs(source.live):
        begin, stop = int(ends[first]), int(ends[end])
        for at in range(begin, stop, _BYTES_AT_ONCE):
            output.write(content[at : min(at + _BYTES_AT_ONCE, stop)])


def _write_ends(file: ArrayFileWriter, name: str, lengths: Iterable[Array], dtype: type[np.unsignedinteger]) -> Array:
    """Write where pieces of these lengths end, after a 0; return it."""
    ends = np.cumsum(np.concatenate([np.zeros(1, np.int64), *lengths]))
    file.add(name, ends.astype(dtype))
    return ends


def _merge_records(file: ArrayFileWriter, sources: Sequence[Source], stored: tuple[str, ...]) -> None:
    lengths = []
    with file.array("stored/records", "u1") as output:
        for source in sources:
            if source.segment.layout.stored == stored:
                content = source.segment.array("stored/records", "u1")
                ends = _checked_ends(source.segment.array("stored/record_ends", "u8"), len(content))
                _copy_runs(output, source, content, ends)
                lengths.append(_lengths_left(source, ends))
            else:
                lengths.append(_copy_each(output, _records(source, stored)))
    _write_ends(file, "stored/record_ends", lengths, np.uint64)


def _copy_each(output: ArrayOutput, pieces: Iterable[bytes]) -> Array:
    """Write pieces one after another; return their lengths."""
    lengths = []
    for piece in pieces:
        output.write(piece)
        lengths.append(len(piece))
    return np.array(lengths, np.int64)


def _records(source: Source, stored: tuple[str, ...]) -> Iterator[bytes]:
    """Yield the records of a segment that was written when other fields were stored."""
    names = source.segment.layout.stored
    for document in np.flatnonzero(source.live).tolist():
        record = dict(zip(names, source.segment.record(document), strict=True))
        content = json.dumps([record.get(name) for name in stored], ensure_ascii=False, separators=(",", ":"))
        yield content.encode("utf-8", "surrogatepass")


# -- long texts


def _dictionary(name: str, sources: Sequence[Source]) -> bytes:
    """Return what the texts shall be packed with: as most of them are; without any, what is learned from them."""
    with_text = [each for each in sources if name in each.segment.layout.texts]
    dictionaries = Counter[bytes]()
    for each in with_text:
        dictionaries[each.segment.dictionary(name)] += each.documents
    del dictionaries[b""]
    if dictionaries:
        return dictionaries.most_common(1)[0][0]
    if sum(len(each.segment.array(f"text/{name}/frames", "u1")) for each in with_text) < MIN_SAMPLE_BYTES:
        return b""
    return trained_dictionary(chain.from_iterable(_contents(each, name) for each in with_text))


def _merge_text(file: ArrayFileWriter, name: str, sources: Sequence[Source]) -> None:
    dictionary = _dictionary(name, sources)
    packer = Packer(dictionary)
    lengths = []
    with file.array(f"text/{name}/frames", "u1") as output:
        for source in sources:
            if name not in source.segment.layout.texts:
                lengths.append(np.zeros(source.documents, np.int64))
            elif source.segment.dictionary(name) == dictionary:
                lengths.append(_copy_frames(output, source, name))
            else:
                lengths.append(_copy_each(output, _repacked(source, name, packer)))
    _write_ends(file, f"text/{name}/frame_ends", lengths, np.uint64)
    _merge_words(file, name, sources)
    file.add(f"text/{name}/dictionary", dictionary)


def _copy_frames(output: ArrayOutput, source: Source, name: str) -> Array:
    frames = source.segment.array(f"text/{name}/frames", "u1")
    ends = _checked_ends(source.segment.array(f"text/{name}/frame_ends", "u8"), len(frames))
    _copy_runs(output, source, frames, ends)
    return _lengths_left(source, ends)


def _repacked(source: Source, name: str, packer: Packer) -> Iterator[bytes]:
    return map(packer.pack, _contents(source, name))


def _contents(source: Source, name: str) -> Iterator[bytes]:
    """Yield the texts that are left, as UTF-8."""
    frames = source.segment.array(f"text/{name}/frames", "u1")
    ends = _checked_ends(source.segment.array(f"text/{name}/frame_ends", "u8"), len(frames))
    unpacker = Unpacker(source.segment.dictionary(name))
    for document in np.flatnonzero(source.live).tolist():
        yield unpacker.unpack_bytes(frames[ends[document] : ends[document + 1]].tobytes())


class _Words(NamedTuple):
    """Where the words of a source's texts start."""

    distances: Array
    ends: Array
    far_at: Array
    far: Array


def _words(source: Source, name: str) -> _Words:
    if name not in source.segment.layout.texts:
        none = np.zeros(0, np.int64)
        return _Words(none.astype(np.uint8), np.zeros(source.segment.documents + 1, np.int64), none, none)
    array = source.segment.array
    distances = array(f"text/{name}/word_starts", "u1")
    ends = _checked_ends(array(f"text/{name}/word_ends", "u4"), len(distances))
    far_at = array(f"text/{name}/far_at", "u4").astype(np.int64)
    return _Words(distances, ends, far_at, array(f"text/{name}/far", "u4"))


def _merge_words(file: ArrayFileWriter, name: str, sources: Sequence[Source]) -> None:
    words = [_words(source, name) for source in sources]
    lengths = [_lengths_left(source, each.ends) for source, each in zip(sources, words, strict=True)]
    ends = np.cumsum(np.concatenate([np.zeros(1, np.int64), *lengths]))
    far_at, far, base = [], [], 0
    with file.array(f"text/{name}/word_starts", "u1") as output:
        for source, each in zip(sources, words, strict=True):
            _copy_runs(output, source, each.distances, each.ends)
            at, distances = _far_left(source, each, ends[base : base + source.documents])
            far_at.append(at)
            far.append(distances)
            base += source.documents
    file.add(f"text/{name}/far_at", np.concatenate([np.zeros(0, np.int64), *far_at]).astype(np.uint32))
    file.add(f"text/{name}/far", np.concatenate([np.zeros(0, np.int64), *far]).astype(np.uint32))
    file.add(f"text/{name}/word_ends", ends.astype(np.uint32))


def _far_left(source: Source, words: _Words, begins: Array) -> tuple[Array, Array]:
    """Return the far distances that are left and their new places; ``begins``: where each document left now begins."""
    documents = np.searchsorted(words.ends, words.far_at, side="right") - 1
    left = source.live[documents]
    number = np.cumsum(source.live) - 1
    documents = documents[left]
    at = words.far_at[left] - words.ends[documents] + begins[number[documents]]
    return at, words.far[left]


# -- columns


def _merge_column(file: ArrayFileWriter, name: str, column: Column, sources: Sequence[Source]) -> None:
    if column.kind == "text":
        _merge_codes(file, name, str(column.default).encode("utf-8", "replace"), sources)
        return
    dtype = NUMBER_TYPES[column.kind]
    parts = [
        source.segment.numbers(name)[source.live]
        if name in source.segment.layout.columns
        else np.full(source.documents, column.default, dtype)
        for source in sources
    ]
    write_numbers(file, name, np.concatenate([np.zeros(0, dtype), *parts], dtype=dtype))


def _merge_codes(file: ArrayFileWriter, name: str, default: bytes, sources: Sequence[Source]) -> None:
    numbers: dict[bytes, int] = {}
    parts = [np.zeros(0, np.int64)]
    for source in sources:
        if name in source.segment.layout.columns:
            codes, values = source.segment.codes(name)
        else:
            codes, values = np.zeros(source.segment.documents, np.uint8), (default,)
        number = np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int64)
        parts.append(number[codes[source.live]])
    write_codes(file, name, np.concatenate(parts), list(numbers))


# -- terms and postings


class _Piece(NamedTuple):
    """What is left of the postings of some terms of a source."""

    counts: Array
    position_counts: Array
    documents: Array
    frequencies: Array
    positions: Array


class _Part:
    """A field of one source, read a range of terms at a time."""

    def __init__(self, source: Source, name: str, first_document: int) -> None:
        arrays: FieldArrays = source.segment.field(name)
        self._arrays = arrays
        self._source = source
        self._renumbered = np.cumsum(source.live) - 1 + first_document
        self._over_at = arrays.tf_over_at.astype(np.int64)
        content = arrays.terms.tobytes()
        ends = _checked_ends(arrays.term_ends, len(content)).tolist()
        self.terms = [content[begin:end] for begin, end in pairwise(ends)]
        self.numbers = np.zeros(0, np.int64)
        self._starts = _checked_ends(arrays.starts, len(arrays.docs))
        self._positions = arrays.positions
        self._position_starts = np.zeros_like(self._starts)
        if arrays.position_starts is not None and arrays.positions is not None:
            self._position_starts = _checked_ends(arrays.position_starts, len(arrays.positions))
        self.counts, self.position_counts, self.over = self._counted()

    def _counted(self) -> tuple[Array, Array, int]:
        """Return how many postings and positions of each term are left, and how many frequencies in the overflow."""
        if self._source.whole:
            return np.diff(self._starts), np.diff(self._position_starts), len(self._over_at)
        counts = [(np.zeros(0, np.int64), np.zeros(0, np.int64), 0)]
        for first, end in ranges(np.diff(self._starts), _ITEMS_AT_ONCE):
            piece = self.piece(first, end, with_positions=False)
            counts.append((piece.counts, piece.position_counts, int(np.count_nonzero(piece.frequencies >= OVERFLOW))))
        postings, positions, over = zip(*counts, strict=True)
        return np.concatenate(postings), np.concatenate(positions), sum(over)

    def last_position(self) -> int:
        """Return the last position that is left, reading all of them only where they take four bytes."""
        if self._positions is None or self._positions.itemsize == 2:
            return 0
        weights = np.diff(self._starts) + np.diff(self._position_starts)
        pieces = (self.piece(*each, with_positions=True) for each in ranges(weights, _ITEMS_AT_ONCE))
        return max((int(each.positions.max(initial=0)) for each in pieces), default=0)

    def piece(self, first: int, end: int, *, with_positions: bool) -> _Piece:
        """Return what is left of the terms from ``first`` to before ``end``; raises ValueError for damage."""
        starts = self._starts[first : end + 1]
        begin, stop = int(starts[0]), int(starts[-1])
        documents = self._arrays.docs[begin:stop]
        frequencies = self._frequencies(begin, stop)
        ends = starts - begin
        left = self._source.live[documents]
        weights = np.diff(_before(np.where(left, frequencies, 0))[ends])
        positions = self._placed(first, end, frequencies, ends, left) if with_positions else self._starts[:0]
        return _Piece(
            counts=np.diff(_before(left)[ends]),
            position_counts=weights if self._positions is not None else np.zeros_like(weights),
            documents=self._renumbered[documents[left]],
            frequencies=frequencies[left],
            positions=positions,
        )

    def _frequencies(self, begin: int, stop: int) -> Array:
        frequencies = self._arrays.tfs[begin:stop].astype(np.int64)
        first, end = np.searchsorted(self._over_at, (begin, stop))
        over = np.flatnonzero(frequencies == OVERFLOW)
        if not np.array_equal(over + begin, self._over_at[first:end]):
            raise ValueError("the overflow of frequencies does not fit them")
        frequencies[over] = self._arrays.tf_over[first:end]
        return frequencies

    def _placed(self, first: int, end: int, frequencies: Array, ends: Array, left: Array) -> Array:
        """Return the positions that are left of some terms."""
        if self._positions is None:
            return self._starts[:0]
        starts = self._position_starts[first : end + 1]
        if not np.array_equal(np.diff(_before(frequencies)[ends]), np.diff(starts)):
            raise ValueError("positions do not fit the frequencies")
        positions = self._positions[starts[0] : starts[-1]]
        return positions if self._source.whole else positions[np.repeat(left, frequencies)]


def _before(values: Array) -> Array:
    """Return the sum of the values before each one and, last, of all."""
    sums = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=sums[1:])
    return sums


def _merge_field(file: ArrayFileWriter, name: str, indexed: IndexedField, sources: Sequence[Source]) -> FieldStatistics:
    firsts = _before(np.array([each.documents for each in sources], np.int64)).tolist()
    parts = [_Part(source, name, first) for source, first in zip(sources, firsts, strict=False)]
    write_terms(file, name, Dictionary.of(_numbered(parts)))
    lengths = _Postings(file, name, indexed, parts).move(documents=firsts[-1])
    return write_lengths(file, name, indexed, lengths)


def _numbered(parts: Sequence[_Part]) -> list[bytes]:
    """Return the terms that are left, sorted, and tell each part the numbers of its terms among them."""
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


class _Postings:
    """The postings of a field on their way from the parts into the new file."""

    def __init__(self, file: ArrayFileWriter, name: str, indexed: IndexedField, parts: Sequence[_Part]) -> None:
        self._file = file
        self._name = name
        self._parts = parts
        self._indexed = indexed
        self._counts, self._position_counts = self._totals()
        wide = indexed.positions and max((each.last_position() for each in parts), default=0) >= 1 << 16
        self._position_type = "u4" if wide else "u2"

    def _totals(self) -> tuple[Array, Array]:
        """Return how many postings and positions each term gets."""
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
        for first, end in ranges(self._counts + self._position_counts, _ITEMS_AT_ONCE):
            piece = self._moved(first, end, lengths)
            over = np.flatnonzero(piece.frequencies >= OVERFLOW)
            outputs["docs"].write(piece.documents)
            outputs["tfs"].write(np.minimum(piece.frequencies, OVERFLOW))
            outputs["tf_over_at"].write(over + at)
            outputs["tf_over"].write(piece.frequencies[over])
            if "positions" in outputs:
                outputs["positions"].write(piece.positions)
            at += len(piece.documents)
        for output in outputs.values():
            output.close()
        return lengths.astype(np.int64)

    def _outputs(self) -> dict[str, ArrayOutput]:
        """Begin the arrays that are written side by side; write those that are known."""
        name, postings = self._name, int(self._counts.sum())
        over = sum(each.over for each in self._parts)
        self._file.add(f"{name}/starts", _before(self._counts).astype(np.uint32))
        known = {"docs": ("u2", postings), "tfs": ("u1", postings), "tf_over_at": ("u4", over), "tf_over": ("u4", over)}
        outputs = {each: self._file.open_array(f"{name}/{each}", *known[each]) for each in known}
        if self._indexed.positions:
            self._file.add(f"{name}/position_starts", _before(self._position_counts).astype(np.uint32))
            positions = int(self._position_counts.sum())
            outputs["positions"] = self._file.open_array(f"{name}/positions", self._position_type, positions)
        return outputs

    def _moved(self, first: int, end: int, lengths: Array) -> _Piece:
        """Return the postings of some terms from all parts; add to the lengths of their documents."""
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
        return _Piece(counts, position_counts, documents, frequencies, positions)


def _targets(filled: Array, numbers: Array, counts: Array) -> Array:
    """Return where the items of some terms go, behind those that are there; ``filled`` grows by them."""
    begins = filled[numbers]
    some = counts > 0
    filled[numbers[some]] += counts[some]
    targets = np.repeat(begins - _before(counts)[:-1], counts)
    targets += np.arange(len(targets))
    return targets
