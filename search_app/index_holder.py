"""Which index the application searches now: opened at the first request, kept until the process ends."""

from __future__ import annotations

import threading
from typing import cast

from flask import Flask, current_app

from indexer import Index, open_index

_KEY = "akhbar-index"


class LiveIndex:
    """The index at ``path``, opened once. While it cannot be opened, every request tries again."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._index: Index | None = None

    def get(self) -> Index:
        """Return the open index. Raises IndexUnusableError while there is none that can be used."""
        with self._lock:
            if self._index is None:
                self._index = open_index(self._path)
            return self._index

    def close(self) -> None:
        """Let go of the index; the next request opens it anew."""
        with self._lock:
            index, self._index = self._index, None
        if index is not None:
            index.close()


def attach_index(app: Flask, path: str) -> LiveIndex:
    """Give ``app`` the index at ``path``, and return its holder."""
    holder = LiveIndex(path)
    app.extensions[_KEY] = holder
    return holder


def index_of(app: Flask) -> LiveIndex:
    """Return the holder of the application's index."""
    return cast("LiveIndex", app.extensions[_KEY])


def live_index() -> Index:
    """Return the index of the application that serves this request. Raises IndexUnusableError."""
    return index_of(current_app).get()
