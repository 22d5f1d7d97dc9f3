"""Failover on clusters of their own: what searches and a rebuild do when a node is killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from indexer import Article, SearchRequest, open_index, rebuild
from indexer.engines.opensearch import bulk, patience, rebuilding
from indexer.errors import IndexUnreachableError
from tests.support.engines import CLUSTER
from tools.cluster.launch import Cluster

pytestmark = pytest.mark.skipif(
    not CLUSTER, reason="AKHBAR_TEST_CLUSTER names no cluster; make test-cluster starts one"
)


def make_articles(count: int, halfway: Callable[[], None] = lambda: None) -> Iterator[Article]:
    for number in range(count):
        if number == count // 2:
            halfway()
        yield Article(id=str(number), title=f"أسعار القمح {number}")


def test_searches_go_on_without_a_cluster_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKHBAR_OPENSEARCH_TIMEOUT", "20")  # less than a node waits for a manager before it says no
    with Cluster(nodes=2, fast_start=True) as cluster:
        url = f"opensearch://{','.join(cluster.hosts)}/news"
        rebuild(articles=make_articles(20), index=f"{url}?shards=2&replicas=1", jobs=1)
        cluster.wait(nodes=2, status="green")
        with open_index(url) as index:
            assert index.search(SearchRequest("القمح")).total == 20
            cluster.kill(cluster.manager())  # one of two is no majority: the other elects nobody
            assert index.search(SearchRequest("أسعار")).total == 20
        with open_index(url) as index:
            assert index.search(SearchRequest("القمح")).total == 20


def test_a_rebuild_goes_on_when_its_node_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that was acknowledged before is still there, and the rest is written once the node answers."""
    monkeypatch.setattr(rebuilding, "_BATCH", 20)
    monkeypatch.setattr(bulk, "BATCH_CHANGES", 20)
    monkeypatch.setattr(patience, "_TOLD_AFTER_S", 0.0)  # a node may be back within seconds
    told: list[str] = []
    with Cluster(nodes=1, fast_start=True) as cluster:

        def restart() -> None:
            cluster.kill(0)
            cluster.start(0)

        url = f"opensearch://{cluster.hosts[0]}/news"
        report = rebuild(articles=make_articles(400, restart), index=url, jobs=1, say=told.append)
        assert report.written == 400
        with open_index(url) as index:
            assert index.search(SearchRequest("القمح")).total == 400
    waiting = [line.partition(":")[0].partition(",")[0] for line in told if "cluster" in line]
    assert waiting[:1] == ["waiting for the cluster"]
    assert waiting[-1:] == ["the cluster answers again"]


def test_a_rebuild_whose_node_stays_away_leaves_the_live_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "_BATCH", 20)
    monkeypatch.setattr(patience, "PATIENCE_S", 3.0)
    with Cluster(nodes=2, fast_start=True) as cluster:
        url = f"opensearch://{','.join(cluster.hosts)}/news"
        rebuild(articles=make_articles(20), index=f"{url}?shards=2&replicas=1", jobs=1)
        cluster.wait(nodes=2, status="green")
        other = 1 - cluster.manager()
        with pytest.raises(IndexUnreachableError, match=r"a node is away.*run the same again") as caught:
            rebuild(articles=make_articles(400, lambda: cluster.kill(other)), index=f"{url}?shards=2", jobs=1)
        assert "\n" not in str(caught.value)
        with open_index(url) as index:
            assert index.search(SearchRequest("القمح")).total == 20
        kept = cluster.ask("/_cat/indices/news-0*?format=json")
        assert [each["index"] for each in kept] == ["news-000001"]
