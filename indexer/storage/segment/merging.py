"""Adjacent segments become one: deleted documents are left out, the order of the others stays.

The result is the file that writing the documents that are left into one segment would give. Postings are
moved a range of terms at a time, so that what is held in memory stays small.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from indexer.errors import IndexDamagedError
from indexer.storage.segment.arrays import Array, ArrayFileWriter, ArrayOutput
from indexer.storage.segment.columns import write_codes, write_numbers
from indexer.storage.segment.layout import (
    MAX_DOCUMENTS,
    NUMBER_TYPES,
    Column,
    Layout,
    description,
)
from indexer.storage.segment.merging_fields import merge_field
from indexer.storage.segment.sources import Source, checked_ends, copy_runs, lengths_left
from indexer.storage.segment.texts import MIN_SAMPLE_BYTES, Packer, Unpacker, train_dictionary


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
            statistics = {name: merge_field(file, name, each, sources) for name, each in layout.fields.items()}
            file.finish(description(documents, statistics, layout))
    except (ValueError, LookupError, OverflowError, TypeError) as problem:
        names = ", ".join(each.segment.name for each in sources)
        raise IndexDamagedError(f"{path.parent}: {names}: cannot be merged, not what was written") from problem


# -- pieces of bytes


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
                ends = checked_ends(source.segment.array("stored/record_ends", "u8"), len(content))
                copy_runs(output, source, content, ends)
                lengths.append(lengths_left(source, ends))
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
    return train_dictionary(chain.from_iterable(_contents(each, name) for each in with_text))


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
    ends = checked_ends(source.segment.array(f"text/{name}/frame_ends", "u8"), len(frames))
    copy_runs(output, source, frames, ends)
    return lengths_left(source, ends)


def _repacked(source: Source, name: str, packer: Packer) -> Iterator[bytes]:
    return map(packer.pack, _contents(source, name))


def _contents(source: Source, name: str) -> Iterator[bytes]:
    """Yield the texts that are left, as UTF-8."""
    frames = source.segment.array(f"text/{name}/frames", "u1")
    ends = checked_ends(source.segment.array(f"text/{name}/frame_ends", "u8"), len(frames))
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
    ends = checked_ends(array(f"text/{name}/word_ends", "u4"), len(distances))
    far_at = array(f"text/{name}/far_at", "u4").astype(np.int64)
    return _Words(distances, ends, far_at, array(f"text/{name}/far", "u4"))


def _merge_words(file: ArrayFileWriter, name: str, sources: Sequence[Source]) -> None:
    words = [_words(source, name) for source in sources]
    lengths = [lengths_left(source, each.ends) for source, each in zip(sources, words, strict=True)]
    ends = np.cumsum(np.concatenate([np.zeros(1, np.int64), *lengths]))
    far_at, far, base = [], [], 0
    with file.array(f"text/{name}/word_starts", "u1") as output:
        for source, each in zip(sources, words, strict=True):
            copy_runs(output, source, each.distances, each.ends)
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
