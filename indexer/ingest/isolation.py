"""Isolation of parsers: documents whose parsers may hang or eat memory are parsed by processes with limits.

A process that takes longer than its deadline, or more memory than it may, is ended and replaced: its document is
reported, and the next one is read. Documents come back in order.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import logging
import queue
import resource
import signal
import subprocess
import sys
import threading
import warnings
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import IO, Any, Final, Self, TypeVar

from analyzers import receive, send
from indexer.errors import MissingExtraError, WorkerLostError
from indexer.ingest.records import BadRecord, RawDocument, Record

_T = TypeVar("_T")

DEADLINE_S: Final = 6.0
"""The slowest of the pages in the tests takes 0.2 s on a busy machine."""
START_DEADLINE_S: Final = 120.0
MAX_DATA_BYTES: Final = 400 * 1024 * 1024
"""What a parser may allocate: pages of 4 MiB take less than 200 MiB."""
_AHEAD: Final = 8
_WORKER: Final = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from indexer.ingest.isolation import run_worker; run_worker()"

PARSERS: Final = {
    "page": ("indexer.ingest.readers.page", "trafilatura"),
    "feed": ("indexer.ingest.readers.feed", "feedparser"),
}
"""The module whose ``parse`` reads each kind of document, and the library of the extra ``readers`` that it needs."""


def parse_documents(found: Iterable[_T | RawDocument], jobs: int) -> Generator[_T | Record | BadRecord, None, None]:
    """Yield what was found, in order, each RawDocument as the records in it; ``jobs`` processes parse.

    Raises MissingExtraError where the library that a document needs is not installed.
    """
    with ExitStack() as stack:
        pool: Parsers | None = None
        waiting: deque[Any] = deque()
        for each in found:
            if isinstance(each, RawDocument):
                pool = pool or stack.enter_context(Parsers(jobs))
                waiting.append(pool.parse(each))
            elif waiting:
                waiting.append(each)
            else:
                yield each
            while waiting and (len(waiting) > _AHEAD * jobs or not isinstance(waiting[0], Future) or waiting[0].done()):
                yield from _take(waiting)
        while waiting:
            yield from _take(waiting)


def _take(waiting: deque[Any]) -> list[Any]:
    first = waiting.popleft()
    return first.result() if isinstance(first, Future) else [first]


class Parsers:
    """Some processes that parse, each fed by a thread and started by its first document."""

    def __init__(self, jobs: int) -> None:
        self._idle: queue.SimpleQueue[_Parser] = queue.SimpleQueue()
        for _ in range(jobs):
            self._idle.put(_Parser())
        self._jobs = jobs
        self._threads = ThreadPoolExecutor(jobs)

    def parse(self, document: RawDocument) -> Future[list[Record | BadRecord]]:
        """Return the records that will be found in a document."""
        library = PARSERS[document.kind][1]
        if importlib.util.find_spec(library) is None:
            raise MissingExtraError(
                f"{document.where}: a {document.kind} needs {library}, which is not installed; "
                "run: pip install 'akhbar[readers]'"
            )
        return self._threads.submit(self._parse, document)

    def _parse(self, document: RawDocument) -> list[Record | BadRecord]:
        parser = self._idle.get()
        try:
            return parser.parse(document)
        finally:
            self._idle.put(parser)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        for _ in range(self._jobs):
            self._idle.get().end()


class _Parser:
    """A process that parses one document after another; it is started by the first, and again after a failure."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def parse(self, document: RawDocument) -> list[Record | BadRecord]:
        """Return the records of a document, or a BadRecord that says why there are none."""
        if self._process is None and not self._start():
            raise WorkerLostError("a process that reads pages does not start; see what it prints")
        request = json.dumps([document.kind, document.charset, dict(document.known)]).encode()
        answer = self._ask([request, document.raw], DEADLINE_S)
        if answer is None:
            return [BadRecord(document.where, f"takes longer than {DEADLINE_S:g} s or too much memory to read")]
        if isinstance(answer, str):
            return [BadRecord(document.where, answer)]
        wheres = [document.where] if len(answer) == 1 else [f"{document.where}#{n + 1}" for n in range(len(answer))]
        return [Record(where, fields) for where, fields in zip(wheres, answer, strict=True)]

    def _start(self) -> bool:
        command = [sys.executable, "-c", _WORKER, json.dumps(sys.path)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        return self._ask([b"[]"], START_DEADLINE_S) is not None

    def _ask(self, parts: list[bytes], deadline_s: float) -> Any:
        """Return the answer of the process, or None when it gave none in time; then it is ended."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        watchdog = threading.Timer(deadline_s, process.kill)
        watchdog.start()
        try:
            send(process.stdin, parts)
            if answer := receive(process.stdout):
                return json.loads(answer[0])
        except (OSError, EOFError, ValueError):
            pass
        finally:
            watchdog.cancel()
        self.end()
        return None

    def end(self) -> None:
        """End the process, if there is one."""
        if process := self._process:
            self._process = None
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    pipe.close() if pipe else None


# -- in the process that parses


def run_worker() -> None:
    """Answer requests on standard input until it ends: kind, charset and known fields, then the raw document."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (MAX_DATA_BYTES, MAX_DATA_BYTES))
    output: IO[bytes] = sys.stdout.buffer
    while request := receive(sys.stdin.buffer):
        send(output, [json.dumps(_answer(*request)).encode()])


def _answer(head: bytes, raw: bytes = b"") -> list[dict[str, Any]] | str:
    """Return the fields of each record in a document, or one line that says why there are none."""
    if head == b"[]":
        return []
    kind, charset, known = json.loads(head)
    try:
        parse = importlib.import_module(PARSERS[kind][0]).parse
        return [known | fields for fields in parse(raw, charset, known.get("url"))]
    except ValueError as error:
        return str(error)[:200]
    except (MemoryError, RecursionError):
        return "too large or nested too deeply to read"
    except Exception as error:
        return f"cannot be read ({type(error).__name__})"
