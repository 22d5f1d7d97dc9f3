"""What one news article is, to every part of the system."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as it was published.

    ``title`` and ``body`` are the text as printed; every offset elsewhere counts in them.
    ``body`` separates its paragraphs by line feeds. ``lang`` is a BCP 47 tag such as ``ar``.
    """

    id: str
    title: str = ""
    body: str = ""
    date: datetime.date | None = None
    source: str | None = None
    category: str | None = None
    url: str | None = None
    lang: str | None = None


def derived_id(*, url: str | None, title: str, body: str, date: object, source: str | None) -> str:
    """Return the id of an article that came without one: the same article, the same id.

    The address identifies an article; without one, source, date and title do; an untitled
    article is identified by its text. Sixteen hexadecimal digits.
    """
    identity = (url,) if url else (source, date, title or body)
    digest = hashlib.sha256("\x00".join(str(part or "") for part in identity).encode("utf-8", "replace"))
    return digest.hexdigest()[:16]
