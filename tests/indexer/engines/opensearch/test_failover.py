"""Failover on a cluster of two nodes of its own: searches go on when one of them is killed."""

from __future__ import annotations

import pytest

from indexer import Article, SearchRequest, open_index, rebuild
from tests.support.engines import CLUSTER
from tools.cluster.launch import Cluster

pytestmark = pytest.mark.skipif(
    not CLUSTER, reason="AKHBAR_TEST_CLUSTER names no cluster; make test-cluster starts one"
)


def test_searches_go_on_without_a_cluster_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKHBAR_OPENSEARCH_TIMEOUT", "20")  # less than a node waits for a manager before it says no
    articles = [Article(id=str(number), title=f"أسعار القمح {number}") for number in range(20)]
    with Cluster(nodes=2, fast_start=True) as cluster:
        url = f"opensearch://{','.join(cluster.hosts)}/news"
        rebuild(articles=articles, index=f"{url}?shards=2&replicas=1", jobs=1)
        cluster.wait(nodes=2, status="green")
        with open_index(url) as index:
            assert index.search(SearchRequest("القمح")).total == 20
            cluster.kill(cluster.manager())  # one of two is no majority: the other elects nobody
            assert index.search(SearchRequest("أسعار")).total == 20
        with open_index(url) as index:
            assert index.search(SearchRequest("القمح")).total == 20
