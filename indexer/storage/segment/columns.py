"""The columns of a segment while documents come in, and how they are written."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np

from indexer.storage.segment.arrays import Array, ArrayFileWriter
from indexer.storage.segment.dictionary import Dictionary
from indexer.storage.segment.layout import NUMBER_TYPES, Column

Value: TypeAlias = int | float | str | bytes

_VALUE_BYTES: Final = 180  # what Python holds for a distinct text


class Numbers:
    """A column of numbers of one kind."""

    def __init__(self, column: Column) -> None:
        self._default = column.default
        self._kind = column.kind
        self._values: array[Any] = array({"int": "q", "unsigned": "Q", "float": "d"}[column.kind])

    @property
    def memory_bytes(self) -> int:
        """What it takes, about."""
        return 16 * len(self._values)

    def prepared(self, value: Value | None) -> Callable[[], None]:
        """Return what adds the value of one document; raises OverflowError for one that does not fit eight bytes."""
        given: Any = self._default if value is None else value
        held: array[Any] = array(self._values.typecode, [given])
        return lambda: self._values.extend(held)

    def write(self, file: ArrayFileWriter, name: str) -> None:
        """Write the column."""
        write_numbers(file, name, np.frombuffer(self._values, NUMBER_TYPES[self._kind]))


class Codes:
    """A column of texts."""

    def __init__(self, column: Column) -> None:
        self._default = column.default
        self._numbers: dict[bytes, int] = {}
        self._codes = array("I")
        self._size = 0

    @property
    def memory_bytes(self) -> int:
        """What it takes, about."""
        return 12 * len(self._codes) + 2 * self._size + _VALUE_BYTES * len(self._numbers)

    def prepared(self, value: Value | None) -> Callable[[], None]:
        """Return what adds the value of one document."""
        given = self._default if value is None else value
        if not isinstance(given, str | bytes):
            raise TypeError(f"{given!r}: expected a text")
        encoded = given if isinstance(given, bytes) else given.encode("utf-8", "replace")
        return lambda: self._add(encoded)

    def _add(self, value: bytes) -> None:
        code = self._numbers.setdefault(value, len(self._numbers))
        if code == len(self._numbers) - 1:
            self._size += len(value)
        self._codes.append(code)

    def write(self, file: ArrayFileWriter, name: str) -> None:
        """Write the column."""
        write_codes(file, name, np.frombuffer(self._codes, np.uint32), list(self._numbers))


def column_of(column: Column) -> Numbers | Codes:
    """Return an empty column."""
    return Codes(column) if column.kind == "text" else Numbers(column)


def write_numbers(file: ArrayFileWriter, name: str, values: Array) -> None:
    """Write a column of numbers, whole ones in four bytes if they fit."""
    if values.dtype.kind == "i" and values.min(initial=0) >= -(1 << 31) and values.max(initial=0) < 1 << 31:
        values = values.astype(np.int32)
    file.add(f"column/{name}/values", values)


def write_codes(file: ArrayFileWriter, name: str, codes: Array, values: Sequence[bytes]) -> None:
    """Write a column of texts; ``values`` are distinct, in any order. One that no document has is left out."""
    occurs = np.bincount(codes, minlength=len(values)) > 0
    order = sorted(np.flatnonzero(occurs).tolist(), key=values.__getitem__)
    ranks = np.zeros(len(values), np.uint32)
    ranks[order] = np.arange(len(order), dtype=np.uint32)
    kept = [values[each] for each in order]
    width = np.uint8 if len(kept) <= 1 << 8 else np.uint16 if len(kept) <= 1 << 16 else np.uint32
    file.add(f"column/{name}/codes", ranks[codes].astype(width))
    sorted_values = Dictionary.of(kept)
    file.add(f"column/{name}/value_bytes", sorted_values.terms)
    file.add(f"column/{name}/value_ends", sorted_values.ends.astype(np.uint32))
