"""Error responses: a page for people, a problem in JSON (RFC 9457) for programs, never a traceback."""

from __future__ import annotations

import json
import logging
from typing import Any, Final

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError, ServiceUnavailable

from indexer import IndexUnavailableError, IndexUnusableError, RequestError
from search_app.forms import Problem
from search_app.layout import current_frame, render, site_path
from search_app.messages import Messages, messages

_LOG = logging.getLogger(__name__)
PROBLEM_TYPE: Final = "application/problem+json"
RETRY_AFTER_S: Final = 5
"""When to ask again for what an index cannot answer at the moment."""
_WITH_MESSAGE: Final = frozenset({400, 404, 405, 410, 413, 414, 429, 500, 503})


class UnusableParametersError(BadRequest):
    """Some parameters of a REST request cannot be used."""

    kind = "parameters"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(said_in(messages("en"), problem) for problem in problems))
        self.problems = problems


class UnavailableIndexError(ServiceUnavailable):
    """The index cannot answer at the moment, and may soon."""

    kind = "unavailable"


class LongQueryError(BadRequest):
    """The query asks for more than the index looks for at once."""

    kind = "query"


class ForeignHostError(BadRequest):
    """The request names a host that this server does not answer for."""

    kind = "host"


def register_error_handlers(app: Flask) -> None:
    """Let ``app`` answer every error as a page, or as JSON where :func:`is_api` says so."""
    app.register_error_handler(HTTPException, error_response)
    app.register_error_handler(IndexUnusableError, _unusable_index_response)
    app.register_error_handler(RequestError, _long_query_response)


def _unusable_index_response(error: IndexUnusableError) -> Response:
    # The message names folders of the server, so it goes to the log and not to visitors.
    _LOG.error("%s", error)
    if isinstance(error, IndexUnavailableError):
        return error_response(UnavailableIndexError(retry_after=RETRY_AFTER_S))
    return error_response(ServiceUnavailable())


def _long_query_response(error: RequestError) -> Response:
    # Forms check all else that a request may hold.
    _LOG.warning("%s", error)
    return error_response(LongQueryError())


def error_response(error: HTTPException) -> Response:
    """Return the response to ``error``, with its status and headers."""
    response: Response = error.get_response()  # type: ignore[assignment]  # Werkzeug's response, which Flask sends too
    status = error.code or InternalServerError.code
    kind = getattr(error, "kind", str(status) if status in _WITH_MESSAGE else "other")
    if is_api(request.path):
        problem = _problem(error, status, kind)
        response.data = json.dumps(problem, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        response.content_type = PROBLEM_TYPE
    else:
        response.data = render("error.html", current_frame(), kind=kind).encode("utf-8", "replace")
        response.content_type = "text/html; charset=utf-8"
    return response


def is_api(path: str) -> bool:
    """Return whether ``path`` belongs to the REST interface, whose errors are JSON."""
    return path.startswith("/api/") or path in ("/healthz", "/openapi.json")


def _problem(error: HTTPException, status: int, kind: str) -> dict[str, Any]:
    """Return the members of a problem: in English, with title and detail in Arabic as well."""
    problems = getattr(error, "problems", ())
    english, arabic = messages("en"), messages("ar")
    return {
        "type": f"{site_path('/api')}#errors",
        "title": english.text(f"error.{kind}.title"),
        "status": status,
        "detail": _detail(english, kind, problems),
        "title_ar": arabic.text(f"error.{kind}.title"),
        "detail_ar": _detail(arabic, kind, problems),
        **({"errors": [problem._asdict() for problem in problems]} if problems else {}),
    }


def _detail(t: Messages, kind: str, problems: tuple[Problem, ...]) -> str:
    return " ".join(said_in(t, problem) for problem in problems) or t.text(f"error.{kind}.lead")


def said_in(t: Messages, problem: Problem) -> str:
    """Return the sentence about ``problem`` as plain text."""
    quoted = t.text("quoted", text=problem.value)
    return t.text(f"problem.{problem.code}", **problem._asdict() | {"value": quoted})
