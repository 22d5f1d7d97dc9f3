"""Pages: title, date and body of twenty layouts of news sites, and what hostile pages give."""

from __future__ import annotations

import datetime
import importlib.util
from pathlib import Path

import pytest

from indexer.article import Article
from indexer.ingest.fields import article_of
from indexer.ingest.records import Record
from tests.indexer.ingest.readers.page_layouts import LAYOUTS, SITE, STORIES, Story, tables, wordpress

pytestmark = pytest.mark.skipif(importlib.util.find_spec("trafilatura") is None, reason="needs the extra `readers`")


def read(raw: bytes, charset: str | None = None, address: str | None = None) -> Article:
    from indexer.ingest.readers.page import parse

    (fields,) = parse(raw, charset, address)
    *_, article = article_of(Record("page.html", fields))
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize("story", [pytest.param(story, id=story.iso) for story in STORIES])
@pytest.mark.parametrize("layout", [pytest.param(layout, id=layout.__name__) for layout in LAYOUTS])
def test_title_date_and_body_of_every_layout(layout, story: Story):
    article = read(layout(story).encode("cp1256" if layout is tables else "utf-8"), None, "https://river.example/17")
    assert (article.title, str(article.date), article.body) == (story.title, story.iso, story.body)
    assert article.lang == "ar"


def source_of(html: str) -> str | None:
    return read(html.encode(), None, "https://www.river.example/17").source


def test_the_source_is_what_the_page_says_or_its_title_or_its_footer():
    story = STORIES[0]
    named = [layout for layout in LAYOUTS if SITE in layout(story).replace("جميع الحقوق", "")]
    assert {source_of(layout(story)) for layout in named} == {SITE}


def test_a_page_without_a_name_has_the_host_of_its_address():
    html = wordpress(STORIES[0]).replace(SITE, "").replace(" – </title>", "</title>")
    assert source_of(html) == "river.example"


@pytest.mark.parametrize(
    ("declared", "encoding", "charset"),
    [
        pytest.param("utf-8", "utf-8", None, id="UTF-8"),
        pytest.param("windows-1256", "utf-8", None, id="a false declaration does not beat valid UTF-8"),
        pytest.param("utf-8", "cp1256", None, id="a false declaration of UTF-8"),
        pytest.param("utf-8", "cp1256", "windows-1256", id="the answer of the server says it"),
        pytest.param("iso-8859-1", "iso8859_6", None, id="ISO-8859-6 declared as Latin"),
        pytest.param("windows-1252", "cp1256", None, id="Windows-1256 declared as 1252"),
    ],
)
def test_encodings(declared, encoding, charset):
    html = wordpress(STORIES[0]).replace('charset="utf-8"', f'charset="{declared}"').replace("–", "-")
    article = read(html.encode(encoding, "ignore"), charset)
    assert (article.title, article.body) == (STORIES[0].title, STORIES[0].body)


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("", id="empty"),
        pytest.param("<html></html>", id="no body"),
        pytest.param("<!DOCTYPE html><p>", id="one tag"),
        pytest.param("\0" * 100, id="zeros"),
        pytest.param("<!--" * 20_000, id="comments"),
    ],
)
def test_a_page_without_an_article_says_so(html):
    with pytest.raises(ValueError, match=r"^no (page|article)"):
        read(html.encode())


def test_a_day_in_the_text_settles_the_order_of_day_and_month():
    html = f"<title>خبر</title><h1>خبر عن السوق</h1><p>02/11/2024</p><p>قال المجلس اليوم الأحد {STORIES[0].paragraphs[0]}</p>"
    assert read(html.encode()).date == datetime.date(2024, 2, 11)


def test_the_address_is_that_which_the_page_names(tmp_path: Path):
    html = wordpress(STORIES[0]).replace("<title>", '<link rel="canonical" href="/a/17"><title>')
    assert read(html.encode(), None, "https://river.example/a/17?utm_source=x").url == "https://river.example/a/17"
