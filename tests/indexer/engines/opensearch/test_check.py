"""Check of an index on a cluster: what is no fault, and what is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzers import analyzer_for
from indexer.article import Article
from indexer.engines.opensearch.address import read_address
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.engine import OpenSearchEngine
from indexer.engines.opensearch.settings import read_settings
from indexer.schema import SPACES, document
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
