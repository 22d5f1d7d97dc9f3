"""Error responses: the right status and headers, a page or JSON, and no internal detail."""

from __future__ import annotations

import pytest

from analyzers import analyzer_for
from indexer import Index, IndexUnreachableError, PartialResultsError, RequestError, rebuild
from indexer.engines.memory import MemoryEngine
from search_app import Settings, create_app
from search_app.index_holder import holder_of
from search_app.security import HEADERS


@pytest.fixture
def without_index(tmp_path):
    """Return a client of an application whose index does not exist."""
    return create_app(Settings(index=str(tmp_path / "index"))).test_client()


@pytest.mark.parametrize("path", ["/", "/?q=قمح", "/article/1", "/article/1?q=قمح"])
def test_without_an_index_pages_say_so(without_index, path, tmp_path):
    response = without_index.get(path)
    assert response.status_code == 503
    assert "البحث متوقّف الآن" in response.text
    assert str(tmp_path) not in response.text


def test_without_an_index_the_api_says_so(without_index, tmp_path):
    for path in ("/api/v1/search?q=قمح", "/api/v1/articles/1"):
        response = without_index.get(path)
        assert response.status_code == 503
        assert str(tmp_path) not in response.json["detail"]
    health = without_index.get("/healthz")
    assert (health.status_code, health.json) == (503, {"status": "index unusable"})


def test_the_cause_is_logged(without_index, tmp_path, caplog):
    without_index.get("/")
    assert str(tmp_path) in caplog.text


def test_an_index_that_comes_later_is_served(without_index, tmp_path, write):
    assert without_index.get("/healthz").status_code == 503
    rebuild([write(tmp_path)], tmp_path / "index")
    assert without_index.get("/healthz").json["status"] == "ok"
    assert without_index.get("/?q=القمح").status_code == 200


class HalfAnswering(MemoryEngine):
    """An index of which some parts, or all, do not answer a search."""

    def __init__(self, problem):
        super().__init__("test")
        self.problem = problem

    def search(self, search):
        raise self.problem


@pytest.mark.parametrize("kind", [PartialResultsError, IndexUnreachableError])
def test_half_an_answer_is_never_shown(tmp_path, monkeypatch, kind):
    app = create_app(Settings(index=str(tmp_path)))
    index = Index(HalfAnswering(kind("cluster-7: 2 of 3 shards")), analyzer_for("ar"))
    monkeypatch.setattr(holder_of(app), "_index", index)
    page, answer = (app.test_client().get(path) for path in ("/?q=قمح", "/api/v1/search?q=قمح"))
    assert [(each.status_code, each.headers["Retry-After"]) for each in (page, answer)] == [(503, "5")] * 2
    assert "نصف جواب" in page.text
    assert "half an answer" in answer.json["detail"]
    assert "نصف جواب" in answer.json["detail_ar"]
    assert "cluster-7" not in page.text + answer.text


def test_a_query_that_is_too_long_for_the_index_is_a_wrong_request(tmp_path, monkeypatch):
    app = create_app(Settings(index=str(tmp_path)))
    index = Index(HalfAnswering(RequestError("cluster-7: max_clause_count")), analyzer_for("ar"))
    monkeypatch.setattr(holder_of(app), "_index", index)
    page, answer = (app.test_client().get(path) for path in ("/?q=قمح", "/api/v1/search?q=قمح"))
    assert (page.status_code, answer.status_code) == (400, 400)
    assert "احذف بعضها" in page.text
    assert "leave some out" in answer.json["detail"]
    assert "cluster-7" not in page.text + answer.text


class Unreachable(HalfAnswering):
    """An index that answers nothing at all."""

    def stats(self):
        raise self.problem

    state = stats

    def article(self, article_id):
        raise self.problem


def test_where_nothing_answers_each_address_says_so(tmp_path, monkeypatch):
    app = create_app(Settings(index=str(tmp_path)))
    index = Index(Unreachable(IndexUnreachableError("cluster-7: no host answers")), analyzer_for("ar"))
    monkeypatch.setattr(holder_of(app), "_index", index)
    addresses = ("/", "/?q=قمح", "/article/1", "/api/v1/articles/1", "/api/v1/search?q=قمح", "/healthz")
    answers = [app.test_client().get(path) for path in addresses]
    assert [each.status_code for each in answers] == [503] * len(addresses)
    assert "cluster-7" not in "".join(each.text for each in answers)


def test_a_closed_index_is_opened_again(index_path):
    app = create_app(Settings(index=str(index_path)))
    for _ in range(2):
        assert app.test_client().get("/healthz").json["status"] == "ok"
        holder_of(app).close()


def test_a_new_generation_is_served(tmp_path, write):
    source = write(tmp_path)
    rebuild([source], tmp_path / "index")
    client = create_app(Settings(index=str(tmp_path / "index"))).test_client()
    before = client.get("/healthz").json
    rebuild([write(tmp_path, [{"id": "new", "title": "خبر جديد"}])], tmp_path / "index")
    after = client.get("/healthz").json
    assert after["generation"] > before["generation"]
    assert (before["articles"], after["articles"]) == (31, 1)
    assert client.get("/article/new").status_code == 200


@pytest.mark.parametrize(
    ("path", "message"),
    [
        pytest.param("/article/nowhere", "لا شيء هنا", id="no such article"),
        pytest.param("/nowhere", "لا شيء هنا", id="no such page"),
        pytest.param("/nowhere?lang=en", "Nothing here", id="in English"),
        pytest.param("/static/nothing.css", "لا شيء هنا", id="no such file"),
        pytest.param("/static/../settings.py", "لا شيء هنا", id="outside static"),
    ],
)
def test_an_unknown_address_is_a_404(client, path, message):
    response = client.get(path)
    assert response.status_code == 404
    assert message in response.text


def test_other_methods_are_refused(client):
    page, api = client.post("/"), client.delete("/api/v1/search")
    assert (page.status_code, api.status_code) == (405, 405)
    assert "GET" in page.headers["Allow"]
    assert api.json["title"] == "A method that is not used here"


def test_an_internal_error_shows_no_traceback(index_path):
    app = create_app(Settings(index=str(index_path)))

    def fail():
        raise ZeroDivisionError("secret detail")

    app.add_url_rule("/fault", view_func=fail)
    app.add_url_rule("/api/fault", "api_fault", view_func=fail)
    page, api = app.test_client().get("/fault"), app.test_client().get("/api/fault")
    assert (page.status_code, api.status_code) == (500, 500)
    assert "عطل عندنا" in page.text
    assert "secret" not in page.text + api.text
    assert page.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/?q=قمح", "/nowhere", "/static/style.css", "/api/v1/search?q=قمح", "/healthz"])
def test_every_response_has_the_security_headers(client, path):
    with client.get(path) as response:
        for name, value in HEADERS.items():
            assert response.headers[name] == value
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "path", ["/", "/?q=قمح", "/article/elections-1", "/nowhere", "/api/v1/search?q=قمح", "/healthz"]
)
def test_pages_may_be_kept_but_are_asked_for_again(client, path):
    assert client.get(path).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/", "/api/v1/search?q=قمح"])
def test_a_request_with_a_body_is_refused(client, method, path):
    response = client.open(path, method=method, data=b"x" * 10)
    assert response.status_code == 413
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_static_files_may_be_kept_and_asked_again(client):
    with client.get("/static/style.css") as first:
        assert "max-age=3600" in first.headers["Cache-Control"]
    with client.get("/static/style.css", headers={"If-None-Match": first.headers["ETag"]}) as again:
        assert again.status_code == 304
