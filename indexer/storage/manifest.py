"""The manifest of a generation, ``manifest.json``: what built it, what it holds, and its files with their hashes.

A manifest from a stranger is harmless: its values are checked, and file names cannot point outside the folder.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from indexer.storage.files import FileRecord
from indexer.storage.sealed_json import count, read_sealed, seal

MANIFEST: Final = "manifest.json"
GENERATION_NAME: Final = re.compile(r"gen-([1-9][0-9]{0,15})")
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}")
_MAX_BYTES: Final = 1 << 20
"""Room for some thousand files; an index has a handful."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of a generation. Dates are ISO 8601, ``created`` in UTC; ``previous`` names the generation before."""

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
        """Return the manifest in ``path``; raises IndexDamagedError when it is missing or was changed."""
        return read_sealed(path, "manifest", cls._parse, limit_bytes=_MAX_BYTES)

    @classmethod
    def _parse(cls, record: dict[str, Any]) -> Manifest:
        """Return the manifest that ``record`` describes; raises some builtin error for any other record."""
        files = {
            _file_name(name): FileRecord(count(file["size"]), _text(file["sha256"]))
            for name, file in record["files"].items()
        }
        manifest = cls(**{field.name: record[field.name] for field in fields(cls)} | {"files": files})
        for number in (manifest.format, manifest.articles, manifest.sources):
            count(number)
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
        """Return the manifest as it is written: sealed JSON."""
        return seal(asdict(self))

    @property
    def created_at(self) -> datetime.datetime:
        """When the generation was written, in UTC."""
        return datetime.datetime.fromisoformat(self.created)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    value.encode()  # half a surrogate pair, which JSON can hold, could not be printed
    return value


def _file_name(name: str) -> str:
    """Return ``name`` if it is a plain one: nothing outside the folder, no control characters, not the manifest itself."""
    if not _FILE_NAME.fullmatch(name) or name == MANIFEST:
        raise ValueError(name)
    return name
