"""Files of articles: found below the sources that a user names, and opened without waiting for FIFOs or devices."""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from os import PathLike
from pathlib import Path
from typing import Final

from indexer.article import describe_value
from indexer.errors import InputError, SourceError
from indexer.ingest.field_names import USUAL_NAMES, FieldNames
from indexer.ingest.readers import tables
from indexer.ingest.readers.formats import ENDINGS, HEAD_BYTES, reader_for
from indexer.ingest.records import ending_of, printable_path

Sources = str | PathLike[str] | Iterable[str | PathLike[str]]
"""One file or folder, or several."""


STANDARD_INPUT: Final = Path("-")
"""The source that is read from standard input, as other programs have it."""


def find_files(
    sources: Sources, passed_over: Counter[str] | None = None, names: FieldNames = USUAL_NAMES
) -> tuple[Path, ...]:
    """Return the files of articles among ``sources``, each once: files as given, folders with all files below them.

    The files of a folder come sorted. Below a folder no link is followed, and only regular files count whose ending or
    content is known, of tables only those with a column of titles or texts by ``names``; the endings of others are
    counted in ``passed_over``. Each file could be opened at the time of
    the call. Raises SourceError, with the path, for a source that does not exist, cannot be read or is of another
    kind, for an unreadable folder or file below it, for a folder without any article file, and for no source at all;
    InputError for a source that is no path.
    """
    files: dict[Path, None] = {}
    for source in _paths(sources):
        if source == STANDARD_INPUT:
            files[source] = None
            continue
        with _reading(source):
            files_of_source = _files_below(source, passed_over, names) if source.is_dir() else [source]
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


def _files_below(folder: Path, passed_over: Counter[str] | None, names: FieldNames) -> list[Path]:
    files = []
    for file in sorted(_regular_files(folder)):
        if _is_known(file, names):
            files.append(file)
        elif passed_over is not None:
            passed_over[ending_of(file.name)] += 1
    if not files:
        raise SourceError(
            f"{printable_path(folder)}: no article files in this folder; expected some that end in {_endings()}"
        )
    return files


def _is_known(file: Path, names: FieldNames | None = None) -> bool:
    """Return whether the ending of a file, or else its content, is that of a file of articles.

    With ``names``, a table must have a column of titles or texts.
    """
    reader = reader_for(b"", file.name)
    if reader and not (names and reader is tables.read):
        return True
    with _reading(file), open_regular(file) as stream:
        head = stream.read(HEAD_BYTES)
    reader = reader_for(head, file.name)
    return reader is not None and not (names and reader is tables.read and not tables.has_articles(head, names))


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
    if not _is_known(file):
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
