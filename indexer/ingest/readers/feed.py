"""Feeds (RSS, RDF and Atom): an entry an article, with its full content or else its summary."""

from __future__ import annotations

import re
from typing import Any, Final

from indexer.ingest.encodings import decode
from indexer.ingest.records import BadRecord, ByteStream, Finds, RawDocument

MAX_BYTES: Final = 16 * 1024 * 1024
_ENDS: Final = (b"</rss>", b"</feed>", b"</rdf:rdf>", b"</channel>")
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_DECLARED: Final = re.compile(rb"""encoding=["']([A-Za-z0-9._-]{1,40})["']""")


def read(stream: ByteStream, name: str) -> Finds:
    """Yield the feed for a parser, and a BadRecord when it ends too early: what stands before that is read."""
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        yield BadRecord(name, f"expected a feed of at most {MAX_BYTES} bytes", ends_file=True)
        return
    yield RawDocument(name, "feed", raw)
    if raw.isascii() or b"\0" not in raw[:200]:
        tail = raw[-2000:].lower()
        if not any(end in tail for end in _ENDS):
            yield BadRecord(name, "the feed has no end; nothing was read from where it breaks off", ends_file=True)


def parse(raw: bytes, charset: str | None, _address: str | None) -> list[dict[str, Any]]:
    """Return the fields of each entry. Raises ValueError for what is no feed."""
    import feedparser

    declared = _DECLARED.search(raw[:200])
    text = decode(raw, declared[1].decode() if declared else charset)
    feed = feedparser.parse(
        _DECLARATION.sub("", text.lstrip("\ufeff")).encode("utf-8", "replace"),
        response_headers={"content-type": "application/xml; charset=utf-8"},
    )
    if not feed.entries and not feed.version:
        raise ValueError("no feed that can be read")
    return [_fields(entry, feed.feed) for entry in feed.entries]


def _fields(entry: Any, feed: Any) -> dict[str, Any]:
    texts = [content.get("value") or "" for content in entry.get("content", ())]
    body = max([*texts, ""], key=len) or entry.get("summary") or ""
    return {
        "id": entry.get("id"),
        "title": entry.get("title"),
        "body": body,
        "date": entry.get("published") or entry.get("updated") or entry.get("created"),
        "source": (entry.get("source") or {}).get("title") or feed.get("title"),
        "url": entry.get("link"),
        "category": next((tag.get("term") for tag in entry.get("tags", ())), None),
        "lang": entry.get("language") or feed.get("language"),
        "authors": [author.get("name") for author in entry.get("authors", ()) if author.get("name")],
    }
