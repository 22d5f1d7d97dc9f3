"""The writer's lock of an index folder: an flock on the file ``LOCK``, released by the system when its holder dies.

The library filelock would do the same, but takes a lock by file name where flock is missing, and that one a killed writer
leaves behind.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from indexer.errors import IndexLockedError, IndexUnusableError

LOCK: Final = "LOCK"
LOCK_TIMEOUT_S: Final = 10.0

_POLL_S: Final = 0.05
_HELD_ELSEWHERE: Final = frozenset({errno.EAGAIN, errno.EACCES})
_NO_LOCKS: Final = frozenset({errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL})


@contextlib.contextmanager
def writer_lock(root: Path, *, timeout_s: float = LOCK_TIMEOUT_S) -> Iterator[None]:
    """Hold the lock of the index in ``root``, waiting ``timeout_s`` seconds for it.

    Raises IndexLockedError while another writer holds it, and IndexUnusableError, saying what to do, where it cannot be
    had at all.
    """
    descriptor = _open(root)
    try:
        _acquire(root, descriptor, timeout_s)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # a process forked meanwhile has the descriptor too
    finally:
        os.close(descriptor)


def _open(root: Path) -> int:
    path = root / LOCK
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    except PermissionError as problem:
        raise IndexUnusableError(
            f"{root}: no permission to write the index; change its permissions or name another --index"
        ) from problem
    except OSError as problem:
        if path.is_symlink() or path.is_dir():
            raise IndexUnusableError(f"{path}: a folder or a link where a file belongs; remove it") from problem
        raise


def _acquire(root: Path, descriptor: int, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            if problem.errno in _NO_LOCKS:
                raise IndexUnusableError(
                    f"{root / LOCK}: this file system has no file locks (flock); keep the index on another one"
                ) from problem
            if problem.errno not in _HELD_ELSEWHERE:
                raise
        if time.monotonic() >= deadline:
            raise IndexLockedError(
                f"{root}: another process is writing this index; waited {timeout_s:g} s, try again later"
            )
        time.sleep(_POLL_S)
