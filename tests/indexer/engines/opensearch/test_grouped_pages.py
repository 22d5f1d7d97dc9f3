"""Pages of stories from a real cluster: the copies that they tell, and the searches that these take.

All here needs AKHBAR_TEST_CLUSTER.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzers import analyzer_for
from indexer.article import Article
from indexer.engines import SearchEngine
from indexer.engines.memory import MemoryEngine
from indexer.engines.opensearch import OpenSearchEngine, rebuilding
from indexer.engines.opensearch.address import read_address
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.settings import Settings
from indexer.query.plan import EngineRequest, MatchAll
from indexer.schema import Document, document
from tests.support.engines import CLUSTER, address_of, remove

pytestmark = pytest.mark.skipif(not CLUSTER, reason="AKHBAR_TEST_CLUSTER names no cluster")

TEXTS = [" ".join(f"{first}{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(80)) for first in "xyz"]
PAGE = EngineRequest(MatchAll(), sort="oldest", grouped=True, limit=50)


def analyse(*articles: Article) -> list[Document]:
    return [document(article, analyzer_for("ar")) for article in articles]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    address = address_of("opensearch", tmp_path)
    yield address
    remove(address)


@pytest.fixture
def engine(address: str) -> Iterator[OpenSearchEngine]:
    engine = OpenSearchEngine(address, analyzer_for("ar"))
    yield engine
    engine.close()


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    client = Client(read_address(address), Settings())
    yield client
    client.close()


articles = st.builds(
    lambda number, text, more, day, source: Article(
        id=f"{number}", title="x", body=f"{text} {more}", date=datetime.date(2024, 1, day), source=source
    ),
    st.integers(0, 9),
    st.sampled_from([*TEXTS, "short"]),
    st.sampled_from(["", "", "more"]),
    st.integers(1, 9),
    st.sampled_from(["a", "b"]),
)
changes = st.one_of(
    st.tuples(st.just("rebuild"), st.lists(articles, min_size=1, max_size=12)),
    st.tuples(st.just("update"), st.lists(articles, min_size=1, max_size=3)),
    st.tuples(st.just("delete"), st.lists(articles, min_size=1, max_size=3)),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.lists(articles, min_size=1, max_size=12),
    more=st.lists(changes, min_size=1, max_size=4),
    at_once=st.integers(1, 12),
)
def test_a_cluster_tells_the_copies_that_the_naive_engine_does(
    engine: OpenSearchEngine,
    monkeypatch: pytest.MonkeyPatch,
    first: list[Article],
    more: list[tuple[str, list[Article]]],
    at_once: int,
) -> None:
    """With a rebuild that looks so little ahead that the first copy comes when an article is written already."""
    monkeypatch.setattr(rebuilding, "_BATCH", at_once)
    monkeypatch.setattr(rebuilding, "_LOOK_AHEAD", 1)
    oracle = MemoryEngine("test")
    for kind, changed in [("rebuild", first), *more]:
        for each in (oracle, engine):
            change(each, kind, changed)
        for search in (PAGE, replace(PAGE, sort="newest"), replace(PAGE, offset=1, limit=2)):
            assert told(engine, search) == told(oracle, search)


def change(engine: SearchEngine, kind: str, changed: Sequence[Article]) -> None:
    if kind == "delete":
        engine.delete([article.id for article in changed])
    else:
        (engine.rebuild if kind == "rebuild" else engine.update)(analyse(*changed))


def told(engine: SearchEngine, search: EngineRequest) -> list[tuple[str, int, tuple[str, ...]]]:
    found = engine.search(search).articles
    return [(each.article.id, each.copies, each.copy_sources) for each in found]


def test_copies_are_asked_for_where_an_article_of_the_page_has_some(engine: OpenSearchEngine, client: Client) -> None:
    first, second, other = (
        Article(id=id_, title="x", body=text) for id_, text in [("1", TEXTS[0]), ("2", TEXTS[0]), ("3", TEXTS[1])]
    )
    engine.rebuild(analyse(first, other))
    assert copies(engine, client, PAGE) == (1, [1, 1])
    engine.update(analyse(second))
    assert copies(engine, client, PAGE) == (2, [2, 1])
    assert copies(engine, client, replace(PAGE, limit=1, offset=1)) == (1, [1])
    assert copies(engine, client, replace(PAGE, limit=0)) == (1, [])


def copies(engine: OpenSearchEngine, client: Client, page: EngineRequest) -> tuple[int, list[int]]:
    """Return how many searches the cluster answers for a page, and the copies of its hits."""
    before = searches(client)
    found = engine.search(page)
    return searches(client) - before, [each.copies for each in found.articles]


def searches(client: Client) -> int:
    """Return how many searches the index has answered."""
    answer = client.ask("GET", f"/{client.address.alias}/_stats/search")
    return int(answer["_all"]["total"]["search"]["query_total"])
