"""Vectors of the segments of an index: whose they are, and whether they are whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from indexer.engines import EmbeddingStats
from indexer.errors import IndexDamagedError
from indexer.storage.segment.vectors import EncoderId
from indexer.storage.segment_reader import SegmentReader


def embedding_stats(segments: Sequence[SegmentReader]) -> EmbeddingStats | None:
    """Return the encoder of the most documents that have vectors; None where none has any."""
    counts: Counter[tuple[EncoderId, int]] = Counter()
    for segment in segments:
        if vectors := segment.vectors:
            counts[vectors.encoder, vectors.passages] += vectors.documents
    commonest = counts.most_common(1)
    return EmbeddingStats(*commonest[0][0], commonest[0][1]) if commonest else None


def faults_of_vectors(segment: SegmentReader) -> Iterator[str]:
    """Yield a line where the vectors of a segment are not what was written."""
    try:
        if segment.vectors:
            segment.vectors.verify()
    except IndexDamagedError as problem:
        yield str(problem)
