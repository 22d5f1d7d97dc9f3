"""Delivery of responses: validators by generation of the index, answers kept, compression, reading across origins."""

from __future__ import annotations

import datetime
import gzip
import hashlib
import threading
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from flask import Flask, Response, g, request
from werkzeug.datastructures import Headers

from indexer import IndexUnusableError
from search_app.error_handlers import is_api
from search_app.index_holder import current_index
from search_app.layout import static_version, today
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


_FOREVER: Final = "public, max-age=31536000, immutable"


EXTENSION: Final = "akhbar-answers"
"""The key of the answers kept in ``Flask.extensions``."""

_MAX_KEPT: Final = 128
_MAX_KEPT_BYTES: Final = 65_536


class Answers:
    """The last answers by what decides them, at most 8 MiB: many ask the same, and turn back to what they saw."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, bool], tuple[bytes, Headers]] = {}

    def get(self, tag: str, *, packed: bool) -> Response | None:
        """Return the answer with the entity tag ``tag``, compressed where ``packed``; None where it is not kept."""
        kept = self._kept.get((tag, packed))
        return Response(kept[0], headers=kept[1]) if kept else None

    def keep(self, tag: str, response: Response, *, packed: bool) -> None:
        """Keep a complete answer, unless it is large; the one that came first gives way."""
        body = response.get_data()
        if len(body) > _MAX_KEPT_BYTES:
            return
        with self._lock:
            self._kept[tag, packed] = body, response.headers.copy()
            if len(self._kept) > _MAX_KEPT:
                del self._kept[next(iter(self._kept))]


class Code(NamedTuple):
    """The files of this package: digits that change with them, and when one last did."""

    digits: str
    changed: datetime.datetime


class Validator(NamedTuple):
    """The entity tag of an answer, and since when it is what it is: a whole second."""

    tag: str
    modified: datetime.datetime


def deliver(app: Flask, settings: Settings) -> None:
    """Let ``app`` answer 304 for what a client has, compress what it accepts, and allow the origin of the settings."""
    code = _code()
    answers = app.extensions[EXTENSION] = Answers()

    @app.before_request
    def spare_what_is_known() -> Response | None:
        # Before the answer: where a new generation becomes live meanwhile, the validator is the older one's.
        g.validator = _validator(code)
        if not g.validator:
            return None
        if _is_known(g.validator):
            return _with_validator(Response(status=304))
        kept = answers.get(g.validator.tag, packed=_accepts_gzip())
        g.is_kept = kept is not None
        return kept

    @app.after_request
    def finish(response: Response) -> Response:
        if response.status_code == 200 and g.get("validator"):
            _with_validator(response)
        _set_rights(response, settings.cors)
        response = _compress(response)
        if _may_be_kept(response):
            answers.keep(g.validator.tag, response, packed=_accepts_gzip())
        return response


def _set_rights(response: Response, cors: str) -> None:
    """Say how long a static file may be kept, and which origin may read REST."""
    if request.endpoint == "static" and response.status_code in (200, 304) and _names_its_version():
        response.headers["Cache-Control"] = _FOREVER
    if cors and is_api(request.path):
        response.headers["Access-Control-Allow-Origin"] = cors
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def _accepts_gzip() -> bool:
    return request.accept_encodings.quality("gzip") > 0


def _may_be_kept(response: Response) -> bool:
    """Return whether ``response`` is whole, new, and decided by its validator."""
    is_whole = response.status_code == 200 and request.method == "GET" and not response.is_streamed
    return is_whole and bool(g.get("validator")) and not g.get("is_kept")


def _names_its_version() -> bool:
    """Return whether the address of a static file says which version of it there is."""
    version = request.args.get("v")
    return bool(version) and version == static_version(request.path.rpartition("/")[2])


def _is_known(validator: Validator) -> bool:
    """Return whether the client has the answer; a time counts where it names no tag, and must be the same."""
    if request.if_none_match:
        return request.if_none_match.contains_weak(validator.tag)
    return request.if_modified_since == validator.modified


def _validator(code: Code) -> Validator | None:
    """Return what changes whenever the answer may: generation, day, address, code; None where more decides it."""
    if request.blueprint is None or request.path == "/healthz":
        return None
    if request.path == "/" and not read_parameters(request.args).has_search:
        return None  # the first page tells how long ago the index was updated
    try:
        stats = current_index().stats()
    except IndexUnusableError:
        return None
    day = today()
    address = request.scheme, request.host, request.script_root, request.full_path
    parts = (code.digits, day, stats.generation, stats.updated, stats.degraded, *address)
    midnight = datetime.datetime.combine(day, datetime.time()).astimezone()
    modified = max(stats.updated, code.changed, midnight).replace(microsecond=0)
    return Validator(hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:20], modified)


def _with_validator(response: Response) -> Response:
    response.set_etag(g.validator.tag, weak=True)
    response.last_modified = g.validator.modified
    return response


def _compress(response: Response) -> Response:
    """Return ``response``, compressed where it is a text that is not streamed and the client accepts gzip."""
    is_file = request.endpoint == "static" and response.status_code == 200
    if (response.is_streamed and not is_file) or not response.content_type.startswith(_COMPRESSED_TYPES):
        return response
    response.vary.add("Accept-Encoding")
    if response.content_encoding or not _accepts_gzip():
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) >= MIN_COMPRESSED_BYTES:
        response.set_data(_packed_file(body) if is_file else gzip.compress(body, _LEVEL, mtime=0))
        response.content_encoding = "gzip"
    return response


@lru_cache(maxsize=16)
def _packed_file(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _code() -> Code:
    files = sorted(path for path in Path(__file__).parent.rglob("*.*") if path.suffix in (".py", ".html", ".json"))
    stats = [path.stat() for path in files]
    digits = hashlib.sha256(repr([(stat.st_mtime_ns, stat.st_size) for stat in stats]).encode()).hexdigest()
    return Code(digits, datetime.datetime.fromtimestamp(max(stat.st_mtime for stat in stats), datetime.UTC))
