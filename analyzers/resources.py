"""Data files of the package: tables and word lists, read with errors that name file and line."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final, TypeVar

from analyzers.errors import AnalysisError

DATA = resources.files("analyzers") / "data"
COMMENT = "#"

Record = TypeVar("Record")

NOT_FOR_TERMS: Final = frozenset(
    {
        "ar/aliases.tsv",
        "ar/hijri_months.tsv",
        "ar/letter_names.tsv",
        "ar/months.tsv",
        "ar/names_across_scripts.tsv",
        "ar/not_linked.txt",
        "en/capitals.txt",
        "en/given_names.txt",
    }
)
"""Files of date readers and synonyms, on which no term depends."""


def read_table(name: str, columns: int, root: Traversable = DATA) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a tab-separated file such as ``ar/months.tsv``, each of ``columns`` cells.

    Raises :class:`~analyzers.errors.AnalysisError`, naming file and line, for a file that is missing or is not
    UTF-8, and for a row with another number of cells, with white space round a cell, or that is not in NFC.
    """
    return (row for _, row in _numbered_rows(name, columns, root))


def records(name: str, columns: int, make: Callable[..., Record], root: Traversable = DATA) -> Iterator[Record]:
    """Yield ``make(*cells)`` for each row of a file.

    Raises as :func:`read_table` does, also for a row of which ``make`` raises ValueError.
    """
    for number, cells in _numbered_rows(name, columns, root):
        try:
            yield make(*cells)
        except ValueError as error:
            raise AnalysisError(f"{name}, line {number}: {error}") from error


def word_list(name: str, root: Traversable = DATA) -> tuple[str, ...]:
    """Return the words of a file that holds one a line; raises as :func:`read_table` does."""
    return tuple(word for (word,) in read_table(name, 1, root))


def lines(name: str, root: Traversable = DATA) -> Iterator[str]:
    """Yield the lines of a file that are neither empty nor comments, unchecked: for long files."""
    return (line for line in _read(name, root).splitlines() if line and not line.startswith(COMMENT))


def digest(version: int, lexicon: str = "", root: Traversable = DATA) -> str:
    """Return a digest of ``version``, of every row on which terms depend, and of a lexicon, in 16 hexadecimal digits.

    Comments do not count: rewording one needs no rebuilt index.
    """
    sha = hashlib.sha256(f"analyzers {version} {lexicon}\n".encode())
    for name in file_names(root):
        if name not in NOT_FOR_TERMS:
            sha.update(f"{name}\n".encode())
            sha.update("".join([f"{line}\n" for line in lines(name, root)]).encode())
    return sha.hexdigest()[:16]


def file_names(root: Traversable = DATA) -> tuple[str, ...]:
    """Return the names of all data files, as ``language/file``, in order."""
    folders = [folder for folder in root.iterdir() if folder.is_dir()]
    names = [f"{folder.name}/{file.name}" for folder in folders for file in folder.iterdir()]
    return tuple(sorted(name for name in names if name.endswith((".tsv", ".txt"))))


def _numbered_rows(name: str, columns: int, root: Traversable) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number, line in _lines(name, root):
        cells = tuple(line.split("\t"))
        if len(cells) != columns:
            raise AnalysisError(
                f"{name}, line {number}: {len(cells)} columns, expected {columns}; see the file's header"
            )
        if any(cell != cell.strip() for cell in cells):
            raise AnalysisError(f"{name}, line {number}: white space round a cell; remove it")
        yield number, cells


def _lines(name: str, root: Traversable) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(_read(name, root).splitlines(), start=1):
        if line.startswith(COMMENT) or not line:
            continue
        if not unicodedata.is_normalized("NFC", line):
            raise AnalysisError(f"{name}, line {number}: not in Unicode form NFC; normalize the file")
        yield number, line


def _read(name: str, root: Traversable) -> str:
    try:
        return (root / name).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise AnalysisError(f"{name}, byte {error.start}: not UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise AnalysisError(f"{name}: cannot be read ({error.strerror}); install the package again") from error
