"""Vector file of a segment, ``s12.vec``: what an encoder made of the texts of each document, beside the segment itself.

    offsets   u4   where the vectors of each document begin, and the end
    hashes    u8   of the text of each vector: what is encoded already is never encoded again
    rows      u1   the vectors, ``dimensions`` signed bytes each
    inverses  f8   1 / the length of each vector
    meta           the encoder, its fingerprint, dimensions, and the passages that were asked for

A segment never changes, so neither does its vector file; one without has no vectors yet. A generation lists both in its
manifest, so that they are linked, verified and checked alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from indexer.errors import IndexDamagedError
from indexer.kernels.vectors import Vectors, cosines
from indexer.storage.segment.arrays import Array, ArrayFile, ArrayFileWriter

VECTORS_NAME: Final = re.compile(r"(s[1-9][0-9]{0,15})\.vec")
SPENT_NAME: Final = re.compile(r"spent-[0-9]{1,6}\.vec")
"""The vectors of a segment that a rebuild replaced: most of its texts will come again."""
MAX_DIMENSIONS: Final = 4096
NO_SCORE: Final = -2.0
"""Instead of a cosine: the document has no vector."""


class EncoderId(NamedTuple):
    """What made some vectors: only those of one encoder, fingerprint included, can be compared."""

    name: str
    fingerprint: str
    dimensions: int


class VectorFile:
    """The vectors of one segment, memory-mapped. Raises IndexDamagedError for a file that was not written so."""

    def __init__(self, path: Path, documents: int | None = None) -> None:
        self._file = ArrayFile(path)
        self.path = path
        try:
            self.encoder, self.passages = _read_meta(self._file.meta)
        except (ValueError, TypeError, LookupError) as problem:
            raise IndexDamagedError(f"{path}: not a vector file as it was written") from problem
        self.offsets = self._file.array("offsets", "u4")
        self.hashes = self._file.array("hashes", "u8")
        rows = self._file.array("rows", "u1")
        count = len(self.hashes)
        documents = len(self.offsets) - 1 if documents is None else documents
        if len(self.offsets) != documents + 1 or rows.size != count * self.encoder.dimensions:
            raise IndexDamagedError(f"{path}: {len(self.offsets) - 1} documents, expected {documents}")
        if self.offsets[0] or self.offsets[-1] != count or (self.offsets[1:] < self.offsets[:-1]).any():
            raise IndexDamagedError(f"{path}: the offsets of the vectors do not rise")
        inverses = self._file.array("inverses", "f8")
        if len(inverses) != count or not ((inverses >= 0) & (inverses <= 1)).all():
            raise IndexDamagedError(f"{path}: not the lengths of {count} vectors")
        self.vectors = Vectors(rows.view(np.int8).reshape(count, self.encoder.dimensions), inverses)

    def best_cosines(self, vector: bytes) -> Array:
        """Return for each document the highest cosine of ``vector`` with one of its own, NO_SCORE without any (f8)."""
        starts, ends = self.offsets[:-1], self.offsets[1:]
        best = np.full(len(starts), NO_SCORE)
        if (have := np.flatnonzero(ends > starts)).size:
            best[have] = np.maximum.reduceat(cosines(vector, self.vectors), starts[have].astype(np.int64))
        return best

    def cosines_with(self, document: int, vector: bytes) -> Array:
        """Return the cosine of ``vector`` with each of a document's own (f8)."""
        start, end = (int(self.offsets[document + more]) for more in (0, 1))
        return cosines(vector, Vectors(*(part[start:end] for part in self.vectors)))

    def first(self, document: int) -> bytes | None:
        """Return the vector of a document's first text, its title and beginning; None without any."""
        start, end = (int(self.offsets[document + more]) for more in (0, 1))
        return self.vectors.rows[start].tobytes() if end > start else None

    @property
    def documents(self) -> int:
        """How many documents have vectors."""
        return int((self.offsets[1:] > self.offsets[:-1]).sum())

    def verify(self) -> None:
        """Read every byte; raises IndexDamagedError."""
        self._file.verify()

    def close(self) -> None:
        """Release the file."""
        self._file.close()


def write_vectors(
    path: Path, encoder: EncoderId, passages: int, hashes: Sequence[Array], chunks: Iterable[Vectors]
) -> None:
    """Write a vector file: the hashes of the texts of each document, and a vector for each hash, in order."""
    counts = np.fromiter(map(len, hashes), np.int64, len(hashes))
    count = int(counts.sum())
    with ArrayFileWriter(path) as file:
        file.add("offsets", np.concatenate([[0], counts.cumsum()]).astype(np.uint32))
        file.add("hashes", np.concatenate([np.zeros(0, np.uint64), *hashes]))
        rows = file.open_array("rows", "u1", count * encoder.dimensions)
        inverses = file.open_array("inverses", "f8", count)
        for chunk in chunks:
            rows.write(np.ascontiguousarray(chunk.rows).reshape(-1).view(np.uint8))
            inverses.write(chunk.inverses)
        rows.close()
        inverses.close()
        file.finish({**encoder._asdict(), "passages": passages})


def _read_meta(meta: dict[str, Any]) -> tuple[EncoderId, int]:
    """Return the encoder and the number of passages; raises some builtin error for anything else."""
    encoder, passages = EncoderId(*(meta[name] for name in EncoderId._fields)), meta["passages"]
    if not isinstance(encoder.name, str) or not isinstance(encoder.fingerprint, str):
        raise TypeError(encoder)
    if type(encoder.dimensions) is not int or not 1 <= encoder.dimensions <= MAX_DIMENSIONS:
        raise ValueError(encoder.dimensions)
    if type(passages) is not int or passages < 0:
        raise ValueError(passages)
    return encoder, passages
