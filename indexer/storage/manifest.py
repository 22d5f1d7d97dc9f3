"""What one generation of an index consists of: ``manifest.json``, its files and their hashes.

Nothing in a manifest is believed: it carries a hash of itself, its values are checked, and names of files cannot point
outside the folder.
"""

from __future__ import annotations

import datetime
import errno
import hashlib
import json
import os
import re
import stat
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from indexer.errors import IndexDamagedError

MANIFEST = "manifest.json"
GENERATION_NAME = re.compile(r"gen-([1-9][0-9]{0,15})")
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}")
_MAX_MANIFEST_BYTES = 1 << 20  # some thousand files, where an index has a handful
_SEAL = "sha256"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What a file of a generation was when it was written: its bytes and their SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds and what built it. ``created`` is ISO 8601 in UTC."""

    format: int
    engine: str
    analyzer: str
    articles: int
    sources: int
    first_date: str | None
    last_date: str | None
    created: str
    previous: str | None
    files: dict[str, FileRecord]

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Return the manifest in ``path``; raises IndexDamagedError when it is not one, or was changed."""
        try:
            content = read_regular(path, _MAX_MANIFEST_BYTES)
            record: Any = json.loads(content)
            del record[_SEAL]
            if content != _sealed(record):
                raise IndexDamagedError(f"{path}: not the manifest that was written")
            return cls._checked(record)
        except OSError as problem:
            raise IndexDamagedError(f"{path}: {problem.strerror}") from problem
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as problem:
            raise IndexDamagedError(f"{path}: not a manifest of an index") from problem

    @classmethod
    def _checked(cls, record: dict[str, Any]) -> Manifest:
        """Return the manifest that ``record`` describes; raises some builtin error for any other record."""
        files = {
            _file_name(name): FileRecord(_count(each["size"]), _text(each["sha256"]))
            for name, each in record["files"].items()
        }
        manifest = cls(**{each.name: record[each.name] for each in fields(cls)} | {"files": files})
        for number in (manifest.format, manifest.articles, manifest.sources):
            _count(number)
        for text in (manifest.engine, manifest.analyzer):
            _text(text)
        for date in (manifest.first_date, manifest.last_date):
            if date is not None:
                datetime.date.fromisoformat(date)
        if manifest.created_at.tzinfo is None:
            raise ValueError(manifest.created)
        if manifest.previous is not None and not GENERATION_NAME.fullmatch(manifest.previous):
            raise ValueError(manifest.previous)
        return manifest

    def as_bytes(self) -> bytes:
        """Return the manifest as it is written: JSON, with a hash of the rest at its end."""
        return _sealed(asdict(self))

    @property
    def created_at(self) -> datetime.datetime:
        """When the generation went live, in UTC."""
        return datetime.datetime.fromisoformat(self.created)


def record_of(path: Path) -> FileRecord:
    """Return what a file is now; raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileRecord(path.stat().st_size, digest)


def size_fault(path: Path, record: FileRecord) -> str | None:
    """Return a line when a file is missing or of another size than when it was written."""
    try:
        size = _stat_regular(path).st_size
    except OSError as problem:
        return f"{path}: {problem.strerror}"
    return None if size == record.size else f"{path}: {size} bytes, expected {record.size}"


def fault_of(path: Path, record: FileRecord) -> str | None:
    """Return a line when a file is missing or not the bytes that were written, reading all of it."""
    if (fault := size_fault(path, record)) is not None:
        return fault
    try:
        found = record_of(path)
    except OSError as problem:
        return f"{path}: {problem.strerror}"
    return None if found == record else f"{path}: not the bytes that were written (SHA-256 differs)"


def read_regular(path: Path, limit: int) -> bytes:
    """Return the bytes of a file; raises OSError, also for what is no regular file or is longer than ``limit``."""
    if _stat_regular(path).st_size > limit:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    with path.open("rb") as file:
        return file.read(limit)


def _stat_regular(path: Path) -> os.stat_result:
    """Return the status of a file; raises OSError, also for a link, a folder, a pipe: none is followed or opened."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return status


def _sealed(record: dict[str, Any]) -> bytes:
    """Return ``record`` as JSON, with a hash of itself at its end."""
    seal = hashlib.sha256(json.dumps(record).encode()).hexdigest()
    return json.dumps(record | {_SEAL: seal}, ensure_ascii=False, indent=1).encode() + b"\n"


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _file_name(name: str) -> str:
    """Return a plain name: nothing outside the folder, no control characters, not the manifest itself."""
    if not _FILE_NAME.fullmatch(name) or name == MANIFEST:
        raise ValueError(name)
    return name
