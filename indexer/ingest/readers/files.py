"""Files of articles: found below the sources that a user names, and opened without waiting for FIFOs or devices."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from os import PathLike
from pathlib import Path

from indexer.article import describe_value
from indexer.errors import InputError, SourceError
from indexer.ingest.readers.formats import ENDINGS, reader_for
from indexer.ingest.readers.records import printable_path

Sources = str | PathLike[str] | Iterable[str | PathLike[str]]
"""One file or folder, or several."""


def find_files(sources: Sources) -> tuple[Path, ...]:
    """Return the files of articles among ``sources``, each once: files as given, folders with all files below them.

    The files of a folder come sorted. Below a folder no link is followed and only regular files with a known ending
    count. Each file could be opened at the time of the call. Raises SourceError, with the path, for a source that does
    not exist, cannot be read or is of another kind, for an unreadable folder or file below it, for a folder
    without any article file, and for no source at all; InputError for a source that is no path.
    """
    files: dict[Path, None] = {}
    for source in _paths(sources):
        with _reading(source):
            files_of_source = _files_below(source) if source.is_dir() else [source]
        for file in files_of_source:
            _check_readable(file)
            files[file] = None
    return tuple(files)


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file for reading; raises OSError for anything else, and never waits for a FIFO or a device."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    return os.fdopen(descriptor, "rb")


def _paths(sources: Sources) -> list[Path]:
    """Return the sources as paths; a text is one path, although it is a sequence of letters."""
    items = [sources] if isinstance(sources, str | PathLike) or not isinstance(sources, Iterable) else list(sources)
    if not items:
        raise SourceError("no source given; expected files or folders of articles")
    for item in items:
        if not isinstance(item, str | PathLike):
            raise InputError(f"sources: expected paths of files or folders, got {describe_value(item)}")
        if "\0" in os.fspath(item):
            raise SourceError(f"{printable_path(Path(item))}: cannot be the name of a file; check the path")
    return [Path(item) for item in items]


def _files_below(folder: Path) -> list[Path]:
    files = sorted(file for file in _regular_files(folder) if reader_for(file))
    if not files:
        raise SourceError(
            f"{printable_path(folder)}: no article files in this folder; expected some that end in {_endings()}"
        )
    return files


def _regular_files(folder: Path) -> Iterator[Path]:
    """Yield all regular files below ``folder``, without recursion: folders may be nested deeper than Python's stack."""
    folders = [folder]
    while folders:
        current = folders.pop()
        with _reading(current), os.scandir(current) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    yield Path(entry.path)


def _check_readable(file: Path) -> None:
    with _reading(file):
        open_regular(file).close()
    if reader_for(file) is None:
        raise SourceError(
            f"{printable_path(file)}: expected a file that ends in {_endings()}, or a folder of such files"
        )


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Raise SourceError, in one line that names ``path``, when it cannot be read."""
    name = printable_path(path)
    try:
        yield
    except PermissionError as error:
        raise SourceError(f"{name}: no permission to read it; change its permissions or leave it out") from error
    except FileNotFoundError as error:
        raise SourceError(f"{name}: no such file or folder; check the path") from error
    except OSError as error:
        raise SourceError(f"{name}: cannot be read ({error.strerror}); check the path") from error


def _endings() -> str:
    return f"{', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
