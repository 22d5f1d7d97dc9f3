"""Merging: adjacent segments become one, deleted documents are left out, the order of the others stays.

The result is the very file that writing the live documents into one segment would give. Postings are moved one range of
terms at a time, so that memory stays small.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.errors import IndexDamagedError
from indexer.storage.segment.arrays import Array, ArrayFileWriter, ArrayOutput
from indexer.storage.segment.columns import write_codes, write_numbers
from indexer.storage.segment.file import checked_ends, segment_meta
from indexer.storage.segment.layout import MAX_DOCUMENTS, Layout
from indexer.storage.segment.live_segment import LiveSegment
from indexer.storage.segment.merging_fields import merge_field
from indexer.storage.segment.texts import MIN_SAMPLE_BYTES, Packer, train_dictionary
from indexer.storage.segment.writing import write_body_starts


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
            starts = [source.file.body_starts()[source.live] for source in sources]
            write_body_starts(file, np.concatenate([np.zeros(0, np.uint32), *starts]))
            totals = {name: merge_field(file, name, field, sources) for name, field in layout.fields.items()}
            file.finish(segment_meta(documents, layout, totals))
    except (ValueError, LookupError, OverflowError, TypeError) as problem:
        names = ", ".join(source.file.path.name for source in sources)
        raise IndexDamagedError(f"{path.parent}: {names}: cannot be merged, not what was written") from problem


# -- pieces of bytes


def _merge_pieces(file: ArrayFileWriter, content: str, ends: str, sources: Sequence[LiveSegment]) -> None:
    output = file.open_array(content, "u1")
    lengths = [_copy_pieces(output, source, content, ends) for source in sources]
    output.close()
    _write_ends(file, ends, lengths)


def _copy_pieces(output: ArrayOutput, source: LiveSegment, content: str, ends: str) -> Array:
    pieces = source.file.array(content, "u1")
    return source.copy_live(output, pieces, checked_ends(source.file.array(ends, "u8"), len(pieces)))


def _write_ends(file: ArrayFileWriter, name: str, lengths: Iterable[Array], dtype: npt.DTypeLike = np.uint64) -> None:
    """Write where pieces of these lengths end, after a 0."""
    file.add(name, np.cumsum(np.concatenate([np.zeros(1, np.int64), *lengths])).astype(dtype))


def _contents(source: LiveSegment, name: str) -> Iterator[bytes]:
    """Yield the live texts as UTF-8."""
    return (source.file.text(name, document).encode() for document in np.flatnonzero(source.live).tolist())


# -- long texts


def _merge_text(file: ArrayFileWriter, name: str, sources: Sequence[LiveSegment]) -> None:
    content, ends = f"text/{name}/frames", f"text/{name}/frame_ends"
    dictionary = _dictionary(name, sources)
    packer = Packer(dictionary)
    lengths = []
    output = file.open_array(content, "u1")
    for source in sources:
        if source.file.dictionary(name) == dictionary:
            lengths.append(_copy_pieces(output, source, content, ends))
        else:
            sizes = [output.write(packer.pack(text)) for text in _contents(source, name)]
            lengths.append(np.array(sizes, np.int64))
    output.close()
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


def _merge_words(file: ArrayFileWriter, name: str, sources: Sequence[LiveSegment]) -> None:
    lengths, far_at, far, first = [], [np.zeros(0, np.int64)], [np.zeros(0, np.uint32)], 0
    output = file.open_array(f"text/{name}/word_starts", "u1")
    for source in sources:
        distances = source.file.array(f"text/{name}/word_starts", "u1")
        ends = checked_ends(source.file.array(f"text/{name}/word_ends", "u4"), len(distances))
        lengths.append(source.copy_live(output, distances, ends))
        old = source.file.array(f"text/{name}/far_at", "u4").astype(np.int64)
        documents = np.searchsorted(ends, old, side="right") - 1
        live_before = first + np.cumsum(np.append(0, np.diff(ends) * source.live))
        is_live = source.live[documents]
        far_at.append((old - ends[documents] + live_before[documents])[is_live])
        far.append(source.file.array(f"text/{name}/far", "u4")[is_live])
        first = int(live_before[-1])
    output.close()
    file.add(f"text/{name}/far_at", np.concatenate(far_at).astype(np.uint32))
    file.add(f"text/{name}/far", np.concatenate(far))
    _write_ends(file, f"text/{name}/word_ends", lengths, np.uint32)


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
