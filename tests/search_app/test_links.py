"""Pages show what was found under another name, tell it, and offer the search without it."""

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
def linked(tmp_path_factory):
    """Return a function that gives the text of a page, or the JSON, of an index where names differ."""
    folder = tmp_path_factory.mktemp("links")
    source = folder / "articles.jsonl"
    source.write_text("".join(json.dumps(each) + "\n" for each in ARTICLES), encoding="utf-8")
    rebuild([source], folder / "index")
    client = create_app(Settings(index=str(folder / "index"))).test_client()

    def get(path, **parameters):
        response = client.get(path, query_string=parameters or None)
        assert response.status_code == 200, response.text[:500]
        return response

    return get


def notices_of(page):
    found = re.search(r'<ul class="notices".*?</ul>', page, re.DOTALL)
    return found[0] if found else ""


def test_a_word_found_under_another_name_is_marked_as_such(linked):
    page = linked("/", q="أكتوبر").text
    assert '<mark class="alias" title="اسم آخر لـ«أكتوبر»">تشرين</mark>' in page
    assert '<mark class="alias" title="اسم آخر لـ«أكتوبر»">October</mark>' in page
    assert "<mark>أكتوبر</mark>" in page


def test_the_legend_explains_only_the_marks_that_occur(linked):
    assert '<mark class="alias" title="مثال على اسم آخر">اسم آخر لها</mark>' in linked("/", q="أكتوبر").text
    for parameters in ({"q": "أكتوبر", "links": "off"}, {"q": "القمة"}):
        page = linked("/", **parameters).text
        assert "legend" in page
        assert 'class="alias"' not in page


def test_what_was_looked_for_is_told_and_can_be_undone(linked):
    page = linked("/", q="أكتوبر", sort="newest").text
    told = html.unescape(re.sub("<[^>]*>", "", notices_of(page)))
    assert "شمل البحث أسماء أخرى: «أكتوبر»" in told
    assert "«October»" in told
    (address,) = re.findall(r'href="([^"]+)"', notices_of(page))
    undone = html.unescape(address)
    assert dict(parse_qsl(urlsplit(undone).query)) == {"q": "أكتوبر", "sort": "newest", "links": "off"}
    assert notices_of(linked(undone).text) == ""
    assert "مقال واحد" in linked(undone).text


def test_several_links_have_one_way_back(linked):
    notices = notices_of(linked("/", q="أكتوبر شباط").text)
    assert notices.count("<li>") == 2
    assert notices.count("<a ") == 1


def test_paging_and_filters_keep_the_choice(linked):
    page = linked("/", q="أكتوبر", links="off").text
    assert '<input type="hidden" name="links" value="off">' in page
    assert "links=off" in re.search(r'class="hit-title[^>]*><a href="([^"]+)"', page)[1]


def test_an_article_is_read_with_the_same_marks(linked):
    assert 'class="alias"' in linked("/article/tishrin", q="أكتوبر").text
    assert "<mark" not in linked("/article/tishrin", q="أكتوبر", links="off").text


def test_english_pages_say_it_in_english(linked):
    page = linked("/", q="أكتوبر", lang="en").text
    assert 'title="another name for “أكتوبر”"' in page
    assert "also finds" in notices_of(page)


def test_an_unknown_choice_is_told(linked):
    assert "links" in notices_of(linked("/", q="القمة", links="maybe").text)


def test_json_names_the_kind_of_a_mark_and_the_link(linked):
    found = linked("/api/v1/search", q="أكتوبر").get_json()
    assert {mark["kind"] for hit in found["hits"] for mark in hit["title_marks"] + hit["snippet_marks"]} == {
        "exact",
        "alias",
    }
    (notice,) = found["notices"]
    assert (notice["code"], notice["value"]) == ("links", "أكتوبر")
    assert "October" in notice["detail"].split(", ")
    assert linked("/api/v1/search", q="أكتوبر", links="off").get_json()["total"] == 1
