"""Columns of a segment while documents come in: whole numbers, and texts as codes into their distinct values."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np

from indexer.storage.segment.arrays import Array, ArrayFileWriter
from indexer.storage.segment.dictionary import Dictionary

Value: TypeAlias = int | str | bytes

_VALUE_BYTES: Final = 180  # what Python needs for one distinct text


class NumberColumn:
    """A column of whole numbers."""

    def __init__(self) -> None:
        self._values = array("q")

    @property
    def memory_bytes(self) -> int:
        """Its memory, estimated."""
        return 16 * len(self._values)

    def check(self, value: Value | None) -> array[int]:
        """Return the value of one document as it is added; raises OverflowError for one that does not fit eight bytes."""
        given: Any = 0 if value is None else value
        return array("q", [given])

    def add(self, value: array[int]) -> None:
        """Add a checked value."""
        self._values += value

    def write(self, file: ArrayFileWriter, name: str) -> None:
        """Write the column."""
        write_numbers(file, name, np.frombuffer(self._values, np.int64))


class TextColumn:
    """A column of texts."""

    def __init__(self) -> None:
        self._codes_of_values: dict[bytes, int] = {}
        self._codes = array("I")
        self._size = 0

    @property
    def memory_bytes(self) -> int:
        """Its memory, estimated."""
        return 12 * len(self._codes) + 2 * self._size + _VALUE_BYTES * len(self._codes_of_values)

    def check(self, value: Value | None) -> bytes:
        """Return the value of one document as it is added; raises TypeError for one that is no text."""
        given = b"" if value is None else value
        if not isinstance(given, str | bytes):
            raise TypeError(f"{given!r}: expected a text")
        return given if isinstance(given, bytes) else given.encode("utf-8", "replace")

    def add(self, value: bytes) -> None:
        """Add a checked value."""
        code = self._codes_of_values.get(value)
        if code is None:
            code = self._codes_of_values[value] = len(self._codes_of_values)
            self._size += len(value)
        self._codes.append(code)

    def write(self, file: ArrayFileWriter, name: str) -> None:
        """Write the column."""
        write_codes(file, name, np.frombuffer(self._codes, np.uint32), list(self._codes_of_values))


def write_numbers(file: ArrayFileWriter, name: str, values: Array) -> None:
    """Write a column of whole numbers, in four bytes each if they fit."""
    if values.min(initial=0) >= -(1 << 31) and values.max(initial=0) < 1 << 31:
        values = values.astype(np.int32)
    file.add(f"column/{name}/values", values)


def write_codes(file: ArrayFileWriter, name: str, codes: Array, values: Sequence[bytes]) -> None:
    """Write a column of texts; ``values`` are distinct, in any order. A value that no document has is left out."""
    occurs = np.bincount(codes, minlength=len(values)) > 0
    order = sorted(np.flatnonzero(occurs).tolist(), key=values.__getitem__)
    ranks = np.zeros(len(values), np.uint32)
    ranks[order] = np.arange(len(order), dtype=np.uint32)
    sorted_values = Dictionary.of([values[code] for code in order])
    width = np.uint8 if len(order) <= 1 << 8 else np.uint16 if len(order) <= 1 << 16 else np.uint32
    file.add(f"column/{name}/codes", ranks[codes].astype(width))
    file.add(f"column/{name}/value_bytes", sorted_values.terms)
    file.add(f"column/{name}/value_ends", sorted_values.ends.astype(np.uint32))
