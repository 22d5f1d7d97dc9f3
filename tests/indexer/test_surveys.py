"""Related articles, significant terms, coverage, and all hits of a request, by each engine."""

from __future__ import annotations

import datetime

import pytest

from indexer import Article, Index, RequestError, SearchRequest
from indexer.results.coverage import PeriodShare

DAY = datetime.date
TEXT = "ارتفعت أسعار القمح في ميناء بيروت بعد توقف السفن القادمة من أوكرانيا وقال تجار الحبوب إن المخزون يكفي شهرا"


# -- related articles


@pytest.fixture
def wheat(index_of) -> Index:
    return index_of(
        [
            Article(id="wheat", title="أسعار القمح ترتفع", body=TEXT, url="https://news.example/wheat"),
            Article(id="copy", title="ارتفاع أسعار القمح", body=TEXT),
            Article(id="near", title="مخزون الحبوب يكفي شهرا", body="قال تجار الحبوب إن القمح القادم من أوكرانيا توقف"),
            Article(id="again", title="مخزون الحبوب يكفي شهرا", body="تجار الحبوب: القمح القادم من أوكرانيا توقف"),
            Article(id="far", title="كأس السواحل", body="فاز الفريق بعد توقف"),
            *(Article(id=f"other{number}", title="طقس", body="سماء صافية") for number in range(20)),
        ]
    )


def test_related_articles_share_telling_words_and_are_no_copies(wheat: Index) -> None:
    hits = wheat.related("wheat")
    assert [hit.article.id for hit in hits] == ["near"]
    assert hits[0].score > 0
    assert hits[0].title.text == "مخزون الحبوب يكفي شهرا"
    assert wheat.related("https://www.news.example/wheat/") == hits
    assert wheat.related("wheat", 0) == ()


def test_an_article_that_is_not_there_or_like_no_other_has_none(wheat: Index) -> None:
    assert wheat.related("none") == ()
    assert wheat.related("https://news.example/none") == ()
    with pytest.raises(RequestError, match="limit -1"):
        wheat.related("wheat", -1)


def test_an_article_is_found_by_its_address(wheat: Index) -> None:
    article = wheat.article("http://news.example/wheat?utm_source=x")
    assert article is not None
    assert article.id == "wheat"
    assert wheat.article("https://news.example/none") is None


# -- significant terms


def test_words_and_names_that_mark_hits_are_told_as_printed(index_of) -> None:
    index = index_of(
        [
            *(
                Article(id=f"k{n}", title=f"{n} مفاوضات", body=f"{verb} جون كيري الوفد {n} في فيينا")
                for n, verb in enumerate(["التقى", "زار", "سمع", "التقى", "زار", "سمع"])
            ),
            *(Article(id=f"w{n}", title=f"{n} قمح", body=f"الوفد {n} في السوق") for n in range(30)),
        ]
    )
    terms = index.significant_terms("مفاوضات")
    by_text = {term.text: (term.articles, term.all_articles) for term in terms}
    assert by_text.pop("جون كيري") == (6, 6)
    assert by_text.keys() == {"التقى", "زار", "سمع", "فيينا"}
    assert [term.score for term in terms] == sorted((term.score for term in terms), reverse=True)
    assert len(index.significant_terms("مفاوضات", 1)) == 1
    assert index.significant_terms("زعفران") == ()


# -- coverage


@pytest.fixture
def archive(index_of) -> Index:
    return index_of(
        Article(id=f"{month}{n}{source}", title=title, date=DAY(2024, month, n), source=source)
        for month, n, source, title in [
            (1, 1, "ا", "جون كيري"),
            (1, 2, "ا", "جون"),
            (1, 3, "ب", "قمح"),
            (2, 1, "ب", "قمح"),
            (3, 1, "ب", "كيري جون"),
            (3, 2, "ب", "كيري جون"),
        ]
    )


def counts(periods: tuple[PeriodShare, ...]) -> list[tuple[int, int]]:
    return [(period.count, period.articles) for period in periods]


def test_coverage_counts_articles_with_all_words_among_all(archive: Index) -> None:
    coverage = archive.coverage("جون كيري", period="month")
    assert (coverage.total, coverage.unit, counts(coverage.periods)) == (3, "month", [(1, 3), (0, 1), (2, 2)])
    assert [period.share for period in coverage.periods] == [1 / 3, 0, 1]
    assert coverage.sources == {}
    assert archive.coverage(SearchRequest("جون كيري", match="any"), period="month").total == 4


def test_coverage_by_source_has_the_same_periods_for_each(archive: Index) -> None:
    sources = archive.coverage("كيري", period="month", by="source").sources
    assert {source: counts(periods) for source, periods in sources.items()} == {
        "ب": [(0, 1), (0, 1), (2, 2)],
        "ا": [(1, 2), (0, 0), (0, 0)],
    }
    assert next(iter(sources)) == "ب"
    assert sources["ا"][2].share == 0


def test_filters_narrow_the_coverage_and_what_it_is_a_share_of(archive: Index) -> None:
    request = SearchRequest("كيري", sources="ب", date_from=DAY(2024, 2, 1), date_to=DAY(2024, 3, 1))
    coverage = archive.coverage(request, period="month", by="source")
    assert counts(coverage.periods) == [(0, 1), (1, 1)]
    assert list(coverage.sources) == ["ب"]
    assert archive.coverage("كيري من:2025").periods == ()
    assert archive.coverage("كيري").unit == "week"


# -- all hits


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_all_hits_come_in_the_order_of_pages(archive: Index, sort: str) -> None:
    request = SearchRequest("جون كيري", sort=sort, limit=1, offset=1)  # type: ignore[arg-type]
    everything = archive.search(SearchRequest("جون كيري", sort=sort, limit=100))  # type: ignore[arg-type]
    assert list(archive.iterate(request, marks=True)) == list(everything)
    plain = list(archive.iterate(request))
    assert [(hit.article, hit.score) for hit in plain] == [(hit.article, hit.score) for hit in everything]
    assert not any(hit.title.marks or hit.snippet.text for hit in plain)


def test_an_article_with_the_id_that_is_asked_for_comes_first(index_of) -> None:
    index = index_of([Article(id="n-17", title="خبر"), Article(id="b", title="عن n-17 ثم n-17", body="n-17")])
    results = index.search("n-17")
    assert [hit.article.id for hit in results] == ["n-17", "b"]
    assert [(notice.code, notice.value, notice.undo) for notice in results.notices] == [("id", "n-17", "id.0")]
    assert [hit.article.id for hit in index.search(SearchRequest("n-17", undo="id.0"))] == ["b"]
