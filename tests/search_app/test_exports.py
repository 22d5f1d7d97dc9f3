"""Exports of a search: Atom, CSV, OpenSearch, and what crawlers are told."""

from __future__ import annotations

import csv
import html
import io
import re
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from indexer import rebuild
from search_app import Settings, create_app
from search_app.exports import CSV_COLUMNS

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def rows_of(response):
    assert response.status_code == 200, response.text
    return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))


def feed_of(response):
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/atom+xml"
    return ElementTree.fromstring(response.data)


def test_results_lead_to_their_exports(client, page):
    text = page("/", q="القمح", sort="oldest", source="نشرة السوق 1", page="1")
    for name in ("Atom", "CSV", "JSON"):
        address = html.unescape(re.search(rf'<a href="([^"]+)" data-hx-boost="false">{name}</a>', text)[1])
        assert "source=" in address
        assert client.get(address).status_code == 200
    assert '<link rel="alternate" href="/search.atom?' in text


def test_a_feed_has_the_newest_articles_first(client):
    feed = feed_of(client.get("/search.atom", query_string={"q": "القمح", "sort": "oldest"}))
    updated = [entry.findtext(f"{ATOM}updated") for entry in feed.iter(f"{ATOM}entry")]
    assert len(updated) == 25
    assert updated == sorted(updated, reverse=True)
    assert updated[0] == "2024-03-25T00:00:00+00:00" == feed.findtext(f"{ATOM}updated")
    first = next(feed.iter(f"{ATOM}entry"))
    assert first.findtext(f"{ATOM}id") == "http://localhost/article/wheat-25"
    assert "<mark>القمح</mark>" in first.findtext(f"{ATOM}summary")


def test_a_feed_is_valid_xml_whatever_articles_hold(tmp_path, write, client):
    feed_of(client.get("/search.atom"))
    odd = [{"id": "a", "title": "خبر \x0b\x00 <b>", "body": "a\ufffe & \x1f"}, {"id": "no title", "body": "نص"}]
    rebuild([write(tmp_path, odd)], tmp_path / "index")
    other = create_app(Settings(index=str(tmp_path / "index"))).test_client()
    assert len(list(feed_of(other.get("/search.atom")).iter(f"{ATOM}entry"))) == 2


def test_an_empty_feed_is_a_feed(client):
    assert feed_of(client.get("/search.atom?q=زعفران")).findtext(f"{ATOM}updated")


def test_csv_has_every_hit_in_order(client):
    response = client.get("/search.csv", query_string={"q": "القمح", "sort": "oldest"})
    header, *rows = rows_of(response)
    assert tuple(header) == CSV_COLUMNS
    assert [row[0] for row in rows] == [f"wheat-{number:02}" for number in range(1, 26)]
    assert rows[0][1:4] == ["2024-03-01", "نشرة السوق 1", "اقتصاد"]
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]


def test_csv_goes_on_over_many_pages(tmp_path, write):
    articles = [{"id": str(number), "title": "خبر"} for number in range(350)]
    rebuild([write(tmp_path, articles)], tmp_path / "index")
    client = create_app(Settings(index=str(tmp_path / "index"))).test_client()
    ids = [row[0] for row in rows_of(client.get("/search.csv?copies=all"))[1:]]
    assert len(ids) == len(set(ids)) == 350


def test_no_cell_is_a_formula(tmp_path, write):
    articles = [
        {"id": f"={number}", "title": f"{sign}cmd|calc", "source": f"{sign}x"} for number, sign in enumerate("=+-@")
    ]
    rebuild([write(tmp_path, articles)], tmp_path / "index")
    client = create_app(Settings(index=str(tmp_path / "index"))).test_client()
    cells = [cell for row in rows_of(client.get("/search.csv"))[1:] for cell in row]
    assert len(cells) > 20
    assert not any(cell.startswith(tuple("=+-@")) for cell in cells)


@pytest.mark.parametrize("path", ["/search.atom", "/search.csv"])
def test_a_parameter_that_cannot_be_used_is_an_error(client, path):
    assert client.get(path + "?from=soonish").status_code == 400


@pytest.mark.parametrize("path", ["/search.atom", "/search.csv"])
def test_without_an_index_there_is_no_export(tmp_path, path):
    assert create_app(Settings(index=str(tmp_path / "index"))).test_client().get(path).status_code == 503


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_browser_can_add_the_search(client, page, language):
    address = html.unescape(re.search(r'<link rel="search" href="([^"]+)"', page("/", lang=language))[1])
    description = ElementTree.fromstring(client.get(address).data)
    templates = [url.get("template") for url in description.iter(f"{OPENSEARCH}Url")]
    assert [template.partition("?")[0] for template in templates] == [
        "http://localhost/",
        "http://localhost/search.atom",
    ]
    assert client.get(templates[0].replace("{searchTerms}", quote("القمح"))).status_code == 200


def test_crawlers_are_kept_from_searches(client):
    lines = client.get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /*?" in lines
