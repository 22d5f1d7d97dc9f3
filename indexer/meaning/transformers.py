"""Encoders of the library sentence-transformers: any model of it that is on this machine."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.errors import InputError, MissingExtraError
from indexer.meaning.encoder import SENTENCE_TRANSFORMERS, unit_length, usable

_PROBES = ("وقع البلدان اتفاق سلام", "The two countries signed a peace agreement", "12.5")
"""What these are encoded as is part of the fingerprint: a name alone says nothing of the weights."""


class SentenceTransformersEncoder:
    """An :class:`~indexer.meaning.encoder.Encoder`; ``name`` is ``sentence-transformers:MODEL``.

    Raises MissingExtraError without the library, and InputError for a model that is not on this machine.
    """

    languages: tuple[str, ...] = ()

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise MissingExtraError(
                f"{name}: {error.name} is not installed; run: pip install {SENTENCE_TRANSFORMERS}"
            ) from error
        self.name = name
        self._lock = threading.Lock()
        self._model = _load(SentenceTransformer, name.partition(":")[2])
        probes = self.encode(_PROBES)
        self.dimensions = int(probes.shape[1])
        content = json.dumps([name, np.round(probes, 3).tolist()]).encode()
        self.fingerprint = hashlib.sha256(content).hexdigest()[:16]

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return a row for each text."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        with self._lock:
            return unit_length(self._model.encode(usable(texts), show_progress_bar=False, convert_to_numpy=True))


def _load(library: Any, model: str) -> Any:
    """Return the model, from this machine only and without running code that comes with it."""
    try:
        return library(model, device="cpu", local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        raise InputError(
            f"{SENTENCE_TRANSFORMERS}:{model}: cannot be loaded from this machine: {lines[0]:.200}"
        ) from error
