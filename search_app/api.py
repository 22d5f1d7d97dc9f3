"""The REST interface: search, articles and health as JSON.

    GET /api/v1/search?q=&from=&to=&source=&category=&author=&sort=&match=&syntax=&page=&size=&facets=
    GET /api/v1/suggest?q=
    GET /api/v1/articles/<id>
    GET /healthz

Results and articles have the JSON form of ``akhbar search --json``; offsets of marks count Unicode code points.
Errors are ``{"error": {"message": …}}``.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, jsonify, request

from indexer import IndexStats, IndexUnusableError, article_as_json, results_as_json
from search_app.forms import Problem, read_api_form
from search_app.index_holder import current_index
from search_app.layout import settings, today
from search_app.messages import messages

api = Blueprint("api", __name__)

_FOLDERS = re.compile(r"\S*/")


@api.get("/api/v1/search")
def search() -> Response:
    """Return one page of hits; status 400 names every parameter that cannot be used."""
    form = read_api_form(request.args, today=today(), size=settings().page_size)
    if form.problems:
        abort(400, description="; ".join(_problem_message(problem) for problem in form.problems))
    results = results_as_json(current_index().search(form.request))
    return jsonify({"page": form.page, "size": form.size, **results})


@api.get("/api/v1/suggest")
def suggest() -> Response:
    """Return completions of the text ``q``; a text too short for any has none."""
    suggestions = current_index().suggest(request.args.get("q", ""))
    return jsonify({"suggestions": [suggestion._asdict() for suggestion in suggestions]})


@api.get("/api/v1/articles/<article:article_id>")
def article(article_id: str) -> Response:
    """Return one article, or status 404 when no article has this id."""
    stored = current_index().article(article_id)
    if stored is None:
        abort(404, description="there is no article with this id")
    return jsonify(article_as_json(stored))


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


def health_as_json(stats: IndexStats) -> dict[str, object]:
    """Return the answer of ``/healthz`` for an index that can be searched."""
    state: dict[str, object] = {"status": "ok"}
    if stats.degraded:
        # Names of files help an operator; the folders they are in are no business of strangers.
        state = {"status": "degraded", "reason": _FOLDERS.sub("", stats.degraded)}
    counts = {"articles": stats.articles, "generation": stats.generation}
    return state | counts | {"native_missing": list(stats.native_missing)}


def _problem_message(problem: Problem) -> str:
    return messages("en").text(f"problem.{problem.code}", **problem._asdict() | {"value": repr(problem.value)})
