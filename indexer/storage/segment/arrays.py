"""Array files: named arrays in one file, written once as a stream, then memory-mapped and never trusted.

    magic, 8 bytes
    the arrays, each from a multiple of 64 bytes, zeros between them
    the table of contents as JSON: for each array its offset, items, type and CRC-32; and the owner's ``meta``
    the footer: offset, length and CRC-32 of the table, the magic again

Numbers are little-endian.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, Self, TypeAlias
from zlib import crc32

import numpy as np
import numpy.typing as npt

from indexer.errors import IndexDamagedError
from indexer.schema import FORMAT_VERSION
from indexer.storage.files import open_regular, unreadable
from indexer.storage.sealed_json import count

Array: TypeAlias = npt.NDArray[Any]
Chunk: TypeAlias = bytes | bytearray | memoryview | Array

MAGIC: Final = b"AKHBARS1"
TYPES: Final = {name: np.dtype(f"<{name}") for name in ("u1", "u2", "u4", "u8", "i4", "i8", "f8")}
_ALIGNMENT: Final = 64
_FOOTER: Final = struct.Struct("<QQI8s")
_MAX_TABLE_BYTES: Final = 1 << 24
_CHUNK_BYTES: Final = 1 << 22


class Entry(NamedTuple):
    """The offset of an array in its file in bytes, its items and type, and its CRC-32 when it was written."""

    offset: int
    items: int
    dtype: str
    crc32: int

    @property
    def size(self) -> int:
        """The length of the array in bytes."""
        return self.items * TYPES[self.dtype].itemsize


# -- writing


class ArrayFileWriter:
    """Writes a new array file; it must be finished, and is removed when the ``with`` block ends without that.

    An array whose number of items is known beforehand gets its space at once, so several of them may be written
    side by side. An array of unknown length stands at the end of the file while it is written.
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

    def __exit__(self, *_: object) -> None:
        if not self._finished:
            self.discard()

    def open_array(self, name: str, dtype: str, items: int | None = None) -> ArrayOutput:
        """Return an array of ``items`` items, or of as many as come, to write in chunks and close."""
        if name in self._entries or self._growing or self._finished:
            raise ValueError(f"{name}: cannot be opened now")
        offset = self._aligned_end()
        if items is None:
            self._growing = True
        else:
            self._end = offset + items * TYPES[dtype].itemsize
        self._entries[name] = None
        return ArrayOutput(self, name, dtype, offset, items)

    def add(self, name: str, values: Array | bytes | bytearray) -> None:
        """Write a whole array; bytes are ``u1``."""
        array = np.frombuffer(values, np.uint8) if isinstance(values, bytes | bytearray) else values
        output = self.open_array(name, f"{array.dtype.kind}{array.dtype.itemsize}", len(array))
        output.write(array)
        output.close()

    def finish(self, meta: Mapping[str, object]) -> None:
        """Write the table of contents, with ``meta`` as JSON in it, and close the file."""
        arrays = {}
        for name, entry in self._entries.items():
            if entry is None:
                raise ValueError(f"{name}: not closed")
            arrays[name] = entry._asdict()
        table = json.dumps({"format": FORMAT_VERSION, "arrays": arrays, "meta": meta}, separators=(",", ":")).encode()
        offset = self._aligned_end()
        self._write_at(offset, table)
        self._write_at(offset + len(table), _FOOTER.pack(offset, len(table), crc32(table), MAGIC))
        self._file.close()
        self._finished = True

    def discard(self) -> None:
        """Close the file and remove it."""
        self._finished = True
        with contextlib.suppress(OSError):  # a full disk refuses to flush as well
            self._file.close()
        self.path.unlink(missing_ok=True)

    def _aligned_end(self) -> int:
        return -(-self._end // _ALIGNMENT) * _ALIGNMENT

    def _write_at(self, offset: int, chunk: bytes | bytearray | memoryview) -> None:
        if self._file.tell() != offset:
            self._file.seek(offset)
        self._file.write(chunk)


class ArrayOutput:
    """An array that is being written."""

    def __init__(self, file: ArrayFileWriter, name: str, dtype: str, offset: int, items: int | None) -> None:
        self._file = file
        self._name = name
        self._dtype = dtype
        self._offset = offset
        self._items = items
        self._written = 0
        self._crc32 = 0

    def write(self, chunk: Chunk) -> int:
        """Append items: an array, converted to the type of this one, or bytes; return how many bytes they took.

        Raises ValueError for too many.
        """
        content = (
            np.ascontiguousarray(chunk, TYPES[self._dtype]).view(np.uint8).data
            if isinstance(chunk, np.ndarray)
            else chunk
        )
        if self._items is not None and self._written + len(content) > self._items * TYPES[self._dtype].itemsize:
            raise ValueError(f"{self._name}: more than {self._items} items")
        self._file._write_at(self._offset + self._written, content)
        self._crc32 = crc32(content, self._crc32)
        self._written += len(content)
        return len(content)

    def close(self) -> None:
        """Finish the array; raises ValueError when it did not get the number of items given at its start."""
        items, rest = divmod(self._written, TYPES[self._dtype].itemsize)
        if rest or (self._items is not None and items != self._items):
            raise ValueError(f"{self._name}: {items} items, expected {self._items}")
        entry = Entry(self._offset, items, self._dtype, self._crc32)
        self._file._entries[self._name] = entry
        if self._items is None:
            self._file._growing = False
            self._file._end = entry.offset + entry.size


# -- reading


class ArrayFile:
    """The arrays of a file, memory-mapped; opening reads the table of contents and nothing else.

    Raises IndexDamagedError for a file that :class:`ArrayFileWriter` did not write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._map: mmap.mmap | None = _map(path)
        self._bytes: npt.NDArray[np.uint8] = np.frombuffer(self._map, np.uint8)
        try:
            self.entries, self.meta = self._table()
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as problem:
            raise IndexDamagedError(f"{path}: not an array file as it was written") from problem

    def array(self, name: str, *dtypes: str) -> Array:
        """Return an array, read-only and mapped; raises IndexDamagedError when it is missing or has none of ``dtypes``."""
        entry = self.entries.get(name)
        if entry is None or (dtypes and entry.dtype not in dtypes):
            raise IndexDamagedError(f"{self.path}: {name} is missing or of another type")
        return self._bytes[entry.offset : entry.offset + entry.size].view(TYPES[entry.dtype])

    def verify(self) -> None:
        """Read every byte; raises IndexDamagedError that names the first array that is not what was written."""
        end = len(MAGIC)
        for name, entry in sorted(self.entries.items(), key=lambda item: (item[1].offset, item[1].size)):
            if entry.offset < end or self._bytes[end : entry.offset].any():
                raise IndexDamagedError(f"{self.path}: not what was written before {name}")
            end = entry.offset + entry.size
            self.verify_array(name)
            self.forget()
        if self._bytes[end : self._table_offset].any():
            raise IndexDamagedError(f"{self.path}: not what was written after the arrays")

    def verify_array(self, name: str) -> None:
        """Read one array; raises IndexDamagedError when it is missing or not what was written."""
        entry = self.entries.get(name)
        if entry is None or self._crc32(entry) != entry.crc32:
            raise IndexDamagedError(f"{self.path}: {name} is not what was written (CRC-32 differs)")

    def forget(self) -> None:
        """Drop the pages that were read from this process's memory, where the system can; they may be read again."""
        mapped = self._map  # another thread may close it
        if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
            with contextlib.suppress(OSError):  # pages that are locked in memory stay there
                mapped.madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        """Release the file; arrays that are still in use keep it mapped."""
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
        file = self._bytes
        offset, length, table_crc32, magic = _FOOTER.unpack(file[-_FOOTER.size :].tobytes())
        if magic != MAGIC or file[: len(MAGIC)].tobytes() != MAGIC or length > _MAX_TABLE_BYTES:
            raise ValueError(magic)
        if offset < len(MAGIC) or offset + length + _FOOTER.size != len(file):
            raise ValueError(offset)
        content = file[offset : offset + length].tobytes()
        if crc32(content) != table_crc32:
            raise ValueError(table_crc32)
        table = json.loads(content)
        if table["format"] != FORMAT_VERSION or not isinstance(table["meta"], dict):
            raise ValueError(table["format"])
        self._table_offset = offset
        return {name: _entry(record, offset) for name, record in table["arrays"].items()}, table["meta"]


def _entry(record: dict[str, Any], end: int) -> Entry:
    entry = Entry(count(record["offset"]), count(record["items"]), record["dtype"], count(record["crc32"]))
    if entry.offset < len(MAGIC) or entry.offset % _ALIGNMENT or entry.offset + entry.size > end:
        raise ValueError(record)
    return entry


def _map(path: Path) -> mmap.mmap:
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            if os.fstat(file.fileno()).st_size < len(MAGIC) + _FOOTER.size:
                raise IndexDamagedError(f"{path}: too short for an array file")
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as problem:
        raise unreadable(path, problem) from problem
