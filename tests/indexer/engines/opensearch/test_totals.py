"""Totals on a real cluster: what is known without a request, and what is counted on the way of a search.

All here needs AKHBAR_TEST_CLUSTER.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzers import analyzer_for
from indexer.article import Article
from indexer.engines.opensearch import OpenSearchEngine
from indexer.engines.opensearch.address import read_address
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.mapping import MATCH_ALL, MATCH_NONE
from indexer.engines.opensearch.searching import ask_search, ask_searches
from indexer.engines.opensearch.settings import Settings
from indexer.errors import IndexNotFoundError, IndexUnusableError
from indexer.query.plan import EngineRequest, MatchAll, Term
from indexer.schema import ID_FIELD, Document, document
from tests.support.engines import CLUSTER, address_of, remove

pytestmark = pytest.mark.skipif(not CLUSTER, reason="AKHBAR_TEST_CLUSTER names no cluster")

WORD, OTHER = EngineRequest(Term("exact", "قمح", 1.0)), EngineRequest(Term("exact", "لبنان", 1.0))


def analyse(*ids: str) -> list[Document]:
    return [document(Article(id=article_id, title="قمح"), analyzer_for("ar")) for article_id in ids]


def by_id(article_id: str) -> EngineRequest:
    return EngineRequest(Term(ID_FIELD, article_id, 1.0))


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    address = address_of("opensearch", tmp_path)
    yield address
    remove(address)


@pytest.fixture
def engine(address: str) -> Iterator[OpenSearchEngine]:
    engine = OpenSearchEngine(address, analyzer_for("ar"))
    engine.rebuild(analyse("a-1", "a-2"))
    yield engine
    engine.close()


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    client = Client(read_address(address), Settings())
    yield client
    client.close()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the kinds of the requests that the engine has sent, without those for its state."""
    kinds: list[str] = []
    ask = Client.ask

    def note(self: Client, method: str, path: str, *arguments: object, **options: object) -> object:
        kinds.extend([kind] if (kind := path.rpartition("/")[2]) != "_mapping" else [])
        return ask(self, method, path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Client, "ask", note)
    return kinds


def test_what_is_expected_is_counted_by_the_next_search(engine: OpenSearchEngine, sent: list[str]) -> None:
    engine.expect([WORD, OTHER])
    assert engine.search(EngineRequest(MatchAll())).total == 2
    assert engine.totals([WORD, OTHER]) == (2, 0)
    assert sent == ["_msearch"]


def test_the_total_of_a_search_is_not_counted_beside_it(engine: OpenSearchEngine, sent: list[str]) -> None:
    engine.expect([WORD])
    assert engine.search(WORD).total == 2
    assert engine.totals([WORD]) == (2,)
    assert sent == ["_search"]


@pytest.mark.parametrize("unlike", ["أسعار القمح", "a 1", "a-1\n", ""])
def test_a_query_is_no_id_where_none_is_like_it(engine: OpenSearchEngine, sent: list[str], unlike: str) -> None:
    assert engine.totals([by_id(unlike)]) == (0,)
    assert sent == []
    assert engine.totals([by_id("a-1")]) == (1,)
    assert sent == ["_search"]


def test_ids_with_blanks_are_found_once_there_are_some(engine: OpenSearchEngine) -> None:
    assert engine.totals([by_id("a 3")]) == (0,)
    engine.update(analyse("a 3"))
    engine.update(analyse("a-4"))
    assert engine.totals([by_id("a 3"), by_id("a 5")]) == (1, 0)
    engine.rebuild(analyse("a 3", "a-4"))
    assert engine.totals([by_id("a 3")]) == (1,)


def test_searches_are_answered_together_as_alone(engine: OpenSearchEngine, client: Client) -> None:
    index = f"{client.address.alias}-000001"
    bodies = [{"query": MATCH_ALL, "size": 1}, {"query": MATCH_NONE}]
    together = ask_searches(client, index, bodies)
    assert [each["hits"] for each in together] == [ask_search(client, index, body)["hits"] for body in bodies]


def test_one_wrong_search_fails_all(engine: OpenSearchEngine, client: Client) -> None:
    right = {"query": MATCH_ALL}
    with pytest.raises(IndexUnusableError, match=r"refused a request \(400 parsing_exception"):
        ask_searches(client, f"{client.address.alias}-000001", [right, {"query": {"nothing": {}}}])
    with pytest.raises(IndexNotFoundError):
        ask_searches(client, f"{client.address.alias}-000009", [right, right])
