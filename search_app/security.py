"""Security headers of every response, and requests that are refused before they reach a page."""

from __future__ import annotations

from collections.abc import Collection
from types import MappingProxyType

from flask import Flask, Response, abort, request

from search_app.error_handlers import ForeignHostError
from search_app.hosts import AllowedHost, is_allowed, is_well_formed

MAX_URL_BYTES = 16_384
"""Longest path and query string together: a query of 512 Arabic letters takes 3 KB, the rest is for filters."""

POLICY = MappingProxyType(
    {
        "default-src": "'none'",
        "script-src": "'self'",
        "connect-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
)

HEADERS = MappingProxyType(
    {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in POLICY.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)


def protect(app: Flask, hosts: Collection[AllowedHost]) -> None:
    """Add ``HEADERS`` to every response of ``app``; refuse long addresses and bodies, and all hosts but ``hosts``.

    Without ``hosts`` every host is answered for that is one.
    """

    @app.before_request
    def refuse_foreign_host() -> None:
        # Permanent links carry the host of the request, so a foreign one must not choose it.
        if hosts and not is_allowed(request.host, hosts):
            raise ForeignHostError
        if not is_well_formed(request.headers.get("Host") or "localhost"):
            abort(400)

    app.before_request(_refuse_long_address)
    app.before_request(_refuse_body)
    app.after_request(_add_headers)


def _refuse_long_address() -> None:
    if len(request.query_string) + len(request.path) > MAX_URL_BYTES:
        abort(414)


def _refuse_body() -> None:
    # No route takes a body, so none is read.
    if request.content_length:
        abort(413)


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    # Any page may change with the next generation: a browser may keep it, but must ask before it shows it again.
    response.headers.setdefault("Cache-Control", "no-cache")
    return response
