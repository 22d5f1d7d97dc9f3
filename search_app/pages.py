"""HTML pages: first page, results, an article, coverage, sources, and those about words, queries and Akhbar itself."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, abort, request

from search_app.api_page import code_examples, endpoint_views
from search_app.articles import Others, article_view, listed_article, permanent_address
from search_app.citations import FORMATS
from search_app.copies import differences_view
from search_app.coverage import coverage_view, read_coverage_form
from search_app.first_page import example_views, index_summary, latest_articles
from search_app.forms import read_page_form
from search_app.help_table import help_rows, with_code
from search_app.index_holder import current_index
from search_app.layout import Frame, current_frame, render, server_address, settings, today
from search_app.openapi import ERRORS
from search_app.presenters import results_view
from search_app.sources import ROWS, source_table, sources_view
from search_app.words import words_view

pages = Blueprint("pages", __name__)

STORY = 6
"""How many articles that go on with its story are shown beside an article."""
RELATED = 5
"""How many related articles are shown beside an article."""


@pages.get("/")
def search() -> str:
    """Show search results, or the landing page when there is neither query nor filter."""
    frame = current_frame()
    form = read_page_form(request.args, today=today(), size=settings().page_size)
    if form.is_empty:
        return _landing_page(frame)
    index = current_index()
    results = index.search(form.request)
    view = results_view(results, form, frame, index.stats())
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
    if copy_id := frame.parameters.first("copy"):
        copy = index.article(copy_id) or abort(404)
        return render("differences.html", frame, view=differences_view(marked.article, copy, frame))
    counted = frame.parameters.has_search and frame.parameters.first("hit")
    results = (
        index.search(replace(form.request, limit=0, offset=0, facets=(), histogram=None)).stories if counted else 0
    )
    others = Others(
        [copy for copy in index.copies(article_id) if copy.id != article_id],
        story := [hit.article for hit in index.running_story(article_id, STORY)],
        [hit.article for hit in index.related(article_id, RELATED) if hit.article not in story],
    )
    view = article_view(marked, frame, others, results=results)
    return render("article.html", frame, view=view)


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


@pages.get("/coverage")
def coverage() -> str:
    """Show up to three queries over time, against all articles."""
    frame = current_frame()
    form = read_coverage_form(request.args, frame.parameters)
    return render("coverage.html", frame, view=coverage_view(current_index(), form, frame), form=form)


@pages.get("/sources")
def sources() -> str:
    """Show how many articles each source has, by month or year."""
    frame = current_frame()
    form = read_page_form(request.args, today=today(), size=ROWS)
    index = current_index()
    table = source_table(index, form.request, page=form.page, size=ROWS)
    return render("sources.html", frame, view=sources_view(table, form, index.stats(), frame))


@pages.get("/help")
def help_page() -> str:
    """Show what can be typed in a query."""
    frame = current_frame()
    return render("help.html", frame, rows=help_rows(frame), with_code=with_code)


@pages.get("/about")
def about() -> str:
    """Tell what Akhbar is."""
    return render("about.html", current_frame(), with_code=with_code)


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
        summary=index_summary(stats, frame.messages),
        examples=example_views(index, frame),
        latest=[listed_article(stored, frame) for stored in latest_articles(index, settings().latest)],
    )
