"""Synonyms on the pages: matches under another name are marked, explained, and can be switched off."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from indexer import rebuild
from search_app import Settings, create_app

ARTICLES = [
    {"id": "oct", "title": "قمة في أكتوبر", "body": "تعقد القمة في أكتوبر المقبل.", "lang": "ar"},
    {"id": "tishrin", "title": "قمة الخريف", "body": "تعقد القمة في تشرين الأول المقبل.", "lang": "ar"},
    {"id": "english", "title": "The summit", "body": "Leaders meet in October.", "lang": "en"},
]


@pytest.fixture(scope="module")
def get_linked(tmp_path_factory):
    """Return a function that gets a page of an index in which the same month has several names."""
    folder = tmp_path_factory.mktemp("links")
    source = folder / "articles.jsonl"
    source.write_text("".join(json.dumps(article) + "\n" for article in ARTICLES), encoding="utf-8")
    rebuild([source], folder / "index")
    client = create_app(Settings(index=str(folder / "index"))).test_client()

    def get(path, **parameters):
        response = client.get(path, query_string=parameters or None)
        assert response.status_code == 200, response.text[:500]
        return response

    return get


def notices_of(page):
    notices = re.search(r'<ul class="notices".*?</ul>', page, re.DOTALL)
    return notices[0] if notices else ""


def test_a_word_found_under_another_name_is_marked_as_such(get_linked):
    page = get_linked("/", q="أكتوبر").text
    assert '<mark class="alias" title="اسم آخر لـ«أكتوبر»">تشرين</mark>' in page
    assert '<mark class="alias" title="اسم آخر لـ«أكتوبر»">October</mark>' in page
    assert "<mark>أكتوبر</mark>" in page


def test_the_legend_explains_only_the_marks_that_occur(get_linked):
    assert '<mark class="alias" title="مثال على اسم آخر">اسم آخر لها</mark>' in get_linked("/", q="أكتوبر").text
    for parameters in ({"q": "أكتوبر", "links": "off"}, {"q": "القمة"}):
        page = get_linked("/", **parameters).text
        assert "legend" in page
        assert 'class="alias"' not in page


def test_other_names_are_told_and_can_be_undone(get_linked):
    page = get_linked("/", q="أكتوبر", sort="newest").text
    told = html.unescape(re.sub("<[^>]*>", "", notices_of(page)))
    assert "شمل البحث أسماء أخرى: «أكتوبر»" in told
    assert "«October»" in told
    (address,) = re.findall(r'href="([^"]+)"', notices_of(page))
    undone = html.unescape(address)
    assert dict(parse_qsl(urlsplit(undone).query)) == {"q": "أكتوبر", "sort": "newest", "undo": "links.0"}
    assert notices_of(get_linked(undone).text) == ""
    assert "مقال واحد" in get_linked(undone).text


def test_several_links_are_undone_alone_and_all_together(get_linked):
    notices = notices_of(get_linked("/", q="أكتوبر شباط").text)
    undone = [
        parse_qsl(urlsplit(html.unescape(address)).query)[1:] for address in re.findall(r'href="([^"]+)"', notices)
    ]
    assert undone == [[("undo", "links.0")], [("undo", "links.7")], [("links", "off")]]
    left = notices_of(get_linked("/", q="أكتوبر شباط", undo="links.0").text)
    assert "«شباط»" in html.unescape(re.sub("<[^>]*>", "", left))
    assert left.count("<li>") == 1


def test_paging_and_filters_keep_the_choice(get_linked):
    page = get_linked("/", q="أكتوبر", links="off").text
    assert '<input type="hidden" name="links" value="off">' in page
    assert "links=off" in re.search(r'class="hit-title[^>]*><a href="([^"]+)"', page)[1]


def test_an_article_is_read_with_the_same_marks(get_linked):
    assert 'class="alias"' in get_linked("/article/tishrin", q="أكتوبر").text
    assert "<mark" not in get_linked("/article/tishrin", q="أكتوبر", links="off").text


def test_english_pages_say_it_in_english(get_linked):
    page = get_linked("/", q="أكتوبر", lang="en").text
    assert 'title="another name for “أكتوبر”"' in page
    assert "also finds" in notices_of(page)


def test_an_unknown_choice_is_told(get_linked):
    assert "links" in notices_of(get_linked("/", q="القمة", links="maybe").text)


def test_json_names_the_kind_of_a_mark_and_the_link(get_linked):
    answer = get_linked("/api/v1/search", q="أكتوبر").get_json()
    assert {mark["kind"] for hit in answer["hits"] for mark in hit["title_marks"] + hit["snippet_marks"]} == {
        "exact",
        "alias",
    }
    (notice,) = answer["notices"]
    assert (notice["code"], notice["value"]) == ("links", "أكتوبر")
    assert "October" in notice["detail"].split(", ")
    assert get_linked("/api/v1/search", q="أكتوبر", links="off").get_json()["total"] == 1
