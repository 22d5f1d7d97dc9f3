"""CPU time and weight of a page of results, by part.

    python benchmarks/serving/page.py INDEX [QUERIES] [--rounds 7]

``QUERIES`` has one query a line; without it they are words and pairs of ``benchmarks/search/words.txt``. A page is asked
for in process, as the server asks for it, by a browser that accepts gzip. The parts are measured one after the other:
*search* is ``Index.search`` with the request of the page, *present* makes the view of its results, *render* the HTML;
*page* is the whole, with routing, headers, the entity tag and compression, of an address that was not asked for
before, *again* of one that was, whose answer is kept. No query is searched for the first time. The figure of a query is the least
of the rounds; the table shows the median, the mean and the most over the queries.
"""

from __future__ import annotations

import argparse
import gc
import io
import itertools
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import fmean, median
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[2]))

from flask import Flask, request

from search_app import Settings, create_app
from search_app.forms import read_page_form
from search_app.index_holder import holder_of
from search_app.layout import current_frame, render, today
from search_app.presenters import results_view

WORDS = Path(__file__).parents[1] / "search/words.txt"
MEASURED = ("search", "present", "render", "page", "again", "REST", "plain, kB", "as sent, kB")


_NUMBERS = itertools.count(1)


def default_queries() -> list[str]:
    """Return words and pairs of words, each of which a newspaper has."""
    words = WORDS.read_text("utf-8").split()
    return [*words[::6], *(f"{first} {second}" for first, second in [*itertools.pairwise(words)][::6])]


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the milliseconds of CPU that ``call`` takes, and what it returns."""
    started = time.thread_time()
    returned = call()
    return (time.thread_time() - started) * 1000, returned


def ask(app: Flask, path: str, query: str, host: str) -> bytes:
    """Return the body of an answer, compressed, as a WSGI server gets it."""
    status: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": urlencode({"q": query}),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    body = b"".join(app(environ, lambda line, headers, error=None: status.append(line)))
    if not status[0].startswith("200"):
        raise SystemExit(f"{path} {query}: {status[0]}")
    return body


def measure(app: Flask, query: str) -> tuple[float, ...]:
    """Return the milliseconds of each part, in the order of ``MEASURED``, and the kB of the page, plain and as sent."""
    index = holder_of(app).get()
    with app.test_request_context("/", query_string={"q": query}):
        form = read_page_form(request.args, today=today(), size=10)
        index.search(form.request)  # so that what is asked for the first time is not
        search, results = timed(lambda: index.search(form.request))
        frame = current_frame()
        present, view = timed(lambda: results_view(results, form, frame, index.stats()))
        template = "results.html" if results.total else "no_results.html"
        rendering, text = timed(lambda: render(template, frame, view=view, form=form))
    host = f"h{next(_NUMBERS)}.example"  # none of the answers under it is kept
    page, body = timed(lambda: ask(app, "/", query, host))
    again, _ = timed(lambda: ask(app, "/", query, host))
    rest, _ = timed(lambda: ask(app, "/api/v1/search", query, host))
    return search, present, rendering, page, again, rest, len(text.encode()) / 1000, len(body) / 1000


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("index")
    parser.add_argument("queries", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    queries = options.queries.read_text("utf-8").splitlines() if options.queries else default_queries()
    app = create_app(Settings(index=options.index))
    measure(app, queries[0])
    gc.disable()
    rounds = []
    for _ in range(options.rounds):
        rounds.append([measure(app, query) for query in queries])
        gc.collect()
    best = [tuple(map(min, zip(*each, strict=True))) for each in zip(*rounds, strict=True)]
    print(f"{'ms of CPU':<18}{'median':>8}{'mean':>8}{'most':>8}   {len(queries)} queries")
    columns = dict(zip(MEASURED, zip(*best, strict=True), strict=True))
    for name, values in columns.items():
        print(f"{name:<18}{median(values):>8.2f}{fmean(values):>8.2f}{max(values):>8.2f}")
    own = [whole - search for whole, search in zip(columns["page"], columns["search"], strict=True)]
    print(f"{'page over search':<18}{median(own):>8.2f}{fmean(own):>8.2f}{max(own):>8.2f}")
    static = sum(path.stat().st_size for path in (Path(app.static_folder or "").glob("*.*")))
    print(f"sheet, script and icon: {static / 1000:.1f} kB plain")


if __name__ == "__main__":
    main()
