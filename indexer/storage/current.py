"""The file ``CURRENT``, which names the live generation: one line with a checksum, replaced by rename.

A writer first puts the line of its generation on disk as ``CURRENT.new``, then finishes the generation, then renames.
So a finished generation that is newer than the live one was either announced in ``CURRENT.new`` by a writer that
never got to the rename, or was live once and somebody put an older ``CURRENT`` back.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Final, TypeAlias

from indexer.errors import AkhbarError, IndexDamagedError
from indexer.storage.files import read_regular, sync_file, sync_folder, unreadable

CURRENT: Final = "CURRENT"
CURRENT_NEW: Final = "CURRENT.new"
_LINE: Final = re.compile(rb"(gen-[0-9]{1,16}) ([0-9a-f]{16})\n")
_MAX_BYTES: Final = 100

Stamp: TypeAlias = bytes | None
"""The content of ``CURRENT``, which differs for each generation that goes live; ``None`` where it cannot be read."""


def read_stamp(root: Path) -> Stamp:
    """Return a token that changes when another generation goes live."""
    # The content and not the time: two commits within one tick of the clock may have one inode and one time.
    try:
        descriptor = os.open(os.path.join(root, CURRENT), os.O_RDONLY | os.O_NONBLOCK)  # noqa: PTH118, half the time
        try:
            return os.read(descriptor, _MAX_BYTES)
        finally:
            os.close(descriptor)
    except OSError:
        return None


def read_current(root: Path) -> str | None:
    """Return the name of the live generation, ``None`` where there is no ``CURRENT``.

    Raises IndexDamagedError when it is no file or not a line that was written.
    """
    return _read_name(root / CURRENT)


def announced_name(root: Path) -> str | None:
    """Return the name of the generation that a writer has announced and not yet made live, if any."""
    try:
        return _read_name(root / CURRENT_NEW)
    except IndexDamagedError:
        return None


def announce(root: Path, name: str) -> None:
    """Put ``CURRENT.new`` on disk, and the names of all that is in the index folder; raises OSError."""
    (root / CURRENT_NEW).write_bytes(_line(name))
    sync_file(root / CURRENT_NEW)
    sync_folder(root)


def make_live(root: Path, name: str) -> None:
    """Rename ``CURRENT.new`` to ``CURRENT``, durably.

    Raises OSError when nothing changed, and AkhbarError when the generation is live and the disk did not confirm it.
    """
    (root / CURRENT_NEW).replace(root / CURRENT)
    try:
        sync_folder(root)
    except OSError as problem:
        raise AkhbarError(
            f"{root}: {name} is live, but the disk did not confirm it ({problem.strerror}) and a power failure may "
            "bring back the generation before; check the disk, then run this again"
        ) from problem


def _read_name(path: Path) -> str | None:
    try:
        content = read_regular(path, _MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        raise unreadable(path, problem) from problem
    match = _LINE.fullmatch(content)
    name = match[1].decode("ascii") if match else ""
    if content != _line(name):
        raise IndexDamagedError(f"{path}: not the line that was written")
    return name


def _line(name: str) -> bytes:
    """Return the line of a generation, with a checksum: a flipped bit must not bring an older generation back."""
    return f"{name} {hashlib.sha256(name.encode()).hexdigest()[:16]}\n".encode()
