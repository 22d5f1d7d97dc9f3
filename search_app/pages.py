"""HTML pages: the landing page, search results, and an article."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import NamedTuple

from flask import Blueprint, Response, abort, request

from indexer import Index, IndexStats, SearchRequest
from search_app.api_page import code_examples, endpoint_views
from search_app.articles import article_view, listed_article, permanent_address
from search_app.citations import FORMATS
from search_app.forms import read_page_form
from search_app.help_table import help_rows, with_code
from search_app.index_holder import current_index
from search_app.layout import Frame, current_frame, render, server_address, settings, today
from search_app.messages import Messages
from search_app.openapi import ERRORS
from search_app.presenters import results_view
from search_app.words import words_view

pages = Blueprint("pages", __name__)


class IndexSummary(NamedTuple):
    """The line below the masthead: today, the period covered, and the time since the last update.

    ``today`` is in ISO form; ``period`` is empty when no article has a date.
    """

    today: str
    today_text: str
    period: str
    updated: str


class Example(NamedTuple):
    """An example query, a sentence about it, and its address."""

    query: str
    says: str
    href: str


@pages.get("/")
def search() -> str:
    """Show search results, or the landing page when there is neither query nor filter."""
    frame = current_frame()
    form = read_page_form(request.args, today=today(), size=settings().page_size)
    if form.is_empty:
        return _landing_page(frame)
    results = current_index().search(form.request)
    view = results_view(results, form, frame)
    return render("results.html" if results.total else "no_results.html", frame, view=view, form=form)


@pages.get("/article/<article:article_id>")
def article(article_id: str) -> str | Response:
    """Show one article, with the words of the query marked; with ``.bib`` or ``.ris`` behind its id, cite it."""
    frame = current_frame()
    form = read_page_form(request.args, today=today(), size=settings().page_size)
    index = current_index()
    marked = index.marked(article_id, form.request)
    if marked is None:
        return _citation(article_id) or abort(404)
    counted = frame.parameters.has_search and frame.parameters.first("hit")
    results = index.search(replace(form.request, limit=0, offset=0, facets=())).total if counted else 0
    return render("article.html", frame, view=article_view(marked, frame, results=results))


def _citation(name: str) -> Response | None:
    """Return the citation that ``name``, an id with the end of a citation's file, asks for; None where there is none."""
    for form in FORMATS.values():
        stored = current_index().article(name.removesuffix(form.suffix)) if name.endswith(form.suffix) else None
        if stored:
            text = form.write(stored, stored.url or permanent_address(stored.id))
            return Response(text.encode("utf-8", "replace"), content_type=form.content_type)
    return None


@pages.get("/analyze")
def analyze() -> str:
    """Show how the words of a text are read."""
    frame = current_frame()
    return render("analyze.html", frame, view=words_view(frame.parameters.first("text"), current_index(), frame))


@pages.get("/help")
def help_page() -> str:
    """Show what can be typed in a query."""
    frame = current_frame()
    return render("help.html", frame, rows=help_rows(frame), with_code=with_code)


@pages.get("/about")
def about() -> str:
    """Tell what Akhbar is."""
    return render("about.html", current_frame())


@pages.get("/api")
def api_page() -> str:
    """Show the endpoints of the REST interface, their parameters, and examples."""
    frame = current_frame()
    return render(
        "api.html",
        frame,
        endpoints=endpoint_views(frame.messages, frame.home_path),
        examples=code_examples(server_address()),
        errors=ERRORS,
        specification=frame.page("/openapi.json"),
    )


def _landing_page(frame: Frame) -> str:
    index = current_index()
    stats = index.stats()
    return render(
        "landing.html",
        frame,
        stats=stats,
        summary=_index_summary(stats, frame.messages),
        examples=_examples(index, frame),
        latest=[listed_article(stored, frame) for stored in index.latest(settings().latest)],
    )


def _index_summary(stats: IndexStats, t: Messages) -> IndexSummary:
    day = today()
    has_dates = stats.first_date and stats.last_date
    return IndexSummary(
        today=day.isoformat(),
        today_text=t.weekday_and_date(day),
        period=t.period(stats.first_date, stats.last_date) if has_dates else "",
        updated=t.ago(stats.updated, now=datetime.datetime.now(datetime.UTC)),
    )


def _examples(index: Index, frame: Frame) -> list[Example]:
    """Return the examples from the catalogue that match articles of this index."""
    return [
        Example(query, says, frame.parameters.replace("q", query).address(frame.path))
        for query, says in frame.messages.catalogue["examples"]
        if index.search(SearchRequest(query, limit=0)).total
    ]
