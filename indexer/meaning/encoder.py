"""Encoder: the protocol of what turns texts into vectors, and how texts are given to any of them.

Nothing leaves the machine: an encoder reads its weights from files that are here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

DEFAULT: Final = "universal"
SENTENCE_TRANSFORMERS: Final = "sentence-transformers"

MAX_CHARS: Final = 1200
"""So much of a text is encoded: forty long words; the rest of a longer one is cut off, as every encoder does."""


class Encoder(Protocol):
    """What turns texts into vectors, a row of ``dimensions`` floats of length 1 for each; safe for many threads.

    ``fingerprint`` changes whenever any vector may: vectors of different ones are never compared. ``languages`` are
    those that it was trained for, as ISO codes; empty where that is not known.
    """

    @property
    def name(self) -> str:
        """Its name, as ``AKHBAR_ENCODER`` gives it."""

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it knows."""

    @property
    def fingerprint(self) -> str:
        """Digits that change when any vector may have changed."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return a row for each text."""


def usable(texts: Sequence[str]) -> list[str]:
    """Return texts as any encoder takes them: cut, in one line, without half surrogate pairs."""
    return [" ".join(text[:MAX_CHARS].encode("utf-8", "ignore").decode().split()) for text in texts]


def unit_length(vectors: Any) -> npt.NDArray[np.float32]:
    """Return vectors of length 1; those without a length, or with a number that is not finite, are zeros."""
    rows = np.nan_to_num(np.asarray(vectors, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), np.float32)
