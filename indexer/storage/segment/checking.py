"""Checks of a whole segment: every byte is as it was written, and its arrays agree with each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from indexer.errors import IndexDamagedError
from indexer.ranking.occurrences import ANYWHERE, FREQUENCY, MOST_FREQUENT
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.file import FieldArrays, SegmentFile, are_ends
from indexer.storage.segment.inversion import places_of


def faults_of(segment: SegmentFile) -> Iterator[str]:
    """Yield a line for each fault of ``segment``, reading all of it and decoding every stored record and text."""
    try:
        segment.verify()
        for name in segment.layout.fields:
            yield from (f"{segment.path}: {name}: {fault}" for fault in _faults_of_field(segment, name))
        for name, kind in segment.layout.columns.items():
            (segment.codes if kind == "text" else segment.numbers)(name)
        for document in range(segment.documents):
            _read_document(segment, document)
    except IndexDamagedError as problem:
        yield str(problem)


def _faults_of_field(segment: SegmentFile, name: str) -> Iterator[str]:
    arrays = segment.field(name)
    if not are_ends(arrays.term_ends, len(arrays.terms)) or not are_ends(arrays.posting_offsets, len(arrays.docs)):
        yield "its terms or postings do not follow each other"
        return
    if not _are_sorted(arrays):
        yield "its terms are not sorted"
    documents_rise = _rise(arrays, segment.documents)
    if not documents_rise:
        yield "the documents of a term do not rise, or there are no such documents"
    frequencies = _frequencies(arrays)
    if frequencies is None or not frequencies.all():
        yield "its frequencies are not what was written"
    elif documents_rise and arrays.position_offsets is not None and arrays.positions is not None:
        yield from _faults_of_positions(arrays, arrays.position_offsets, arrays.positions, frequencies)


def _are_sorted(arrays: FieldArrays) -> bool:
    content = arrays.terms.tobytes()
    terms = [content[start:end] for start, end in pairwise(arrays.term_ends.tolist())]
    return all(before < after for before, after in pairwise(terms))


def _rise(arrays: FieldArrays, documents: int) -> bool:
    if not len(arrays.docs):
        return True
    falls = np.flatnonzero(arrays.docs[1:] <= arrays.docs[:-1]) + 1
    return int(arrays.docs.max()) < documents and bool(np.isin(falls, arrays.posting_offsets).all())


def _frequencies(arrays: FieldArrays) -> Array | None:
    """Return the term frequency of each posting, None where the overflow does not fit."""
    frequencies = (arrays.occurrences & FREQUENCY).astype(np.int64)
    if (
        not np.array_equal(np.flatnonzero(frequencies == MOST_FREQUENT), arrays.tf_overflow_rows)
        or (arrays.tf_overflow < MOST_FREQUENT).any()
    ):
        return None
    frequencies[arrays.tf_overflow_rows] = arrays.tf_overflow
    return frequencies


def _faults_of_positions(
    arrays: FieldArrays, position_offsets: Array, positions: Array, frequencies: Array
) -> Iterator[str]:
    ends = np.concatenate(([0], np.cumsum(frequencies)))
    if ends[-1] != len(positions) or not np.array_equal(ends[arrays.posting_offsets], position_offsets):
        yield "its positions do not fit its frequencies"
        return
    falls = np.flatnonzero(positions[1:] < positions[:-1]) + 1
    if not np.isin(falls, ends).all():
        yield "the positions of a posting do not rise"
    elif not np.array_equal(
        places_of(positions, ends[:-1], arrays.body_starts[arrays.docs]), arrays.occurrences & ANYWHERE
    ):
        yield "its occurrence bytes do not fit its positions"


def _read_document(segment: SegmentFile, document: int) -> None:
    """Raise IndexDamagedError for a document whose record or texts cannot be read."""
    for name, text in zip(segment.layout.texts, segment.stored_document(document).texts, strict=True):
        try:
            text.word_starts()
        except ValueError as problem:
            raise IndexDamagedError(f"{segment.path}: {name}: {problem}") from problem
