"""File operations of the index folder: regular files only, sizes and hashes, hard links, fsync."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from indexer.errors import DiskFullError, IndexDamagedError, IndexUnusableError

CHUNK_BYTES: Final = 1 << 20

_NO_PERMISSION: Final = frozenset({errno.EACCES, errno.EPERM})
_NO_RESOURCES: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EINTR, errno.EAGAIN})
_FULL_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_FOLDER_SYNC: Final = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


@dataclass(frozen=True, slots=True)
class FileRecord:
    """The size in bytes and the SHA-256 that a file had when it was written."""

    size: int
    sha256: str


@contextlib.contextmanager
def full_disk_named(where: str, advice: str) -> Iterator[None]:
    """Turn the system's error about a full disk into DiskFullError, which says where and ``advice``."""
    try:
        yield
    except OSError as problem:
        if problem.errno not in _FULL_DISK:
            raise
        raise DiskFullError(f"{where}: {problem.strerror}; the index was left as it was, {advice}") from problem


def unreadable(path: Path, problem: OSError) -> IndexUnusableError:
    """Return the error for a file that cannot be read: damage, unless permission, memory or descriptors are lacking."""
    if problem.errno in _NO_PERMISSION:
        return IndexUnusableError(f"{path}: no permission to read the index; change its permissions")
    if problem.errno in _NO_RESOURCES:
        return IndexUnusableError(f"{path}: {problem.strerror}; the index itself may be whole, try again later")
    return IndexDamagedError(f"{path}: {problem.strerror}")


# -- reading


def open_regular(path: Path) -> int:
    """Return a descriptor for reading; raises OSError, also for a link, a folder, a pipe: none is followed or waited for."""
    if path.is_symlink():
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return descriptor


def read_regular(path: Path, limit_bytes: int) -> bytes:
    """Return the bytes of a file; raises OSError, also for what is no regular file or is longer than ``limit_bytes``."""
    with os.fdopen(open_regular(path), "rb") as file:
        content = file.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content


def names_in(folder: Path) -> set[str]:
    """Return the names in a folder, none where there is no folder; raises IndexUnusableError without permission."""
    try:
        return {path.name for path in folder.iterdir()}
    except (FileNotFoundError, NotADirectoryError):
        return set()
    except OSError as problem:
        raise unreadable(folder, problem) from problem


def record_of(path: Path, *, after_chunk: Callable[[], None] = lambda: None) -> FileRecord:
    """Return the size and hash that a file has now; raises OSError.

    ``after_chunk`` is called after each megabyte; what it raises ends the reading.
    """
    digest, size = hashlib.sha256(), 0
    with os.fdopen(open_regular(path), "rb", buffering=0) as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            after_chunk()
    return FileRecord(size, digest.hexdigest())


def size_fault(path: Path, record: FileRecord) -> str | None:
    """Return a line when a file is missing, no regular file or of another size than ``record``."""
    try:
        status = path.lstat()
    except OSError as problem:
        return _fault_line(path, problem)
    if not stat.S_ISREG(status.st_mode):
        return f"{path}: not a regular file"
    return None if status.st_size == record.size else f"{path}: {status.st_size} bytes, expected {record.size}"


def content_fault(path: Path, record: FileRecord, *, after_chunk: Callable[[], None] = lambda: None) -> str | None:
    """Return a line when a file is missing or is not what ``record`` says, reading all of it."""
    if (fault := size_fault(path, record)) is not None:
        return fault
    try:
        now = record_of(path, after_chunk=after_chunk)
    except OSError as problem:
        return _fault_line(path, problem)
    return None if now == record else f"{path}: not the bytes that were written (SHA-256 differs)"


def _fault_line(path: Path, problem: OSError) -> str:
    error = unreadable(path, problem)
    if not isinstance(error, IndexDamagedError):
        raise error from problem
    return str(error)


# -- writing


def hard_link(source: Path, target: Path) -> bool:
    """Make ``target`` a hard link to ``source``; return whether the file system can."""
    try:
        target.hardlink_to(source)
    except OSError:
        return False
    return True


def make_folder(path: Path) -> None:
    """Make a folder and its parents, and sync the folders that got a new name; raises OSError."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Wait until the bytes of a file, or the names in a folder, are on disk; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on disk; raises OSError.

    A file system that syncs no folders (network and FUSE mounts) is taken to keep names in order by itself.
    """
    try:
        sync_file(path)
    except OSError as problem:
        if problem.errno not in _NO_FOLDER_SYNC:
            raise


def sync_parents(path: Path) -> None:
    """Sync the folders above ``path``, as far as they may be opened."""
    for parent in path.resolve().parents:
        with contextlib.suppress(OSError):
            sync_folder(parent)
