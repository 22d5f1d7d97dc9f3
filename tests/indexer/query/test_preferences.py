"""Preferences: neighbours side by side and words of a family raise articles, and change nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzers import analyzer_for
from indexer import Article, Index, SearchRequest, open_index
from indexer.query.plan import Adjacent, AndNot, EngineRequest, Family, MatchAll, Plan, Term
from indexer.query.preferences import Preferences

ARTICLES = [
    Article(id="apart", title="أثاث", body="سوق من حجر فيه ملح طازج، وسوق واسع فيه ملح كثير، وكل من جاء وجد ما أراد."),
    Article(id="together", title="أخبار", body="وصل زوار كثيرون أمس إلى سوق ملح، ثم عادوا في المساء إلى القدس."),
    Article(id="protest", title="احتجاج", body="احتجاج في الساحة أمام مقر الوزارة والعمال غاضبون."),
    Article(id="workers", title="عمال", body="خرج العمال وهم يحتجون أمام مقر الشركة."),
    Article(id="other", title="عمال", body="خرج العمال وهم يضحكون أمام مقر الشركة."),
]


@pytest.fixture(scope="module")
def index() -> Index:
    index = open_index("memory:")
    index.add(ARTICLES)
    return index


def ids(index: Index, query: str, **options: object) -> list[str]:
    return [hit.article.id for hit in index.search(SearchRequest(query, **options)).hits]  # type: ignore[arg-type]


def preferences(*words: str, family: tuple[str, ...] | None = None) -> list[Plan]:
    """Return what is preferred for ``words``, when every stem has this family."""
    plan = Preferences(analyzer_for("ar"), (lambda _: family) if family is not None else None).added_to(
        MatchAll(), words
    )
    if isinstance(plan, MatchAll):
        return []
    optional = plan.optional  # type: ignore[union-attr]
    return list(getattr(optional, "parts", (optional,))) if not isinstance(optional, AndNot) else [optional]


@pytest.mark.parametrize(
    ("words", "pairs"),
    [
        pytest.param(["سوق"], [], id="one word"),
        pytest.param(["سوق", "ملح"], [("stem", 0.8)], id="two"),
        pytest.param(["سوق", "ملح", "قمح"], [("stem", 0.4), ("stem", 0.4)], id="three share the weight"),
        pytest.param(["سوق", "ملح", "قمح", "شعير"], [], id="four"),
        pytest.param(["صالح", "في"], [("exact", 0.8)], id="a name with a stop word"),
        pytest.param(["سوق", "ملح", "في"], [("stem", 0.8)], id="a stop word in a longer query"),
        pytest.param(["من", "في"], [], id="only stop words"),
        pytest.param(["سوق", "سوق"], [], id="the same word"),
    ],
)
def test_neighbours_are_preferred_in_short_queries(words: list[str], pairs: list[tuple[str, float]]) -> None:
    assert [(pair.space, pair.boost) for pair in preferences(*words) if isinstance(pair, Adjacent)] == pairs


def test_a_family_is_preferred_only_where_the_word_is_missing() -> None:
    families = [part for part in preferences("قمح", "شعير", family=("قمحي",)) if isinstance(part, AndNot)]
    assert families[0] == AndNot(Family("stem", ("قمح", "قمحي"), 0.375), Term("stem", "قمح", 0.0))
    assert len(families) == 2


@pytest.mark.parametrize(
    ("words", "family"),
    [
        pytest.param(["قمح"], ("قمحي",), id="one word"),
        pytest.param(["قمح", "شعير"], (), id="no family"),
        pytest.param(["قمح", "شعير"], None, id="families not wanted"),
    ],
)
def test_no_family_is_preferred(words: list[str], family: tuple[str, ...] | None) -> None:
    assert not [part for part in preferences(*words, family=family) if isinstance(part, AndNot)]


def test_a_whole_name_comes_before_its_words_apart(index: Index) -> None:
    assert ids(index, "سوق ملح")[0] == "together"
    assert ids(index, "سوق ملح", match="exact")[0] == "apart"


def test_a_verb_stands_in_for_its_noun(index: Index) -> None:
    scores = dict(index.ranking("احتجاج العمال"))
    assert scores["workers"] > scores["other"]


@pytest.mark.parametrize(
    "options", [pytest.param({"links": False}, id="no links"), pytest.param({"match": "exact"}, id="exact")]
)
def test_families_can_be_switched_off(index: Index, options: dict[str, object]) -> None:
    scores = dict(index.ranking(SearchRequest("احتجاج العمال", **options)))  # type: ignore[arg-type]
    assert scores["workers"] == scores["other"]


WORDS = ["سوق", "ملح", "احتجاج", "يحتجون", "العمال", "القدس", "في", "الشركة"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), st.sampled_from(WORDS))
def test_preferences_only_raise_scores(index: Index, words: list[str], found: str) -> None:
    engine, terms = index.engine, index.analyzer.terms(found)
    assert terms
    plain = Term("exact", terms.exact, 1.0)
    plan = Preferences(index.analyzer, engine.family).added_to(plain, words)
    with_them, without = (engine.search(EngineRequest(each, facets=("source",))) for each in (plan, plain))
    assert (with_them.total, with_them.facets) == (without.total, without.facets)
    scores = {each.article.id: each.score for each in without.articles}
    assert {each.article.id for each in with_them.articles} == scores.keys()
    assert all(each.score >= scores[each.article.id] for each in with_them.articles)
