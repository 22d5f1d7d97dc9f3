"""Names of sources and categories: finds the values of a column that a name in a query stands for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import cached_property, partial, reduce
from operator import and_

from indexer.names.labels import names_of
from indexer.query.nodes import Column

WordsOf = Callable[[str], Iterable[str]]
"""Returns the normalized words of a name."""


class ColumnNames:
    """The distinct values of one column, found by their whole text, a name in it, or words of it or of its other names.

    The words of the values are analysed once, when the first name is asked for that is no whole value.
    """

    def __init__(
        self, values: Iterable[str], words_of: WordsOf, other_names: Callable[[str], Iterable[str]] = lambda _: ()
    ) -> None:
        self._values = frozenset(values)
        self._other_names = other_names
        self._words_of = words_of
        self._building = threading.Lock()

    def resolve(self, name: str) -> frozenset[str]:
        """Return the values that ``name`` stands for, or else all that have every word of it; empty without any."""
        with self._building:
            if whole := self._by_name.get(name):
                return whole
            by_word = self._by_word
        matches = [by_word.get(word, frozenset()) for word in self._words_of(name)]
        return reduce(and_, sorted(matches, key=len)) if matches else frozenset()

    @cached_property
    def _by_name(self) -> dict[str, frozenset[str]]:
        """The values that a name stands for, by name."""
        by_name: dict[str, set[str]] = {}
        for value in self._values:
            for name in (value, *self._other_names(value)):
                by_name.setdefault(name, set()).add(value)
        return {name: frozenset(values) for name, values in by_name.items()}

    @cached_property
    def _by_word(self) -> dict[str, frozenset[str]]:
        """The values that have a word, by word."""
        by_word: dict[str, set[str]] = {}
        for value in self._values:
            for name in (value, *self._other_names(value)):
                for word in self._words_of(name):
                    by_word.setdefault(word, set()).add(value)
        return {word: frozenset(values) for word, values in by_word.items()}


class ColumnNamesCache:
    """The names of each column as of the latest state of an index: at most one set of names a column."""

    def __init__(self, values_of: Callable[[Column], Iterable[str]], words_of: WordsOf) -> None:
        self._values_of = values_of
        self._words_of = words_of
        self._names: dict[Column, tuple[object, ColumnNames]] = {}
        self._reading = threading.Lock()

    def get(self, column: Column, state: object) -> ColumnNames:
        """Return the names of ``column``; they are read anew when ``state`` has changed."""
        with self._reading:
            cached = self._names.get(column)
            if cached is None or cached[0] != state:
                names = ColumnNames(self._values_of(column), self._words_of, partial(names_of, column))
                cached = self._names[column] = (state, names)
            return cached[1]
