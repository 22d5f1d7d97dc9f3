"""Advice about a search that finds little: what was probably meant, and the searches like it that find more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from indexer import Correction, Rung, SearchRequest
from search_app.layout import Frame
from search_app.urls import DATE_FILTERS

_FILTERS: Final = {
    "source": "sources",
    "category": "categories",
    "author": "authors",
    "country": "countries",
    "language": "languages",
}


class Meant(NamedTuple):
    """A corrected query, its address, and how many articles have all of its words."""

    query: str
    href: str
    total: Markup


class LadderStep(NamedTuple):
    """A search that finds more: what is changed, its query, its address, and how many articles have all its words."""

    says: Markup
    query: str
    href: str
    total: Markup


def correction_view(correction: Correction | None, frame: Frame) -> Meant | None:
    """Return the view of a correction, if there is one."""
    if correction is None:
        return None
    address = frame.parameters.replace("q", correction.text).address(frame.path)
    return Meant(correction.text, address, frame.messages.count("articles", correction.articles))


def ladder_steps(ladder: Sequence[Rung], asked: SearchRequest, frame: Frame) -> Iterator[LadderStep]:
    """Yield the steps of ``ladder``, whose requests differ from the one ``asked`` in one thing each."""
    t = frame.messages
    for rung in ladder:
        value = t.html("quoted", text=rung.value)
        address = rung_address(rung.request, asked, frame)
        yield LadderStep(
            t.html(f"ladder.{rung.kind}", value=value), rung.request.query, address, t.count("articles", rung.articles)
        )


def rung_address(request: SearchRequest, asked: SearchRequest, frame: Frame) -> str:
    """Return the address of ``request``, a rung: that of this page, with what differs from the request ``asked``."""
    parameters = frame.parameters.without()
    if request.query != asked.query:
        parameters = parameters.replace("q", request.query)
    if request.meaning != asked.meaning:
        parameters = parameters.replace("meaning", request.meaning).without("sort")
    elif request.match != "exact":
        parameters = parameters.replace("match", "all")  # what is counted has all words
    if request.syntax != asked.syntax:
        parameters = parameters.replace("syntax", request.syntax)
    if request.links != asked.links:
        parameters = parameters.without("links")
    if (request.date_from, request.date_to) != (asked.date_from, asked.date_to):
        parameters = parameters.without(*DATE_FILTERS)
    dropped = [name for name, field in _FILTERS.items() if getattr(asked, field) and not getattr(request, field)]
    return parameters.without(*dropped).address(frame.path)
