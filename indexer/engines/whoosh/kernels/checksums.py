"""CRC-32, which everything in an index file is compared with: as zlib has it, several times faster where C was built."""

from __future__ import annotations

import zlib
from typing import Any

from indexer.engines.whoosh import kernels

try:
    if kernels.TIER != "native":
        raise ImportError
    from indexer.engines.whoosh.kernels._native import crc32 as _begun
except ImportError:

    def _begun(data: Any, before: int, /) -> tuple[int, int]:
        return before, 0


def crc32(data: memoryview | bytes, before: int = 0) -> int:
    """Return the CRC-32 of some bytes behind those that ``before`` is of; C does most of them where it can."""
    found, done = _begun(data, before)
    return found if done == len(data) else zlib.crc32(data[done:], found)
