"""Worker processes: several servers that share one listening socket and the mapped index, under gunicorn's arbiter.

The arbiter starts a worker anew when it dies or hangs, and stops all gracefully: a worker that is told to stop accepts
no more connections and answers what it has received.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker
from waitress import wasyncore

from search_app.index_holder import holder_of, prepare_index
from search_app.server import waitress_server

STOPPING_S = 10
"""How long a worker that is told to stop has for the requests it has received."""

HUNG_S = 60
"""A worker whose loop stands still as long is ended; requests run in threads beside it."""

_TURN_S = 1.0


class WaitressWorker(Worker):  # type: ignore[misc]  # gunicorn has no types
    """A worker of gunicorn's that serves with waitress, which waits for slow clients without a thread for each."""

    def run(self) -> None:
        """Serve until the arbiter says to stop, or is gone."""
        server = waitress_server(self.wsgi, [each.sock for each in self.sockets], self.cfg.settings["threads"].get())
        prepare_index(self.wsgi)
        turn = partial(wasyncore.loop, map=server._map, use_poll=True, count=1)
        while self.alive and self._has_parent():
            self.notify()
            turn(timeout=_TURN_S)
        server.accepting = False
        end = time.monotonic() + STOPPING_S
        while any(channel.requests for channel in [*server.active_channels.values()]) and time.monotonic() < end:
            self.notify()
            turn(timeout=_TURN_S / 10)
        server.task_dispatcher.shutdown()
        server.close()
        holder_of(self.wsgi).close()

    def _has_parent(self) -> bool:
        return bool(os.getppid() == self.ppid)


class _Workers(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """What the arbiter runs: the application that each worker makes, and gunicorn's settings."""

    def __init__(self, make_app: Callable[[], Flask], options: dict[str, Any]) -> None:
        self._make_app = make_app
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._make_app()


def serve_by_workers(make_app: Callable[[], Flask], listening: socket.socket, *, workers: int, threads: int) -> None:
    """Serve at a listening socket with ``workers`` processes of ``threads`` threads until told to stop.

    Each process makes its own application after it started, so none inherits open files or locks.
    """
    options = {
        "bind": f"fd://{listening.detach()}",  # the arbiter's from here on
        "workers": workers,
        "threads": threads,
        "worker_class": WaitressWorker,
        "timeout": HUNG_S,
        "graceful_timeout": STOPPING_S + 5,
        "proc_name": "akhbar",
        "loglevel": "warning",
        "control_socket_disable": True,
    }
    arbiter = os.getpid()
    try:
        _Workers(make_app, options).run()
    except SystemExit as end:
        if os.getpid() != arbiter:
            os._exit(int(end.code or 0))  # a worker ends here: what the caller tidies up is the arbiter's
        if end.code:
            raise
