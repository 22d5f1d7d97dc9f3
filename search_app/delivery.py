"""Delivery of responses: validators by generation of the index, compression, and reading across origins."""

from __future__ import annotations

import datetime
import gzip
import hashlib
from pathlib import Path
from typing import Final, NamedTuple

from flask import Flask, Response, g, request

from indexer import IndexUnusableError
from search_app.error_handlers import is_api
from search_app.index_holder import current_index
from search_app.layout import today
from search_app.settings import Settings
from search_app.urls import read_parameters

MIN_COMPRESSED_BYTES: Final = 860
"""Shorter bodies fit into one packet with or without compression."""

# A page of results of 25.4 kB becomes 6.3 kB in .20 ms at level 1, 5.5 kB in .40 ms at 4, 5.3 kB in .75 ms at 6.
_LEVEL: Final = 1
_COMPRESSED_TYPES: Final = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/atom+xml",
    "image/svg+xml",
)


class Validator(NamedTuple):
    """The entity tag of an answer, and the time at which the index was updated."""

    tag: str
    updated: datetime.datetime


def deliver(app: Flask, settings: Settings) -> None:
    """Let ``app`` answer 304 for what a client has, compress what it accepts, and allow the origin of the settings."""
    code = _code_version()

    @app.before_request
    def spare_what_is_known() -> Response | None:
        # Before the answer: where a new generation becomes live meanwhile, the validator is the older one's.
        g.validator = _validator(code)
        known = g.validator and request.if_none_match.contains_weak(g.validator.tag)
        return _with_validator(Response(status=304)) if known else None

    @app.after_request
    def finish(response: Response) -> Response:
        if response.status_code == 200 and g.get("validator"):
            _with_validator(response)
        if settings.cors and is_api(request.path):
            response.headers["Access-Control-Allow-Origin"] = settings.cors
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return _compress(response)


def _validator(code: str) -> Validator | None:
    """Return what changes whenever the answer may: generation, day, address, code; None where more decides it."""
    if request.blueprint is None or request.path == "/healthz":
        return None
    if request.path == "/" and not read_parameters(request.args).has_search:
        return None  # the first page tells how long ago the index was updated
    try:
        stats = current_index().stats()
    except IndexUnusableError:
        return None
    parts = (code, today(), stats.generation, stats.updated, stats.degraded, request.host, request.full_path)
    return Validator(hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:20], stats.updated)


def _with_validator(response: Response) -> Response:
    response.set_etag(g.validator.tag, weak=True)
    response.last_modified = g.validator.updated
    return response


def _compress(response: Response) -> Response:
    """Return ``response``, compressed where it is a text that is not streamed and the client accepts gzip."""
    is_file = request.endpoint == "static" and response.status_code == 200
    if (response.is_streamed and not is_file) or not response.content_type.startswith(_COMPRESSED_TYPES):
        return response
    response.vary.add("Accept-Encoding")
    if response.content_encoding or request.accept_encodings.quality("gzip") <= 0:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) >= MIN_COMPRESSED_BYTES:
        response.set_data(gzip.compress(body, _LEVEL, mtime=0))
        response.content_encoding = "gzip"
    return response


def _code_version() -> str:
    """Return digits that change with the files of this package."""
    files = sorted(path for path in Path(__file__).parent.rglob("*.*") if path.suffix in (".py", ".html", ".json"))
    return hashlib.sha256(repr([(path.stat().st_mtime_ns, path.stat().st_size) for path in files]).encode()).hexdigest()
