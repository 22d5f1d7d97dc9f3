"""The page of coverage and its CSV: every bar and number is that of its search, up to three queries on one scale."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import parse_qsl, urlsplit

import pytest

BAR = re.compile(r'<a href="([^"]+)" aria-label="[^":]+: ([\d,]+) of')
HEIGHT = re.compile(r'<rect class="col" [^>]*height="(\d+)"')
ROW = re.compile(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>')


def charts(text):
    return text.split('<section class="covered"')[1:]


def total_of(client, address):
    query = [pair for pair in parse_qsl(urlsplit(address.replace("&amp;", "&")).query) if pair[0] != "lang"]
    return client.get("/api/v1/search", query_string=query).json["total"]


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"q": "القمح"}, id="one query"),
        pytest.param({"q": "أسعار الأسبوع", "q2": "لبنان", "q3": "wheat"}, id="three queries"),
        pytest.param({"q": "القمح", "match": "any", "category": "اقتصاد", "scale": "count"}, id="filter and numbers"),
        pytest.param({"q": "القمح", "from": "2024-03-05", "period": "week"}, id="weeks"),
        pytest.param({"q": "القمح منذ:2024-03-10", "q2": "الأسبوع", "period": "day"}, id="a date in one query"),
    ],
)
def test_each_bar_is_that_of_its_search(client, page, asked):
    text = page("/coverage", lang="en", **asked)
    bars = BAR.findall(text)
    assert bars
    assert [int(number) for _, number in bars] == [total_of(client, address) for address, _ in bars]


def test_all_queries_are_drawn_to_one_scale(page):
    wheat, lebanon = charts(page("/coverage", q="الأسبوع", q2="الانتخابات", scale="count", period="month"))
    assert max(map(int, HEIGHT.findall(wheat))) == 66
    assert max(map(int, HEIGHT.findall(lebanon))) < 10


def test_a_share_is_of_the_articles_of_its_period(page):
    text = page("/coverage", q="الأسبوع", period="month", lang="en")
    rows = dict(ROW.findall(text.split("<details>")[1]))
    assert rows["March 2024"] == '<td class="n">26</td><td class="n">25</td><td class="n">96.2%</td>'
    assert rows["April 2024"] == '<td class="n">0</td><td class="n">0</td><td class="n">0%</td>'


def test_sources_are_told_apart(client, page):
    text = page("/coverage", q="الأسبوع", by="source")
    rows = re.findall(r'<th scope="row"><a href="([^"]+)"><bdi>([^<]+)</bdi></a></th><td class="n">(\d+)</td>', text)
    assert len(rows) == 12
    assert all(total_of(client, address) == int(number) for address, _, number in rows)
    assert text.count('<path d="M') == 12


def test_the_same_query_twice_is_one(page):
    assert len(charts(page("/coverage", q="القمح", q2="القمح", q3="لبنان"))) == 2


def test_without_a_query_there_is_the_form_only(page):
    text = page("/coverage")
    assert [name in text for name in ('name="q2"', 'name="q3"')] == [True, True]
    assert '<section class="covered"' not in text
    assert "<details>" not in text


def test_a_query_that_finds_nothing_says_so(page):
    (chart,) = charts(page("/coverage", q="زعفران", lang="en"))
    assert "<bdi>0</bdi> articles" in chart
    assert "<svg" not in chart


def test_how_queries_were_read_and_what_was_not_is_told(page):
    text = page("/coverage", q="القمح", q2="مصدر:خيال القمح", period="hour", scale="miles", lang="en")
    assert "hour" in text
    assert "خيال" in charts(text)[1]


def test_choices_keep_the_queries_and_filters(page):
    text = page("/coverage", q="القمح", q2="لبنان", category="اقتصاد", lang="en", period="week")
    number = re.search(r'<a href="([^"]+)">number</a>', text)[1].replace("&amp;", "&")
    assert {"q2": "لبنان", "category": "اقتصاد", "period": "week", "scale": "count", "lang": "en"}.items() <= dict(
        parse_qsl(urlsplit(number).query)
    ).items()
    assert '<a href="/coverage?' in re.search(r'<ul class="active".*?</ul>', text, re.DOTALL)[0]
    assert '<input type="hidden" name="category" value="اقتصاد">' in text


def test_results_lead_to_their_coverage(page):
    text = page("/", q="القمح", category="اقتصاد", sort="newest")
    address = re.search(r'class="more" href="([^"]+)"', text)[1].replace("&amp;", "&")
    assert dict(parse_qsl(urlsplit(address).query)) == {"q": "القمح", "category": "اقتصاد"}
    assert urlsplit(address).path == "/coverage"


def test_the_table_is_to_be_had_as_csv(client):
    answer = client.get(
        "/coverage.csv", query_string={"q": "=الأسبوع", "q2": "لبنان", "by": "source", "period": "month"}
    )
    assert answer.headers["Content-Disposition"] == 'attachment; filename="akhbar-coverage.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert {row["query"] for row in rows} == {"'=الأسبوع", "لبنان"}
    march = [row for row in rows if row["first"] == "2024-03-01" and row["query"] == "'=الأسبوع"]
    (whole,) = (row for row in march if not row["source"])
    assert (whole["articles_of_query"], whole["articles"], whole["share"]) == ("25", "26", "0.961538")
    assert sum(int(row["articles_of_query"]) for row in march if row["source"]) == 25


def test_a_table_of_what_cannot_be_read_is_refused(client):
    assert client.get("/coverage.csv?q=القمح&period=hour").status_code == 400


@pytest.mark.parametrize("name", ["q", "q2", "q3"])
def test_hostile_queries_are_text(page, name):
    text = page("/coverage", **{name: '"><script>alert(1)</script>'})
    assert "<script>alert" not in text
