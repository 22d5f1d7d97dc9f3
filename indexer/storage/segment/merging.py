"""Merging: adjacent segments become one, deleted documents are left out, the order of the others stays.

The result is the very file that writing the live documents into one segment would give. Postings are moved one range of
terms at a time, so that memory stays small.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from indexer.errors import IndexDamagedError
from indexer.storage.segment.arrays import Array, ArrayFileWriter, ArrayOutput
from indexer.storage.segment.columns import write_codes, write_numbers
from indexer.storage.segment.file import checked_ends, segment_meta
from indexer.storage.segment.layout import MAX_DOCUMENTS, Layout
from indexer.storage.segment.live_segment import LiveSegment
from indexer.storage.segment.merging_fields import merge_field
from indexer.storage.segment.texts import MIN_SAMPLE_BYTES, Packer, Unpacker, train_dictionary


def merge(path: Path, sources: Sequence[LiveSegment], layout: Layout) -> None:
    """Write the live documents of ``sources``, which all have this layout, into a new segment file.

    Raises ValueError for more documents than a segment may have, and IndexDamagedError when a source is not what was
    written: every byte of it is checked first, since the new file would call damaged bytes good.
    """
    documents = sum(source.live_count for source in sources)
    if documents > MAX_DOCUMENTS:
        raise ValueError(f"{documents} documents, a segment has at most {MAX_DOCUMENTS}")
    for source in sources:
        source.file.verify()
    try:
        with ArrayFileWriter(path) as file:
            for name in layout.texts:
                _merge_text(file, name, sources)
            _merge_pieces(file, "stored/records", "stored/record_ends", sources)
            for name, kind in layout.columns.items():
                (_merge_codes if kind == "text" else _merge_numbers)(file, name, sources)
            totals = {name: merge_field(file, name, field, sources) for name, field in layout.fields.items()}
            file.finish(segment_meta(documents, layout, totals))
    except (ValueError, LookupError, OverflowError, TypeError) as problem:
        names = ", ".join(source.file.name for source in sources)
        raise IndexDamagedError(f"{path.parent}: {names}: cannot be merged, not what was written") from problem


# -- pieces of bytes


def _merge_pieces(file: ArrayFileWriter, content: str, ends: str, sources: Sequence[LiveSegment]) -> None:
    with file.array(content, "u1") as output:
        lengths = [_copy_pieces(output, source, content, ends) for source in sources]
    _write_ends(file, ends, lengths)


def _copy_pieces(output: ArrayOutput, source: LiveSegment, content: str, ends: str) -> Array:
    pieces = source.file.array(content, "u1")
    return source.copy_live(output, pieces, checked_ends(source.file.array(ends, "u8"), len(pieces)))


def _write_ends(file: ArrayFileWriter, name: str, lengths: Iterable[Array]) -> None:
    """Write where pieces of these lengths end, after a 0."""
    file.add(name, np.cumsum(np.concatenate([np.zeros(1, np.int64), *lengths])).astype(np.uint64))


# -- long texts


def _merge_text(file: ArrayFileWriter, name: str, sources: Sequence[LiveSegment]) -> None:
    content, ends = f"text/{name}/frames", f"text/{name}/frame_ends"
    dictionary = _dictionary(name, sources)
    packer = Packer(dictionary)
    lengths = []
    with file.array(content, "u1") as output:
        for source in sources:
            if source.file.dictionary(name) == dictionary:
                lengths.append(_copy_pieces(output, source, content, ends))
            else:
                lengths.append(_write_pieces(output, map(packer.pack, _contents(source, name))))
    _write_ends(file, ends, lengths)
    _merge_words(file, name, sources)
    file.add(f"text/{name}/dictionary", dictionary)


def _dictionary(name: str, sources: Sequence[LiveSegment]) -> bytes:
    """Return the dictionary that most of the texts have; without any, one that is trained on them."""
    dictionaries = Counter[bytes]()
    for source in sources:
        dictionaries[source.file.dictionary(name)] += source.live_count
    del dictionaries[b""]
    if dictionaries:
        return dictionaries.most_common(1)[0][0]
    if sum(len(source.file.array(f"text/{name}/frames", "u1")) for source in sources) < MIN_SAMPLE_BYTES:
        return b""
    return train_dictionary(chain.from_iterable(_contents(source, name) for source in sources))


def _write_pieces(output: ArrayOutput, pieces: Iterable[bytes]) -> Array:
    """Write pieces one after another; return their lengths."""
    lengths = []
    for piece in pieces:
        output.write(piece)
        lengths.append(len(piece))
    return np.array(lengths, np.int64)


def _contents(source: LiveSegment, name: str) -> Iterator[bytes]:
    """Yield the live texts as UTF-8."""
    frames = source.file.array(f"text/{name}/frames", "u1")
    ends = checked_ends(source.file.array(f"text/{name}/frame_ends", "u8"), len(frames))
    unpacker = Unpacker(source.file.dictionary(name))
    for document in np.flatnonzero(source.live).tolist():
        yield unpacker.unpack_bytes(frames[ends[document] : ends[document + 1]].tobytes())


class _Words(NamedTuple):
    """Where the words of a source's texts start: distances, and the far ones that take more than a byte."""

    distances: Array
    ends: Array
    far_at: Array
    far: Array


def _words(source: LiveSegment, name: str) -> _Words:
    array = source.file.array
    distances = array(f"text/{name}/word_starts", "u1")
    ends = checked_ends(array(f"text/{name}/word_ends", "u4"), len(distances))
    far_at = array(f"text/{name}/far_at", "u4").astype(np.int64)
    return _Words(distances, ends, far_at, array(f"text/{name}/far", "u4"))


def _merge_words(file: ArrayFileWriter, name: str, sources: Sequence[LiveSegment]) -> None:
    words = [_words(source, name) for source in sources]
    lengths = [source.live_lengths(each.ends) for source, each in zip(sources, words, strict=True)]
    ends = np.cumsum(np.concatenate([np.zeros(1, np.int64), *lengths]))
    far_at, far, first = [], [], 0
    with file.array(f"text/{name}/word_starts", "u1") as output:
        for source, each in zip(sources, words, strict=True):
            source.copy_live(output, each.distances, each.ends)
            at, distances = _live_far(source, each, ends[first : first + source.live_count])
            far_at.append(at)
            far.append(distances)
            first += source.live_count
    file.add(f"text/{name}/far_at", np.concatenate([np.zeros(0, np.int64), *far_at]).astype(np.uint32))
    file.add(f"text/{name}/far", np.concatenate([np.zeros(0, np.int64), *far]).astype(np.uint32))
    file.add(f"text/{name}/word_ends", ends.astype(np.uint32))


def _live_far(source: LiveSegment, words: _Words, begins: Array) -> tuple[Array, Array]:
    """Return the new places of the live far distances, and those; ``begins``: where each live document now begins."""
    documents = np.searchsorted(words.ends, words.far_at, side="right") - 1
    is_live = source.live[documents]
    new_numbers = np.cumsum(source.live) - 1
    documents = documents[is_live]
    at = words.far_at[is_live] - words.ends[documents] + begins[new_numbers[documents]]
    return at, words.far[is_live]


# -- columns


def _merge_numbers(file: ArrayFileWriter, name: str, sources: Sequence[LiveSegment]) -> None:
    parts = [source.file.numbers(name)[source.live] for source in sources]
    write_numbers(file, name, np.concatenate([np.zeros(0, np.int64), *parts], dtype=np.int64))


def _merge_codes(file: ArrayFileWriter, name: str, sources: Sequence[LiveSegment]) -> None:
    merged: dict[bytes, int] = {}
    parts = [np.zeros(0, np.int64)]
    for source in sources:
        codes, values = source.file.codes(name)
        new_codes = np.array([merged.setdefault(value, len(merged)) for value in values], np.int64)
        parts.append(new_codes[codes[source.live]])
    write_codes(file, name, np.concatenate(parts), list(merged))
