"""Signature checker: a server that answers only requests with a right signature of AWS (Signature Version 4).

It works out the signature of what arrives from the steps that AWS describes, without the library that signs. What is
right it passes on to a cluster, or without one tells what it got.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote

_AUTHORIZATION: Final = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>\w+)/(?P<scope>[\w/-]+), SignedHeaders=(?P<names>[a-z0-9;-]+), "
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
_MUST_BE_SIGNED: Final = {"host", "x-amz-date", "x-amz-content-sha256"}


class Keys(NamedTuple):
    """What signs: the name of a key, its secret, and the region and service that it is for."""

    name: str
    secret: str
    region: str
    service: str = "es"


class SignatureChecker(ThreadingHTTPServer):
    """Checks requests by ``keys``; ``target`` is the host and port of a cluster that gets those that are right."""

    def __init__(self, keys: Keys, target: tuple[str, int] | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.keys = keys
        self.target = target
        self.seen: list[str] = []
        self.refused: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SignatureChecker

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.seen.append(f"{self.command} {self.path}")
        problem = self._problem(body)
        if problem:
            self.server.refused.append(f"{self.command} {self.path}: {problem}")
            self._send(403, json.dumps({"message": problem}).encode())
        elif self.server.target is None:
            self._send(200, json.dumps({"path": self.path, "body": body.decode()}).encode())
        else:
            connection = http.client.HTTPConnection(*self.server.target)
            headers = {"content-type": self.headers["content-type"]} if body else {}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            self._send(answer.status, answer.read())
            connection.close()

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815, the names that the base class calls

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def _problem(self, body: bytes) -> str:
        """Return what is wrong with a request, "" where nothing is."""
        keys = self.server.keys
        given = _AUTHORIZATION.fullmatch(self.headers.get("authorization", ""))
        if not given or given["key"] != keys.name:
            return "The request has no signature of a known key."
        names = given["names"].split(";")
        tokens = {name.lower() for name in self.headers if name.lower().startswith("x-amz-")}
        if not set(names) >= _MUST_BE_SIGNED | tokens:
            return "A header is not signed that must be."
        digest = hashlib.sha256(body).hexdigest()
        if self.headers["x-amz-content-sha256"] != digest:
            return "The body is not the one that was signed."
        moment = self.headers["x-amz-date"]
        scope = f"{moment[:8]}/{keys.region}/{keys.service}/aws4_request"
        if given["scope"] != scope:
            return f"Credential should be scoped to {scope}."
        request = "\n".join(
            [
                self.command,
                _canonical_path(self.path.partition("?")[0]),
                _canonical_query(self.path.partition("?")[2]),
                *(f"{name}:{' '.join(self.headers[name].split())}" for name in names),
                "",
                ";".join(names),
                digest,
            ]
        )
        text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()])
        key = f"AWS4{keys.secret}".encode()
        for part in (*scope.split("/"), text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        is_right = hmac.compare_digest(key.hex(), given["signature"])
        return "" if is_right else "The request signature we calculated does not match the signature you provided."


def _canonical_path(path: str) -> str:
    """Return the path as it came, quoted once more, as all services but the one for files ask."""
    return quote(path, safe="/-_.~")


def _canonical_query(query: str) -> str:
    """Return the parameters in the order of their names, each quoted anew; a plus is a plus."""
    pairs = parse_qsl(query.replace("+", "%2B"), keep_blank_values=True)
    return "&".join(sorted(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs))


@contextmanager
def signature_checker(keys: Keys, target: tuple[str, int] | None = None) -> Iterator[SignatureChecker]:
    """Yield a checker on a free port of this machine, until the end of the context."""
    checker = SignatureChecker(keys, target)
    thread = threading.Thread(target=checker.serve_forever, daemon=True)
    thread.start()
    try:
        yield checker
    finally:
        checker.shutdown()
        checker.server_close()
        thread.join()
