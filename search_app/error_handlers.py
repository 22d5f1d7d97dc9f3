"""Error responses: a page for people, JSON for programs, never a traceback."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from indexer import IndexUnusableError
from search_app.layout import current_frame, render

_LOG = logging.getLogger(__name__)
_WITH_MESSAGE = frozenset({400, 404, 414, 500, 503})


def register_error_handlers(app: Flask) -> None:
    """Let ``app`` answer every error as a page, or as JSON where :func:`is_api` says so."""
    app.register_error_handler(HTTPException, error_response)
    app.register_error_handler(IndexUnusableError, _unusable_index_response)


def _unusable_index_response(error: IndexUnusableError) -> Response:
    # The message names folders of the server, so it goes to the log and not to visitors.
    _LOG.error("%s", error)
    return error_response(ServiceUnavailable("the index cannot be used at the moment"))


def error_response(error: HTTPException) -> Response:
    """Return the response to ``error``, with its status and headers."""
    response: Response = error.get_response()  # type: ignore[assignment]  # Werkzeug's response, which Flask sends too
    if is_api(request.path):
        response.data = jsonify(error={"message": error.description or error.name}).data
        response.content_type = "application/json"
    else:
        status = error.code or InternalServerError.code
        kind = str(status) if status in _WITH_MESSAGE else "other"
        response.data = render("error.html", current_frame(), kind=kind).encode("utf-8", "replace")
        response.content_type = "text/html; charset=utf-8"
    return response


def is_api(path: str) -> bool:
    """Return whether ``path`` belongs to the REST interface, whose errors are JSON."""
    return path.startswith("/api/") or path == "/healthz"
