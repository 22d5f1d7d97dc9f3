"""Hostile articles and requests: whatever they contain stays text, and no page fails."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import Article, InputError, rebuild
from search_app import Settings, create_app
from search_app.security import HEADERS, MAX_URL_BYTES

PAYLOADS = [
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param('"><img src=x onerror=alert(1)>', id="attribute break-out"),
    pytest.param("' onmouseover='alert(1)", id="single quotes"),
    pytest.param("</title></bdi></mark><svg onload=alert(1)>", id="closing tags"),
    pytest.param("javascript:alert(1)", id="script address"),
    pytest.param("//evil.example/x", id="other host"),
    pytest.param("\u202e\u2066\u200f\u200bخبر", id="direction controls"),
    pytest.param("\x00\x01\x1b[2J", id="control characters"),
    pytest.param("{{7*7}}{%raw%}{0}{q.__class__}", id="templates and formats"),
    pytest.param("ط" * 600, id="a very long word"),
    pytest.param("\r\nSet-Cookie: a=b", id="header break-out"),
    pytest.param("../../../etc/passwd", id="parent folders"),
    pytest.param('(((((((((("«', id="unbalanced"),
    pytest.param("&lt;b&gt;&amp;", id="entities"),
    pytest.param('" data-hx-on:load="alert(1)" <hx-partial hx-get=/', id="htmx"),
]
PARAMETERS = [
    "q", "from", "to", "source", "category", "author", "sort", "match", "syntax", "links", "page", "lang", "at", "tashkeel",
    "size", "facets", "q2", "q3", "period", "by", "scale", "x",
]  # fmt: skip
OUR_TAGS = {
    "html", "head", "meta", "title", "link", "body", "a", "header", "form", "label", "input", "button", "nav", "main",
    "div", "h1", "h2", "p", "strong", "ul", "ol", "li", "article", "time", "bdi", "mark", "span", "aside", "section",
    "footer", "details", "summary", "dl", "dt", "dd",
    "figure", "figcaption", "svg", "rect", "table", "caption", "thead", "tbody", "tr", "th", "td", "script", "path",
}  # fmt: skip


PATHS = ("/", "/article/elections-1", "/coverage", "/sources", "/api/v1/search", "/api/v1/sources")
OUR_SCRIPTS = [
    {"src": "/static/htmx-4.0.1.min.js", "defer": None},
    {"src": "/static/akhbar.js", "defer": None},
]
OUR_HTMX = {
    "data-hx-boost": {"true", "false"},
    "data-hx-target": {"#main"},
    "data-hx-select": {"#main"},
    "data-hx-select-oob": {"#masthead"},
    "data-hx-swap": {"outerHTML show:none"},
    "data-hx-sync": {"#main:replace"},
    "data-hx-indicator": {"#main"},
}


class Page(HTMLParser):
    """The tags, event handlers and addresses of a page, so that an injection shows."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.events, self.addresses, self.scripts, self.htmx = set(), [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.events += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self.htmx += [(name, value) for name, value in attrs if name.startswith(("hx-", "data-hx-"))]
        if tag == "script":  # its address ends with the hash of what it holds
            self.scripts.append({name: value and value.partition("?v=")[0] for name, value in attrs})
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def assert_only_ours(text):
    page = Page(text)
    assert page.tags <= OUR_TAGS
    assert page.events == []
    assert page.scripts in ([], OUR_SCRIPTS, OUR_SCRIPTS[1:])
    assert all(value in OUR_HTMX[name] for name, value in page.htmx)
    for address in page.addresses:
        assert address.startswith(("/", "#", "http://", "https://")), address
        assert not address.startswith("//"), address


def assert_harmless(response):
    assert response.status_code < 500
    assert "Traceback" not in response.text
    assert "Set-Cookie" not in response.headers
    assert all(response.headers[name] == value for name, value in HEADERS.items())
    if response.mimetype == "text/html":
        assert_only_ours(response.text)
    else:
        json.loads(response.text)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_all_parameters_may_hold_a_payload(client, path, payload):
    assert_harmless(client.get(path, query_string=dict.fromkeys(PARAMETERS, payload)))
    assert_harmless(client.get(path, query_string=dict.fromkeys(PARAMETERS, payload) | {"q": "القمح"}))


@pytest.mark.parametrize("name", PARAMETERS)
def test_each_parameter_may_hold_markup(client, name):
    for path in PATHS:
        assert_harmless(client.get(path, query_string={"q": "القمح"} | {name: "'\"></title><script>alert(1)</script>"}))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_any_path_may_hold_a_payload(client, payload):
    for prefix in ("/article/", "/api/v1/articles/", "/", "//evil.example/", "/static/"):
        response = client.get(prefix + quote(payload, safe=""))
        assert response.status_code in (400, 404)
        assert_harmless(response)


def test_a_hostile_article_is_shown_as_text(client, hostile):
    for path in ("/?q=خبيث", "/?lang=en&q=خبيث", "/", f"/article/{quote(hostile['id'], safe='')}?q=خبيث"):
        response = client.get(path)
        assert response.status_code == 200
        assert_harmless(response)
    text = client.get(f"/article/{quote(hostile['id'], safe='')}?q=خبيث").text
    for field in ("title", "source", "category"):
        assert hostile[field] in html.unescape(re.sub("</?mark[^>]*>", "", text))
    assert "javascript:" not in text


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("javascript:alert(1)", id="script"),
        pytest.param("JaVaScRiPt:alert(1)", id="script in mixed case"),
        pytest.param("java\nscript:alert(1)", id="script with a line break"),
        pytest.param(" javascript:alert(1)", id="script after a blank"),
        pytest.param("data:text/html,<script>1</script>", id="data"),
        pytest.param("vbscript:x", id="vbscript"),
        pytest.param("//evil.example/", id="no scheme"),
        pytest.param("/article/1", id="no host"),
        pytest.param("https:///path", id="https without host"),
        pytest.param("https://[::1", id="broken host"),
        pytest.param("https://good.example/\u202egpj.exe", id="direction override"),
        pytest.param("https://good.example/a b", id="blank inside"),
        pytest.param("https://good.example/\x00", id="null byte"),
    ],
)
def test_an_article_with_an_unsafe_address_never_reaches_a_page(url):
    with pytest.raises(InputError, match="url"):
        Article(id="1", title="خبر", url=url)


def test_a_hostile_host_is_not_believed(client):
    response = client.get("/article/elections-1", headers={"Host": 'evil"><script>alert(1)</script>'})
    assert response.status_code < 500
    assert "<script>" not in response.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20)
@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=80), max_size=6))
def test_no_address_brings_the_pages_down(client, parameters):
    for path in PATHS:
        assert_harmless(client.get(path, query_string=parameters))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=4)
@given(
    st.lists(
        st.fixed_dictionaries(
            {name: st.text(max_size=40) for name in ("id", "title", "body", "source", "category", "url", "lang")}
        ),
        min_size=1,
        max_size=6,
    )
)
def test_no_article_brings_the_pages_down(tmp_path_factory, articles):
    folder = tmp_path_factory.mktemp("hostile")
    source = folder / "a.jsonl"
    # A record whose id has only control characters is skipped, so one article is always good.
    records = [{"title": "خبر"}, *({**article, "title": "خبر " + article["title"]} for article in articles)]
    source.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    rebuild([source], folder / "index")
    client = create_app(Settings(index=str(folder / "index"))).test_client()
    results = client.get("/?q=خبر")
    assert_harmless(results)
    assert_harmless(client.get("/"))
    hits = client.get("/api/v1/search?q=خبر").json["hits"]
    assert hits
    for link in re.findall(r'hit-title[^>]*><a href="([^"]+)"', results.text):
        address, _, _ = html.unescape(link).partition("#")  # an apostrophe is written with one, as &#39;
        assert client.get(address).status_code == 200


def test_an_address_that_is_too_long_is_refused(client):
    response = client.get("/?q=" + "a" * MAX_URL_BYTES)
    assert response.status_code == 414
    assert "العنوان أطول" in response.text


def test_bytes_that_are_no_text_are_no_failure(client):
    for path in ("/?q=%ff%fe%ed%a0%80", "/article/%ff%fe", "/api/v1/search?q=%c3%28&source=%ff"):
        assert_harmless(client.get(path))
