"""Facets and histograms of a search: true counts, bounded, not narrowed by their own filter."""

from __future__ import annotations

import datetime

import pytest

from indexer import Article, FacetCount, Index, PeriodCount, SearchRequest

DAY = datetime.date


@pytest.fixture
def index(index_of) -> Index:
    return index_of(
        Article(id=f"{source}{number}", title="أسعار القمح", date=DAY(2024, number, 5), source=source)
        for source, count in (("ا", 4), ("ب", 3), ("ج", 2), ("د", 1))
        for number in range(1, count + 1)
    )


def test_a_facet_has_its_commonest_values_and_those_that_are_filtered_by(index: Index) -> None:
    def facet(**options: object) -> list[tuple[str, int]]:
        results = index.search(SearchRequest("القمح", facets="source", **options))  # type: ignore[arg-type]
        return [(each.value, each.count) for each in results.facets["source"]]

    assert facet() == [("ا", 4), ("ب", 3), ("ج", 2), ("د", 1)]
    assert facet(facet_limit=2) == [("ا", 4), ("ب", 3)]
    assert facet(facet_limit=1, sources=["د", "ا"]) == [("ا", 4), ("د", 1)]
    assert facet(facet_limit=0) == []


def test_values_of_one_column_are_alternatives_and_columns_narrow_each_other(index: Index) -> None:
    request = SearchRequest(sources=["ا", "د"], date_to=DAY(2024, 1, 31), facets="source")
    results = index.search(request)
    assert results.total == 2
    assert set(results.facets["source"]) == {FacetCount(source, 1) for source in "ابجد"}


def test_a_histogram_counts_all_hits_whatever_days_are_filtered_by(index: Index) -> None:
    request = SearchRequest("القمح", histogram="month", sources="ج", date_from=DAY(2024, 2, 1))
    results = index.search(request)
    assert results.total == 1
    assert results.histogram == (
        PeriodCount(DAY(2024, 1, 1), DAY(2024, 1, 31), 1),
        PeriodCount(DAY(2024, 2, 1), DAY(2024, 2, 29), 1),
    )


def test_no_histogram_unless_one_is_asked_for(index: Index) -> None:
    assert index.search("القمح").histogram == ()
