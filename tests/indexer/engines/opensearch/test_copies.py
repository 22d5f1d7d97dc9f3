"""Copies of an index on a cluster: waited for, and not missed where there are too few nodes for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzers import analyzer_for
from indexer.article import Article
from indexer.engines.opensearch import rebuilding
from indexer.engines.opensearch.engine import OpenSearchEngine
from indexer.schema import document
from tests.support.engines import CLUSTER, address_of, remove

pytestmark = pytest.mark.skipif(
    not CLUSTER, reason="AKHBAR_TEST_CLUSTER names no cluster; make test-cluster starts one"
)


def test_a_rebuild_goes_live_whose_copies_have_no_node_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "_GREEN_S", 1)
    analyzer, said = analyzer_for("ar"), list[str]()
    address = f"{address_of('opensearch', tmp_path)}?replicas=16"
    engine = OpenSearchEngine(address, analyzer)
    try:
        assert engine.rebuild([document(Article(id="a", title="أسعار القمح"), analyzer)], say=said.append) == 1
        assert engine.ids() == ("a",)
        assert "not all copies are there yet (yellow); the cluster goes on making them" in said
    finally:
        engine.close()
        remove(address)
