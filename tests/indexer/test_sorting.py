"""Order by date: all bare words are required there, unless the reader says otherwise; totals tell both."""

from __future__ import annotations

import datetime

import pytest

from indexer import Article, Index, Notice, RequestError, SearchRequest

DAY = datetime.date
ARTICLES = (
    Article(id="old", title="جون كيري في بيروت", date=DAY(2015, 1, 1)),
    Article(id="middle", title="بيروت تستقبل جون كيري", date=DAY(2015, 2, 1)),
    Article(id="john", title="جون يغني", date=DAY(2015, 3, 1)),
    Article(id="kerry", title="كيري فقط", date=DAY(2015, 4, 1)),
    Article(id="other", title="أسعار القمح", date=DAY(2015, 5, 1)),
)


@pytest.fixture
def index(index_of) -> Index:
    return index_of(ARTICLES)


@pytest.mark.parametrize(
    ("options", "found", "is_told"),
    [
        pytest.param({"sort": "newest"}, ["middle", "old"], True, id="newest"),
        pytest.param({"sort": "oldest"}, ["old", "middle"], True, id="oldest"),
        pytest.param(
            {"sort": "newest", "undo": "all_required"}, ["kerry", "john", "middle", "old"], False, id="undone"
        ),
        pytest.param({"sort": "newest", "match": "any"}, ["kerry", "john", "middle", "old"], False, id="any is chosen"),
        pytest.param({"sort": "newest", "match": "all"}, ["middle", "old"], False, id="all are chosen"),
        pytest.param({"sort": "newest", "query": "كيري"}, ["kerry", "middle", "old"], False, id="one word"),
        pytest.param({"sort": "newest", "query": "كيري -جون"}, ["kerry"], False, id="one word and an exclusion"),
        pytest.param({"sort": "newest", "query": ""}, ["other", "kerry", "john", "middle", "old"], False, id="no word"),
    ],
)
def test_sorted_by_date_all_words_are_required_and_told(index: Index, options, found, is_told) -> None:
    results = index.search(SearchRequest(**({"query": "جون كيري"} | options)))
    assert [hit.article.id for hit in results] == found
    notices = [notice for notice in results.notices if notice.code == "all_required"]
    assert notices == ([Notice("all_required", detail="4")] if is_told else [])
    assert all(notice.undo == "all_required" for notice in notices)
    assert results.total == len(found)


@pytest.mark.parametrize(
    ("query", "options", "total", "total_all"),
    [
        pytest.param("جون كيري", {}, 4, 2, id="by relevance"),
        pytest.param("جون كيري", {"sort": "newest"}, 2, 2, id="by date"),
        pytest.param("جون كيري", {"sort": "newest", "match": "any"}, 4, 2, id="any by date"),
        pytest.param("جون كيري", {"match": "all"}, 2, 2, id="all"),
        pytest.param("كيري", {}, 3, 3, id="one word"),
        pytest.param("جون كيري حتى:2015-01", {}, 1, 1, id="with a filter"),
        pytest.param("كيري OR القمح", {}, 4, 4, id="operators"),
        pytest.param("", {}, 5, 5, id="everything"),
        pytest.param("زعفران", {}, 0, 0, id="nothing"),
    ],
)
def test_totals_tell_articles_with_any_and_with_all_words(index: Index, query, options, total, total_all) -> None:
    results = index.search(SearchRequest(query, **options))
    assert (results.total, results.total_all) == (total, total_all)


def test_a_ranking_by_date_is_that_of_a_search(index: Index) -> None:
    assert [id_ for id_, _ in index.ranking(SearchRequest("جون كيري", sort="oldest"))] == ["old", "middle"]


# -- recency


def recent(index: Index, days: float | None) -> list[tuple[str, float]]:
    results = index.search(SearchRequest("بيروت", half_life_days=days))
    return [
        (hit.article.id, round(hit.score / plain[hit.article.id], 4)) for hit in results for plain in [scores(index)]
    ]


def scores(index: Index) -> dict[str, float]:
    return {hit.article.id: hit.score for hit in index.search("بيروت")}


def test_recency_lowers_scores_by_half_at_most(index_of) -> None:
    index = index_of(
        Article(id=id_, title="بيروت", date=date)
        for id_, date in (
            ("undated", None),
            ("new", DAY(2024, 1, 31)),
            ("old", DAY(2024, 1, 1)),
            ("ancient", DAY(1990, 1, 1)),
        )
    )
    assert recent(index, None) == [("undated", 1), ("new", 1), ("old", 1), ("ancient", 1)]
    assert recent(index, 30) == [("new", 1), ("old", 0.75), ("undated", 0.5), ("ancient", 0.5)]


def test_recency_holds_across_pages_and_under_filters(index_of) -> None:
    index = index_of(Article(id=str(day), title="بيروت", date=DAY(2024, 1, day)) for day in range(1, 10))
    pages = [index.search(SearchRequest("بيروت", half_life_days=2, limit=2, offset=at)) for at in range(0, 9, 2)]
    assert [hit.article.id for page in pages for hit in page] == list("987654321")
    until = index.search(SearchRequest("بيروت حتى:2024-01-05", half_life_days=2))
    assert (until.total, until[0].article.id) == (5, "5")


def test_an_explanation_adds_up_with_recency(index: Index) -> None:
    results = index.search(SearchRequest("بيروت", half_life_days=10, explain=True))
    for hit in results:
        assert sum(part.score for part in hit.explanation) == pytest.approx(hit.score)
    assert results[-1].explanation[-1].kind == "recency"


@pytest.mark.parametrize("days", [0, -1, float("nan"), float("inf"), "7", True])
def test_a_half_life_is_a_number_of_days(days: object) -> None:
    with pytest.raises(RequestError, match="half_life_days"):
        SearchRequest(half_life_days=days)  # type: ignore[arg-type]
