"""How articles are analysed by several processes, in the order in which they came.

The first articles are analysed here: a process of its own takes half a second to start and is not worth it for a few. What
goes through the pipes is text and numbers, so that nothing has to be unpickled, and a program that rebuilds an index needs
no ``if __name__ == "__main__"``.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
from array import array
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from itertools import islice
from typing import IO, Final, Self, TypeVar

from analyzers import Analyzer, analyzer_for
from indexer.article import Article
from indexer.errors import WorkerLostError
from indexer.schema import INDEX_FIELDS, TEXT_FIELDS, Document, document

FIRST_HERE: Final = 2_000
BATCH: Final = 128
_GAP: Final = 0
_WORKER: Final = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from indexer.parallel import work; work()"

T = TypeVar("T")
Texts = Sequence[tuple[str, str]]
"""The titles and bodies of some articles."""


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
        answer = worker.ask(packed_texts([(article.title, article.body) for article in articles]))
    finally:
        idle.put(worker)
    return unpacked_documents(articles, answer)


class _Worker:
    """A process that analyses one batch after another; it ends when its input does."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", _WORKER, json.dumps(sys.path)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603

    def ask(self, request: list[bytes]) -> list[bytes]:
        """Return the answer to ``request``."""
        try:
            _send(_pipe(self._process.stdin), request)
            return _receive(_pipe(self._process.stdout)) or self._lost()
        except (OSError, EOFError):
            return self._lost()

    def _lost(self) -> list[bytes]:
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


def work() -> None:
    """Answer requests on standard input until it ends: texts in, their terms out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks is interrupted too, and then the input ends
    analyzer = analyzer_for("ar")
    while request := _receive(sys.stdin.buffer):
        _send(sys.stdout.buffer, packed_terms(unpacked_texts(request), analyzer))


# -- what goes through the pipes: some byte strings, each with its length before it


def _send(pipe: IO[bytes], parts: Sequence[bytes]) -> None:
    pipe.write(array("Q", [len(parts), *map(len, parts)]).tobytes())
    for part in parts:
        pipe.write(part)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> list[bytes]:
    """Return the parts that were sent; none at the end. Raises EOFError in the middle."""
    head = pipe.read(8)
    if not head:
        return []
    sizes = array("Q", _exactly(pipe, 8 * array("Q", head)[0]))
    return [_exactly(pipe, size) for size in sizes]


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    found = pipe.read(size)
    if len(found) < size:
        raise EOFError
    return found


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise EOFError
    return pipe


def packed_texts(texts: Texts) -> list[bytes]:
    """Return texts as bytes; a lone surrogate passes through."""
    flat = [text for pair in texts for text in pair]
    return [text.encode("utf-8", "surrogatepass") for text in flat]


def unpacked_texts(parts: Sequence[bytes]) -> list[tuple[str, str]]:
    """Return the texts that :func:`packed_texts` packed."""
    texts = [part.decode("utf-8", "surrogatepass") for part in parts]
    return list(zip(texts[::2], texts[1::2], strict=True))


def packed_terms(texts: Texts, analyzer: Analyzer) -> list[bytes]:
    """Return the terms and starts of texts: a vocabulary, then for each field the numbers of its terms, and how many."""
    numbers = _Numbers()
    streams: dict[str, tuple[array[int], array[int]]] = {}
    for pair in texts:
        article = Article(id="", title=pair[0], body=pair[1])
        _, terms, starts = document(article, analyzer)
        for field in INDEX_FIELDS:
            _append(streams, field, list(map(numbers.__getitem__, terms[field])))
        for field in TEXT_FIELDS:
            _append(streams, field, starts[field])
    vocabulary = "\n".join(term for term in numbers if term is not None)
    parts = [part.tobytes() for name in (*INDEX_FIELDS, *TEXT_FIELDS) for part in streams[name]]
    return [vocabulary.encode("utf-8", "surrogatepass"), *parts]


def unpacked_documents(articles: Sequence[Article], parts: Sequence[bytes]) -> list[Document]:
    """Return ``articles`` with the terms that :func:`packed_terms` packed."""
    vocabulary: list[str | None] = [None, *parts[0].decode("utf-8", "surrogatepass").split("\n")]
    fields = (*INDEX_FIELDS, *TEXT_FIELDS)
    columns = [
        _cut(parts[1 + 2 * at], parts[2 + 2 * at], vocabulary.__getitem__ if name in INDEX_FIELDS else int)
        for at, name in enumerate(fields)
    ]
    return [
        Document(
            article,
            dict(zip(INDEX_FIELDS, values, strict=False)),
            dict(zip(TEXT_FIELDS, values[len(INDEX_FIELDS) :], strict=True)),
        )
        for article, *values in zip(articles, *columns, strict=True)
    ]


class _Numbers(dict[str | None, int]):
    """Gives each term a number, from 1; a gap has 0."""

    def __init__(self) -> None:
        super().__init__({None: _GAP})

    def __missing__(self, term: str | None) -> int:
        number = self[term] = len(self)
        return number


def _append(streams: dict[str, tuple[array[int], array[int]]], name: str, values: Sequence[int]) -> None:
    numbers, counts = streams.setdefault(name, (array("I"), array("I")))
    numbers.extend(values)
    counts.append(len(values))


def _cut(numbers: bytes, counts: bytes, meaning: Callable[[int], T]) -> Iterator[list[T]]:
    values, at = array("I", numbers), 0
    for count in array("I", counts):
        yield list(map(meaning, values[at : at + count]))
        at += count
