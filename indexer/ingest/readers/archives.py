"""Packed files and archives: gzip, zip and tar, unpacked in steps under a limit; nothing is written to disk by name."""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from operator import mul
from typing import IO, Any, Final, cast

from indexer.ingest.records import BadRecord, ByteStream, DamagedError, Finds, InnerFile, printable_path

BUFFER_BYTES: Final = 64 * 1024
MAX_RATIO: Final = 200
"""Archives of news unpack to 3 to 20 times their size, and gzip can make 1,032 of 1."""
FREE_BYTES: Final = 16 * 1024 * 1024
"""So much may be unpacked from any file, however small."""
_MAX_COPY_BYTES: Final = 1024 * 1024 * 1024
_ENCRYPTED: Final = 1


class _Bounded(io.RawIOBase):
    """A stream that raises DamagedError once it has given more than ``allowed()`` bytes."""

    def __init__(self, stream: ByteStream, allowed: Callable[[], int]) -> None:
        self._stream, self._allowed, self._given = stream, allowed, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._stream.read1(len(buffer))  # so that what comes before damage is given
        self._given += len(block)
        if self._given > FREE_BYTES and self._given > self._allowed():
            raise DamagedError(f"it unpacks to more than {MAX_RATIO} times its size")
        buffer[: len(block)] = block
        return len(block)


def _bounded_file(stream: ByteStream, allowed: Callable[[], int]) -> ByteStream:
    return io.BufferedReader(_Bounded(stream, allowed), BUFFER_BYTES)


def read_gzip(stream: ByteStream, name: str) -> Finds:
    """Yield the file that is packed in ``stream``, under the name of the packed one."""
    source = _Counted(stream)
    with gzip.GzipFile(fileobj=cast("IO[bytes]", source), mode="rb") as unpacked:
        yield InnerFile(name, _bounded_file(cast("ByteStream", unpacked), lambda: MAX_RATIO * source.read_bytes))


class _Counted:
    """A stream without seeking that counts what is read from it."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream, self.read_bytes = stream, 0

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self.read_bytes += len(block)
        return block


def read_tar(stream: ByteStream, name: str) -> Finds:
    """Yield the regular files of a tar archive, in order; links, devices and sparse files are never read."""
    counted = _Counted(stream)
    with tarfile.open(fileobj=cast("IO[bytes]", counted), mode="r|") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isreg() and not member.issparse() else None
            if content:
                yield InnerFile(
                    f"{name}/{printable_path(member.name)}", io.BufferedReader(cast("Any", content), BUFFER_BYTES)
                )
        if counted.read_bytes < archive.offset:  # tarfile takes a missing end for an end
            raise DamagedError("it ends in the middle of a file")


def read_zip(stream: ByteStream, name: str) -> Finds:
    """Yield the files of a zip archive; one that lies in another archive is first copied, under a limit."""
    with tempfile.TemporaryFile() as copy:
        seekable = cast("IO[bytes]", stream)
        if not seekable.seekable() or isinstance(getattr(stream, "raw", None), _Bounded):
            _copy(stream, copy)
            seekable = copy
        with zipfile.ZipFile(seekable) as archive:
            total = sum(member.compress_size for member in archive.infolist())
            given = 0
            for member in archive.infolist():
                where = f"{name}/{printable_path(member.filename)}"
                if member.is_dir():
                    continue
                if member.flag_bits & _ENCRYPTED:
                    yield BadRecord(where, "the file is encrypted; unpack it first")
                    continue
                given += member.file_size
                if given > max(FREE_BYTES, MAX_RATIO * total):
                    raise DamagedError(f"it unpacks to more than {MAX_RATIO} times its size")
                with archive.open(member) as content:
                    yield InnerFile(
                        where, _bounded_file(cast("ByteStream", content), partial(mul, MAX_RATIO, member.compress_size))
                    )


def _copy(stream: ByteStream, copy: IO[bytes]) -> None:
    while block := stream.read(BUFFER_BYTES):
        if copy.tell() > _MAX_COPY_BYTES:
            raise DamagedError(f"an archive in an archive may have {_MAX_COPY_BYTES} bytes")
        copy.write(block)
    copy.seek(0)
