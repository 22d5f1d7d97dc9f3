"""Embedding of a generation: the vectors of every article, encoding only those texts that were not encoded yet.

Texts are known by their hashes. Vectors come from the vector files of the generations that there are, and from
``embedding.part`` in the index folder, to which each batch is added as it is done: so whoever is killed goes on there.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from indexer.engines import Embedding
from indexer.engines.whoosh.documents import article_of
from indexer.errors import IndexUnusableError
from indexer.kernels.vectors import Vectors
from indexer.storage.files import hard_link, names_in
from indexer.storage.generations import Generation
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.vectors import SPENT_NAME, VECTORS_NAME, VectorFile, write_vectors
from indexer.storage.segment_reader import SegmentReader, open_segments
from indexer.storage.toc import Toc
from indexer.storage.vector_log import VectorLog

BATCH: Final = 256
"""So many texts are encoded between two additions to the log."""


class KnownVectors:
    """Vectors by the hashes of their texts: those of some files, and those that were added."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._sources: list[tuple[Array, Array, Vectors]] = []

    def add(self, hashes: Array, vectors: Vectors) -> None:
        """Know some more vectors."""
        order = np.argsort(hashes, kind="stable")
        self._sources.append((hashes[order], order, vectors))

    def find(self, hashes: Array) -> tuple[Array, Vectors]:
        """Return which of some hashes are known, and a vector for each; those of others are zeros."""
        known = np.zeros(len(hashes), bool)
        found = Vectors(np.zeros((len(hashes), self._dimensions), np.int8), np.zeros(len(hashes)))
        for own, order, vectors in self._sources:
            places = np.minimum(np.searchsorted(own, hashes), max(len(own) - 1, 0))
            here = (own[places] == hashes) & ~known if len(own) else np.zeros(len(hashes), bool)
            rows = order[places[here]]
            found.rows[here], found.inverses[here] = vectors.rows[rows], vectors.inverses[rows]
            known |= here
        return known, found


Hashes: TypeAlias = list[Array]
"""The hashes of the texts of each document of a segment; none of a deleted one."""


class _Text(NamedTuple):
    hash: int
    text: str


class Embedder:
    """Encodes what segments lack, and writes their vector files; ``log`` keeps what is done."""

    def __init__(self, embedding: Embedding, log: VectorLog) -> None:
        self._embedding = embedding
        self._log = log
        self._known = KnownVectors(embedding.encoder.dimensions)
        self._known.add(*log.read())
        self._hashes: dict[tuple[int, int, int, int], Hashes] = {}
        self.encoded = 0

    def know(self, folder: Path) -> None:
        """Know the vectors that this encoder made for a generation; a damaged file is left out."""
        for name in sorted(names_in(folder)):
            if VECTORS_NAME.fullmatch(name) or SPENT_NAME.fullmatch(name):
                with contextlib.suppress(IndexUnusableError):
                    file = VectorFile(folder / name)
                    if file.encoder == self._embedding.encoder:
                        file.verify()
                        self._known.add(file.hashes, file.vectors)

    def encode(self, segments: Sequence[SegmentReader]) -> None:
        """Encode the texts of the documents of ``segments`` that are not known."""
        wanting = [segment for segment in segments if not self._is_done(segment)]
        hashes = np.unique(
            np.concatenate([np.zeros(0, np.uint64), *(own for each in wanting for own in self._of(each))])
        )
        missing = set(hashes[~self._known.find(hashes)[0]].tolist())
        total = len(missing)
        if not total:
            return
        self._embedding.on_encoded(0, total)
        running: deque[list[_Text]] = deque()

        def batches() -> Iterator[list[str]]:
            texts = (text for segment in wanting for text in self._texts(segment, missing))
            while batch := list(islice(texts, BATCH)):
                running.append(batch)
                yield [each.text for each in batch]

        done = 0
        for vectors in self._embedding.encode(batches()):
            batch = running.popleft()
            self._log.add(np.array([each.hash for each in batch], np.uint64), vectors)
            done += len(batch)
            self._embedding.on_encoded(done, total)
        self.encoded += done
        self._known.add(*self._log.read())

    def write(self, folder: Path) -> int:
        """Write the vector files that the segments of a generation lack; return how many files changed."""
        self.know(folder)
        segments = open_segments(folder, Toc.read(folder))
        wanting = [segment for segment in segments if not self._is_done(segment)]
        self.encode(segments)
        for segment in wanting:
            path = segment.file.path.with_suffix(".vec")
            path.unlink(missing_ok=True)  # a link to that of another encoder
            hashes = self._of(segment)
            write_vectors(path, self._embedding.encoder, self._embedding.passages, hashes, self._chunks(hashes))
        named = {segment.file.path.with_suffix(".vec").name for segment in segments}
        spent = {name for name in names_in(folder) if is_vector_file(name)} - named
        for name in spent:
            (folder / name).unlink()
        return len(wanting) + len(spent)

    def _is_done(self, segment: SegmentReader) -> bool:
        vectors = segment.vectors
        wanted = self._embedding.encoder, self._embedding.passages
        return vectors is not None and (vectors.encoder, vectors.passages) == wanted

    def _of(self, segment: SegmentReader) -> Hashes:
        """Return the hashes of a segment's texts, read once: its file never changes, and is linked from others."""
        status = segment.file.path.stat()
        key = status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
        if key not in self._hashes:
            self._hashes[key] = [
                np.array([_hash(text) for text in texts], np.uint64) for texts in self._all_texts(segment)
            ]
        return self._hashes[key]

    def _all_texts(self, segment: SegmentReader) -> Iterator[Sequence[str]]:
        for number in range(segment.documents):
            yield () if segment.is_deleted(number) else self._embedding.texts_of(article_of(segment, number))

    def _texts(self, segment: SegmentReader, missing: set[int]) -> Iterator[_Text]:
        """Yield the texts of a segment that are ``missing``, and take them from it."""
        for number, own in enumerate(self._of(segment)):
            if not missing.isdisjoint(own.tolist()):
                for text in self._embedding.texts_of(article_of(segment, number)):
                    if (digest := _hash(text)) in missing:
                        missing.discard(digest)
                        yield _Text(digest, text)

    def _chunks(self, hashes: Hashes) -> Iterator[Vectors]:
        for start in range(0, len(hashes), BATCH):
            yield self._known.find(np.concatenate([np.zeros(0, np.uint64), *hashes[start : start + BATCH]]))[1]


def is_vector_file(name: str) -> bool:
    """Return whether a file of a generation holds vectors."""
    return bool(VECTORS_NAME.fullmatch(name) or SPENT_NAME.fullmatch(name))


def keep_vectors(live: Generation, folder: Path) -> None:
    """Link the vector files of a generation that is being replaced into the new one, where embedding finds them."""
    names = filter(is_vector_file, sorted(live.manifest.files))
    for number, name in enumerate(names, 1):
        hard_link(live.path / name, folder / f"spent-{number}.vec")


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")
