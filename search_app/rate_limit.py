"""Rate limit: how many requests one client may make; more are refused with status 429 and the time to wait."""

from __future__ import annotations

import ipaddress
import math
import time

import limits
from flask import Flask, Response, request
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from search_app.error_handlers import error_response

_UNLIMITED = frozenset({"static"})
"""Endpoints that cost nothing: the sheet and the icon of a page are no requests of their own."""


def limit_rate(app: Flask, rate: str) -> None:
    """Let ``app`` refuse requests of a client beyond ``rate``, such as ``"120/minute"``, except from this machine.

    Each process counts its own; a client is an IPv4 address, or the first 64 bits of an IPv6 address, which one
    customer has. Raises ValueError for a rate that is none.
    """
    limit = limits.parse(rate)
    limiter = MovingWindowRateLimiter(MemoryStorage())

    @app.before_request
    def refuse_beyond_rate() -> Response | None:
        client = _client(request.remote_addr)
        if client is None or request.endpoint in _UNLIMITED or limiter.hit(limit, client):
            return None
        reset, _ = limiter.get_window_stats(limit, client)
        wait = max(1, math.ceil(reset - time.time()))
        response = error_response(TooManyRequests())
        response.headers["Retry-After"] = str(wait)
        return response


def _client(remote: str | None) -> str | None:
    """Return what counts as one client, None for this machine.

    >>> _client("127.0.0.1"), _client("203.0.113.7"), _client("2001:db8:1:2:3::4")
    (None, '203.0.113.7', '2001:db8:1:2::/64')
    """
    try:
        address = ipaddress.ip_address((remote or "").partition("%")[0])
    except ValueError:
        return None if remote is None else remote
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
