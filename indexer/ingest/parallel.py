"""How articles are analysed by several processes, in the order in which they came.

The first articles are analysed here: a process of its own takes a moment to start and is not worth it for a few. A program that
rebuilds an index needs no ``if __name__ == "__main__"``, since nothing is unpickled and no process goes on from a copy of this one.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from itertools import islice
from typing import IO, Final, NoReturn, Self

from analyzers import AnalyzedText, Analyzer, AnswerDecoder, encode_texts, receive, send
from indexer.article import Article
from indexer.errors import WorkerLostError
from indexer.schema import TEXT_FIELDS, Document, document, with_terms

FIRST_HERE: Final = 2_000
BATCH: Final = 128
_WORKER: Final = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from analyzers.worker import work; work()"


def all_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def analysed(articles: Iterable[Article], analyzer: Analyzer, *, jobs: int) -> Generator[Document, None, None]:
    """Yield each article with its terms, in order; after the first ones by ``jobs`` processes, unless that is one.

    The processes use the analyzers that :func:`analyzers.analyzer_for` gives them. Raises WorkerLostError when one of
    them ends before it has answered.
    """
    coming = iter(articles)
    here = islice(coming, FIRST_HERE) if jobs > 1 else coming
    for article in here:
        yield document(article, analyzer)
    if jobs > 1 and (first := list(islice(coming, BATCH))):
        yield from _by_processes(first, coming, jobs)


def _by_processes(first: list[Article], coming: Iterator[Article], jobs: int) -> Iterator[Document]:
    with ExitStack() as stack:
        idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        for _ in range(jobs):
            idle.put(stack.enter_context(_Worker()))
        threads = stack.enter_context(ThreadPoolExecutor(jobs))
        running: deque[tuple[list[Article], Future[list[Document]]]] = deque()
        batch = first
        while batch or running:
            if batch:
                running.append((batch, threads.submit(_analysed_elsewhere, idle, batch)))
                batch = list(islice(coming, BATCH))
            if not batch or len(running) > 2 * jobs:
                yield from running.popleft()[1].result()


def _analysed_elsewhere(idle: queue.SimpleQueue[_Worker], articles: list[Article]) -> list[Document]:
    worker = idle.get()
    try:
        terms = iter(worker.terms([getattr(article, field) for article in articles for field in TEXT_FIELDS]))
    finally:
        idle.put(worker)
    return [with_terms(article, islice(terms, len(TEXT_FIELDS))) for article in articles]


class _Worker:
    """A process that analyses one batch of texts after another; it ends when its input does."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", _WORKER, json.dumps(sys.path)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        self._receiver = AnswerDecoder()

    def terms(self, texts: list[str]) -> list[AnalyzedText]:
        """Return the terms of ``texts``."""
        try:
            send(_pipe(self._process.stdin), encode_texts(texts))
            answer = receive(_pipe(self._process.stdout)) or self._lost()
            return list(self._receiver.terms(answer))
        except (OSError, EOFError):
            self._lost()
        except BaseException:
            self._process.kill()  # what it says next would be misread
            raise

    def _lost(self) -> NoReturn:
        code = self._process.wait()
        why = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        raise WorkerLostError(
            f"a process that analyses articles ended ({why}), perhaps for lack of memory; try fewer: --jobs 1"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            _pipe(self._process.stdin).close()
        self._process.kill()
        self._process.wait()
        _pipe(self._process.stdout).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise EOFError
    return pipe
