"""Scores of a cluster: those of the formula, but for the length of an article, which counts weighted frequencies."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

pytest.importorskip("opensearchpy", reason="the opensearch extra is not installed")

from analyzers import analyzer_for
from indexer.engines import SearchEngine, open_engine
from indexer.query.plan import EngineRequest, Plan, Recency
from indexer.schema import Document
from tests.indexer.engines.test_contract import documents, plans
from tests.support.engines import CLUSTER, remove
from tests.support.weighted_lengths import WeightedLengths

pytestmark = pytest.mark.skipif(not CLUSTER, reason="AKHBAR_TEST_CLUSTER names no cluster")

SHARED_BYTES = 1e-4  # the steps of the early bonus, and numbers of four bytes

ADDING = {"Term", "AnyOf"}
"""What scores the same over several shards.

A shard where a condition leaves nothing tells no statistics of terms, nor does one that lacks a word of a phrase tell
those of the others; and one without the commonest of a family takes the idf of another.
"""


@pytest.fixture(scope="module", params=[1, 3], ids=["one shard", "three shards"])
def shards(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def engine(shards: int) -> Iterator[SearchEngine]:
    address = f"{CLUSTER}/scores-{uuid.uuid4().hex[:12]}-x?shards={shards}"
    engine = open_engine(address, analyzer_for("ar"), fingerprint="test")
    yield engine
    engine.close()
    remove(address)


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example is a rebuild: shrinking takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    documents=documents(),
    searches=st.lists(plans, min_size=8, max_size=24),
    sort=st.sampled_from(["relevance", "relevance", "newest", "oldest"]),
    recency=st.none() | st.builds(Recency, st.floats(0.5, 99), st.just(datetime.date(2024, 1, 3))),
)
def test_a_cluster_answers_as_the_formula_asks(
    engine: SearchEngine,
    shards: int,
    documents: Sequence[Document],
    searches: Sequence[Plan],
    sort: str,
    recency: Recency | None,
) -> None:
    oracle = WeightedLengths("test")
    for each in (oracle, engine):
        each.rebuild(documents)
    counted = [EngineRequest(plan) for plan in searches]
    engine.expect(counted)
    for number, plan in enumerate(searches):
        search = EngineRequest(
            plan,
            sort=sort,  # type: ignore[arg-type]
            limit=20,
            facets=("source",),
            recency=recency,
            histogram=True,
            grouped=number % 2 > 0,
        )
        expected, found = oracle.search(search), engine.search(search)
        assert (found.total, found.stories) == (expected.total, expected.stories)
        assert (found.facets, found.days) == (expected.facets, expected.days)
        if shards > 1 and (not {*re.findall(r"([A-Za-z]+)\(", repr(plan))} <= ADDING or "part='" in repr(plan)):
            continue
        scores = {each.article.id: each.score for each in found.articles}
        exact = {each.article.id: each.score for each in expected.articles}
        assert scores == pytest.approx(exact, rel=SHARED_BYTES, abs=1e-3), plan
        if sort != "relevance":
            assert [*scores] == [*exact]
        for article_id in exact if sort == "relevance" and not recency else ():
            assert engine.score(plan, article_id) == pytest.approx(exact[article_id], rel=SHARED_BYTES, abs=1e-3)
    assert engine.totals(counted) == oracle.totals(counted)
