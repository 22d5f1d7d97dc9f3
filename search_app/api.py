"""The REST interface: the same searches as the pages, as JSON for programs.

    GET /api/v1/search?q=&from=&to=&source=&category=&sort=&match=&syntax=&page=&size=&facets=
    GET /api/v1/articles/<id>
    GET /healthz

The shape of results and articles is that of ``akhbar search --json``; offsets of marks count Unicode
code points. Errors: ``{"error": {"message": …}}``.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request

from indexer import IndexUnusableError, article_as_json, results_as_json
from search_app.forms import Problem, read_api_form
from search_app.index_holder import live_index
from search_app.layout import settings, today
from search_app.messages import messages

api = Blueprint("api", __name__)


@api.get("/api/v1/search")
def search() -> Response:
    """Return one page of hits. 400 for a parameter that cannot be used."""
    form = read_api_form(request.args, today=today(), size=settings().page_size)
    if form.problems:
        abort(400, description="; ".join(_explained(problem) for problem in form.problems))
    found = results_as_json(live_index().search(form.request))
    return jsonify({"page": form.page, "size": form.size, **found})


@api.get("/api/v1/articles/<article:article_id>")
def article(article_id: str) -> Response:
    """Return one article. 404 when there is none with this id."""
    found = live_index().article(article_id)
    if found is None:
        abort(404, description="there is no article with this id")
    return jsonify(article_as_json(found))


@api.get("/healthz")
def health() -> tuple[Response, int]:
    """Return whether the index answers: status 200, or 503 when it cannot be used."""
    try:
        stats = live_index().stats()
    except IndexUnusableError:
        return jsonify(status="index unusable"), 503
    return jsonify(status="ok", articles=stats.articles, generation=stats.generation), 200


def _explained(problem: Problem) -> str:
    return messages("en").text(f"problem.{problem.code}", **problem._asdict() | {"value": repr(problem.value)})
