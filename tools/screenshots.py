"""Screenshots of the pages over the sample collection, drawn by Chromium.

.venv/bin/python tools/screenshots.py docs            those in docs/: Arabic, light
.venv/bin/python tools/screenshots.py FOLDER all      every page in both languages and themes, to look at
.venv/bin/python tools/screenshots.py FOLDER all DIR  the same over the index in DIR
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright

from indexer import open_index, rebuild
from search_app import create_app
from search_app.server import listening_socket, waitress_server
from search_app.settings import LANGUAGES, Settings

QUERY = quote("الانتخابات البلدية لبنان")
DIFFERENCES = "/article/marfa-20240416-1?copy=zaytun-20240416-2"
WIDTHS = (1280, 390)
THEMES = ("light", "dark")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class Picture(NamedTuple):
    """A picture to draw: its file without width and end, the path of the page, and how it is seen."""

    name: str
    path: str
    theme: str = "light"


def pictures_of_documents(article: str) -> Iterator[Picture]:
    """Yield the pictures that docs/ has."""
    pages = pages_of(article)
    yield from (Picture(name, pages[name]) for name in ("landing", "results", "article", "none", "coverage", "sources"))
    yield Picture("results-en", f"/?q={QUERY}&lang=en")


def all_pictures(article: str, *, of_sample: bool) -> Iterator[Picture]:
    """Yield a picture of every page in each language and theme; two copies are known in the sample only."""
    pages = pages_of(article) | ({"differences": DIFFERENCES} if of_sample else {})
    for (name, path), language, theme in product(pages.items(), LANGUAGES, THEMES):
        yield Picture(f"{name}-{language}-{theme}", f"{path}{'&' if '?' in path else '?'}lang={language}", theme)


def pages_of(article: str) -> dict[str, str]:
    """Return the path of every page, the one of ``article`` among them."""
    return {
        "landing": "/",
        "results": f"/?q={QUERY}+{quote('منذ:شباط/2024')}",
        "article": f"/article/{quote(article)}?q={QUERY}&at=2",
        "none": f"/?q={quote('زعفران المريخ')}&match=all",
        "coverage": f"/coverage?q={quote('لبنان')}&q2={quote('مصر')}&by=source",
        "sources": "/sources",
        "word": f"/analyze?text={quote('وللفلسطينيين')}",
        "help": "/help",
        "about": "/about",
        "api": "/api",
        "error": "/nowhere",
    }


def main(folder: Path, *, every: bool, index: str | None) -> None:
    """Write ``NAME-WIDTH.png`` for each picture and width into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as sample:
        if index is None:
            rebuild([Path(__file__).parent.parent / "sample"], sample)
        app = create_app(Settings(index=index or sample))
        server = waitress_server(app, [listening_socket("127.0.0.1", 0)], threads=4)
        threading.Thread(target=server.run, daemon=True).start()
        with open_index(index or sample) as opened:
            article = opened.search("الانتخابات البلدية لبنان").hits[0].article.id
        pictures = all_pictures(article, of_sample=index is None) if every else pictures_of_documents(article)
        draw(list(pictures), f"http://127.0.0.1:{server.effective_port}", folder)
        server.close()


def draw(pictures: list[Picture], address: str, folder: Path) -> None:
    """Draw ``pictures`` of the site at ``address`` in each width."""
    browser_path = os.environ.get("AKHBAR_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        for width in WIDTHS:
            for theme in THEMES:
                draw_theme(browser, [each for each in pictures if each.theme == theme], address, folder, width)
        browser.close()


def draw_theme(browser: Browser, pictures: list[Picture], address: str, folder: Path, width: int) -> None:
    """Draw ``pictures``, all of one theme, in one width."""
    if not pictures:
        return
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=pictures[0].theme)
    for name, path, _ in pictures:
        page.goto(address + path)
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), every="all" in sys.argv[2:3], index=next(iter(sys.argv[3:]), None))
