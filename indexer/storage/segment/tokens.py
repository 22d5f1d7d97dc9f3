"""The tokens of one field on their way into a segment: a number for each, four bytes, document after document.

Few are held in memory, more go to a file without a name that is gone when it is closed. They are read
again in chunks of whole documents, as often as one likes. Positions that are given are all held in memory: a field
whose terms follow each other has none.
"""

from __future__ import annotations

import contextlib
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import numpy as np

from indexer.storage.segment.arrays import Array

TOKENS_HELD: Final = 1 << 18
"""So many are held before they go to the file: small changes of an index need none."""


class Chunk(NamedTuple):
    """The tokens of some documents: document d of them has ``ids[ends[d-1]:ends[d]]``; id 0 is a gap.

    ``first`` is the number of the first document. ``places`` are the positions of the tokens, rising within a document;
    without it the first token of a document has position 0, the next one 1, and so on.
    """

    ids: Array
    ends: Array
    first: int = 0
    places: Array | None = None


class Tokens:
    """The tokens of a field; ``folder`` is where a file for them may be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held = array("I")
        self._ends = array("Q")
        self._places: array[int] | None = None
        self._file: BinaryIO | None = None
        self._filed = [0]  # documents, up to the end of each chunk that is in the file

    def __len__(self) -> int:
        return int(self._ends[-1]) if self._ends else 0

    @property
    def memory_bytes(self) -> int:
        """What is held in memory."""
        places = 4 * len(self._places) if self._places is not None else 0
        return 4 * len(self._held) + 8 * len(self._ends) + places

    def add(self, ids: array[int], places: Sequence[int] | None = None) -> None:
        """Add the tokens of one document, with their positions if they do not follow each other. Raises OSError."""
        if places is not None or self._places is not None:
            self._placed().extend(range(len(ids)) if places is None else places)
        self._held += ids
        self._ends.append(len(self) + len(ids))
        if len(self._held) >= TOKENS_HELD:
            self._put_aside()

    def _placed(self) -> array[int]:
        """Return the positions of all tokens until now."""
        if self._places is None:
            ends = [0, *self._ends]
            self._places = array("I", (place for a, b in pairwise(ends) for place in range(b - a)))
        return self._places

    def _put_aside(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115, closed when all is written
        self._held.tofile(self._file)
        self._held = array("I")
        self._filed.append(len(self._ends))

    def chunks(self) -> Iterator[Chunk]:
        """Yield all tokens in their order; a chunk is no longer valid when the next one is asked for. Raises OSError."""
        ends = np.frombuffer(self._ends, np.uint64).astype(np.int64)
        buffer = array("I")
        if self._file is not None:
            self._file.seek(0)
        for first, end in pairwise(self._filed):
            count = int(ends[end - 1]) - (int(ends[first - 1]) if first else 0)
            if len(buffer) < count:
                buffer = array("I", bytes(4 * count))
            yield self._chunk(self._read(np.frombuffer(buffer, np.uint32)[:count]), ends, first, end)
        yield self._chunk(np.frombuffer(self._held, np.uint32), ends, self._filed[-1], len(ends))

    def _chunk(self, ids: Array, ends: Array, first: int, end: int) -> Chunk:
        begin = int(ends[first - 1]) if first else 0
        if self._places is None:
            return Chunk(ids, ends[first:end] - begin, first)
        places = np.frombuffer(self._places, np.uint32)[begin : begin + len(ids)]
        return Chunk(ids, ends[first:end] - begin, first, places)

    def _read(self, ids: Array) -> Array:
        """Fill ``ids`` from the file; raises OSError when the file was cut short."""
        if self._file is None or self._file.readinto(ids.data) != ids.nbytes:  # type: ignore[attr-defined]
            raise OSError("the file of tokens is shorter than it was written")
        return ids

    def close(self) -> None:
        """Let go of them, and of the file."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # what a full disk did not take cannot be flushed either
                self._file.close()
            self._file = None
        self._held = array("I")
