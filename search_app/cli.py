"""Command line ``akhbar``: the commands of the index, and ``akhbar serve``."""

from __future__ import annotations

import dataclasses
import os
import socket

import click
import waitress
from flask import Flask
from waitress.server import BaseWSGIServer

from indexer import VERSION
from indexer.commands.cli import OneLineErrors, cli
from indexer.commands.options import index_option
from search_app import create_app
from search_app.index_holder import holder_of
from search_app.settings import SettingsError, read_settings

# No route reads a body. This much is received, so that the application can answer with a page; more is refused at once.
MAX_BODY_BYTES = 4096

# An idle connection is closed after this time: browsers open a new one, and slow clients hold fewer places.
CHANNEL_TIMEOUT_S = 30

# A server usually may open 1,024 files; half of them stay free for the index. Waitress's own limit of 100 lets one
# client with as many open connections shut out all others.
MAX_CONNECTIONS = 512


@click.group(cls=OneLineErrors, commands=dict(cli.commands), context_settings=cli.context_settings)
@click.version_option(VERSION, prog_name="akhbar")
def main() -> None:
    """Full-text search for Middle East news, Arabic first."""


@main.command()
@index_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes a free one."
)
def serve(index: str, host: str, port: int) -> None:
    """Serve the page and the REST interface until interrupted."""
    settings = dataclasses.replace(read_settings(os.environ), index=index)
    app = create_app(settings)
    holder_of(app).get()  # fail now, not at the first request
    server = listen(app, host=host, port=port, threads=settings.threads)
    click.echo(f"Serving {index} at {address(host, server.effective_port)} (Ctrl+C ends)")
    try:
        server.run()
    finally:
        holder_of(app).close()


def listen(app: Flask, *, host: str, port: int, threads: int) -> BaseWSGIServer:
    """Return a server for ``app`` that already listens; port 0 takes a free one.

    Raises :class:`SettingsError` when it cannot listen at ``host`` and ``port``.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).partition(" (while")[0]
        raise SettingsError(f"{host}:{port}: cannot listen there ({reason}); try another --host or --port") from error
    return waitress.create_server(
        app,
        sockets=[listening],
        threads=threads,
        ident="akhbar",
        max_request_body_size=MAX_BODY_BYTES,
        channel_timeout=CHANNEL_TIMEOUT_S,
        connection_limit=MAX_CONNECTIONS,
        asyncore_use_poll=True,  # select() fails from file descriptor 1,024 on
    )


def address(host: str, port: int) -> str:
    """Return the URL at which a browser on this machine reaches the server.

    >>> address("0.0.0.0", 8000), address("::1", 80)
    ('http://127.0.0.1:8000/', 'http://[::1]:80/')
    """
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared with, not listened at
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
