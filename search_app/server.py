"""HTTP server: waitress with the bounds that keep slow and hostile clients from shutting out the others."""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence
from typing import Any

import waitress
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import BaseWSGIServer

from search_app.settings import SettingsError

# No route reads a body. This much is received, so that the application can answer with a page; more is refused at once.
MAX_BODY_BYTES = 4096

MAX_HEADER_BYTES = 65_536

# An idle connection is closed after this time: browsers open a new one, and slow clients hold fewer places.
CHANNEL_TIMEOUT_S = 30

MAX_CONNECTIONS = 4096
"""How many connections a process holds at once; waitress's own limit of 100 lets one client shut out all others."""

# Requests that wait for a thread are no fault; under load waitress writes a line about nearly each.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)

# Beside the connections: the index, the log and what Python has open.
_OTHER_FILES = 256


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens at ``host`` and ``port``; port 0 takes a free one.

    Raises :class:`SettingsError` when it cannot listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, UnicodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).partition(" (while")[0]
        raise SettingsError(f"{host}:{port}: cannot listen there ({reason}); try another --host or --port") from error


class _Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Reads a request; one whose address is none, such as ``http://[::1/``, is a bad request like others."""

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # which waitress would log, and drop the connection
            raise ParsingError("Invalid address") from error


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    parser_class = _Parser


def waitress_server(app: Any, sockets: Sequence[socket.socket], threads: int) -> BaseWSGIServer:
    """Return a server of the WSGI application ``app`` at listening ``sockets``, with ``threads`` for its requests."""
    listening: dict[int, Any] = {}
    server = waitress.create_server(
        app,
        map=listening,
        sockets=[*sockets],
        threads=threads,
        ident="akhbar",
        max_request_body_size=MAX_BODY_BYTES,
        max_request_header_size=MAX_HEADER_BYTES,
        channel_timeout=CHANNEL_TIMEOUT_S,
        connection_limit=_connection_limit(),
        asyncore_use_poll=True,  # select() fails from file descriptor 1,024 on
    )
    for each in listening.values():
        if isinstance(each, BaseWSGIServer):
            each.channel_class = _Channel
    return server


def _connection_limit() -> int:
    """Return how many connections this process may hold, and let it open as many files where the system permits."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + _OTHER_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(MAX_CONNECTIONS, max(soft - _OTHER_FILES, soft // 2))


def address(host: str, port: int) -> str:
    """Return the URL at which a browser on this machine reaches the server.

    >>> address("0.0.0.0", 8000), address("::1", 80)
    ('http://127.0.0.1:8000/', 'http://[::1]:80/')
    """
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared with, not listened at
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
