"""Screenshots for docs/: the pages over the sample collection, drawn by Chromium.

.venv/bin/python tools/screenshots.py docs
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import sync_playwright

from indexer import rebuild
from search_app import create_app
from search_app.server import listening_socket, waitress_server
from search_app.settings import Settings

QUERY = quote("الانتخابات البلدية لبنان")
PAGES = {
    "landing": "/",
    "results": f"/?q={QUERY}+{quote('منذ:شباط/2024')}",
    "article": f"/article/mashriq-20240519-1?q={QUERY}&at=2",
    "results-en": f"/?q={QUERY}&lang=en",
    "none": f"/?q={quote('زعفران المريخ')}&match=all",
}
WIDTHS = (1280, 390)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main(folder: Path) -> None:
    """Write ``PAGE-WIDTH.png`` for each page and width into ``folder``."""
    with tempfile.TemporaryDirectory() as index:
        rebuild([Path(__file__).parent.parent / "sample"], index)
        server = waitress_server(create_app(Settings(index=index)), [listening_socket("127.0.0.1", 0)], threads=4)
        threading.Thread(target=server.run, daemon=True).start()
        _draw(f"http://127.0.0.1:{server.effective_port}", folder)
        server.close()


def _draw(address: str, folder: Path) -> None:
    browser_path = os.environ.get("AKHBAR_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 900})
            for name, path in PAGES.items():
                page.goto(address + path)
                page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
