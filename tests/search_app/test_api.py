"""The REST interface: searches, articles, health, and errors as JSON."""

from __future__ import annotations

import dataclasses
import html
import re
from urllib.parse import quote

import pytest

from indexer import open_index, rebuild
from search_app import Settings, create_app
from search_app.api import health_as_json


@pytest.fixture
def search(client):
    def get(**parameters):
        response = client.get("/api/v1/search", query_string=parameters)
        assert response.status_code == 200, response.text
        return response.json

    return get


def test_a_search_gives_hits_with_their_marks(search):
    answer = search(q="الانتخابات")
    assert answer["total"] == 2
    assert (answer["page"], answer["size"]) == (1, 10)
    hit = next(hit for hit in answer["hits"] if hit["id"] == "elections-1")
    assert hit["date"] == "2024-02-11"
    assert hit["source"] == "صحيفة الرصيف"
    assert [hit["title"][mark["start"] : mark["end"]] for mark in hit["title_marks"]] == ["الانتخابات"]
    assert {hit["snippet"][mark["start"] : mark["end"]] for mark in hit["snippet_marks"]} == {"الانتخابات"}


def test_pages_of_any_size_hold_every_hit_once(search):
    ids = [hit["id"] for page in (1, 2, 3) for hit in search(q="القمح", size=9, page=page)["hits"]]
    assert len(ids) == len(set(ids)) == 25
    assert search(q="القمح", size=9, page=4)["hits"] == []


def test_forms_are_told_when_asked_for(search):
    assert "forms" not in search(q="الانتخابات")
    (word,) = search(q="الانتخابات", forms="1")["forms"]
    assert word == {
        "word": "الانتخابات",
        "forms": [{"text": "الانتخابات", "kind": "exact", "articles": 2, "exclusion": 'الانتخابات -="الانتخابات"'}],
    }


def test_facets_are_counted_when_asked_for(search):
    assert search(q="القمح")["facets"] == {}
    facets = search(q="القمح", facets="source,category")["facets"]
    assert facets["category"] == [{"value": "اقتصاد", "count": 25}]
    assert len(facets["source"]) == 12


def test_filters_are_given_back(search):
    answer = search(q="القمح", source="نشرة السوق 1", **{"from": "آذار 2024", "to": "2024-03-13"})
    assert answer["total"] == 2
    assert answer["filters"] == {
        "from": "2024-03-01",
        "to": "2024-03-13",
        "sources": ["نشرة السوق 1"],
        "categories": [],
        "authors": [],
        "countries": [],
        "languages": [],
    }


def test_notices_are_sentences_with_codes(search):
    (notice,) = search(q="القمح ليس لبنان")["notices"]
    assert (notice["code"], notice["value"], notice["detail"]) == ("operator", "ليس", "NOT")
    assert "NOT" in notice["message"]
    assert search(q="القمح ليس لبنان", syntax="words", links="off")["notices"] == []


def test_the_page_links_to_the_same_search(client, page):
    text = page("/", q="القمح", sort="oldest", page="2", lang="en")
    address = html.unescape(re.search(r'href="(/api/[^"]+)"', text)[1])
    shown = re.findall(r'href="/article/([^"?]+)', text)
    assert [hit["id"] for hit in client.get(address).json["hits"]] == shown


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        pytest.param({"from": "soonish"}, "soonish", id="date"),
        pytest.param({"sort": "best"}, "relevance, newest, oldest", id="order"),
        pytest.param({"match": "some"}, "any, all, exact", id="match"),
        pytest.param({"syntax": "sql"}, "full, words", id="syntax"),
        pytest.param({"size": "101"}, "1–100", id="too many"),
        pytest.param({"size": "0"}, "1–100", id="none"),
        pytest.param({"page": "x"}, "page", id="page"),
        pytest.param({"page": "101", "size": "100"}, "1–100", id="too deep"),
        pytest.param({"facets": "body"}, "source, category, author", id="facet"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_an_error(client, parameters, expected):
    response = client.get("/api/v1/search", query_string={"q": "القمح", **parameters})
    assert response.status_code == 400
    assert expected in response.json["detail"]
    assert expected in response.json["detail_ar"]
    assert response.mimetype == "application/problem+json"


def test_all_problems_are_named_at_once(client):
    problem = client.get("/api/v1/search?sort=x&size=y").json
    assert "sort" in problem["detail"]
    assert "size" in problem["detail"]
    assert [(error["code"], error["parameter"], error["value"]) for error in problem["errors"]] == [
        ("number", "size", "y"),
        ("choice", "sort", "x"),
    ]


def test_an_article_is_given_in_full(client):
    article = client.get("/api/v1/articles/elections-1").json
    assert article["id"] == "elections-1"
    assert article["body"].count("\n") >= 2
    assert article["url"] == "https://raseef.example/2024/02/11/1"


def test_ids_may_hold_anything(client):
    id_ = "dir/2024//1?a=b#c%20d"
    assert client.get("/api/v1/articles/" + quote(id_, safe="")).json["id"] == id_
    assert client.get("/api/v1/articles/" + quote(id_)).json["id"] == id_


def test_an_unknown_article_is_a_404(client):
    response = client.get("/api/v1/articles/nowhere")
    assert response.status_code == 404
    assert response.json["title"] == "Nothing here"
    assert response.json["title_ar"] == "لا شيء هنا"
    assert client.get(response.json["type"]).status_code == 200


def test_an_unknown_address_of_the_api_is_json(client):
    assert client.get("/api/v2/search").json["status"] == 404


@pytest.mark.parametrize(
    ("path", "known"),
    [
        pytest.param("/api/v1/search?q=x&pge=2", "page", id="search"),
        pytest.param("/api/v1/articles/elections-1?pge=2", "", id="article"),
        pytest.param("/api/v1/analyze?pge=2", "text", id="analyze"),
    ],
)
def test_an_unknown_parameter_is_told_with_those_that_are_known(client, path, known):
    problem = client.get(path).json
    assert problem["status"] == 400
    (error,) = problem["errors"]
    assert (error["code"], error["parameter"], error["value"]) == ("unknown", "pge", "2")
    assert known in error["expected"].split(", ")


def test_a_whole_index_is_reported_as_ok(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert answer.json["articles"] == 31
    assert "reason" not in answer.json


def test_missing_native_parts_are_listed(index_path):
    with open_index(index_path) as index:
        stats = dataclasses.replace(index.stats(), native_missing=("analyzers", "indexer"))
    assert health_as_json(stats)["native_missing"] == ["analyzers", "indexer"]
    assert health_as_json(stats)["status"] == "ok"


def test_a_damaged_generation_is_reported_as_degraded(tmp_path, write):
    path = tmp_path / "index"
    rebuild([write(tmp_path)], path)
    rebuild([write(tmp_path, [{"id": "new", "title": "خبر جديد"}])], path)
    segment = next((path / "gen-2").glob("*.seg"))
    segment.write_bytes(segment.read_bytes()[:-8])
    answer = create_app(Settings(index=str(path))).test_client().get("/healthz")
    assert answer.status_code == 200
    assert (answer.json["status"], answer.json["articles"], answer.json["generation"]) == ("degraded", 31, 1)
    assert segment.name in answer.json["reason"]
    assert str(tmp_path) not in answer.text


def test_a_degraded_index_names_its_reason_without_folders(index_path):
    with open_index(index_path) as index:
        stats = dataclasses.replace(index.stats(), degraded="/srv/my news/gen-7/s1.seg: damaged; gen-6 is served")
    health = health_as_json(stats)
    assert (health["status"], health["reason"]) == ("degraded", "my s1.seg: damaged; gen-6 is served")
    assert health["articles"] == 31


def test_arabic_is_readable_in_the_answer(client):
    assert "القمح" in client.get("/api/v1/search?q=القمح").text


# -- surveys


def test_coverage_counts_articles_by_period_and_source(client):
    answer = client.get("/api/v1/coverage", query_string={"q": "القمح", "period": "month", "by": "source"}).json
    assert answer["unit"] == "month"
    assert sum(period["count"] for period in answer["periods"]) == answer["total"] == 25
    assert answer["periods"][0].keys() == {"first", "last", "count", "articles", "share"}
    assert all(len(each["periods"]) == len(answer["periods"]) for each in answer["sources"])


def test_terms_mark_the_hits_of_a_search(client):
    answer = client.get("/api/v1/terms", query_string={"q": "القمح", "size": "2"}).json
    assert len(answer["terms"]) <= 2
    assert all(term.keys() == {"text", "articles", "all_articles", "score"} for term in answer["terms"])


def test_related_articles_are_hits_and_need_an_article(client, search):
    article_id = search(q="القمح")["hits"][0]["id"]
    related = client.get(f"/api/v1/articles/{quote(article_id)}/related", query_string={"size": "3"})
    assert related.status_code == 200
    assert article_id not in [hit["id"] for hit in related.json["hits"]]
    assert client.get("/api/v1/articles/nobody/related").status_code == 404


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        pytest.param("/api/v1/coverage", "period", id="unknown period"),
        pytest.param("/api/v1/coverage", "by", id="by an unknown column"),
        pytest.param("/api/v1/terms", "size", id="no number of terms"),
        pytest.param("/api/v1/articles/elections-1/related", "size", id="no number of articles"),
        pytest.param("/api/v1/articles/elections-1/running-story", "size", id="no number of articles of a story"),
    ],
)
def test_a_survey_names_what_it_cannot_use(client, path, parameter):
    answer = client.get(path, query_string={parameter: "x"})
    assert answer.status_code == 400
    assert parameter in answer.json["detail"]
