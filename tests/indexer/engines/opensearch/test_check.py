"""Check of an index on a cluster: what is no fault, what is one, and how it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from analyzers import analyzer_for
from indexer.article import Article
from indexer.engines.opensearch.address import read_address
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.engine import OpenSearchEngine
from indexer.engines.opensearch.indexes import Indexes, Pair
from indexer.engines.opensearch.settings import read_settings
from indexer.errors import IndexDamagedError, IndexUnusableError
from indexer.query.plan import EngineRequest, MatchAll
from indexer.schema import SPACES, document
from search_app.cli import main
from tests.support.engines import CLUSTER, address_of, remove

pytestmark = pytest.mark.skipif(
    not CLUSTER, reason="AKHBAR_TEST_CLUSTER names no cluster; make test-cluster starts one"
)


@pytest.mark.parametrize(
    ("titles", "faults"),
    [
        pytest.param(("",), 0, id="no article has a word"),
        pytest.param(("", "أسعار القمح"), 1, id="one has words"),
    ],
)
def test_an_index_lacks_its_words_where_articles_have_some(
    tmp_path: Path, titles: tuple[str, ...], faults: int
) -> None:
    analyzer, address = analyzer_for("ar"), address_of("opensearch", tmp_path)
    engine, client = OpenSearchEngine(address, analyzer), Client(read_address(address), read_settings())
    try:
        made = [document(Article(id=str(at), title=title or "x"), analyzer) for at, title in enumerate(titles)]
        without: dict[str, list[str | None]] = {space: [] for space in SPACES}
        engine.rebuild(
            [each if title else each._replace(terms=without) for each, title in zip(made, titles, strict=True)]
        )
        assert engine.check() == ()
        words = f"/{client.address.alias}-words-000001"
        client.ask("POST", f"{words}/_delete_by_query", {"query": {"match_all": {}}}, params={"refresh": "true"})
        assert len(engine.check()) == faults
    finally:
        engine.close()
        client.close()
        remove(address)


WHEAT = Article(id="wheat", title="أسعار القمح ترتفع")


@pytest.fixture
def address() -> Iterator[str]:
    address = address_of("opensearch", None)  # type: ignore[arg-type]  # no folder
    yield address
    remove(address)


@pytest.fixture
def engine(address: str) -> Iterator[OpenSearchEngine]:
    engine = OpenSearchEngine(address, analyzer_for("ar"))
    engine.rebuild([document(WHEAT, analyzer_for("ar"))])
    yield engine
    engine.close()


@pytest.fixture
def client(engine: OpenSearchEngine, address: str) -> Iterator[Client]:
    client = Client(read_address(address), read_settings())
    yield client
    client.close()


@pytest.fixture
def live(client: Client) -> Pair:
    return Indexes(client).live().pair


def test_copies_that_no_node_has_are_a_fault(engine: OpenSearchEngine, client: Client, live: Pair) -> None:
    settings = {"index": {"auto_expand_replicas": "false", "number_of_replicas": 16}}
    client.ask("PUT", f"/{live.articles}/_settings", settings)
    (line,) = engine.check()
    assert line.startswith(f"{live.articles}: 16 copies of its shards are on no node")
    client.ask("PUT", f"/{live.articles}/_settings", {"index": {"number_of_replicas": 0}})
    assert engine.check() == ()


def test_the_command_does_not_advise_a_rebuild_for_what_it_does_not_mend(
    engine: OpenSearchEngine, client: Client, live: Pair, address: str
) -> None:
    client.ask("PUT", f"/{live.articles}/_settings", {"index.blocks.write": True})
    result = CliRunner().invoke(main, ["check", "--index", address])
    client.ask("PUT", f"/{live.articles}/_settings", {"index.blocks.write": None})
    assert result.exit_code == 3
    assert "lift it in the settings" in result.output
    assert "akhbar rebuild" not in result.output


@pytest.mark.parametrize("block", ["read", "metadata"])
def test_a_block_is_not_taken_for_a_wrong_password(
    engine: OpenSearchEngine, client: Client, live: Pair, block: str
) -> None:
    client.ask("PUT", f"/{live.articles}/_settings", {f"index.blocks.{block}": True})
    with pytest.raises(IndexUnusableError, match=rf"a block is set.*{block}.*lift it") as caught:
        engine.check()
    client.ask("PUT", f"/{live.articles}/_settings", {f"index.blocks.{block}": None})
    assert "PASSWORD" not in str(caught.value)
    assert engine.check() == ()


@pytest.mark.parametrize("part", ["articles", "words"])
def test_an_index_that_was_closed_is_to_be_opened(
    engine: OpenSearchEngine, client: Client, live: Pair, part: str
) -> None:
    name = getattr(live, part)
    client.ask("POST", f"/{name}/_close")
    assert engine.check() == (f"{name}: was closed; open it on the cluster: POST /{name}/_open",)
    with pytest.raises(IndexUnusableError, match="was closed on the cluster; open it"):
        _ = engine.search(EngineRequest(MatchAll())) if part == "articles" else engine.family("قمح")
    client.ask("POST", f"/{name}/_open")
    Indexes(client).wait_until_copied(live, 10)
    assert engine.check() == ()


@pytest.mark.parametrize("fate", ["gone", "elsewhere", "emptied", "deleted"])
def test_lost_words_are_a_fault_that_a_rebuild_mends(
    engine: OpenSearchEngine, client: Client, live: Pair, fate: str
) -> None:
    alias = f"{client.address.alias}-words"
    match fate:
        case "gone":
            _change_aliases(client, {"remove": {"index": live.words, "alias": alias}})
        case "elsewhere":
            _change_aliases(
                client,
                {"remove": {"index": live.words, "alias": alias}},
                {"add": {"index": live.articles, "alias": alias}},
            )
        case "emptied":
            body = {"query": {"match_all": {}}}
            client.ask("POST", f"/{live.words}/_delete_by_query", body, params={"refresh": "true"})
        case "deleted":
            client.ask("DELETE", f"/{live.words}")
    (line,) = engine.check()
    assert "rebuild the index" in line
    assert engine.rebuild([document(WHEAT, analyzer_for("ar"))]) == 1
    assert engine.check() == ()


def test_an_alias_of_two_indexes_names_them(engine: OpenSearchEngine, client: Client, live: Pair) -> None:
    alias = client.address.alias
    client.ask("PUT", f"/{alias}-other", {"mappings": {"_meta": {"made": "elsewhere"}}})
    try:
        _change_aliases(client, {"add": {"index": f"{alias}-other", "alias": alias}})
        with pytest.raises(IndexDamagedError, match=rf"2 indexes \({live.articles}, {alias}-other\); take all but one"):
            engine.check()
    finally:
        client.ask("DELETE", f"/{alias}-other")
    assert engine.check() == ()


def _change_aliases(client: Client, *actions: object) -> None:
    client.ask("POST", "/_aliases", {"actions": actions})
