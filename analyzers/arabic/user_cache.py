"""The user's cache: texts that take long to compile from data, kept in files with their checksums."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[1]
_FILES_OF_A_KIND: Final = 4
"""How many files that differ in what stands behind the first hyphen of their names are kept: the last ones written."""


def cached_text(name: str, compile_text: Callable[[], str]) -> tuple[str, str]:
    """Return the SHA-256 and the text of a file of the cache, compiled and written where it is missing or changed.

    ``name`` has to change with all that the text is compiled from. That a file cannot be written is no error: the text
    is then compiled by every process.
    """
    path = cache_folder() / name
    if (found := _read(path)) is not None:
        return found
    text = compile_text()
    checksum = _checksum(text)
    with suppress(OSError):
        _write(path, f"{checksum}\n{text}")
    return checksum, text


@cache
def package_digest() -> str:
    """Return 16 hexadecimal digits that change with any module and any data file of the package."""
    files = sorted(each for each in _PACKAGE.rglob("*") if each.suffix in (".py", ".tsv", ".txt"))
    return hashlib.sha256(b"".join(map(Path.read_bytes, files))).hexdigest()[:16]


def cache_folder() -> Path:
    """Return the folder of the cache: ``akhbar`` in ``$XDG_CACHE_HOME``, by default ``~/.cache``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "akhbar"


def _read(path: Path) -> tuple[str, str] | None:
    with suppress(OSError, ValueError):
        checksum, text = path.read_text("utf-8").split("\n", 1)
        if checksum == _checksum(text):
            return checksum, text
    return None


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        try:
            file.write(content)
            file.flush()
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink()
            raise
    alike = path.parent.glob(f"{path.name.split('-', 1)[0]}-*")
    for old in sorted(alike, key=lambda each: each.stat().st_mtime)[:-_FILES_OF_A_KIND]:
        old.unlink()
