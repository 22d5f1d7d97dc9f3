"""A small memory of what was made lately, for many threads."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class FifoCache(Generic[K, V]):
    """The ``limit`` values that were kept last, by their keys.

    A key is compared as a dictionary compares it; one that cannot be hashed is never kept.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: dict[K, V] = {}
        self._changing = threading.Lock()

    def get(self, key: K) -> V | None:
        """Return what was kept for ``key``, or ``None``."""
        try:
            return self._values.get(key)
        except (TypeError, NotImplementedError):  # Whoosh's queries say the second
            return None

    def keep(self, key: K, value: V) -> V:
        """Keep ``value`` and return it; the one kept first gives way."""
        with self._changing:
            try:
                self._values[key] = value
            except (TypeError, NotImplementedError):
                return value
            while len(self._values) > self._limit:
                del self._values[next(iter(self._values))]
        return value
