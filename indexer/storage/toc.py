"""Table of contents of an index: ``toc.json`` has the layout and names the segment files beside it.

It carries a hash of itself, its values are checked, and the names of files cannot point outside the folder.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from indexer.errors import IndexDamagedError
from indexer.schema import FORMAT_VERSION
from indexer.storage.sealed_json import count, read_sealed, seal
from indexer.storage.segment.arrays import Array
from indexer.storage.segment.file import SegmentFile, read_deletions
from indexer.storage.segment.layout import MAX_DOCUMENTS, Layout

TOC: Final = "toc.json"
SEGMENT_NAME: Final = re.compile(r"(s[1-9][0-9]{0,15})\.seg")
DELETIONS_NAME: Final = re.compile(r"(s[1-9][0-9]{0,15})-[1-9][0-9]{0,15}\.del")
_MAX_BYTES: Final = 1 << 24


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment: its file, its number of documents, the file of the deleted ones (``None``: none are), their number."""

    file: str
    documents: int
    deletions: str | None = None
    deleted: int = 0

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its files."""
        return (self.file, self.deletions) if self.deletions else (self.file,)

    def open(self, folder: Path, layout: Layout) -> tuple[SegmentFile, Array | None]:
        """Open the segment; return it and the numbers of its deleted documents.

        Raises IndexDamagedError when it is not the segment that was meant, or has another layout than the index.
        """
        file = SegmentFile(folder / self.file)
        deleted = read_deletions(folder / self.deletions, file.documents) if self.deletions else None
        if file.documents != self.documents or (0 if deleted is None else len(deleted)) != self.deleted:
            raise IndexDamagedError(f"{file.path}: not the segment that {TOC} names; rebuild the index")
        if file.layout != layout:
            raise IndexDamagedError(f"{file.path}: another layout than {TOC} has; rebuild the index")
        return file, deleted


@dataclass(frozen=True, slots=True)
class Toc:
    """The layout of an index and its segments, in the order of their documents.

    ``last_number`` is the highest number in the name of any file that the index ever had: no name is used twice.
    """

    layout: Layout
    segments: tuple[SegmentEntry, ...] = ()
    last_number: int = 0

    @classmethod
    def read(cls, folder: Path) -> Toc:
        """Return the table of contents in ``folder``; raises IndexDamagedError when it is missing or damaged."""
        return read_sealed(folder / TOC, "table of contents", cls._parse, limit_bytes=_MAX_BYTES)

    @classmethod
    def _parse(cls, record: dict[str, Any]) -> Toc:
        """Return the table that ``record`` describes; raises some builtin error for anything else."""
        if record["format"] != FORMAT_VERSION:
            raise ValueError(record["format"])
        layout = Layout.from_json(record["layout"])
        toc = cls(layout, tuple(map(_entry, record["segments"])), count(record["last_number"]))
        files = toc.files
        if len(set(files)) != len(files):
            raise ValueError(files)
        return toc

    def write(self, folder: Path) -> None:
        """Replace the table of contents in one step; a hard link to the former one elsewhere keeps it."""
        aside = folder / f"{TOC}.new"
        record = {
            "format": FORMAT_VERSION,
            "layout": self.layout.as_json(),
            "last_number": self.last_number,
            "segments": [asdict(segment) for segment in self.segments],
        }
        try:
            aside.write_bytes(seal(record))
            aside.replace(folder / TOC)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise

    @property
    def files(self) -> tuple[str, ...]:
        """The names of all files of all segments."""
        return tuple(file for segment in self.segments for file in segment.files)


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
