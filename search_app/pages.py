"""The pages people see: the first page, results, an article."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from flask import Blueprint, abort, request

from indexer import Index, IndexStats, SearchRequest
from search_app.articles import ListedArticle, article_view, listed_article
from search_app.forms import read_page_form
from search_app.index_holder import live_index
from search_app.layout import Frame, current_frame, render, settings, today
from search_app.messages import Messages
from search_app.presenters import results_view

pages = Blueprint("pages", __name__)


class Folio(NamedTuple):
    """The line under the name: what is here, of which days, and how fresh; empty where unknown."""

    today: str
    today_text: str
    period: str
    updated: str


class Example(NamedTuple):
    """A query to try, and what it shows."""

    query: str
    says: str
    href: str


@pages.get("/")
def search() -> str:
    """Show results, or the first page when nothing is asked for."""
    frame = current_frame()
    form = read_page_form(request.args, today=today(), size=settings().page_size)
    if form.asks_nothing:
        return _first_page(frame)
    results = live_index().search(form.request)
    view = results_view(results, form, frame)
    return render("results.html" if results.total else "none.html", frame, view=view, form=form)


@pages.get("/article/<article:article_id>")
def article(article_id: str) -> str:
    """Show one article, with the words of the query that led to it."""
    frame = current_frame()
    form = read_page_form(request.args, today=today(), size=settings().page_size)
    marked = live_index().marked(article_id, form.request)
    if marked is None:
        abort(404)
    return render("article.html", frame, view=article_view(marked, frame))


def _first_page(frame: Frame) -> str:
    index = live_index()
    stats = index.stats()
    return render(
        "first.html",
        frame,
        stats=stats,
        folio=_folio(stats, frame.messages),
        examples=_examples(index, frame),
        latest=_latest(index, frame),
    )


def _folio(stats: IndexStats, t: Messages) -> Folio:
    day = today()
    known = stats.first_date and stats.last_date
    return Folio(
        today=day.isoformat(),
        today_text=t.weekday_and_date(day),
        period=t.period(stats.first_date, stats.last_date) if known else "",
        updated=t.ago(stats.updated, now=datetime.datetime.now(datetime.UTC)),
    )


def _examples(index: Index, frame: Frame) -> list[Example]:
    """Return the examples that find something in this index."""
    return [
        Example(query, says, frame.parameters.changed("q", query).on(frame.path))
        for query, says in frame.messages.catalogue["examples"]
        if index.search(SearchRequest(query, limit=0)).total
    ]


def _latest(index: Index, frame: Frame) -> list[ListedArticle]:
    return [listed_article(each, frame) for each in index.latest(settings().latest)]
