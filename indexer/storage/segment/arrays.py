"""A file of named arrays: written once in a stream, then mapped and never trusted.

    magic, 8 bytes
    the arrays, each from a multiple of 64 bytes, zeros between them
    the table of contents as JSON: for each array its place, items, type and CRC-32; and what the owner says (``meta``)
    the footer: where the table is, its length, its CRC-32, the magic again

Numbers are little-endian.
"""

from __future__ import annotations

import contextlib
import errno
import json
import mmap
import os
import stat
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, NamedTuple, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from indexer.errors import IndexDamagedError
from indexer.kernels.checksums import crc32

Array: TypeAlias = npt.NDArray[Any]
Chunk: TypeAlias = bytes | bytearray | memoryview | Array

MAGIC: Final = b"AKHBARS1"
FORMAT: Final = 2
TYPES: Final = {name: np.dtype(f"<{name}") for name in ("u1", "u2", "u4", "u8", "i4", "i8", "f8")}
_ALIGNMENT: Final = 64
_FOOTER: Final = struct.Struct("<QQI8s")
_MAX_TABLE_BYTES: Final = 1 << 24
_CHUNK_BYTES: Final = 1 << 22


class Entry(NamedTuple):
    """Where an array is in its file, and what it was when it was written."""

    offset: int
    items: int
    dtype: str
    crc32: int

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return self.items * TYPES[self.dtype].itemsize


# -- writing


class ArrayFileWriter:
    """A new file of arrays; it must be finished, and is removed when the ``with`` block fails.

    An array whose number of items is known beforehand gets its room at once, so that several of
    them may be written side by side. One of unknown length ends the file while it is open.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO = path.open("xb")
        self._end = self._file.write(MAGIC)
        self._entries: dict[str, Entry | None] = {}
        self._growing = False
        self._finished = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._finished:
            self.discard()

    @contextlib.contextmanager
    def array(self, name: str, dtype: str, items: int | None = None) -> Iterator[ArrayOutput]:
        """Give an array to write in chunks, to the end of the block.

        Raises ValueError when it did not get the ``items`` that were said.
        """
        output = self.open_array(name, dtype, items)
        yield output
        output.close()

    def open_array(self, name: str, dtype: str, items: int | None = None) -> ArrayOutput:
        """Give an array to write in chunks, for the caller to close."""
        if name in self._entries or self._growing or self._finished:
            raise ValueError(f"{name}: cannot be begun now")
        offset = self._aligned_end()
        if items is None:
            self._growing = True
        else:
            self._end = offset + items * TYPES[dtype].itemsize
        self._entries[name] = None
        return ArrayOutput(self, name, dtype, offset, items)

    def add(self, name: str, values: Array | bytes | bytearray) -> None:
        """Write a whole array; bytes are ``u1``."""
        held = np.frombuffer(values, np.uint8) if isinstance(values, bytes | bytearray) else values
        with self.array(name, f"{held.dtype.kind}{held.dtype.itemsize}", len(held)) as output:
            output.write(held)

    def finish(self, meta: Mapping[str, object]) -> None:
        """Write the table of contents, with ``meta`` (JSON) in it, and close the file."""
        arrays = {}
        for name, each in self._entries.items():
            if each is None:
                raise ValueError(f"{name}: not closed")
            arrays[name] = {"offset": each.offset, "items": each.items, "dtype": each.dtype, "crc32": each.crc32}
        table = json.dumps({"format": FORMAT, "arrays": arrays, "meta": meta}, separators=(",", ":")).encode()
        offset = self._aligned_end()
        self._write_at(offset, table)
        self._write_at(offset + len(table), _FOOTER.pack(offset, len(table), crc32(table), MAGIC))
        self._file.close()
        self._finished = True

    def discard(self) -> None:
        """Close and remove what was written."""
        self._finished = True
        with contextlib.suppress(OSError):  # what a full disk did not take cannot be flushed either
            self._file.close()
        self.path.unlink(missing_ok=True)

    def _aligned_end(self) -> int:
        return -(-self._end // _ALIGNMENT) * _ALIGNMENT

    def _write_at(self, offset: int, chunk: bytes | bytearray | memoryview) -> None:
        if self._file.tell() != offset:
            self._file.seek(offset)
        self._file.write(chunk)

    def _close_array(self, name: str, entry: Entry, *, grew: bool) -> None:
        self._entries[name] = entry
        if grew:
            self._growing = False
            self._end = entry.offset + entry.size


class ArrayOutput:
    """One array that is being written."""

    def __init__(self, file: ArrayFileWriter, name: str, dtype: str, offset: int, items: int | None) -> None:
        self._file = file
        self._name = name
        self._dtype = dtype
        self._offset = offset
        self._items = items
        self._written = 0
        self._crc32 = 0

    @property
    def size(self) -> int:
        """How many bytes were written."""
        return self._written

    def write(self, chunk: Chunk) -> None:
        """Append items: an array of any type that fits, or their bytes. Raises ValueError when it got too many."""
        held = (
            np.ascontiguousarray(chunk, TYPES[self._dtype]).view(np.uint8).data
            if isinstance(chunk, np.ndarray)
            else chunk
        )
        if self._items is not None and self._written + len(held) > self._items * TYPES[self._dtype].itemsize:
            raise ValueError(f"{self._name}: more than {self._items} items")
        self._file._write_at(self._offset + self._written, held)
        self._crc32 = crc32(memoryview(held), self._crc32)
        self._written += len(held)

    def close(self) -> None:
        """Finish the array. Raises ValueError when it did not get the items that were said."""
        items, rest = divmod(self._written, TYPES[self._dtype].itemsize)
        if rest or (self._items is not None and items != self._items):
            raise ValueError(f"{self._name}: {items} items, expected {self._items}")
        entry = Entry(self._offset, items, self._dtype, self._crc32)
        self._file._close_array(self._name, entry, grew=self._items is None)


# -- reading


class ArrayFile:
    """The arrays of a file, mapped; opening reads the table of contents and nothing else.

    Raises IndexDamagedError for whatever :class:`ArrayFileWriter` did not write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._map: mmap.mmap | None = _mapped(path)
        self._bytes: npt.NDArray[np.uint8] = np.frombuffer(self._map, np.uint8)
        try:
            self.entries, self.meta = self._table()
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as problem:
            raise IndexDamagedError(f"{path}: not a file of arrays as it was written") from problem

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def array(self, name: str, *dtypes: str) -> Array:
        """Return an array, read-only and mapped; raises IndexDamagedError when it is missing or of no type of ``dtypes``."""
        entry = self.entries.get(name)
        if entry is None or (dtypes and entry.dtype not in dtypes):
            raise IndexDamagedError(f"{self.path}: {name} is missing or of another type")
        return self._bytes[entry.offset : entry.offset + entry.size].view(TYPES[entry.dtype])

    def verify(self) -> None:
        """Read every byte; raises IndexDamagedError, naming the first array that is not what was written."""
        end = len(MAGIC)
        for name, entry in sorted(self.entries.items(), key=lambda each: (each[1].offset, each[1].size)):
            if entry.offset < end or self._bytes[end : entry.offset].any():
                raise IndexDamagedError(f"{self.path}: not what was written before {name}")
            end = entry.offset + entry.size
            if self._crc32(entry) != entry.crc32:
                raise IndexDamagedError(f"{self.path}: {name} is not what was written (CRC-32 differs)")
            self.forget()
        if self._bytes[end : self._table_offset].any():
            raise IndexDamagedError(f"{self.path}: not what was written after the arrays")

    def verify_array(self, name: str) -> None:
        """Read one array; raises IndexDamagedError when it is missing or not what was written."""
        entry = self.entries.get(name)
        if entry is None or self._crc32(entry) != entry.crc32:
            raise IndexDamagedError(f"{self.path}: {name} is not what was written (CRC-32 differs)")

    def forget(self) -> None:
        """Let what was read be no longer counted as memory of this process, where the system can; it may be read again."""
        mapped = self._map  # another thread may close it
        if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
            with contextlib.suppress(OSError):  # locked in memory: it stays there
                mapped.madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        """Let go of the file; arrays that are still held keep it mapped."""
        self._map = None
        self._bytes = np.zeros(0, np.uint8)
        self.entries = {}

    def _crc32(self, entry: Entry) -> int:
        sum_so_far = 0
        for start in range(entry.offset, entry.offset + entry.size, _CHUNK_BYTES):
            chunk = self._bytes[start : min(start + _CHUNK_BYTES, entry.offset + entry.size)]
            sum_so_far = crc32(chunk.data, sum_so_far)
            if entry.size > _CHUNK_BYTES:
                self.forget()
        return sum_so_far

    def _table(self) -> tuple[dict[str, Entry], dict[str, Any]]:
        """Return the table of contents; raises some builtin error for any other bytes."""
        held = self._bytes
        offset, length, table_crc32, magic = _FOOTER.unpack(held[-_FOOTER.size :].tobytes())
        if magic != MAGIC or held[: len(MAGIC)].tobytes() != MAGIC or length > _MAX_TABLE_BYTES:
            raise ValueError(magic)
        if offset < len(MAGIC) or offset + length + _FOOTER.size != len(held):
            raise ValueError(offset)
        content = held[offset : offset + length].tobytes()
        if crc32(content) != table_crc32:
            raise ValueError(table_crc32)
        table = json.loads(content)
        if table["format"] != FORMAT or not isinstance(table["meta"], dict):
            raise ValueError(table["format"])
        self._table_offset = offset
        return {name: _entry(record, offset) for name, record in table["arrays"].items()}, table["meta"]


def _entry(record: dict[str, Any], end: int) -> Entry:
    entry = Entry(count(record["offset"]), count(record["items"]), record["dtype"], count(record["crc32"]))
    if entry.offset < len(MAGIC) or entry.offset % _ALIGNMENT or entry.offset + entry.size > end:
        raise ValueError(record)
    return entry


def count(value: object) -> int:
    """Return ``value`` when it is a whole number from 0 to 2⁶³; raises ValueError."""
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise ValueError(value)
    return value


def _mapped(path: Path) -> mmap.mmap:
    try:
        with os.fdopen(_open_regular(path), "rb") as file:
            if os.fstat(file.fileno()).st_size < len(MAGIC) + _FOOTER.size:
                raise IndexDamagedError(f"{path}: too short for a file of arrays")
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as problem:
        raise IndexDamagedError(f"{path}: {problem.strerror}") from problem


def _open_regular(path: Path) -> int:
    """Open a file; raises OSError for a link, a folder or a pipe."""
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    )
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return descriptor
