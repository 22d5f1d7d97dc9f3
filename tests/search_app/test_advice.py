"""Advice on result pages: histogram, what was meant, searches that find more, copies and related articles."""

from __future__ import annotations

import datetime
import html
import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from indexer import PeriodCount, rebuild
from search_app import Settings, create_app
from search_app.histograms import period_name
from search_app.messages import messages

STORY = "انطلقت في العاصمة أعمال المؤتمر السنوي للمياه بمشاركة خبراء من عشرين بلداً لبحث إدارة الأنهار والسدود والآبار "
ARTICLES = [
    *(
        {"id": f"water-{number}", "title": "مؤتمر المياه ينطلق", "body": STORY * 3 + "واختتم أمس. " * number,
         "date": f"2024-01-1{number}", "source": f"صحيفة {number}", "category": "بيئة"}
        for number in (1, 2, 3)
    ),
    *(
        {"id": f"river-{number}", "title": f"منسوب النهر في الأسبوع {number}", "date": f"2024-05-{number:02}",
         "body": f"ارتفع منسوب النهر {number} أذرع بعد أمطار الشتاء، والسدود تستقبل مياه الأمطار.", "source": "النهر"}
        for number in range(1, 9)
    ),
    {"id": "olive-1", "title": "موسم الزيتون يبدأ في الجليل", "body": "يبدأ المزارعون قطاف الزيتون، والمعاصر جاهزة بعد أمطار الشتاء، والسدود ممتلئة."},
    {"id": "olive-2", "title": "زيت الجليل وفير", "body": "الزيتون هذا العام أكثر من العام الماضي."},
    {"id": "olive-3", "title": "المعاصر والمزارعون", "body": "القطاف في هذا الموسم مبكر."},
]  # fmt: skip


@pytest.fixture(scope="module")
def get(tmp_path_factory):
    """Return a function that gets a page of an index with copies of one story."""
    folder = tmp_path_factory.mktemp("advice")
    source = folder / "articles.jsonl"
    source.write_text("".join(json.dumps(article) + "\n" for article in ARTICLES), encoding="utf-8")
    rebuild([source], folder / "index")
    client = create_app(Settings(index=str(folder / "index"))).test_client()

    def page(path, **parameters):
        response = client.get(path, query_string=parameters or None)
        assert response.status_code == 200, response.text[:500]
        return response.text

    return page


def plain(page):
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", page)).split())


def steps_of(page):
    """Return the text and the parameters of each step of the ladder."""
    found = re.search(r'<ol class="ladder">.*?</ol>', page, re.DOTALL)
    steps = re.findall(r'<a href="([^"]+)">(.*?)</a>', found[0], re.DOTALL) if found else []
    return [(plain(text), dict(parse_qsl(urlsplit(html.unescape(address)).query))) for address, text in steps]


# -- histogram


def test_bars_say_what_the_table_says(get):
    text = get("/", q="النهر")
    bars = re.findall(r'aria-label="([^"]+)"><title>([^<]+)</title>', text)
    assert [label for label, title in bars if label != title] == []
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="n">([^<]+)</td>', text)
    assert len(rows) == 18
    assert [label.partition(":")[0] for label, _ in bars] == [period for period, total in rows if total != "0"]


def test_a_bar_keeps_the_search_and_replaces_its_days(get):
    text = get("/", q="النهر", category="", source="النهر", **{"from": "2024-01"})
    address = re.search(r'<a href="([^"]+)" aria-label', text)[1]
    assert dict(parse_qsl(urlsplit(html.unescape(address)).query)) == {
        "q": "النهر", "source": "النهر", "from": "2024-05-01", "to": "2024-05-01",
    }  # fmt: skip


def test_one_day_has_no_histogram(get):
    assert 'class="hist"' not in get("/", q="النهر", source="صحيفة 1")


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        pytest.param("2024-02-11", "2024-02-11", "11 شباط/فبراير 2024", id="day"),
        pytest.param("2024-02-26", "2024-03-03", "بين 26 شباط/فبراير 2024 و3 آذار/مارس 2024", id="week"),
        pytest.param("2024-02-01", "2024-02-29", "شباط/فبراير 2024", id="month"),
        pytest.param("2024-01-01", "2024-12-31", "2024", id="year"),
    ],
)
def test_periods_are_named(first, last, name):
    days = [datetime.date.fromisoformat(day) for day in (first, last)]
    assert period_name(PeriodCount(*days, 1), messages("ar")) == name


# -- what was meant, and the ladder


def test_what_was_probably_meant_is_a_link(get):
    text = get("/", q="منسوبب النهر", sort="oldest")
    meant = re.search(r'<p class="meant">.*?</p>', text, re.DOTALL)[0]
    assert "هل تقصد منسوب النهر" in plain(meant)
    address = html.unescape(re.search(r'href="([^"]+)"', meant)[1])
    assert dict(parse_qsl(urlsplit(address).query)) == {"q": "منسوب النهر", "sort": "oldest"}


def test_a_step_of_the_ladder_finds_what_it_says(get):
    text = get("/", q="منسوب زعفران", match="all")
    steps = steps_of(text)
    assert steps
    for says, parameters in steps:
        count = re.search(r"\d+ مقالات|مقال واحد|مقالان", says)[0]
        assert count in plain(re.search(r'class="count".*?</p>', get("/", **parameters), re.DOTALL)[0])


def test_a_step_of_the_ladder_has_its_address_in_rest(get):
    steps = json.loads(get("/api/v1/search", q="منسوب زعفران", match="all"))["ladder"]
    assert steps
    for step in steps:
        assert step["href"].isascii()
        assert json.loads(get(step["href"]))["total_all"] == step["articles"]


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        pytest.param({"from": "2024-05", "to": "2024-06"}, {"q": "مؤتمر المياه", "match": "all"}, id="days"),
        pytest.param({"source": "النهر"}, {"q": "مؤتمر المياه", "match": "all"}, id="source"),
    ],
)
def test_the_ladder_leaves_a_condition_out(get, asked, left):
    steps = [parameters for _, parameters in steps_of(get("/", q="مؤتمر المياه", **asked))]
    assert left in steps


def test_how_many_have_all_words_is_told_where_some_have_not(get):
    assert "بكلّ الكلمات" in plain(get("/", q="النهر المؤتمر"))
    assert "بكلّ الكلمات" not in plain(get("/", q="النهر"))


# -- articles


def test_an_article_names_its_copies_and_related_articles(get):
    rail = plain(re.search(r"<aside.*?</aside>", get("/article/water-1"), re.DOTALL)[0])
    assert "نسختان أخريان" in rail
    assert "صحيفة 2" in rail
    assert "صحيفة 3" in rail
    related = plain(re.search(r"<aside.*?</aside>", get("/article/olive-1"), re.DOTALL)[0])
    assert "مقالات قريبة" in related
    assert "زيت الجليل وفير" in related
