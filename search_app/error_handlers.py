"""What a visitor sees when something fails: a page, or JSON below /api, never a traceback."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from indexer import IndexUnusableError
from search_app.layout import current_frame, render

_LOG = logging.getLogger(__name__)
_KNOWN = frozenset({400, 404, 414, 500, 503})


def handle_failures(app: Flask) -> None:
    """Answer every failure of ``app`` in the form its address asks for."""
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(IndexUnusableError, _answer_unusable)


def _answer_unusable(error: IndexUnusableError) -> Response:
    # The message names folders of this machine: for the log, not for strangers.
    _LOG.error("%s", error)
    return answer(ServiceUnavailable("the index cannot be used at the moment"))


def answer(error: HTTPException) -> Response:
    """Return the response for ``error``, with its status and headers."""
    response: Response = error.get_response()  # type: ignore[assignment]  # a Werkzeug response; Flask sends it as it is
    if is_api(request.path):
        response.data = jsonify(error={"message": error.description or error.name}).data
        response.content_type = "application/json"
    else:
        response.data = _page(error).encode("utf-8", "replace")
        response.content_type = "text/html; charset=utf-8"
    return response


def is_api(path: str) -> bool:
    """Return whether programs, not people, read what is at ``path``."""
    return path.startswith("/api/") or path == "/healthz"


def _page(error: HTTPException) -> str:
    status = error.code or InternalServerError.code
    return render("error.html", current_frame(), kind=str(status) if status in _KNOWN else "other")
