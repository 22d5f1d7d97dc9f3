"""What every response forbids the browser, whatever an article may hold."""

from __future__ import annotations

from types import MappingProxyType

from flask import Flask, Response, abort, request

MAX_URL_BYTES = 16_384
"""A query of 512 Arabic letters takes 3 KB in an address; the rest is room for filters."""

POLICY = MappingProxyType(
    {
        "default-src": "'none'",
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


def protect(app: Flask) -> None:
    """Give every response of ``app`` the headers above, and refuse addresses that are too long."""
    app.before_request(_refuse_long_address)
    app.after_request(_with_headers)


def _refuse_long_address() -> None:
    if len(request.query_string) + len(request.path) > MAX_URL_BYTES:
        abort(414)


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response
