"""The first page: latest articles of several sources, and examples in the words of the index that find something."""

from __future__ import annotations

import datetime
import html
import re

import pytest

from indexer import Article, create
from search_app.first_page import example_queries, latest_articles
from search_app.messages import messages

DAY = datetime.date(2024, 3, 1)


def article(id_, title, source, day=0):
    return Article(id=id_, title=title, source=source, date=DAY - datetime.timedelta(days=day))


NEWS = [
    *(article(f"a{number}", f"خبر رقم {number} - صوت الصباح", "الصباح") for number in range(30)),
    article("b1", "مؤتمر الطاقة المتجددة يبدأ أعماله", "المساء", 2),
    article("b2", "تونس تستضيف مؤتمر الطاقة المتجددة", "الغروب", 3),
    article("b3", "افتتاح خط السكك الحديدية الجديد", "المساء", 4),
    article("c1", "حصاد الزيتون وفير هذه السنة", None, 9),
]


@pytest.fixture(params=["memory:", "folder"])
def index(request, tmp_path):
    with create(tmp_path / "index" if request.param == "folder" else request.param, NEWS) as opened:
        yield opened


def test_the_latest_are_of_several_sources_by_date(index):
    latest = latest_articles(index, 6)
    assert [one.source for one in latest] == ["الصباح"] * 4 + ["المساء", "الغروب"]
    assert [one.date for one in latest] == sorted((one.date for one in latest), reverse=True)
    assert len(latest) == len({one.id for one in latest}) == 6


def test_as_many_are_shown_as_there_are(index):
    assert len(latest_articles(index, 100)) == len(NEWS)
    assert latest_articles(index, 0) == ()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_examples_are_pairs_that_several_sources_print(index, language):
    examples = dict(example_queries(latest_articles(index, 60), index, messages(language)))
    assert examples["words"] == "مؤتمر الطاقة"
    assert ("منذ:آذار/2024" if language == "ar" else "from:2024-03") in examples["phrase"]
    assert ("المصدر:" if language == "ar" else "source:") in examples["source"]
    assert all(index.search(query).total for query in examples.values())


@pytest.mark.parametrize("titles", [[], [""], ["خبر"], ["في من على"], ["- | -"]])
def test_titles_without_pairs_give_no_examples(index, titles):
    articles = [Article(id=str(number), title=title, body="نص") for number, title in enumerate(titles)]
    assert list(example_queries(articles, index, messages("ar"))) == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_example_shown_finds_something(page, language):
    text = page("/", lang=language)
    examples = re.search(r'<ul class="examples">.*?</ul>', text, re.DOTALL)[0]
    addresses = [html.unescape(address) for address in re.findall(r'href="([^"]+)"', examples)]
    assert len(addresses) >= 2
    for address in addresses:
        assert 'class="hits"' in page(address)
