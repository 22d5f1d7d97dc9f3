"""Writing to a real cluster: what is promised when something fails or two write at once.

All here needs AKHBAR_TEST_CLUSTER; the contract of every engine is in test_contract.py.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from analyzers import analyzer_for
from indexer.article import Article
from indexer.engines.opensearch import OpenSearchEngine, bulk, patience
from indexer.engines.opensearch.address import read_address
from indexer.engines.opensearch.bulk import BulkWriter, delete_change, index_change, send, to_json
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.indexes import Indexes, Pair
from indexer.engines.opensearch.settings import Settings
from indexer.engines.opensearch.writer_lock import WriterLock
from indexer.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexNotFoundError,
    IndexOutOfDateError,
    IndexReadOnlyError,
    IndexUnreachableError,
    IndexUnusableError,
    WriteUncertainError,
)
from indexer.query.plan import EngineRequest, MatchAll
from indexer.schema import Document, document
from tests.support.engines import CLUSTER, address_of, remove
from tests.support.lossy_proxy import LossyProxy, lossy_proxy

pytestmark = pytest.mark.skipif(not CLUSTER, reason="AKHBAR_TEST_CLUSTER names no cluster")

WHEAT = Article(id="wheat", title="أسعار القمح ترتفع", body="قال تاجر إن أسعار القمح ارتفعت", source="الشرفة")
CUP = Article(id="cup", title="كأس السواحل", body="فاز الفريق بالكأس")
NEWS = " ".join(f"word{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(80))


def analyse(*articles: Article) -> list[Document]:
    return [document(article, analyzer_for("ar")) for article in articles]


@pytest.fixture
def address() -> Iterator[str]:
    address = address_of("opensearch", None)  # type: ignore[arg-type]  # no folder
    yield address
    remove(address)


@pytest.fixture
def engine(address: str) -> Iterator[OpenSearchEngine]:
    engine = OpenSearchEngine(address, analyzer_for("ar"))
    engine.rebuild(analyse(WHEAT))
    yield engine
    engine.close()


@pytest.fixture
def client(engine: OpenSearchEngine, address: str) -> Iterator[Client]:
    client = Client(read_address(address), Settings())
    yield client
    client.close()


@pytest.fixture
def live(client: Client) -> Pair:
    return Indexes(client).live().pair


def open_through(proxy: LossyProxy, address: str) -> OpenSearchEngine:
    return OpenSearchEngine(f"opensearch://127.0.0.1:{proxy.port}/{read_address(address).alias}", analyzer_for("ar"))


@pytest.fixture
def proxy() -> Iterator[LossyProxy]:
    parts = urlsplit(CLUSTER)
    assert parts.hostname
    with lossy_proxy(parts.hostname, parts.port or 9200) as proxy:
        yield proxy


# -- what was not acknowledged


def test_a_write_whose_answer_is_lost_is_sent_again_and_told(
    engine: OpenSearchEngine, address: str, proxy: LossyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "_TOLD_AFTER_S", 0.0)
    writer, told = open_through(proxy, address), list[str]()
    proxy.loses = b"POST /_bulk"

    def answer_the_third() -> None:
        while proxy.lost < 2:
            time.sleep(0.01)
        proxy.loses = b""

    threading.Thread(target=answer_the_third, daemon=True).start()
    assert writer.update(analyse(CUP), say=told.append) == 1
    assert proxy.lost >= 2
    assert "waiting for the cluster" in told[0]
    assert sorted(writer.ids()) == ["cup", "wheat"]
    writer.close()


def test_an_update_whose_answer_is_lost_is_uncertain_and_safe_to_repeat(
    engine: OpenSearchEngine, address: str, proxy: LossyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE_S", 0.0)
    writer = open_through(proxy, address)
    proxy.loses = b"POST /_bulk"
    with pytest.raises(WriteUncertainError, match="run the same again") as caught:
        writer.update(analyse(CUP, replace(WHEAT, title="القمح")))
    assert "\n" not in str(caught.value)
    assert proxy.lost
    proxy.loses = b""
    for _ in range(2):
        assert writer.update(analyse(CUP, replace(WHEAT, title="القمح"))) == 2
        engine.close()
        engine = OpenSearchEngine(address, analyzer_for("ar"))
        assert sorted(engine.ids()) == ["cup", "wheat"]
        assert engine.article("wheat") == replace(WHEAT, title="القمح")
    engine.close()
    writer.close()


def test_a_rebuild_whose_answer_is_lost_leaves_the_live_index_and_nothing_beside_it(
    engine: OpenSearchEngine, address: str, client: Client, proxy: LossyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE_S", 0.0)
    writer = open_through(proxy, address)
    proxy.loses = b"POST /_bulk"
    with pytest.raises(WriteUncertainError):
        writer.rebuild(analyse(CUP))
    writer.close()
    assert engine.ids() == ("wheat",)
    assert Indexes(client).numbers() == [1]


def test_a_swap_whose_answer_is_lost_is_found_to_be_done(
    engine: OpenSearchEngine, address: str, client: Client, proxy: LossyProxy
) -> None:
    writer = open_through(proxy, address)
    proxy.loses = b"POST /_aliases"
    assert writer.rebuild(analyse(CUP)) == 1
    assert writer.ids() == ("cup",)
    writer.close()
    assert Indexes(client).numbers() == [1, 2]


def test_a_delete_that_was_interrupted_is_done_by_the_same_again(
    engine: OpenSearchEngine, address: str, proxy: LossyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies of an article that is gone would be found no more: they would stay in its story."""
    news = [Article(id=f"{number}", title="x", body=NEWS) for number in range(6)]
    engine.rebuild(analyse(*news))
    monkeypatch.setattr(bulk, "BATCH_CHANGES", 1)
    monkeypatch.setattr(patience, "PATIENCE_S", 0.0)
    writer = open_through(proxy, address)
    proxy.loses = b"POST /_bulk"
    with pytest.raises(WriteUncertainError):
        writer.delete(["0"])
    proxy.loses = b""
    writer.delete(["0"])
    writer.close()
    engine.update(analyse(replace(news[0], body="x")))
    found = engine.search(EngineRequest(MatchAll(), sort="oldest", grouped=True))
    assert [(each.article.id, each.copies) for each in found.articles] == [("1", 5), ("0", 1)]


# -- hosts


def test_a_host_that_is_dead_costs_no_request(engine: OpenSearchEngine, address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        dead = closed.getsockname()[1]
    parts = read_address(address)
    hosts = ",".join([f"127.0.0.1:{dead}", *(f"{host}:{port}" for host, port in parts.hosts)])
    both = OpenSearchEngine(f"opensearch://{hosts}/{parts.alias}", analyzer_for("ar"))
    assert [both.ids() for _ in range(6)] == [("wheat",)] * 6
    assert both.update(analyse(CUP)) == 1
    both.close()


def test_without_a_host_that_answers_one_line_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        dead = closed.getsockname()[1]
    engine = OpenSearchEngine(f"opensearch://127.0.0.1:{dead}/news", analyzer_for("ar"))
    for ask in (engine.ids, engine.check, lambda: engine.update(analyse(CUP)), lambda: engine.rebuild(analyse(CUP))):
        with pytest.raises(IndexUnreachableError, match="no host answers") as caught:
            ask()  # type: ignore[operator]
        assert "\n" not in str(caught.value)
    engine.close()


def test_what_is_no_cluster_is_said_in_one_line(proxy: LossyProxy) -> None:
    engine = OpenSearchEngine(f"opensearchs://127.0.0.1:{proxy.port}/news", analyzer_for("ar"))
    with pytest.raises(IndexUnreachableError, match="TLS failed"):
        engine.ids()
    engine.close()


# -- two writers


def test_a_second_writer_is_told_that_another_one_writes(client: Client) -> None:
    with WriterLock(client, beat_s=0.05) as lock:
        with pytest.raises(IndexLockedError, match="another process is writing"), WriterLock(client, wait_s=0.2):
            pass
        lock.require_held()
    with WriterLock(client) as next_one:
        assert next_one.token > lock.token


def test_the_lock_of_a_dead_writer_is_taken_over_and_its_holder_writes_no_more(
    engine: OpenSearchEngine, client: Client, live: Pair
) -> None:
    stopped = WriterLock(client, beat_s=1000)
    stopped.__enter__()
    with WriterLock(client, wait_s=0.1, lease_s=0.4) as lock:
        assert lock.token > stopped.token
        with pytest.raises(IndexLockedError, match="has begun writing"):
            stopped.require_held()
    stopped.__exit__()
    assert engine.update(analyse(CUP)) == 1


def test_a_late_change_never_wins(client: Client, live: Pair) -> None:
    key, source = "0" * 64, to_json({"id": "late", "seq": 7, "story": "0" * 64})
    other = to_json({"id": "early", "seq": 5, "story": "0" * 64})
    send(client, [index_change(live.articles, key, source, "late", version=7)])
    send(
        client,
        [
            index_change(live.articles, key, other, "early", version=5),
            delete_change(live.articles, key, "early", version=6),
        ],
    )
    item = client.ask("POST", f"/{live.articles}/_mget", {"ids": [key]})["docs"][0]
    assert item["_source"]["id"] == "late"


def test_what_a_killed_rebuild_left_is_removed_by_the_next(engine: OpenSearchEngine, client: Client) -> None:
    indexes = Indexes(client)
    meta = {"mappings": {"_meta": {"engine": "opensearch"}}}
    indexes.make(indexes.pair(7), meta, {})
    engine.rebuild(analyse(CUP))
    assert indexes.numbers() == [1, 8]
    engine.rebuild(analyse(CUP, WHEAT))
    assert indexes.numbers() == [8, 9]


# -- what the cluster refuses


def test_a_block_is_named_and_searches_go_on(engine: OpenSearchEngine, client: Client, live: Pair) -> None:
    client.ask("PUT", f"/{live.articles}/_settings", {"index.blocks.write": True})
    for write in (lambda: engine.update(analyse(CUP)), lambda: engine.delete(["wheat"])):
        with pytest.raises(IndexReadOnlyError, match="lift the block"):
            write()
    assert engine.ids() == ("wheat",)
    assert [line for line in engine.check() if "the block write is set" in line]
    client.ask("PUT", f"/{live.articles}/_settings", {"index.blocks.write": None})
    assert engine.update(analyse(CUP)) == 1
    assert engine.check() == ()


def test_a_document_that_is_refused_is_named(client: Client, live: Pair) -> None:
    change = index_change(live.articles, "1", to_json({"colour": "red"}), "article-17")
    with pytest.raises(IndexUnusableError, match=r"'article-17'.*strict_dynamic_mapping") as caught:
        send(client, [change])
    assert "\n" not in str(caught.value)


def test_after_an_error_nothing_more_is_sent(client: Client, live: Pair) -> None:
    refused = index_change(live.articles, "1", to_json({"colour": "red"}), "one")
    given = 0
    with suppress(IndexUnusableError), BulkWriter(client, in_flight=1) as bulk:
        for given in range(50_000):  # noqa: B007, asked for below
            bulk.add(refused)
    assert 0 < given < 20_000


@pytest.mark.parametrize("in_flight", [1, 2, 4])
def test_what_waits_for_changes_is_called_when_all_are_in(client: Client, live: Pair, in_flight: int) -> None:
    indexes = Indexes(client)
    before, seen = indexes.count(live), []

    def look() -> None:
        indexes.refresh(live)
        seen.append(indexes.count(live) - before)

    with BulkWriter(client, in_flight=in_flight) as bulk:
        for number in range(5_000):
            source = to_json({"id": str(number), "seq": number, "story": "0" * 64})
            bulk.add(index_change(live.articles, f"{number:064}", source, str(number)))
        bulk.call_once_in(look)
        bulk.add(index_change(live.articles, "f" * 64, to_json({"id": "f", "seq": 1, "story": "0" * 64}), "f"))
    assert seen in ([5_000], [5_001])


def test_what_a_call_raises_ends_writing(client: Client, live: Pair) -> None:
    def fail() -> None:
        raise IndexUnusableError("no")

    with pytest.raises(IndexUnusableError, match="no"), BulkWriter(client) as bulk:
        bulk.call_once_in(fail)


def test_nothing_is_called_after_a_change_that_was_refused(client: Client, live: Pair) -> None:
    called = []
    with suppress(IndexUnusableError), BulkWriter(client) as bulk:
        bulk.add(index_change(live.articles, "1", to_json({"colour": "red"}), "one"))
        bulk.call_once_in(lambda: called.append(1))
    assert not called


def test_an_index_of_others_is_left_alone(client: Client, address: str) -> None:
    alias = f"{read_address(address).alias}-other"
    client.ask("PUT", f"/{alias}", {"settings": {"number_of_replicas": 0}})
    try:
        engine = OpenSearchEngine(address + "-other", analyzer_for("ar"))
        for write in (engine.rebuild, engine.update):
            with pytest.raises(IndexDamagedError, match="did not build"):
                write(analyse(CUP))
        engine.close()
        assert client.ask("GET", f"/{alias}/_count")["count"] == 0
    finally:
        client.ask("DELETE", f"/{alias}")


def test_an_index_of_other_analyzers_is_only_replaced(engine: OpenSearchEngine, address: str) -> None:
    other = OpenSearchEngine(address, analyzer_for("ar"), "another fingerprint")
    for ask in (other.ids, other.check, lambda: other.update(analyse(CUP)), lambda: other.delete(["wheat"])):
        with pytest.raises(IndexOutOfDateError, match="built with other analyzers; rebuild needed"):
            ask()  # type: ignore[operator]
    assert other.rebuild(analyse(CUP)) == 1
    assert other.ids() == ("cup",)
    with pytest.raises(IndexOutOfDateError):
        other.rollback()
    other.close()


def test_without_an_index_a_change_makes_nothing(address: str) -> None:
    engine = OpenSearchEngine(address, analyzer_for("ar"))
    for write in (lambda: engine.update(analyse(CUP)), lambda: engine.delete(["cup"]), engine.rollback, engine.stats):
        with pytest.raises(IndexNotFoundError, match="akhbar rebuild"):
            write()
    client = Client(read_address(address), Settings())
    assert client.ask("GET", f"/{read_address(address).alias}*/_mapping") == {}
    client.close()
    engine.close()


# -- how an index is laid out


def test_shards_copies_and_durability_are_those_asked_for(address: str) -> None:
    engine = OpenSearchEngine(f"{address}?shards=2&replicas=0&codec=best_compression", analyzer_for("ar"))
    engine.rebuild(analyse(WHEAT, CUP))
    client = Client(read_address(address), Settings())
    answer = client.ask("GET", f"/{read_address(address).alias}/_settings", params={"flat_settings": "true"})
    (settings,) = (each["settings"] for each in answer.values())
    client.close()
    engine.close()
    assert settings["index.number_of_shards"] == "2"
    assert settings["index.number_of_replicas"] == "0"
    assert settings["index.codec"] == "best_compression"
    assert settings["index.translog.durability"] == "request"


def test_stats_count_what_is_there(engine: OpenSearchEngine) -> None:
    engine.update(analyse(CUP))
    stats = engine.stats()
    assert (stats.articles, stats.sources, stats.engine, stats.generation) == (2, 1, "opensearch", 2)
    assert stats.size_bytes > 0


def test_stats_are_counted_once_in_a_state(engine: OpenSearchEngine) -> None:
    first = engine.stats()
    assert engine.stats() is first
    engine.update(analyse(CUP))
    assert (first.articles, engine.stats().articles) == (1, 2)
    engine.delete(["cup"])
    assert engine.stats().articles == 1
