"""Requests are answered for the hosts of the setting only, and a bad Host header is an ordinary error page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_app import Settings, create_app
from search_app.hosts import is_allowed, parse_hosts
from search_app.security import HEADERS
from search_app.settings import SettingsError

PAGES = ["/", "/?q=القمح", "/?q=القمح&lang=en", "/article/elections-1?q=لبنان", "/nowhere", "/static/style.css"]
MALFORMED = [
    pytest.param("a..b", id="empty label"),
    pytest.param(".", id="dot"),
    pytest.param("..", id="two dots"),
    pytest.param(".a", id="leading dot"),
    pytest.param("a" * 64 + ".example", id="label of 64 letters"),
    pytest.param("a" * 5000, id="5,000 letters"),
    pytest.param("[::1", id="one bracket"),
    pytest.param("news.example/path", id="path"),
    pytest.param('a"><script>', id="element"),
]


@pytest.fixture(scope="module")
def named(index_path):
    """Return a client of an application that answers for one host."""
    return create_app(Settings(index=str(index_path), hosts="news.example")).test_client()


def assert_bad_request(response, caplog):
    assert response.status_code == 400
    assert all(response.headers[name] == value for name, value in HEADERS.items())
    assert caplog.text == ""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("host", ["evil.example", "news.example.evil.example", "news.example:x", *MALFORMED])
def test_a_page_for_a_foreign_host_is_a_bad_request(named, caplog, path, host):
    with named.get(path, headers={"Host": host}) as response:
        assert_bad_request(response, caplog)
        assert response.mimetype == "text/html"
        assert ("A foreign host name" if "lang=en" in path else "اسم مضيف غريب") in response.text


@pytest.mark.parametrize("path", ["/api/v1/search?q=القمح", "/api/v1/articles/elections-1", "/healthz"])
@pytest.mark.parametrize("host", ["evil.example", *MALFORMED])
def test_rest_for_a_foreign_host_is_a_bad_request(named, caplog, path, host):
    response = named.get(path, headers={"Host": host})
    assert_bad_request(response, caplog)
    assert response.json["status"] == 400


@pytest.mark.parametrize("path", ["/", "/?q=القمح", "/nowhere"])
@pytest.mark.parametrize("host", MALFORMED)
def test_a_malformed_host_is_a_bad_request_where_all_hosts_are_served(client, caplog, path, host):
    response = client.get(path, headers={"Host": host})
    assert_bad_request(response, caplog)
    assert 'href="/static/style.css?v=' in response.text


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("host", ["news.example", "NEWS.EXAMPLE", "news.example:8000", "News.Example:443"])
def test_a_host_of_the_setting_is_served_in_any_case_and_at_any_port(named, path, host):
    with named.get(path, headers={"Host": host}) as response:
        assert response.status_code == (404 if path == "/nowhere" else 200)


def test_a_permanent_link_names_the_host_of_the_request(client):
    text = client.get("/article/elections-1", headers={"Host": "NEWS.example:8000"}).text
    assert 'href="http://news.example:8000/article/elections-1"' in text


def test_a_permanent_link_is_relative_where_the_host_cannot_stand_in_an_address(client):
    text = client.get("/article/elections-1", headers={"Host": "news_server"}).text
    assert 'href="/article/elections-1"' in text
    assert "http:///" not in text


@pytest.mark.parametrize(
    ("setting", "host", "allowed"),
    [
        pytest.param("news.example:8000", "news.example:8000", True, id="its port"),
        pytest.param("news.example:8000", "news.example:9000", False, id="another port"),
        pytest.param("news.example:8000", "news.example", False, id="default port for another"),
        pytest.param("news.example:443", "news.example", True, id="default port left out"),
        pytest.param("News.Example", "news.example", True, id="setting in capitals"),
        pytest.param("a.example b.example", "b.example", True, id="second of two"),
        pytest.param(".example.org", "www.example.org", True, id="subdomain"),
        pytest.param(".example.org", "example.org", True, id="domain itself"),
        pytest.param(".example.org", "evilexample.org", False, id="longer name that ends alike"),
        pytest.param("أخبار.example", "xn--igbicxr.example", True, id="Arabic name"),
        pytest.param("[::1]", "[::1]:8000", True, id="IPv6 address"),
        pytest.param("127.0.0.1", "127.0.0.1:8000", True, id="IPv4 address"),
        pytest.param("news.example", "", False, id="no host"),
        pytest.param("news.example", "news.example:8000:1", False, id="two ports"),
    ],
)
def test_hosts_are_compared_by_name_and_by_a_port_that_the_setting_gives(setting, host, allowed):
    assert is_allowed(host, parse_hosts(setting)) is allowed


@given(st.text())
def test_any_text_is_judged_as_a_host(host):
    assert not is_allowed(host, parse_hosts("news.example")) or host.lower().startswith("news.example")


@pytest.mark.parametrize("hosts", ["https://news.example", "a..b", "news.example:x", "::1", "ok.example " + "a" * 64])
def test_a_setting_that_is_no_host_name_is_refused(hosts):
    with pytest.raises(SettingsError, match="expected host names") as refused:
        Settings(hosts=hosts)
    assert hosts.split()[-1] in str(refused.value)
