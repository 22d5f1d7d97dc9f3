"""How a reader says what was wrong with a record."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple, Protocol

_MAX_QUOTED_CHARS = 40
_JSON_NAMES = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}


class ByteStream(Protocol):
    """What readers read from: an open file, or one that is unpacked on the way."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, fewer only at the end."""

    def readline(self, size: int, /) -> bytes:
        """Return the bytes up to and with the next line feed, at most ``size``."""


class BadRecord(NamedTuple):
    """What was wrong with one record, and where: ``file:line``, or ``file`` for a whole file.

    ``skipped`` is False when the article was still read, without the part that ``reason`` names: it follows as
    an article of its own. ``where`` and ``reason`` are one printable line each.
    """

    where: str
    reason: str
    skipped: bool = True


def shown(path: Path) -> str:
    r"""Return ``path`` as one printable line, whatever its bytes are: names of files are input, too.

    >>> shown(Path("news\n2024.jsonl"))
    'news�2024.jsonl'
    """
    name = os.fsencode(path).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name)


def quoted(value: object) -> str:
    """Return the beginning of a value of JSON for a message: printable, short.

    >>> quoted("30/02/2024"), quoted([1, 2])
    ("'30/02/2024'", 'a list')
    """
    if isinstance(value, str):
        return repr(value[:_MAX_QUOTED_CHARS]) + ("…" if len(value) > _MAX_QUOTED_CHARS else "")
    return _JSON_NAMES.get(type(value), "a number")
