"""Versions of a cluster that an index can be made on."""

from __future__ import annotations

from typing import Any, Final

from indexer.engines.opensearch.address import Address
from indexer.engines.opensearch.failures import shorten
from indexer.errors import IndexUnusableError

LEAST_MAJOR: Final = 3
"""Before it BM25 has another factor, by which early words would count ten thousand times too much."""


def require_version(answer: dict[str, Any], address: Address) -> None:
    """Raise IndexUnusableError unless ``answer``, what a cluster says about itself, is of a version that will do."""
    version = answer.get("version")
    told = version if isinstance(version, dict) else {}
    name, number = shorten(told.get("distribution", "a server")), shorten(told.get("number", "of no version"))
    major = number.partition(".")[0]
    if name != "opensearch" or not (major.isascii() and major.isdigit()) or int(major) < LEAST_MAJOR:
        raise IndexUnusableError(
            f"{address}: {name} {number}: expected OpenSearch {LEAST_MAJOR} or newer; update the cluster"
        )
