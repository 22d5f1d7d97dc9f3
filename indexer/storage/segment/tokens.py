"""Token buffer: the tokens of one field on their way into a segment, four bytes each, document after document.

A few tokens stay in memory; more are spilled to an unnamed temporary file that vanishes when it is closed. They can be
read any number of times, in chunks of whole documents.
"""

from __future__ import annotations

import contextlib
import tempfile
from array import array
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import numpy as np

from indexer.storage.segment.arrays import Array

MAX_BUFFERED: Final = 1 << 18
"""How many tokens are kept in memory before they are spilled: a small update needs no file."""


class Chunk(NamedTuple):
    """The tokens of some documents: document d of them has ``ids[ends[d-1]:ends[d]]``; id 0 is a gap.

    ``first`` is the number of the first document. The first token of a document has position 0, the next one 1, and so on.
    """

    ids: Array
    ends: Array
    first: int = 0


class TokenBuffer:
    """The tokens of a field; a temporary file for them goes into ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._buffered = array("I")
        self._ends = array("Q")
        self._count = 0
        self._file: BinaryIO | None = None
        self._spilled = [0]  # how many documents are in the file after each spill

    def __len__(self) -> int:
        return self._count

    @property
    def memory_bytes(self) -> int:
        """The bytes in memory."""
        return 4 * len(self._buffered) + 8 * len(self._ends)

    def add(self, ids: array[int]) -> None:
        """Add the tokens of one document. Raises OSError."""
        self._buffered += ids
        self._count += len(ids)
        self._ends.append(self._count)
        if len(self._buffered) >= MAX_BUFFERED:
            self._spill()

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115, closed when all is written
        self._buffered.tofile(self._file)
        self._buffered = array("I")
        self._spilled.append(len(self._ends))

    def chunks(self) -> Iterator[Chunk]:
        """Yield all tokens in their order; a chunk is valid until the next one is asked for. Raises OSError."""
        ends = np.append(0, np.frombuffer(self._ends, np.uint64).astype(np.int64))
        buffer = array("I")
        if self._file is not None:
            self._file.seek(0)
        for first, end in pairwise(self._spilled):
            count = int(ends[end] - ends[first])
            if len(buffer) < count:
                buffer = array("I", bytes(4 * count))
            ids = np.frombuffer(buffer, np.uint32)[:count]
            if self._file is None or self._file.readinto(ids.data) != ids.nbytes:  # type: ignore[attr-defined]
                raise OSError("the temporary file of tokens is shorter than what was written to it")
            yield Chunk(ids, ends[first + 1 : end + 1] - ends[first], first)
        first = self._spilled[-1]
        yield Chunk(np.frombuffer(self._buffered, np.uint32), ends[first + 1 :] - ends[first], first)

    def close(self) -> None:
        """Drop the tokens and close the file."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # what a full disk refused cannot be flushed either
                self._file.close()
            self._file = None
        self._buffered = array("I")
