"""Explanations: the parts add up to the score of a hit, in every engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzers import analyzer_for
from indexer import Article, Index, SearchRequest
from indexer.engines import open_engine
from indexer.query.plan import AllOf, AnyOf, Family, MatchAll, Near, Plan, Term
from indexer.results.explanation import explain
from indexer.schema import document

ARTICLES = [
    Article(id="together", title="أخبار القدس", body="وصل زوار كثيرون أمس إلى بيت لحم، ثم عادوا إلى القدس."),
    Article(id="protest", title="احتجاج", body="احتجاج في بيت أمام مقر الوزارة والعمال غاضبون."),
    Article(id="workers", title="عمال لبنان", body="خرج العمال وهم يحتجون أمام مقر الشركة اللبنانية."),
]
WORDS = [
    "بيت",
    "زوار",
    "كثيرون",
    "بيت لحم",
    "احتجاج",
    "العمال",
    "القدس",
    "في",
    "لبنان",
    "«زوار كثيرون»",
    "title:القدس",
    "-الشركة",
    "OR",
]


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Index:
    address: str | Path = "memory:" if request.param == "memory" else tmp_path_factory.mktemp("index") / "index"
    analyzer = analyzer_for("ar")
    index = Index(open_engine(address, analyzer), analyzer)
    index.engine.rebuild(document(article, analyzer) for article in ARTICLES)
    return index


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), st.sampled_from(["any", "all", "exact"]))
def test_the_parts_add_up_to_the_score(index: Index, words: list[str], match: str) -> None:
    for hit in index.search(SearchRequest(" ".join(words), match=match, explain=True)):  # type: ignore[arg-type]
        assert sum(part.score for part in hit.explanation) == pytest.approx(hit.score)


def test_a_part_says_what_was_found(index: Index) -> None:
    hit = next(iter(index.search(SearchRequest("زوار كثيرون", explain=True))))
    kinds = [part.kind for part in hit.explanation]
    assert kinds == ["word"] * 4 + ["neighbours"]
    stem = next(part for part in hit.explanation if part.space == "stem")
    assert (stem.frequency, stem.in_title, stem.weight) == (1, False, 0.75)
    assert 0 < stem.early < stem.score
    assert stem.idf == pytest.approx(0.98, abs=0.01)


def test_words_near_each_other_are_one_part(index: Index) -> None:
    near, found = Near("exact", ("لحم", "زوار"), 5, 2.0), document(ARTICLES[0], index.analyzer)
    (part,) = explain(near, found, lambda plan: index.engine.score(plan, "together"), lambda space, text: 0.5)
    assert (part.kind, part.terms, part.weight, part.idf, part.frequency) == ("near", near.texts, 2.0, 1.0, 2)
    assert part.score == pytest.approx(
        sum(index.engine.score(Term("exact", text, 2.0), "together") or 0 for text in near.texts)
    )


def test_a_family_and_a_title_are_told(index: Index) -> None:
    hits = {hit.article.id: hit for hit in index.search(SearchRequest("احتجاج العمال", explain=True))}
    assert "family" in [part.kind for part in hits["workers"].explanation]
    assert any(part.in_title for part in hits["protest"].explanation)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(SearchRequest("بيت"), id="not asked for"),
        pytest.param(SearchRequest("بيت", explain=True, sort="newest"), id="sorted by date"),
    ],
)
def test_nothing_is_explained_unasked_or_where_nothing_is_scored(index: Index, request_: SearchRequest) -> None:
    assert all(hit.explanation == () for hit in index.search(request_))


def test_an_unknown_article_has_no_score(index: Index) -> None:

    assert index.engine.score(MatchAll(), "nobody") is None
    assert index.engine.score(MatchAll(), "protest") == 0


def test_the_terms_of_a_pattern_in_a_title_are_not_asked_one_by_one(index: Index) -> None:
    """They score nothing, and a query may have a thousand of them."""
    places = AnyOf((Term("exact", "اخبار", 0.0, "title"), Term("exact", "القدس", 0.0, "title")))
    plan = AllOf((Family("exact", ("اخبار", "القدس"), 1.0), places))
    asked: list[Plan] = []

    def score_of(part: Plan) -> float | None:
        asked.append(part)
        return index.engine.score(part, "together")

    parts = [*explain(plan, document(ARTICLES[0], index.analyzer), score_of, lambda space, text: 1.0)]
    assert [part.kind for part in parts] == ["family"]
    assert asked == [plan, *plan.parts]
