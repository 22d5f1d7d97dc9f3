"""Records, lines, raw documents and files in files: what readers find, and the streams that they read."""

from __future__ import annotations

import datetime
import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeVar


class ByteStream(Protocol):
    """What readers read from: an open file, or one that is unpacked on the way."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, fewer only at the end."""

    def read1(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, as many as one read of the file gives; none at the end."""

    def peek(self, size: int, /) -> bytes:
        """Return the bytes that come next, without reading on."""


class Record(NamedTuple):
    """Fields of one article as its file names them, and where they stand: ``file:line`` or ``file#number``."""

    where: str
    fields: Mapping[str, object]


class RawDocument(NamedTuple):
    """A document that a process of its own must parse, because its parser may hang or eat memory.

    ``kind`` is that of :mod:`indexer.ingest.isolation`, ``known`` holds fields that are known without parsing, such as
    the address that an archive gives, and ``charset`` is the encoding that the document was sent with, if any.
    """

    where: str
    kind: str
    raw: bytes
    known: Mapping[str, str] = {}
    charset: str | None = None


class InnerFile(NamedTuple):
    """A file inside another: a member of an archive, or the content of a packed file."""

    name: str
    stream: ByteStream


class BadRecord(NamedTuple):
    """What was wrong with one record, and where: ``file:line``, or ``file`` for a whole file.

    ``skipped`` is False when the article was still read, without the field that ``reason`` names: it follows as
    an article of its own. ``ends_file`` is True when nothing behind it in the file was read, however many records
    that were. ``lost_text`` is True when text of a record that was read is in none of its fields, ``is_guess`` when
    nothing was lost, but a field may be read wrongly. ``where`` and ``reason`` are one printable line each.
    """

    where: str
    reason: str
    skipped: bool = True
    ends_file: bool = False
    lost_text: bool = False
    is_guess: bool = False


class PassedOver(NamedTuple):
    """A file of a folder or an archive that no reader knows; ``name`` is that of the file."""

    name: str


MAX_RECORDS_WITHOUT_ARTICLE: Final = 100_000
"""A file of 65 KB can unpack to millions of useless records; so many in a row (2 s of work) end its reading."""

_T = TypeVar("_T")


class Patience:
    """The patience with one file: after MAX_RECORDS_WITHOUT_ARTICLE useless records in a row it is over."""

    def __init__(self) -> None:
        self.is_over = False
        self._without_article = 0

    def take(self, read: Iterable[_T]) -> Iterator[_T | BadRecord]:
        """Yield what was read of the file next, while patience lasts, and a BadRecord where it ends."""
        for each in read:
            if self.is_over:
                return
            yield each
            is_useless = isinstance(each, BadRecord) and each.skipped and not each.ends_file
            self._without_article = self._without_article + 1 if is_useless else 0
            if isinstance(each, BadRecord) and self._without_article >= MAX_RECORDS_WITHOUT_ARTICLE:
                self.is_over = True
                reason = f"no article in {MAX_RECORDS_WITHOUT_ARTICLE:,} records; {NOTHING_FOLLOWS}"
                yield BadRecord(each.where, reason, ends_file=True)


class Line(NamedTuple):
    """A line of a file, still to be parsed."""

    where: str
    raw: bytes


class PendingLine(NamedTuple):
    """A line with what holds for its file: the time when it was written, if that is known, and the patience with it."""

    line: Line
    written: datetime.datetime | None
    patience: Patience


class EndOfSources(NamedTuple):
    """Stands behind everything that was read from files, before the articles that a program gives."""


Found = Record | Line | RawDocument | InnerFile | BadRecord | PassedOver
"""Everything that a reader may yield."""
Finds = Iterator[Found]


class DamagedError(EOFError):
    """A file ends too early, or unpacks without end; the message says what is wrong with it."""


NOTHING_FOLLOWS: Final = "nothing can be read from here on"

DAMAGE: Final = (OSError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError)
"""What reading a damaged file may raise."""


def printable_path(path: Path | str) -> str:
    r"""Return ``path`` as one printable line, whatever its bytes are: file names are input too.

    >>> printable_path(Path("news\n2024.jsonl"))
    'news�2024.jsonl'
    """
    name = os.fsencode(path).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name)


def ending_of(name: str) -> str:
    """Return the ending of a file's name in lower case, ``.tar.gz`` as a whole, or ``no ending``.

    >>> ending_of("a/News.JSONL"), ending_of("b.tar.gz"), ending_of("README")
    ('.jsonl', '.tar.gz', 'no ending')
    """
    suffixes = [suffix.lower() for suffix in Path(name).suffixes[-2:]]
    return "".join(suffixes if suffixes[-1:] == [".gz"] else suffixes[-1:]) or "no ending"
