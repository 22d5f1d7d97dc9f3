"""Items that an engine writes, as they come from its caller: errors of the caller are told from those of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class Source(Iterator[T]):
    """The items to be written as they come; remembers what their maker raised."""

    def __init__(self, items: Iterable[T]) -> None:
        self._items = iter(items)
        self._problem: Exception | None = None

    def __next__(self) -> T:
        try:
            return next(self._items)
        except StopIteration:
            raise
        except Exception as problem:
            self._problem = problem
            raise

    def is_own_error(self, problem: Exception) -> bool:
        """Return whether ``problem`` came from the maker of the items."""
        return problem is self._problem
