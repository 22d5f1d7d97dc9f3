"""Cursors of REST: all hits once, no other search, and a clear answer when the index has changed."""

from __future__ import annotations

import pytest

from indexer import SearchRequest, rebuild
from search_app import Settings, create_app
from search_app.cursors import next_cursor
from search_app.forms import SearchForm
from search_app.urls import Parameters


def walk(client, **parameters):
    """Return the answers to a search from page to page by their cursors."""
    answers = [client.get("/api/v1/search", query_string=parameters).json]
    while cursor := answers[-1]["next_cursor"]:
        answers.append(client.get("/api/v1/search", query_string=parameters | {"cursor": cursor}).json)
    return answers


@pytest.mark.parametrize("size", [1, 4, 25, 100])
@pytest.mark.parametrize("order", ["relevance", "newest"])
def test_cursors_lead_through_the_pages_to_their_end(client, size, order):
    answers = walk(client, q="القمح", size=size, sort=order, copies="all")
    ids = [hit["id"] for answer in answers for hit in answer["hits"]]
    assert len(ids) == len(set(ids)) == answers[0]["total"]
    assert [answer["page"] for answer in answers] == [*range(1, len(answers) + 1)]
    by_number = [
        client.get(
            "/api/v1/search", query_string={"q": "القمح", "size": size, "sort": order, "copies": "all", "page": n}
        )
        for n in range(1, len(answers) + 1)
    ]
    assert ids == [hit["id"] for answer in by_number for hit in answer.json["hits"]]


def test_a_cursor_is_good_with_other_things_counted(client):
    cursor = client.get("/api/v1/search?q=القمح&size=5").json["next_cursor"]
    answer = client.get(f"/api/v1/search?q=القمح&size=5&facets=source&histogram=month&explain=1&cursor={cursor}").json
    assert (answer["page"], len(answer["hits"])) == (2, 5)
    assert answer["facets"]["source"]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"q": "الانتخابات"}, id="another query"),
        pytest.param({"size": "6"}, id="another size"),
        pytest.param({"sort": "oldest"}, id="another order"),
        pytest.param({"source": "نشرة السوق 1"}, id="another filter"),
        pytest.param({"page": "2"}, id="a page beside it"),
        pytest.param({"cursor": "x"}, id="too short"),
        pytest.param({"cursor": "شباط"}, id="not in its letters"),
        pytest.param({"cursor": "A" * 24}, id="made up"),
        pytest.param({"cursor": "A" * 5000}, id="long"),
    ],
)
def test_a_cursor_of_something_else_is_refused(client, changed):
    search = {"q": "القمح", "size": "5"}
    cursor = client.get("/api/v1/search", query_string=search).json["next_cursor"]
    response = client.get("/api/v1/search", query_string=search | {"cursor": cursor} | changed)
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert [(error["code"], error["parameter"]) for error in response.json["errors"]] == [("cursor", "cursor")]
    assert "next_cursor" in response.json["detail"]
    assert "next_cursor" in response.json["detail_ar"]


def test_a_cursor_of_an_older_index_is_gone(tmp_path, write):
    rebuild([write(tmp_path)], tmp_path / "index")
    client = create_app(Settings(index=str(tmp_path / "index"))).test_client()
    cursor = client.get("/api/v1/search?q=القمح&size=5").json["next_cursor"]
    rebuild([write(tmp_path)], tmp_path / "index")
    response = client.get(f"/api/v1/search?q=القمح&size=5&cursor={cursor}")
    assert (response.status_code, response.mimetype) == (410, "application/problem+json")
    assert "without the cursor" in response.json["detail"]


@pytest.mark.parametrize(
    ("page", "stories", "more"),
    [
        pytest.param(99, 1_000_000, True, id="before the last that can be paged"),
        pytest.param(100, 1_000_000, False, id="the last that can be paged"),
        pytest.param(99, 9_900, False, id="the last hit"),
        pytest.param(99, 9_901, True, id="one hit more"),
    ],
)
def test_cursors_end_where_pages_do(page, stories, more):
    request = SearchRequest(limit=100, offset=(page - 1) * 100)
    cursor = next_cursor(SearchForm(Parameters(), request, page), 1, stories)
    assert (cursor is not None) is more


@pytest.mark.parametrize(
    ("query", "code", "expected"),
    [
        pytest.param("q=a&q=b", "many", "1", id="two queries"),
        pytest.param("size=1&size=2", "many", "1", id="two sizes"),
        pytest.param("&".join(f"source={number}" for number in range(51)), "many", "50", id="too many sources"),
        pytest.param(f"source={'x' * 1001}", "long", "1000", id="a name that is too long"),
    ],
)
def test_values_that_would_go_unread_are_told(client, query, code, expected):
    response = client.get(f"/api/v1/search?{query}")
    assert response.status_code == 400
    (error,) = response.json["errors"]
    assert (error["code"], error["expected"]) == (code, expected)
    assert expected in response.json["detail_ar"]


def test_a_survey_and_an_article_tell_repetitions_too(client):
    for path in ("/api/v1/coverage?q=a&q=b", "/api/v1/suggest?q=a&q=b", "/api/v1/analyze?text=a&text=b"):
        assert [error["code"] for error in client.get(path).json["errors"]] == ["many"]
    assert client.get("/api/v1/search?source=a&source=b").status_code == 200
