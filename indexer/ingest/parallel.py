"""Parallel analysis: worker processes turn articles into documents, in the order in which the articles came.

The first articles are analysed in this process, because a worker takes a moment to start and is not worth it for a few.
A program that calls :func:`indexer.rebuild` needs no ``if __name__ == "__main__"``: workers are not forked and import
nothing of the program.
"""

from __future__ import annotations

import fcntl
import json
import os
import queue
import re
import resource
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from itertools import islice
from pathlib import Path
from typing import IO, Final, NoReturn, Self

from analyzers import Analyzer, receive, send
from indexer.article import Article
from indexer.engines.sketches import SketchMaker
from indexer.errors import WorkerLostError
from indexer.ingest.analysis import Analyzable, DocumentDecoder, encode_request
from indexer.ingest.field_names import USUAL_NAMES, FieldNames
from indexer.ingest.readers.articles import articles_of_line
from indexer.ingest.records import BadRecord, EndOfSources, PassedOver, PendingLine
from indexer.schema import Document, document

FIRST_HERE: Final = 1_000
BATCH: Final = 128
_MAX_BATCH_SIZE: Final = 4 * 1024 * 1024  # characters of articles and bytes of lines
_WORKER: Final = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from indexer.ingest.analysis import run_worker; run_worker()"
_PIPE_BYTES: Final = 1 << 20  # the most that Linux gives to everybody
_BYTES_PER_RSS_UNIT: Final = 1 if sys.platform == "darwin" else 1024  # of getrusage(2)
_HIGH_WATER_MARK: Final = re.compile(r"^VmHWM:\s+([0-9]+) kB$", re.MULTILINE)

Read = Article | PendingLine | BadRecord | PassedOver | EndOfSources
Analyzed = Document | BadRecord | PassedOver | EndOfSources

OnWorkerPeak = Callable[[int], None]
"""Called with the peak memory of a worker, in bytes, when the worker ends."""


def available_cores() -> int:
    """Return how many cores this process may use."""
    # macOS cannot bind a process to some of the cores.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def peak_memory_bytes() -> int:
    """Return the most memory that this process has had resident so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES_PER_RSS_UNIT


def analyze_articles(
    read: Iterable[Read],
    analyzer: Analyzer,
    *,
    jobs: int,
    names: FieldNames = USUAL_NAMES,
    on_worker_peak: OnWorkerPeak | None = None,
) -> Generator[Analyzed, None, None]:
    """Yield each article with its terms, also those of lines, and everything else as it is, all in order.

    With ``jobs`` above 1 that many workers help after the first articles; they parse the lines too. The workers use
    the analyzer of :func:`analyzers.analyzer_for`. Raises WorkerLostError when one of them ends before it has answered.
    """
    remaining = iter(read)
    yield from _analyze_here(islice(remaining, FIRST_HERE) if jobs > 1 else remaining, analyzer, names)
    if jobs > 1 and (first_batch := _next_batch(remaining)):
        with _Workers(jobs, names, on_worker_peak or (lambda _: None)) as workers:
            yield from _analyze_in_workers(first_batch, remaining, workers)


def _next_batch(remaining: Iterator[Read]) -> list[Read]:
    """Return what comes next: few articles where they are long, which bounds the memory of all batches."""
    batch: list[Read] = []
    size = 0
    for each in remaining:
        batch.append(each)
        size += len(each.line.raw) if isinstance(each, PendingLine) else 0
        size += len(each.body) if isinstance(each, Article) else 0
        if len(batch) >= BATCH or size >= _MAX_BATCH_SIZE:
            break
    return batch


def _analyze_here(read: Iterator[Read], analyzer: Analyzer, names: FieldNames) -> Iterator[Analyzed]:
    maker = SketchMaker()
    while batch := _next_batch(read):
        found = [each for item in batch for each in _parse(item, names)]
        documents = [document(article, analyzer) for article in found if isinstance(article, Article)]
        sketches = maker.sketches(each.terms["stem"][each.body_start :] for each in documents)
        made = (each._replace(sketch=sketch) for each, sketch in zip(documents, sketches, strict=True))
        yield from (next(made) if isinstance(each, Article) else each for each in found)


def _parse(read: Read, names: FieldNames) -> Iterable[Article | BadRecord | PassedOver | EndOfSources]:
    if isinstance(read, PendingLine):
        return read.patience.take(articles_of_line(*read.line, read.written, names))
    return (read,)


def _analyze_in_workers(batch: list[Read], remaining: Iterator[Read], workers: _Workers) -> Iterator[Analyzed]:
    running: deque[tuple[list[Read], Future[list[list[Document | BadRecord]]]]] = deque()
    while batch or running:
        if batch:
            running.append(
                (batch, workers.analyze([each for each in batch if isinstance(each, Article | PendingLine)]))
            )
            batch = _next_batch(remaining)
        if not batch or len(running) > 2 * workers.jobs:
            done, made = running.popleft()
            yield from _in_order(done, iter(made.result()))


def _in_order(batch: list[Read], made: Iterator[list[Document | BadRecord]]) -> Iterator[Analyzed]:
    """Yield what was made of the articles and lines of a batch, and everything else in it, in order."""
    for each in batch:
        if isinstance(each, PendingLine):
            yield from each.patience.take(next(made))
        elif isinstance(each, Article):
            yield from next(made)
        else:
            yield each


class _Workers:
    """Some worker processes, each fed by a thread."""

    def __init__(self, jobs: int, names: FieldNames, on_peak: OnWorkerPeak) -> None:
        self.jobs = jobs
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._stack = ExitStack()
        with self._stack:
            for _ in range(jobs):
                self._idle.put(self._stack.enter_context(_Worker(names, on_peak)))
            self._threads = self._stack.enter_context(ThreadPoolExecutor(jobs))
            self._stack = self._stack.pop_all()

    def analyze(self, asked: list[Analyzable]) -> Future[list[list[Document | BadRecord]]]:
        """Return what will be made of each article and line."""
        return self._threads.submit(self._analyze, asked)

    def _analyze(self, asked: list[Analyzable]) -> list[list[Document | BadRecord]]:
        worker = self._idle.get()
        try:
            return worker.analyze(asked)
        finally:
            self._idle.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


class _Worker:
    """A process that analyses one batch of articles after another; it ends when its input does."""

    def __init__(self, names: FieldNames, on_peak: OnWorkerPeak) -> None:
        command = [sys.executable, "-c", _WORKER, json.dumps(sys.path), json.dumps(names.mapping)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        for pipe in (self._process.stdin, self._process.stdout):
            _widen(_pipe(pipe))
        self._decoder = DocumentDecoder()
        self._on_peak = on_peak

    def analyze(self, asked: list[Analyzable]) -> list[list[Document | BadRecord]]:
        """Return what is made of each article and line."""
        if not asked:
            return []
        try:
            send(_pipe(self._process.stdin), encode_request(asked))
            answer = receive(_pipe(self._process.stdout)) or self._raise_lost()
            return self._decoder.decode(asked, answer)
        except (OSError, EOFError):
            self._raise_lost()
        except BaseException:
            self._process.kill()  # the rest of its answer would be taken for the next one
            raise

    def _raise_lost(self) -> NoReturn:
        code = self._process.wait()
        reason = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        raise WorkerLostError(
            f"a process that analyses articles ended ({reason}), perhaps for lack of memory; try fewer: --jobs 1"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._on_peak(_peak_of_child(self._process.pid))  # once it has ended, nothing knows
        with suppress(OSError):
            _pipe(self._process.stdin).close()
        self._process.kill()
        self._process.wait()
        _pipe(self._process.stdout).close()


def _widen(pipe: IO[bytes]) -> None:
    """Make room for a batch in a pipe, on Linux.

    The default takes a twentieth of one, and for each piece the worker waits until a thread here gets its turn.
    """
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # the user has too many of them
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _peak_of_child(pid: int) -> int:
    """Return the peak memory of a running child in bytes; where there is no /proc, that of the largest child so far.

    On Linux getrusage(2) would do for no child: its figure begins with the memory of the process that started it.
    """
    try:
        mark = _HIGH_WATER_MARK.search(Path(f"/proc/{pid}/status").read_text("ascii", "replace"))
        return int(mark[1]) * 1024 if mark else 0
    except OSError:
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _BYTES_PER_RSS_UNIT


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise EOFError
    return pipe
