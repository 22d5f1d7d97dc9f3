"""A segment that is merged into another: which of its documents are left, and pieces of them copied."""

from __future__ import annotations

from typing import Final

import numpy as np

from indexer.storage.segment.arrays import Array, ArrayOutput
from indexer.storage.segment.layout import SegmentFile

_BYTES_AT_ONCE: Final = 1 << 22


class Source:
    """A segment to be merged, and which of its documents are left."""

    def __init__(self, segment: SegmentFile, deleted: Array) -> None:
        self.segment = segment
        self.live = np.ones(segment.documents, bool)
        self.live[deleted] = False
        self.whole = not len(deleted)
        self.documents = int(np.count_nonzero(self.live))


def runs(live: Array) -> list[tuple[int, int]]:
    """Return the first and the end of each run of documents that are left."""
    edges = np.flatnonzero(np.diff(live.astype(np.int8), prepend=0, append=0)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def checked_ends(ends: Array, size: int) -> Array:
    """Return where pieces end, first a 0; raises ValueError when they do not cut ``size`` items into pieces."""
    signed = ends.astype(np.int64)
    if not len(signed) or signed[0] != 0 or signed[-1] != size or (signed[1:] < signed[:-1]).any():
        raise ValueError("pieces do not follow each other")
    return signed


def lengths_left(source: Source, ends: Array) -> Array:
    """Return how many items the documents that are left have."""
    return np.diff(ends)[source.live]


def copy_runs(output: ArrayOutput, source: Source, content: Array, ends: Array) -> None:
    """Write the items of the documents that are left."""
    forgotten = 0
    for first, end in runs(source.live):
        begin, stop = int(ends[first]), int(ends[end])
        for at in range(begin, stop, _BYTES_AT_ONCE):
            end_here = min(at + _BYTES_AT_ONCE, stop)
            output.write(content[at:end_here])
            if end_here - forgotten >= _BYTES_AT_ONCE:
                source.segment.forget()
                forgotten = end_here
