"""Merging: adjacent segments become one, deleted documents are left out, the order of the others stays.

The result is the very file that writing the live documents into one segment would give. Postings are moved one range of
terms at a time, so that memory stays small.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from zstandard import ZstdError

from indexer.errors import IndexDamagedError
from indexer.storage.segment.arrays import ArrayFileWriter
from indexer.storage.segment.columns import write_codes, write_numbers
from indexer.storage.segment.file import checked_ends, segment_meta
from indexer.storage.segment.frames import SAMPLE_BYTES, Packer, is_worth, train_dictionary, unpacked_size
from indexer.storage.segment.layout import MAX_DOCUMENTS, Layout
from indexer.storage.segment.live_segment import LiveSegment
from indexer.storage.segment.merging_fields import merge_field
from indexer.storage.segment.stored_writing import DICTIONARY, FRAME_ENDS, FRAMES
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
            _merge_stored(file, sources)
            for name, kind in layout.columns.items():
                (_merge_codes if kind == "text" else _merge_numbers)(file, name, sources)
            starts = [source.file.body_starts()[source.live] for source in sources]
            write_body_starts(file, np.concatenate([np.zeros(0, np.uint32), *starts]))
            totals = {name: merge_field(file, name, field, sources) for name, field in layout.fields.items()}
            file.finish(segment_meta(documents, layout, totals))
    except (ValueError, LookupError, OverflowError, TypeError, ZstdError) as problem:
        names = ", ".join(source.file.path.name for source in sources)
        raise IndexDamagedError(f"{path.parent}: {names}: cannot be merged, not what was written") from problem


# -- what is stored


def _merge_stored(file: ArrayFileWriter, sources: Sequence[LiveSegment]) -> None:
    packer = Packer(_dictionary(sources))
    ends = [np.zeros(1, np.int64)]
    output = file.open_array(FRAMES, "u1")
    for source in sources:
        if source.file.dictionary == packer.dictionary:
            frames = source.file.array(FRAMES, "u1")
            ends.append(
                source.copy_live(output, frames, checked_ends(source.file.array(FRAME_ENDS, "u8"), len(frames)))
            )
        else:
            ends.append(np.array([output.write(packer.pack(each)) for each in _contents([source])], np.int64))
    output.close()
    file.add(FRAME_ENDS, np.cumsum(np.concatenate(ends)).astype(np.uint64))
    file.add(DICTIONARY, packer.dictionary)


def _dictionary(sources: Sequence[LiveSegment]) -> bytes:
    """Return the dictionary of most documents; one that is trained on them where that does not suit their amount."""
    size = sum(unpacked_size(source.file.frame(document)) for source, document in _live_documents(sources))
    counts = Counter({b"": 0})
    for source in sources:
        counts[source.file.dictionary] += source.live_count
    most = counts.most_common(1)[0][0]
    if is_worth(most, size):
        return most
    sample, sampled = [], 0
    for content in _contents(sources):
        sample.append(content)
        sampled += len(content)
        if sampled >= SAMPLE_BYTES:
            break
    return train_dictionary(sample)


def _contents(sources: Sequence[LiveSegment]) -> Iterator[bytes]:
    """Yield what is stored of each live document."""
    return (source.file.content(document) for source, document in _live_documents(sources))


def _live_documents(sources: Sequence[LiveSegment]) -> Iterator[tuple[LiveSegment, int]]:
    return ((source, document) for source in sources for document in np.flatnonzero(source.live).tolist())


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
