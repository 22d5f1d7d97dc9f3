"""Lossy proxy: stands between a client and a real server, and may lose answers to what has already been done."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CHUNK = 1 << 16


class LossyProxy:
    """Passes requests on to a server; the answers to those that have ``loses`` in them are lost, b"" loses none."""

    def __init__(self, host: str, port: int) -> None:
        self.loses = b""
        self.lost = 0
        self._target = host, port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._target) as server, suppress(OSError):
            loses = threading.Event()
            threading.Thread(target=self._answer, args=(server, client, loses), daemon=True).start()
            while data := client.recv(_CHUNK):
                if self.loses and self.loses in data:
                    loses.set()
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    def _answer(self, server: socket.socket, client: socket.socket, loses: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(_CHUNK):
                if loses.is_set():
                    self.lost += 1
                    client.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(data)


@contextmanager
def lossy_proxy(host: str, port: int) -> Iterator[LossyProxy]:
    """Yield a proxy on a free port in front of a server, until the end of the context."""
    proxy = LossyProxy(host, port)
    try:
        yield proxy
    finally:
        proxy.close()
