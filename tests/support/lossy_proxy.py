"""Lossy proxy: stands between a client and a real server, and may lose answers to what has already been done."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CHUNK = 1 << 16


class LossyProxy:
    """Passes requests on to a server; the answers to those that have ``loses`` in them are lost, b"" loses none.

    With ``tls`` it speaks TLS to its clients. ``seen`` is what they sent.
    """

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        self.loses = b""
        self.lost = 0
        self.seen = b""
        self._tls = tls
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
                threading.Thread(target=self._begin, args=(client,), daemon=True).start()

    def _begin(self, client: socket.socket) -> None:
        with suppress(OSError):  # a client that does not trust the certificate
            self._serve(self._tls.wrap_socket(client, server_side=True) if self._tls else client)

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._target) as server, suppress(OSError):
            loses = threading.Event()
            threading.Thread(target=self._answer, args=(server, client, loses), daemon=True).start()
            while data := client.recv(_CHUNK):
                self.seen += data
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
def lossy_proxy(host: str, port: int, tls: ssl.SSLContext | None = None) -> Iterator[LossyProxy]:
    """Yield a proxy on a free port in front of a server, until the end of the context."""
    proxy = LossyProxy(host, port, tls)
    try:
        yield proxy
    finally:
        proxy.close()
