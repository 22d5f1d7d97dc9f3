"""FIFO cache for many threads."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class FifoCache(Generic[K, V]):
    """A thread-safe cache of the ``limit`` entries that were put in last; a key that cannot be hashed is not cached."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: dict[K, V] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        """Return the value of ``key``, or ``None``."""
        try:
            return self._values.get(key)
        except (TypeError, NotImplementedError):  # Whoosh's queries raise the second
            return None

    def put(self, key: K, value: V) -> V:
        """Put a value in and return it; the oldest entry makes room."""
        with self._lock:
            try:
                self._values[key] = value
            except (TypeError, NotImplementedError):
                return value
            while len(self._values) > self._limit:
                del self._values[next(iter(self._values))]
        return value
