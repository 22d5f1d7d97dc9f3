"""Word tables of dates and scraped pages: sorted, and without rows that say the same."""

from __future__ import annotations

from importlib import resources

import pytest

from analyzers import read_table
from indexer.ingest.page.lines import words_of

KINDS_OF_DATE_WORDS = {
    "ago",
    "beside",
    "filler",
    "hijri",
    "hijri_month",
    "jalali",
    "jalali_month",
    "last",
    "length",
    "month",
    "number",
    "past",
    "period",
    "relative",
    "since",
    "weekday",
}
TABLES = {
    "date_words.tsv": (3, KINDS_OF_DATE_WORDS),
    "page_words.tsv": (2, {"end", "label", "line", "phrase", "rights", "section", "source", "tail"}),
}


@pytest.fixture(params=TABLES)
def table(request):
    columns, kinds = TABLES[request.param]
    return list(read_table(request.param, columns, resources.files("indexer") / "data")), kinds


def test_rows_are_sorted_and_of_the_kinds_that_are_read(table):
    rows, kinds = table
    assert rows == sorted(rows)
    assert {row[0] for row in rows} == kinds


def test_no_two_rows_of_a_kind_say_the_same(table):
    rows, _ = table
    normal = [(row[0], words_of(row[1])) for row in rows]
    assert [row for row in normal if normal.count(row) > 1] == []
