"""Which segments an index has: ``toc.json``, beside them, the only file that names another.

Nothing in it is believed: it carries a hash of itself, its values are checked, and the names of files cannot point
outside the folder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from indexer.storage.sealed_json import read_sealed, seal
from indexer.storage.segment.arrays import FORMAT, count
from indexer.storage.segment.layout import MAX_DOCUMENTS

TOC: Final = "toc.json"
SEGMENT_NAME: Final = re.compile(r"(s[1-9][0-9]{0,15})\.seg")
DELETIONS_NAME: Final = re.compile(r"(s[1-9][0-9]{0,15})-[1-9][0-9]{0,15}\.del")
_ASIDE: Final = "toc.json.new"
_MAX_BYTES: Final = 1 << 24


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment: its file, its documents, the file that names the deleted ones (``None``: none are) and their number."""

    file: str
    documents: int
    deletions: str | None = None
    deleted: int = 0

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its files."""
        return (self.file, self.deletions) if self.deletions else (self.file,)


@dataclass(frozen=True, slots=True)
class Toc:
    """The segments of an index in the order of their documents, and its schema as JSON.

    ``last_number`` is the highest number that a file of the index ever had in its name: none is given twice, so a name means one content.
    """

    schema: Mapping[str, Any]
    segments: tuple[SegmentEntry, ...] = ()
    last_number: int = 0

    @classmethod
    def read(cls, folder: Path) -> Toc:
        """Return the table of contents in ``folder``; raises IndexDamagedError when there is none as it was written."""
        return read_sealed(folder / TOC, "table of contents", cls._checked, limit_bytes=_MAX_BYTES)

    @classmethod
    def _checked(cls, record: dict[str, Any]) -> Toc:
        """Return what ``record`` describes; raises some builtin error for anything else."""
        if record["format"] != FORMAT or not isinstance(record["schema"], dict):
            raise ValueError(record["format"])
        toc = cls(record["schema"], tuple(map(_entry, record["segments"])), count(record.get("last_number", 0)))
        files = toc.files
        if len(set(files)) != len(files):
            raise ValueError(files)
        return toc

    def write(self, folder: Path) -> None:
        """Put the table of contents in place, in one step; one that an older state shares stays as it is there."""
        aside = folder / _ASIDE
        segments = [asdict(each) for each in self.segments]
        record = {"format": FORMAT, "schema": dict(self.schema), "last_number": self.last_number, "segments": segments}
        try:
            aside.write_bytes(seal(record))
            aside.replace(folder / TOC)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise

    @property
    def files(self) -> tuple[str, ...]:
        """The names of all files of all segments."""
        return tuple(file for each in self.segments for file in each.files)


def _entry(record: dict[str, Any]) -> SegmentEntry:
    entry = SegmentEntry(**record)
    name = SEGMENT_NAME.fullmatch(entry.file)
    if not name or not count(entry.deleted) <= count(entry.documents) <= MAX_DOCUMENTS:
        raise ValueError(record)
    if entry.deletions is None:
        if entry.deleted:
            raise ValueError(record)
    elif not (deletions := DELETIONS_NAME.fullmatch(entry.deletions)) or deletions[1] != name[1]:
        raise ValueError(record)
    return entry
