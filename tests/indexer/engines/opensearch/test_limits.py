"""Limits of a cluster: what a query may ask for stays within them, and what goes beyond is told in one line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from analyzers import analyzer_for
from indexer import Index
from indexer.article import Article
from indexer.engines.opensearch import OpenSearchEngine
from indexer.engines.opensearch.plan_compiler import MAX_TERMS, compile_condition
from indexer.errors import RequestError
from indexer.query import limits
from indexer.query.plan import AllOf, AnyOf, EngineRequest, Family, MatchAll, Plan, Term, TermsFilter
from indexer.ranking.occurrences import Part
from indexer.schema import document
from tests.support.engines import CLUSTER, address_of, remove

pytestmark = pytest.mark.skipif(
    not CLUSTER, reason="AKHBAR_TEST_CLUSTER names no cluster; make test-cluster starts one"
)


def make_words(count: int) -> list[str]:
    """Return distinct words of letters alone: digits would be words of their own."""
    letters = str.maketrans("0123456789", "بتجدرسصطعف")
    return [f"ق{number:05}".translate(letters) for number in range(count)]


WORDS = make_words(limits.MAX_QUERY_FORMS)
TITLE = Article(id="title", title=f"{WORDS[-1]} ذهب", body="فضة", source="الشرفة")
BODY = Article(id="body", title="فضة", body=f"ذهب {WORDS[0]}", source="المرصد")


@pytest.fixture(scope="module")
def engine() -> Iterator[OpenSearchEngine]:
    analyzer, address = analyzer_for("ar"), address_of("opensearch", None)  # type: ignore[arg-type]  # no folder
    engine = OpenSearchEngine(address, analyzer)
    many = Article(id="many", title="x", body=" ".join(make_words(20_000)[5_000:]))
    engine.rebuild([document(article, analyzer) for article in (TITLE, BODY, many)])
    yield engine
    engine.close()
    remove(address)


def found(engine: OpenSearchEngine, plan: Plan) -> set[str]:
    """Return the ids of the hits of a plan, which is counted as well."""
    ids = {each.article.id for each in engine.search(EngineRequest(plan)).articles}
    assert engine.totals([EngineRequest(plan)]) == (len(ids),)
    return ids


@pytest.mark.parametrize(
    ("part", "ids"),
    [
        pytest.param("title", {"title"}, id="in the title"),
        pytest.param("body", {"body"}, id="in the body"),
        pytest.param(None, {"title", "body"}, id="anywhere"),
    ],
)
def test_all_terms_of_the_patterns_of_a_query_are_looked_for(
    engine: OpenSearchEngine, part: Part | None, ids: set[str]
) -> None:
    places = AnyOf(tuple(Term("exact", word, 0.0, part) for word in WORDS))
    families = AnyOf(
        tuple(Family("exact", tuple(WORDS[at : at + limits.MAX_FORMS]), 1.0) for at in range(0, 1000, 128))
    )
    assert found(engine, AllOf((families, places))) == ids
    assert engine.score(places, min(ids)) == 0


@pytest.mark.parametrize("part", ["title", None])
def test_alternatives_without_scores_are_one_clause(part: Part | None) -> None:
    query = compile_condition(AnyOf(tuple(Term("exact", word, 1.0, part) for word in WORDS)))
    assert list(query) == ["terms"]


def test_more_terms_than_a_cluster_takes_are_a_wrong_request(engine: OpenSearchEngine) -> None:
    plan = AnyOf(tuple(Term("exact", f"{word}{more}", 1.0) for word in WORDS for more in "ab"))
    with pytest.raises(RequestError, match=r"leave out some words.*max_clause_count") as caught:
        engine.search(EngineRequest(plan))
    assert "\n" not in str(caught.value)


def test_a_filter_may_list_more_values_than_a_cluster_takes_at_once(engine: OpenSearchEngine) -> None:
    values = frozenset([*(f"x{number}" for number in range(2 * MAX_TERMS)), TITLE.source, BODY.source])
    search = EngineRequest(MatchAll(), (TermsFilter("source", values),), facets=("source",), facet_limit=50)
    results = engine.search(search)
    assert results.total == 2
    assert {count.value for count in results.facets["source"]} == {TITLE.source, BODY.source}


def test_an_article_of_many_words_has_related_ones(engine: OpenSearchEngine) -> None:
    index = Index(engine, analyzer_for("ar"))
    assert index.related("many") == ()
