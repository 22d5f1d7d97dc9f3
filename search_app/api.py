"""The REST interface: search, articles and health as JSON.

    GET /api/v1/search?q=&from=&to=&source=&category=&author=&country=&language=
                      &sort=&match=&syntax=&page=&cursor=&size=&facets=
    GET /api/v1/suggest?q=
    GET /api/v1/coverage?q=&period=&by=
    GET /api/v1/terms?q=&size=
    GET /api/v1/sources?q=&from=&to=&page=&size=
    GET /api/v1/articles/<id>
    GET /api/v1/articles/<id>/related?size=
    GET /api/v1/articles/<id>/running-story?size=
    GET /api/v1/analyze?text=
    GET /healthz

Results and articles have the JSON form of ``akhbar search --json``; offsets of marks count Unicode code points.
Errors are problems as of RFC 9457; a parameter that an endpoint does not know is one. ``openapi.py`` describes all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.urls import iri_to_uri

from indexer import (
    Article,
    IndexStats,
    IndexUnusableError,
    article_as_json,
    coverage_as_json,
    hit_as_json,
    read_words,
    results_as_json,
    terms_as_json,
)
from search_app.cursors import at_cursor, next_cursor, require_generation
from search_app.error_handlers import UnusableParametersError
from search_app.forms import Problem, misused_parameters, read_api_form, read_survey_form
from search_app.index_holder import current_index
from search_app.ladders import rung_address
from search_app.layout import current_frame, server_address, settings, today
from search_app.messages import messages
from search_app.openapi import specification
from search_app.sources import source_table, sources_as_json

api = Blueprint("api", __name__)

_FOLDERS = re.compile(r"\S*/")


@api.get("/api/v1/search")
def search() -> Response:
    """Return one page of hits; status 400 names every parameter that cannot be used, 410 a cursor of the past."""
    form = read_api_form(request.args, today=today(), size=settings().page_size)
    _refuse(form.problems)
    index = current_index()
    generation = index.stats().generation
    form = at_cursor(form, generation)
    results = index.search(form.request)
    if form.cursor:  # an update may have come between the two
        require_generation(generation, index.stats().generation)
    cursor = next_cursor(form, generation, results.stories)
    answer = {"page": form.page, "size": form.size, "next_cursor": cursor, **results_as_json(results)}
    for step, rung in zip(answer["ladder"], results.ladder, strict=True):
        step["href"] = iri_to_uri(rung_address(rung.request, form.request, current_frame()))
    return jsonify(answer)


@api.get("/api/v1/suggest")
def suggest() -> Response:
    """Return completions of the text ``q``; a text too short for any has none."""
    _refuse_misused("q")
    suggestions = current_index().suggest(request.args.get("q", ""))
    return jsonify({"suggestions": [suggestion._asdict() for suggestion in suggestions]})


@api.get("/api/v1/coverage")
def coverage() -> Response:
    """Return how many articles of a search there are in each period, and their share in all."""
    form = read_survey_form(request.args, today=today(), size=settings().page_size)
    _refuse(form.problems)
    return jsonify(coverage_as_json(current_index().coverage(form.request, period=form.period, by=form.by)))


@api.get("/api/v1/terms")
def terms() -> Response:
    """Return the words and names that mark the best hits of a search."""
    form = read_survey_form(request.args, today=today(), size=settings().page_size)
    _refuse(form.problems)
    return jsonify(terms_as_json(current_index().significant_terms(form.request, form.size)))


@api.get("/api/v1/sources")
def sources() -> Response:
    """Return how many articles each source has in each month or year, those of a search or of the index."""
    form = read_survey_form(request.args, today=today(), size=settings().page_size)
    _refuse(form.problems)
    page = form.request.offset // form.size + 1
    table = source_table(current_index(), form.request, page=page, size=form.size)
    return jsonify({"page": page, "size": form.size, **sources_as_json(table)})


@api.get("/api/v1/articles/<article:article_id>")
def article(article_id: str) -> Response:
    """Return one article, or status 404 when no article has this id or address."""
    _refuse_misused()
    return jsonify(article_as_json(_article(article_id)))


@api.get("/api/v1/articles/<article:article_id>/related")
def related(article_id: str) -> Response:
    """Return the articles most alike to one, or status 404 when no article has this id or address."""
    form = read_survey_form(request.args, today=today(), size=settings().page_size)
    _refuse(form.problems)
    hits = current_index().related(_article(article_id).id, form.size)
    return jsonify({"hits": list(map(hit_as_json, hits))})


@api.get("/api/v1/articles/<article:article_id>/running-story")
def running_story(article_id: str) -> Response:
    """Return the articles that go on with the story of one, oldest first, or status 404 when there is no such article."""
    form = read_survey_form(request.args, today=today(), size=settings().page_size)
    _refuse(form.problems)
    hits = current_index().running_story(_article(article_id).id, form.size)
    return jsonify({"hits": list(map(hit_as_json, hits))})


@api.get("/api/v1/analyze")
def analyze() -> Response:
    """Return how the words of a text are read."""
    _refuse_misused("text")
    text = request.args.get("text", "")
    return jsonify(
        {"text": text, "words": [reading.as_json() for reading in read_words(text, current_index().analyzer)]}
    )


@api.get("/openapi.json")
def openapi() -> Response:
    """Return the description of this interface, in the language that ``lang`` names or in English."""
    language = "ar" if request.args.get("lang") == "ar" else "en"
    return jsonify(specification(messages(language), server_address()))


@api.get("/healthz")
def health() -> tuple[Response, int]:
    """Return the state of the index: ``ok`` or ``degraded`` with status 200, or 503 when it cannot be used.

    A degraded index answers from an older generation; 200 lets load balancers keep sending requests to it.
    """
    try:
        stats = current_index().stats()
    except IndexUnusableError:
        return jsonify(status="index unusable"), 503
    return jsonify(health_as_json(stats)), 200


def _refuse_misused(*known: str) -> None:
    """Refuse a request with parameters other than ``known``, or with one of them twice."""
    _refuse(tuple(misused_parameters(request.args, known)))


def health_as_json(stats: IndexStats) -> dict[str, object]:
    """Return the answer of ``/healthz`` for an index that can be searched."""
    state: dict[str, object] = {"status": "ok"}
    if stats.degraded:
        # Names of files help an operator; the folders they are in are no business of strangers.
        state = {"status": "degraded", "reason": _FOLDERS.sub("", stats.degraded)}
    counts = {"articles": stats.articles, "generation": stats.generation}
    return state | counts | {"native_missing": list(stats.native_missing)}


def _article(article_id: str) -> Article:
    stored = current_index().article(article_id)
    if stored is None:
        abort(404)
    return stored


def _refuse(problems: Sequence[Problem]) -> None:
    """Answer with status 400, naming every parameter that cannot be used, if there are any."""
    if problems:
        raise UnusableParametersError(tuple(problems))
