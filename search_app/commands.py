"""The commands that serve an index: ``akhbar serve`` and ``akhbar mcp``."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import socket
import tempfile
from collections.abc import Callable, Iterator

import click
from flask import Flask

from indexer import MissingExtraError, open_index
from indexer.commands.options import index_option
from search_app.application import create_app
from search_app.index_holder import holder_of, prepare_index
from search_app.server import address, listening_socket, waitress_server
from search_app.settings import Settings, read_settings


@click.command()
@index_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes a free one."
)
@click.option(
    "--workers",
    default=None,
    type=click.IntRange(1, 64),
    help="Processes that serve; they share the index. By default AKHBAR_WORKERS, or 1.",
)
def serve(index: str, host: str, port: int, workers: int | None) -> None:
    """Serve the page and the REST interface until interrupted."""
    settings = dataclasses.replace(read_settings(os.environ), index=index)
    workers = workers or settings.workers
    open_index(index).close()  # fail now, not at the first request
    with _shared_metrics(settings, workers), listening_socket(host, port) as listening:
        if workers == 1:
            app = create_app(settings)  # before the address is told: a wrong setting is one line
            _tell(index, host, listening.getsockname()[1])
            _serve_alone(app, listening, settings.threads)
        else:
            serve_by_workers = _worker_server()
            create_app(settings)
            _tell(index, host, listening.getsockname()[1])
            serve_by_workers(lambda: create_app(settings), listening, workers=workers, threads=settings.threads)


@click.command()
@index_option
def mcp(index: str) -> None:
    """Serve the index to an assistant over standard input, as tools of the Model Context Protocol."""
    try:
        from search_app.assistants import assistant_server
    except ImportError as error:
        raise MissingExtraError("akhbar mcp needs the SDK; run: pip install 'akhbar[assistants]'") from error
    with open_index(index) as opened:
        assistant_server(opened).run("stdio")


def _tell(index: str, host: str, port: int) -> None:
    click.echo(f"Serving {index} at {address(host, port)} (Ctrl+C ends)")


def _serve_alone(app: Flask, listening: socket.socket, threads: int) -> None:
    """Serve in this process."""
    server = waitress_server(app, [listening], threads)
    prepare_index(app)
    try:
        server.run()
    finally:
        holder_of(app).close()


def _worker_server() -> Callable[..., None]:
    """Return the function that serves by several processes. Raises MissingExtraError without gunicorn."""
    try:
        from search_app.workers import serve_by_workers
    except ImportError as error:
        raise MissingExtraError("--workers needs gunicorn; run: pip install 'akhbar[server]'") from error
    return serve_by_workers


@contextlib.contextmanager
def _shared_metrics(settings: Settings, workers: int) -> Iterator[None]:
    """Give the metrics of several workers a folder for this run."""
    if workers == 1 or not settings.metrics:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="akhbar-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield
