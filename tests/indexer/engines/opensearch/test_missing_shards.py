"""Documents whose shard has no node, on a real cluster: none is taken for one that is not there.

All here needs AKHBAR_TEST_CLUSTER.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzers import analyzer_for
from indexer.article import Article
from indexer.engines.opensearch import OpenSearchEngine
from indexer.engines.opensearch.address import read_address
from indexer.engines.opensearch.bulk import BulkWriter
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.patience import Patience
from indexer.engines.opensearch.settings import Settings
from indexer.engines.opensearch.word_counts import WordCount
from indexer.engines.opensearch.words_writing import more_words
from indexer.errors import IndexNotFoundError, IndexUnusableError, PartialResultsError
from indexer.schema import document
from tests.support.engines import CLUSTER, address_of, remove

pytestmark = pytest.mark.skipif(not CLUSTER, reason="AKHBAR_TEST_CLUSTER names no cluster")

NOWHERE = "routing.allocation.require._name"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    address = address_of("opensearch", tmp_path)
    yield address
    remove(address)


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    client = Client(read_address(address), Settings())
    yield client
    client.close()


@pytest.fixture
def lost(client: Client) -> str:
    """Return the name of an index whose only shard has no node."""
    name = f"{client.address.alias}-000001"
    settings = {"number_of_shards": 1, "number_of_replicas": 0, NOWHERE: "nowhere"}
    client.ask("PUT", f"/{name}", {"settings": {"index": settings}}, params={"wait_for_active_shards": "0"})
    return name


def bring_back(client: Client, index: str) -> None:
    client.ask("PUT", f"/{index}/_settings", {"index": {NOWHERE: None}})


def test_a_document_whose_shard_has_no_node_may_be_there(client: Client, lost: str) -> None:
    with pytest.raises(PartialResultsError):
        client.documents(lost, ["1"], {})
    with pytest.raises(IndexNotFoundError):
        client.documents(f"{client.address.alias}-000009", ["1"], {})
    bring_back(client, lost)
    assert [item["found"] for item in client.documents(lost, ["1", "2"], {}, wait=Patience().begin())] == [False] * 2


def test_counts_of_words_wait_for_those_that_are_there(client: Client, lost: str) -> None:
    back = threading.Timer(1, bring_back, (client, lost))
    back.start()
    (change,) = more_words(client, lost, [WordCount("stem", "قمح", 3, None)], Patience())
    back.join()
    assert b'"articles":3' in change.lines


def test_whoever_waits_long_enough_gives_up(client: Client, lost: str) -> None:
    patience = Patience()
    patience.seconds = 0.2
    with pytest.raises(PartialResultsError):
        client.documents(lost, ["1"], {}, wait=patience.begin())
    assert patience.is_over


def test_an_article_is_not_told_to_be_missing(client: Client, address: str) -> None:
    engine = OpenSearchEngine(address, analyzer_for("ar"))
    engine.rebuild([document(Article(id="1", title="قمح"), analyzer_for("ar"))])
    assert engine.article("1")
    client.ask("POST", f"/{client.address.alias}-000001/_close")
    with pytest.raises(IndexUnusableError):
        engine.article("1")
    with pytest.raises(IndexUnusableError):
        engine.delete(["1"])
    engine.close()


def test_after_an_error_nothing_waits(client: Client) -> None:
    patience = Patience()
    with pytest.raises(ZeroDivisionError), BulkWriter(client, patience=patience):
        raise ZeroDivisionError
    assert patience.is_over
    with BulkWriter(client, patience=(patience := Patience())):
        pass
    assert not patience.is_over
