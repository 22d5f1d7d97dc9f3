"""The page of sources and its REST twin: every number is that of the search it leads to, for any number of sources."""

from __future__ import annotations

import datetime
import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from indexer import Article, SearchRequest, create, open_index
from search_app import Settings, create_app
from search_app.sources import MAX_PERIODS, MAX_SOURCES, ROWS, source_table

NUMBER = re.compile(r'<td class="n"><a href="([^"]+)">([\d,]+)</a></td>')


def totals(client, text, pattern=NUMBER):
    """Yield each number of a page that is a link, and the total of the search that it leads to."""
    for address, number in pattern.findall(text):
        query = parse_qsl(urlsplit(address.replace("&amp;", "&")).query)
        answer = client.get("/api/v1/search", query_string=[pair for pair in query if pair[0] != "lang"])
        yield int(number.replace(",", "")), answer.json["total"]


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({}, id="whole index"),
        pytest.param({"lang": "en"}, id="in English"),
        pytest.param({"q": "أسعار الأسبوع 3"}, id="of a query"),
        pytest.param({"from": "2024-03", "to": "2024-03-10"}, id="some days"),
        pytest.param({"source": ["نشرة السوق 1", "دفتر الجبل"]}, id="two sources, one like the beginning of others"),
        pytest.param({"category": "اقتصاد"}, id="a category"),
    ],
)
def test_each_number_is_that_of_its_search(client, page, asked):
    numbers = list(totals(client, page("/sources", **asked)))
    assert numbers
    assert [number for number, _ in numbers] == [total for _, total in numbers]


def test_names_lead_to_their_source_and_the_whole_to_each_month(page):
    text = page("/sources")
    assert re.search(r"<bdi>31</bdi> مقالاً من <bdi>1\d</bdi> مصدراً", text)
    assert re.search(
        r'<th scope="row"><a href="/\?source=[^"]+"><bdi>دفتر الجبل</bdi></a></th><td class="n">1</td>', text
    )
    assert 'class="all"><th scope="row">كلّ المقالات</th>' in text
    assert re.search(r'href="/\?from=2024-03-01&amp;to=2024-03-31">26</a>', text)


def test_a_narrowed_page_leads_back_to_the_whole_time(page):
    text = page("/sources", **{"from": "2024-03", "lang": "en"})
    assert '<a href="/sources?lang=en">The whole time</a>' in text
    assert "February 2024" not in text


def test_what_cannot_be_read_is_told(page):
    assert "حيث لا تاريخ" in page("/sources", **{"from": "حيث لا تاريخ"})


def test_a_page_without_articles_has_no_table(page):
    text = page("/sources", q="زعفران")
    assert "<table" not in text


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of an index with an article of each of many sources, one every twenty days over decades."""
    first = datetime.date(1950, 1, 1).toordinal()
    path = tmp_path_factory.mktemp("many") / "index"
    create(
        path,
        [
            Article(id=str(n), title="خبر", source=f"مصدر {n}", date=datetime.date.fromordinal(first + 20 * n))
            for n in range(MAX_SOURCES + 50)
        ],
    ).close()
    return path


@pytest.fixture(scope="module")
def many(folder):
    with open_index(folder) as index:
        yield index


def test_many_sources_and_years_are_bounded(many):
    table = source_table(many, SearchRequest(), page=2, size=ROWS)
    assert (len(table.sources), table.total) == (ROWS, MAX_SOURCES)
    assert (table.unit, len(table.periods), table.is_cut) == ("year", MAX_PERIODS, True)
    assert table.articles == MAX_SOURCES + 50
    assert all(len(each.periods) == MAX_PERIODS for each in table.sources)
    beyond = source_table(many, SearchRequest(), page=10_000, size=ROWS)
    assert beyond.sources == ()


def test_a_year_has_its_months(many):
    day = datetime.date
    table = source_table(many, SearchRequest(date_from=day(1999, 1, 1), date_to=day(1999, 12, 31)), page=1, size=5)
    assert (table.unit, len(table.periods), table.is_cut) == ("month", 12, False)
    assert sum(period.count for period in table.periods) == table.articles == table.total


def test_years_lead_to_their_months(folder):
    client = create_app(Settings(index=str(folder))).test_client()
    text = client.get("/sources?lang=en").text
    year = re.search(r'<th scope="col"><a href="(/sources\?from=(\d{4})-01-01&amp;to=\2-12-31&amp;lang=en)">', text)
    assert year
    assert f"January {year[2]}" in client.get(year[1].replace("&amp;", "&")).text
    earlier = re.search(r'<a href="([^"]+)">Before that</a>', text)
    years = re.compile(r'<th scope="col"><a [^>]+>(\d{4})<')
    before = years.findall(client.get(earlier[1].replace("&amp;", "&")).text)
    assert int(before[-1]) == int(years.findall(text)[0]) - 1
    assert text.count("<tr") == ROWS + 2
    assert 'aria-current="page"><span class="vh">Page </span>2</a>' in client.get("/sources?page=2&lang=en").text


def test_rest_has_the_same_numbers_and_both_names(client):
    answer = client.get("/api/v1/sources", query_string={"size": 3, "page": 2}).json
    assert (answer["page"], answer["size"], len(answer["sources"])) == (2, 3, 3)
    assert answer["articles"] == 31
    for each in answer["sources"]:
        assert each["articles"] == sum(period["count"] for period in each["periods"])
        assert each["names"] == {"ar": each["source"], "en": each["source"]}


def test_rest_refuses_what_it_does_not_know(client):
    assert client.get("/api/v1/sources?form=2024").status_code == 400
