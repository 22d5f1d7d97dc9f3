"""Vector log: the vectors that were encoded since the last commit, each with a checksum, in a file that only grows.

It stands in the index folder, beside the generations. Whoever is killed leaves whole records, and perhaps a torn one at
the end, which is cut off; what does not have its checksum is left out. One process at a time may have it open.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final, Self
from zlib import crc32

import numpy as np

from indexer.errors import IndexLockedError
from indexer.kernels.vectors import Vectors
from indexer.storage.files import sync_folder
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.vectors import EncoderId

LOG: Final = "embedding.part"


class VectorLog:
    """The log of one index, opened for reading and adding; that of another encoder is begun anew."""

    def __init__(self, root: Path, encoder: EncoderId) -> None:
        self._path = root / LOG
        self._head = f"{encoder.fingerprint} {encoder.dimensions}\n".encode()
        self._record = np.dtype(
            [("hash", "<u8"), ("inverse", "<f8"), ("row", "i1", (encoder.dimensions,)), ("crc", "<u4")]
        )
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
        self._file = os.fdopen(descriptor, "r+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            self._file.close()
            raise IndexLockedError(f"{root}: another process is encoding this index; try again later") from problem
        if self._file.read(len(self._head)) != self._head:
            self._file.seek(0)
            self._file.truncate()
            self._file.write(self._head)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self) -> tuple[Array, Vectors]:
        """Return the hashes of the texts that are in the log, and their vectors."""
        self._file.flush()
        self._file.seek(len(self._head))
        content = self._file.read()
        whole = len(content) // self._record.itemsize
        self._file.truncate(len(self._head) + whole * self._record.itemsize)
        self._file.seek(0, os.SEEK_END)
        records = np.frombuffer(content, self._record, whole)
        good = records[_checksums(records) == records["crc"]]
        good = good[(good["inverse"] >= 0) & (good["inverse"] <= 1)]
        return good["hash"], Vectors(good["row"], good["inverse"])

    def add(self, hashes: Array, vectors: Vectors) -> None:
        """Add vectors, with the hashes of their texts."""
        records = np.zeros(len(hashes), self._record)
        records["hash"], records["row"], records["inverse"] = hashes, vectors.rows, vectors.inverses
        records["crc"] = _checksums(records)
        self._file.write(records.tobytes())
        self._file.flush()

    def remove(self) -> None:
        """Remove the log: all that it holds is in vector files."""
        self._path.unlink(missing_ok=True)
        sync_folder(self._path.parent)


def _checksums(records: Array) -> Array:
    size = records.dtype.itemsize - 4
    content = records.tobytes()
    starts = range(0, len(content), records.dtype.itemsize)
    return np.fromiter((crc32(content[start : start + size]) for start in starts), np.uint32, len(records))
