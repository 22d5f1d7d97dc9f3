"""Which files hold articles, and how one is opened without being led astray."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from indexer.errors import SourceError
from indexer.ingest.readers.formats import ENDINGS, reader_of
from indexer.ingest.readers.records import shown

_NO_WAITING = getattr(os, "O_NONBLOCK", 0)  # opening a FIFO without a writer would wait for ever


def find_files(sources: Sequence[Path]) -> tuple[Path, ...]:
    """Return the files of articles among ``sources``, each once: files as given, folders with all that is in them.

    The files of a folder come sorted. Below a folder no link is followed and only regular files with a known ending
    count. Each file can be opened at the time of asking. Raises SourceError, with the path, for a source that does
    not exist, cannot be read or is of another kind, for an unreadable folder or file below it, and for a folder
    without any article file.
    """
    found: dict[Path, None] = {}
    for source in sources:
        with _explained(source):
            files = _files_below(source) if source.is_dir() else [source]
        for file in files:
            found[_checked(file)] = None
    return tuple(found)


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; raises OSError for anything else, and never waits for a FIFO or a device."""
    descriptor = os.open(path, os.O_RDONLY | _NO_WAITING | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    return os.fdopen(descriptor, "rb")


def _files_below(folder: Path) -> list[Path]:
    files = sorted(file for file in _regular_files(folder) if reader_of(file))
    if not files:
        raise SourceError(f"{shown(folder)}: no article files in this folder; expected some that end in {_endings()}")
    return files


def _regular_files(folder: Path) -> Iterator[Path]:
    """Walk without recursion: folders may be nested deeper than Python's stack."""
    folders = [folder]
    while folders:
        current = folders.pop()
        with _explained(current), os.scandir(current) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    yield Path(entry.path)


def _checked(file: Path) -> Path:
    with _explained(file):
        open_regular(file).close()
    if reader_of(file) is None:
        raise SourceError(f"{shown(file)}: expected a file that ends in {_endings()}, or a folder of such files")
    return file


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Say in one line why ``path`` cannot be read."""
    try:
        yield
    except PermissionError as error:
        raise SourceError(f"{shown(path)}: no permission to read it; change its permissions or leave it out") from error
    except FileNotFoundError as error:
        raise SourceError(f"{shown(path)}: no such file or folder; check the path") from error
    except OSError as error:
        raise SourceError(f"{shown(path)}: cannot be read ({error.strerror}); check the path") from error


def _endings() -> str:
    return f"{', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
