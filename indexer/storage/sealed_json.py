"""Sealed JSON: an object in a file whose last key is the SHA-256 of the rest, so that a changed byte is noticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from indexer.errors import IndexDamagedError
from indexer.storage.files import read_regular, unreadable

SEAL: Final = "sha256"
T = TypeVar("T")


def seal(record: Mapping[str, Any]) -> bytes:
    """Return ``record`` as indented JSON, ending with its hash."""
    digest = hashlib.sha256(json.dumps(record).encode()).hexdigest()
    return json.dumps({**record, SEAL: digest}, indent=1).encode() + b"\n"


def read_sealed(path: Path, what: str, parse: Callable[[dict[str, Any]], T], *, limit_bytes: int) -> T:
    """Return what ``parse`` makes of the object in ``path``, without its hash.

    Raises IndexDamagedError, naming ``what`` was expected, when the file is missing or longer than ``limit_bytes``, when
    it is not byte for byte what :func:`seal` writes, and when ``parse`` raises a builtin error about the object.
    """
    try:
        content = read_regular(path, limit_bytes)
        record: Any = json.loads(content)
        del record[SEAL]
        if content != seal(record):
            raise ValueError("the hash differs")
        return parse(record)
    except OSError as problem:
        raise unreadable(path, problem) from problem
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as problem:
        raise IndexDamagedError(f"{path}: not the {what} that was written") from problem


def count(value: object) -> int:
    """Return ``value`` if it is an integer from 0 to below 2⁶³; raises ValueError for anything else."""
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise ValueError(value)
    return value
