"""Access log: a line of JSON for each request, on standard error, without what was asked for unless a setting says so."""

from __future__ import annotations

import datetime
import json
import sys
import time
from typing import Any, TextIO

from flask import Flask, Response, g, request


def log_requests(app: Flask, *, with_queries: bool, to: TextIO | None = None) -> None:
    """Let ``app`` write a line for each request: time, client, method, path, status, bytes, milliseconds.

    ``with_queries`` adds the query string: it tells what visitors look for, so it is personal data.
    """

    @app.before_request
    def start_clock() -> None:
        g.request_started = time.perf_counter()

    @app.after_request
    def write_line(response: Response) -> Response:
        line = _line(response, with_queries=with_queries)
        print(json.dumps(line, ensure_ascii=True), file=to or sys.stderr, flush=True)
        return response


def _line(response: Response, *, with_queries: bool) -> dict[str, Any]:
    started = g.get("request_started")
    return {
        "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
        "client": request.remote_addr,
        "method": request.method,
        "path": request.path,
        **({"query": request.query_string.decode("ascii", "backslashreplace")} if with_queries else {}),
        "status": response.status_code,
        "bytes": response.content_length,
        "ms": round((time.perf_counter() - started) * 1000, 1) if started is not None else None,
    }
