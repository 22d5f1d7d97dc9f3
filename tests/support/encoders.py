"""An encoder of letters, for tests: texts are near each other that have the same letters equally often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from indexer.engines import Embedding
from indexer.kernels.vectors import Vectors, quantize
from indexer.meaning.texts import texts_to_encode
from indexer.storage.segment.vectors import EncoderId

DIMENSIONS = 64


class LetterEncoder:
    """Counts letters, and remembers the texts that it encoded."""

    name = "letters"
    dimensions = DIMENSIONS
    languages = ()

    def __init__(self, fingerprint: str = "letters-1") -> None:
        self.fingerprint = fingerprint
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return the counts of the letters of each text."""
        self.encoded += texts
        counts = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in zip(counts, texts, strict=True):
            for letter in text:
                row[ord(letter) % DIMENSIONS] += letter.isalpha()
        return counts

    def vector(self, text: str) -> bytes:
        """Return the quantized vector of a text."""
        return bytes(quantize(self.encode([text])).rows[0].tobytes())

    def embedding(self, passages: int = 0) -> Embedding:
        """Return what an engine needs to have its articles encoded."""

        def encode(batches: Iterable[list[str]]) -> Iterator[Vectors]:
            return (quantize(self.encode(batch)) for batch in batches)

        id_ = EncoderId(self.name, self.fingerprint, self.dimensions)
        return Embedding(id_, passages, lambda article: texts_to_encode(article, passages), encode)
