"""Delivery: validators by generation, compression, and reading across origins."""

from __future__ import annotations

import datetime
import gzip
import re

import pytest
from flask import Response

from indexer import rebuild
from search_app import Settings, create_app
from search_app.delivery import EXTENSION, Answers
from search_app.layout import today
from search_app.settings import SettingsError

TAGGED = ["/?q=القمح", "/article/elections-1", "/help", "/analyze?text=قمح", "/api/v1/search?q=القمح", "/openapi.json"]


@pytest.mark.parametrize("path", TAGGED)
def test_what_a_client_has_is_not_sent_again(client, path):
    first = client.get(path)
    assert first.headers["ETag"].startswith('W/"')
    assert first.last_modified is not None
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Content-Security-Policy" in again.headers
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_addresses_have_validators_of_their_own(client):
    tags = [client.get(path).headers["ETag"] for path in (*TAGGED, "/?q=القمح&lang=en")]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("path", ["/", "/?lang=en", "/healthz", "/nowhere", "/api/v1/search?size=x"])
def test_what_may_change_at_any_time_has_no_validator(client, path):
    assert "ETag" not in client.get(path).headers


@pytest.mark.parametrize("path", TAGGED)
def test_a_client_that_knows_a_time_alone_is_spared_too(client, path):
    since = client.get(path).headers["Last-Modified"]
    assert client.get(path, headers={"If-Modified-Since": since}).status_code == 304
    # Of a later time nothing is known: a damaged generation gives way to an older one.
    assert client.get(path, headers={"If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT"}).status_code == 200
    assert client.get(path, headers={"If-Modified-Since": since, "If-None-Match": '"other"'}).status_code == 200


def test_an_answer_is_not_older_than_the_day_that_its_words_refer_to(client):
    midnight = datetime.datetime.combine(today(), datetime.time()).astimezone()
    assert midnight <= client.get("/?q=أمس").last_modified <= datetime.datetime.now(datetime.UTC)


@pytest.mark.parametrize("name", ["style.css", "akhbar.js", "icon.svg"])
def test_static_files_are_kept_for_good_under_the_address_of_their_version(client, page, name):
    (address,) = set(re.findall(rf'"(/static/{name}\?v=\w+)"', page("/")))
    with (
        client.get(address) as named,
        client.get(f"/static/{name}?v=0") as other,
        client.get(f"/static/{name}") as bare,
    ):
        assert named.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert {other.headers["Cache-Control"], bare.headers["Cache-Control"]} == {"public, max-age=3600"}
    assert "immutable" not in client.get("/static/nothing.css?v=").headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/?q=المرفأ", "/api/v1/search?q=المرفأ", "/search.atom?q=القمح"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_what_was_asked_before_is_answered_from_what_is_kept(app, client, path, encoding):
    headers = {"Accept-Encoding": encoding}
    first, again = client.get(path, headers=headers), client.get(path, headers=headers)
    assert (again.status_code, again.data, dict(again.headers)) == (200, first.data, dict(first.headers))
    tag, _ = first.get_etag()
    app.extensions[EXTENSION].keep(tag, Response("another"), packed=encoding == "gzip")
    assert client.get(path, headers=headers).data == b"another"
    assert client.get(f"{path}&page=1", headers=headers).data != b"another"
    assert client.head(path, headers=headers).data == b""


@pytest.mark.parametrize("path", ["/?lang=en", "/healthz", "/search.csv?q=القمح", "/nowhere", "/api/v1/search?size=x"])
def test_what_may_change_or_is_streamed_is_not_kept(index_path, path):
    app = create_app(Settings(index=str(index_path)))
    with app.test_client().get(path) as answer:
        tag = (answer.get_etag() or [""])[0]
    assert not tag or app.extensions[EXTENSION].get(tag, packed=False) is None


@pytest.mark.parametrize("base", ["http://a.example/", "https://a.example/", "http://b.example/"])
def test_each_scheme_and_host_has_answers_of_its_own(client, base):
    for _ in range(2):
        assert f"{base}article/bare" in client.get("/article/bare", base_url=base).text


def test_few_answers_are_kept_and_no_large_ones():
    answers = Answers()
    for number in range(200):
        answers.keep(str(number), Response(b"x"), packed=False)
    answers.keep("large", Response(bytes(65_537)), packed=False)
    kept = [number for number in range(200) if answers.get(str(number), packed=False)]
    assert kept == [*range(72, 200)]
    assert answers.get("large", packed=False) is None
    assert answers.get("199", packed=True) is None


def test_a_new_generation_has_a_new_validator(tmp_path, write):
    source = write(tmp_path)
    rebuild([source], tmp_path / "index")
    client = create_app(Settings(index=str(tmp_path / "index"))).test_client()
    tag = client.get("/?q=القمح").headers["ETag"]
    rebuild([source], tmp_path / "index")
    assert client.get("/?q=القمح", headers={"If-None-Match": tag}).status_code == 200


def test_without_an_index_nothing_is_known(tmp_path):
    client = create_app(Settings(index=str(tmp_path / "index"))).test_client()
    assert client.get("/help", headers={"If-None-Match": "*"}).status_code == 200


@pytest.mark.parametrize("path", ["/?q=القمح", "/api/v1/search?q=القمح", "/static/style.css", "/nowhere"])
def test_texts_are_compressed_for_who_accepts_it(client, path):
    with client.get(path) as plain, client.get(path, headers={"Accept-Encoding": "gzip"}) as packed:
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Accept-Encoding" in packed.headers["Vary"]


def test_short_answers_and_refusals_of_gzip_are_left_as_they_are(client):
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers
    assert "Content-Encoding" not in client.get("/?q=القمح", headers={"Accept-Encoding": "gzip;q=0"}).headers


@pytest.mark.parametrize("path", ["/api/v1/search?q=القمح", "/healthz", "/openapi.json", "/api/v1/articles/nowhere"])
def test_an_origin_that_is_allowed_may_read_rest_and_no_pages(index_path, client, path):
    allowing = create_app(Settings(index=str(index_path), cors="https://news.example")).test_client()
    assert allowing.get(path).headers["Access-Control-Allow-Origin"] == "https://news.example"
    assert "Access-Control-Allow-Origin" not in allowing.get("/").headers
    assert "Access-Control-Allow-Origin" not in client.get(path).headers


@pytest.mark.parametrize(
    "origin", ["news.example", "https://a.example https://b.example", "null", "https://a/b", "a\nb"]
)
def test_a_setting_that_is_no_origin_is_refused(origin):
    with pytest.raises(SettingsError, match="AKHBAR_CORS"):
        Settings(cors=origin)
