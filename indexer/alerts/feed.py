"""Atom feed of the last reports (RFC 4287). Its ids never change: an entry's is made of the search and the article."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final
from xml.etree import ElementTree

_ATOM: Final = "http://www.w3.org/2005/Atom"
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TITLE: Final = "Akhbar"


def as_atom(reports: Iterable[Mapping[str, Any]], *, feed_id: str, updated: str) -> bytes:
    """Return a feed of reports, as :func:`~indexer.alerts.reports.reports_of` gives them with ``at``, the newest first.

    ``at`` and ``updated``, which counts where there is no report, are RFC 3339 times.
    """
    reports = list(reports)
    feed = ElementTree.Element("feed", xmlns=_ATOM)
    _add(feed, "title", TITLE)
    _add(feed, "id", feed_id)
    _add(feed, "updated", reports[0]["at"] if reports else updated)
    for report in reports:
        _add_entry(feed, report)
    ElementTree.indent(feed)
    content: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _add_entry(feed: ElementTree.Element, report: Mapping[str, Any]) -> None:
    entry = ElementTree.SubElement(feed, "entry")
    _add(entry, "title", f"{report['search']}: {report['title'] or '—'}")
    _add(entry, "id", uuid.uuid5(uuid.NAMESPACE_URL, f"{report['search']}\n{report['id']}").urn)
    _add(entry, "updated", report["at"])
    if report["date"]:
        _add(entry, "published", f"{report['date']}T00:00:00Z")
    for author in report["authors"] or [report["source"] or TITLE]:
        _add(ElementTree.SubElement(entry, "author"), "name", author)
    if report["link"]:
        _add(entry, "link", "", rel="alternate", href=report["link"])
    _add(entry, "category", "", term=report["search"])
    _add(entry, "summary", report["snippet_html"], type="html")


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    """Add an element; letters that XML cannot hold become blanks, and :mod:`xml` escapes the rest."""
    kept = {key: _NOT_IN_XML.sub(" ", value) for key, value in attributes.items()}
    ElementTree.SubElement(parent, name, kept).text = _NOT_IN_XML.sub(" ", text) or None
