"""The holder of the application's index: opens it at the first request and keeps it open until the process ends."""

from __future__ import annotations

import contextlib
import threading
from typing import cast

from flask import Flask, current_app

from indexer import AkhbarError, Index, load_encoder, open_index

EXTENSION = "akhbar-index"
"""The key of the holder in ``Flask.extensions``."""


class IndexHolder:
    """The index at ``path``, opened at the first use; when opening fails, the next use tries again. Thread-safe."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._index: Index | None = None

    def get(self) -> Index:
        """Return the open index. Raises :class:`IndexUnusableError` when it cannot be opened."""
        with self._lock:
            if self._index is None:
                self._index = open_index(self._path)
            return self._index

    def close(self) -> None:
        """Close the index; the next :meth:`get` opens it again."""
        with self._lock:
            index, self._index = self._index, None
        if index is not None:
            index.close()


def prepare_index(app: Flask) -> threading.Thread:
    """Open the index of ``app``, and load the encoder of its vectors, in a thread that ends with the process; return it.

    What cannot be had is told where it is asked for.
    """

    def prepare() -> None:
        with contextlib.suppress(AkhbarError):
            load_encoder(holder_of(app).get().engine)

    thread = threading.Thread(target=prepare, name="akhbar-prepare", daemon=True)
    thread.start()
    return thread


def holder_of(app: Flask) -> IndexHolder:
    """Return the index holder of ``app``."""
    return cast("IndexHolder", app.extensions[EXTENSION])


def current_index() -> Index:
    """Return the open index of the current application. Raises :class:`IndexUnusableError` when it cannot be opened."""
    return holder_of(current_app).get()
