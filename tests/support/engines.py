"""The engines that the contract suite holds for: memory, the default one and, where a cluster is given, OpenSearch.

AKHBAR_TEST_CLUSTER names the address of a cluster for tests, such as ``opensearch://127.0.0.1:9201``; ``make
test-cluster`` starts one and sets it.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from analyzers import Analyzer, analyzer_for
from indexer.engines import SearchEngine, open_engine
from indexer.engines.memory import MemoryEngine
from indexer.errors import InputError
from tests.support.weighted_lengths import WeightedLengths

CLUSTER: Final = os.environ.get("AKHBAR_TEST_CLUSTER", "").rstrip("/")

COMPARED: Final = ("whoosh", *(["opensearch"] if CLUSTER else []))
"""The engines that are compared with the naive one."""

ENGINES: Final = ("memory", *COMPARED)

LOCAL: Final = ("memory", "whoosh")
"""The engines whose scores are exact."""


def has_plugin() -> bool:
    """Return whether the cluster for tests, where there is one, has the plug-in for vectors."""
    from indexer.engines.opensearch.address import read_address
    from indexer.engines.opensearch.client import Client
    from indexer.engines.opensearch.settings import read_settings
    from indexer.engines.opensearch.vectors import require_plugin

    client = Client(read_address(f"{CLUSTER}/any"), read_settings())
    try:
        require_plugin(client)
    except InputError:
        return False
    finally:
        client.close()
    return True


HAS_PLUGIN: Final = bool(CLUSTER) and has_plugin()
WITHOUT_PLUGIN: Final = "the cluster has no k-NN plug-in; python tools/cluster/run.py --knn starts one that has"

WITH_VECTORS: Final = (
    *LOCAL,
    *([pytest.param("opensearch", marks=pytest.mark.skipif(not HAS_PLUGIN, reason=WITHOUT_PLUGIN))] if CLUSTER else []),
)
"""The engines that search by meaning: on a cluster, where it has the plug-in."""

TOLERANCE: Final = {"whoosh": {"rel": 1e-6, "abs": 1e-6}, "opensearch": {"rel": 1e-4, "abs": 1e-3}}
"""By how much a score may differ from that of the oracle: a cluster rounds the early bonus, and has four bytes a score."""


def oracle_of(name: str) -> MemoryEngine:
    """Return the naive engine that scores as an engine does."""
    return WeightedLengths("test") if name == "opensearch" else MemoryEngine("test")


@contextmanager
def engine_named(name: str, folder: Path, analyzer: Analyzer | None = None) -> Iterator[SearchEngine]:
    """Yield a new engine without an index: in ``folder``, in memory, or under a name of its own on the cluster."""
    address = address_of(name, folder)
    engine = open_engine(address, analyzer or analyzer_for("ar"), fingerprint="test")
    try:
        yield engine
    finally:
        engine.close()
        if name == "opensearch":
            remove(address)


def address_of(name: str, folder: Path) -> str:
    """Return an address that no index has yet."""
    match name:
        case "memory":
            return "memory:"
        case "opensearch":
            return f"{CLUSTER}/test-{uuid.uuid4().hex[:12]}-x"
    return str(folder / "index")


def remove(address: str) -> None:
    """Remove from the cluster all that an engine keeps there for an index."""
    from indexer.engines.opensearch.address import read_address
    from indexer.engines.opensearch.client import Client
    from indexer.engines.opensearch.indexes import Indexes
    from indexer.engines.opensearch.settings import read_settings

    client = Client(read_address(address), read_settings())
    indexes = Indexes(client)
    indexes.remove(*indexes.numbers())
    client.ask("DELETE", f"/{client.address.alias}-lock", params={"ignore_unavailable": "true"})
    client.close()
