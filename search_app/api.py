"""The REST interface: search, articles and health as JSON.

    GET /api/v1/search?q=&from=&to=&source=&category=&sort=&match=&syntax=&page=&size=&facets=
    GET /api/v1/articles/<id>
    GET /healthz

Results and articles have the JSON form of ``akhbar search --json``; offsets of marks count Unicode code points.
Errors are ``{"error": {"message": …}}``.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request

from indexer import IndexUnusableError, article_as_json, results_as_json
from search_app.forms import Problem, read_api_form
from search_app.index_holder import current_index
from search_app.layout import settings, today
from search_app.messages import messages

api = Blueprint("api", __name__)


@api.get("/api/v1/search")
def search() -> Response:
    """Return one page of hits; status 400 names every parameter that cannot be used."""
    form = read_api_form(request.args, today=today(), size=settings().page_size)
    if form.problems:
        abort(400, description="; ".join(_problem_message(problem) for problem in form.problems))
    results = results_as_json(current_index().search(form.request))
    return jsonify({"page": form.page, "size": form.size, **results})


@api.get("/api/v1/articles/<article:article_id>")
def article(article_id: str) -> Response:
    """Return one article, or status 404 when no article has this id."""
    stored = current_index().article(article_id)
    if stored is None:
        abort(404, description="there is no article with this id")
    return jsonify(article_as_json(stored))


@api.get("/healthz")
def health() -> tuple[Response, int]:
    """Return whether the index answers: status 200, or 503 when it cannot be used."""
    try:
        stats = current_index().stats()
    except IndexUnusableError:
        return jsonify(status="index unusable"), 503
    return jsonify(status="ok", articles=stats.articles, generation=stats.generation), 200


def _problem_message(problem: Problem) -> str:
    return messages("en").text(f"problem.{problem.code}", **problem._asdict() | {"value": repr(problem.value)})
