"""Fetching from a site on this machine: politely, each page once, however often it is interrupted."""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from indexer import open_index
from indexer.commands.cli import cli
from indexer.errors import SourceError
from indexer.ingest.fetching import Archive, FetchReport, fetch, read_opml
from tests.indexer.ingest.readers.page_layouts import STORIES, wordpress

pytestmark = pytest.mark.skipif(importlib.util.find_spec("httpx") is None, reason="needs the extra `readers`")


class Site:
    """A site of ``pages`` articles: what it answers can be changed, what it was asked is counted."""

    def __init__(self, pages: int) -> None:
        self.pages = pages
        self.asked: Counter[str] = Counter()
        self.times: list[float] = []
        self.robots = "User-agent: *\nDisallow: /private/"
        self.links = [f"/news/{number}" for number in range(pages)]
        self.broken: set[str] = set()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked[request.path] += 1
        self.times.append(time.monotonic())
        etag = f'"{len(self.links)}"'
        if request.path in self.broken:
            status, body = 500, b""
        elif request.path == "/robots.txt":
            status, body = 200, self.robots.encode()
        elif request.path == "/feed":
            status, body = (304, b"") if request.headers.get("If-None-Match") == etag else (200, self.feed())
        elif request.path.startswith("/moved/"):
            status, body = 302, b""
        else:
            status, body = 200, wordpress(STORIES[0]).replace(STORIES[0].title, f"عنوان الخبر {request.path}").encode()
        request.send_response(status)
        request.send_header("ETag", etag)
        if status == 302:
            request.send_header("Location", "/news/0")
        request.end_headers()
        request.wfile.write(body)

    def feed(self) -> bytes:
        items = "".join(f"<item><title>خبر</title><link>{link}</link></item>" for link in self.links)
        return f'<rss version="2.0"><channel><title>موقع</title>{items}</channel></rss>'.encode()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site(3)
    yield site
    site.server.shutdown()
    site.server.server_close()


def run(site: Site, folder, bad: list[tuple[str, str]] | None = None) -> FetchReport:
    on_bad = (lambda *told: bad.append(told)) if bad is not None else (lambda *_: None)
    return fetch([f"{site.address}/feed"], Archive(folder), delay_s=0, on_bad=on_bad)


def records(folder) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / "articles.jsonl").read_text("utf-8").splitlines()]


def test_articles_are_kept_with_their_raw_pages_and_asked_for_once(site, tmp_path):
    assert run(site, tmp_path) == FetchReport(feeds=1, new=3)
    assert [record["title"] for record in records(tmp_path)] == [f"عنوان الخبر /news/{n}" for n in range(3)]
    assert all(STORIES[0].body == record["body"] for record in records(tmp_path))
    assert all((tmp_path / record["page"]).read_bytes().startswith(b"<!DOCTYPE") for record in records(tmp_path))
    assert run(site, tmp_path) == FetchReport(unchanged=1)
    site.links.append("/news/3?utm_source=feed")
    assert run(site, tmp_path) == FetchReport(feeds=1, new=1, known=3)
    assert {path: count for path, count in site.asked.items() if path.startswith("/news")} == {
        "/news/0": 1,
        "/news/1": 1,
        "/news/2": 1,
        "/news/3?utm_source=feed": 1,
    }


def test_robots_txt_is_obeyed(site, tmp_path):
    site.links.append("/private/1")
    bad: list[tuple[str, str]] = []
    assert run(site, tmp_path, bad) == FetchReport(feeds=1, new=3, failed=1)
    assert bad == [(f"{site.address}/private/1", "robots.txt forbids it")]
    assert "/private/1" not in site.asked


def test_where_robots_txt_cannot_be_had_nothing_is_asked(site, tmp_path):
    site.broken.add("/robots.txt")
    assert run(site, tmp_path).failed == 1
    assert set(site.asked) == {"/robots.txt"}


def test_a_host_is_asked_at_most_once_in_a_while(site, tmp_path):
    fetch([f"{site.address}/feed"], Archive(tmp_path), delay_s=0.1)
    _robots, *times = site.times
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.09


def test_what_fails_is_told_and_tried_again(site, tmp_path):
    site.broken.add("/news/1")
    bad: list[tuple[str, str]] = []
    assert run(site, tmp_path, bad) == FetchReport(feeds=1, new=2, failed=1)
    assert bad == [(f"{site.address}/news/1", "the server answers 500")]
    site.broken.clear()
    assert run(site, tmp_path) == FetchReport(feeds=1, new=1, known=2)


@pytest.mark.parametrize("address", ["ftp://a.example/feed", "file:///etc/passwd", "nonsense", "http://[::1"])
def test_what_is_no_address_of_the_web_is_told(tmp_path, address):
    bad: list[tuple[str, str]] = []
    assert fetch([address], Archive(tmp_path), on_bad=lambda *told: bad.append(told)).failed == 1
    assert bad == [(address, "no web address")]


def test_a_line_that_was_cut_off_does_not_spoil_the_next(site, tmp_path):
    run(site, tmp_path)
    with (tmp_path / "articles.jsonl").open("ab") as lines:
        lines.write(b'{"url": "http')
    site.links.append("/news/3")
    assert run(site, tmp_path).new == 1
    assert len(list(Archive(tmp_path).read())) == 4


def test_a_fetch_that_is_killed_twice_goes_on_and_asks_for_no_page_twice(tmp_path, root):
    site = Site(200)
    command = [sys.executable, "-m", "indexer", "fetch", f"{site.address}/feed", "--out", str(tmp_path), "--delay", "0"]
    for wanted in (40, 110):
        process = subprocess.Popen(
            command, cwd=root, stdout=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(root)}
        )
        while sum(1 for _ in (tmp_path / "pages").glob("*.html")) < wanted:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run(command, cwd=root, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(root)})
    site.server.shutdown()
    site.server.server_close()
    assert {record["url"] for record in records(tmp_path)} == {f"{site.address}{link}" for link in site.links}
    pages = {path: count for path, count in site.asked.items() if path.startswith("/news")}
    twice = sum(count - 1 for count in pages.values())
    assert len(pages) == 200
    assert twice <= 2  # the page that was on its way at each kill


def test_an_index_is_made_and_kept_current(site, tmp_path):
    arguments = [
        "fetch",
        f"{site.address}/feed",
        "--out",
        str(tmp_path / "a"),
        "--update",
        str(tmp_path / "i"),
        "--delay",
        "0",
    ]
    first = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert "3 new articles" in first.stdout
    site.links.append("/news/3")
    second = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert "1 new article in" in second.stdout
    assert "1 article added to" in second.stdout
    with open_index(tmp_path / "i") as index:
        assert index.stats().articles == 4


def test_feeds_are_read_from_opml(tmp_path):
    path = tmp_path / "feeds.opml"
    path.write_text(
        '<opml version="2.0"><body><outline text="a"><outline xmlUrl="http://a.example/feed"/></outline>'
        '<outline xmlUrl="http://b.example/rss"/><outline xmlUrl="http://a.example/feed"/></body></opml>'
    )
    assert read_opml(path) == ("http://a.example/feed", "http://b.example/rss")
    path.write_text("no feeds")
    with pytest.raises(SourceError, match="OPML"):
        read_opml(path)
