"""Vectors of the memory engine: those of each article in a dictionary, compared one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from indexer.article import Article
from indexer.engines import Embedding, EmbeddingStats, NearestText
from indexer.kernels.vectors import Array, Vectors, cosines
from indexer.query.plan import Nearest
from indexer.schema import Document


class VectorsInMemory:
    """The part of the memory engine that knows vectors; an article that is replaced loses its own."""

    _documents: dict[str, Document]

    def __init__(self) -> None:
        self._embedding: Embedding | None = None
        self._vectors: dict[str, tuple[Article, Vectors]] = {}
        self._encoded: dict[str, tuple[Array, float]] = {}

    def _require_open(self) -> None:
        raise NotImplementedError

    def embed(self, embedding: Embedding) -> int:
        """See :class:`indexer.engines.SearchEngine`."""
        self._require_open()
        if self._embedding is None or self._embedding.encoder != embedding.encoder:
            self._encoded = {}
        texts = {id_: embedding.texts_of(each.article) for id_, each in self._documents.items()}
        every = dict.fromkeys(text for own in texts.values() for text in own)
        missing = [text for text in every if text not in self._encoded]
        for vectors in embedding.encode(iter([missing])) if missing else ():
            self._encoded |= dict(zip(missing, zip(*vectors, strict=True), strict=True))
        self._vectors = {id_: (self._documents[id_].article, self._of(own)) for id_, own in texts.items() if own}
        self._embedding = embedding
        return len(missing)

    def _of(self, texts: Sequence[str]) -> Vectors:
        rows, inverses = zip(*(self._encoded[text] for text in texts), strict=True)
        return Vectors(np.stack(rows), np.array(inverses))

    def _live_vectors(self) -> Iterator[tuple[str, Vectors]]:
        for id_, (article, vectors) in self._vectors.items():
            document = self._documents.get(id_)
            if document and document.article == article:
                yield id_, vectors

    def embedding_stats(self) -> EmbeddingStats | None:
        """See :class:`indexer.engines.SearchEngine`."""
        count, embedding = sum(1 for _ in self._live_vectors()), self._embedding
        return EmbeddingStats(embedding.encoder, embedding.passages, count) if embedding and count else None

    def vector_of(self, article_id: str) -> tuple[str, bytes] | None:
        """See :class:`indexer.engines.SearchEngine`."""
        vectors = dict(self._live_vectors()).get(article_id)
        return (self._embedding.encoder.fingerprint, vectors.rows[0].tobytes()) if vectors and self._embedding else None

    def nearest_texts(self, ids: Sequence[str], vector: bytes) -> tuple[NearestText | None, ...]:
        """See :class:`indexer.engines.SearchEngine`."""
        live = dict(self._live_vectors())
        found = (cosines(vector, live[id_]) if id_ in live else None for id_ in ids)
        return tuple(None if each is None else NearestText(int(each.argmax()), float(each.max())) for each in found)

    def _nearest(self, plan: Nearest) -> dict[str, float]:
        """Return the score of each article that is near enough."""
        if self._embedding is None or self._embedding.encoder.fingerprint != plan.fingerprint:
            return {}
        best = {id_: float(cosines(plan.vector, vectors).max()) for id_, vectors in self._live_vectors()}
        return {id_: plan.boost * max(cosine, 0.0) for id_, cosine in best.items() if cosine >= plan.least}
