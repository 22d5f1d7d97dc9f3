"""Reports of bad records, and the streams that readers read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple, Protocol


class ByteStream(Protocol):
    """What readers read from: an open file, or one that is unpacked on the way."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, fewer only at the end."""

    def read1(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, as many as one read of the file gives; none at the end."""


class BadRecord(NamedTuple):
    """What was wrong with one record, and where: ``file:line``, or ``file`` for a whole file.

    ``skipped`` is False when the article was still read, without the field that ``reason`` names: it follows as
    an article of its own. ``ends_file`` is True when nothing behind it in the file was read, however many records
    that were. ``where`` and ``reason`` are one printable line each.
    """

    where: str
    reason: str
    skipped: bool = True
    ends_file: bool = False


def printable_path(path: Path) -> str:
    r"""Return ``path`` as one printable line, whatever its bytes are: file names are input too.

    >>> printable_path(Path("news\n2024.jsonl"))
    'news�2024.jsonl'
    """
    name = os.fsencode(path).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name)
