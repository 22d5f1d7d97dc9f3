"""Encoding of many texts: in this process, or by several worker processes, each with an encoder of its own."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from typing import Final, Self

import numpy as np

from analyzers import receive, send
from indexer.engines import Embedding, OnEncoded, SearchEngine
from indexer.errors import RequestError, WorkerLostError
from indexer.kernels.vectors import Vectors, quantize
from indexer.meaning.encoder import Encoder
from indexer.meaning.encoders import configured_encoder, encoder_named
from indexer.meaning.texts import MAX_PASSAGES, texts_to_encode
from indexer.storage.segment.vectors import EncoderId

MAX_JOBS: Final = 256
FIRST_HERE: Final = 2
"""So many batches are encoded before workers start: each takes a second or two to load its encoder."""

_WORKER: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from indexer.meaning.encoding import run_worker; run_worker(sys.argv[2])"
)


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def id_of(encoder: Encoder) -> EncoderId:
    """Return what is written beside the vectors of an encoder."""
    return EncoderId(encoder.name, encoder.fingerprint, encoder.dimensions)


def embed(engine: SearchEngine, passages: int | None, jobs: int | None, on_encoded: OnEncoded) -> int:
    """Have the articles of an engine encoded by the configured encoder; return how many texts were.

    ``passages`` None: as many of each article as before. Raises RequestError for a number out of bounds, and
    MissingExtraError.
    """
    stats = engine.embedding_stats()
    wanted = passages if passages is not None else stats.passages if stats else 0
    for name, number, least, most in (("passages", wanted, 0, MAX_PASSAGES), ("jobs", jobs or 1, 1, MAX_JOBS)):
        if type(number) is not int or not least <= number <= most:
            raise RequestError(f"{name} {number!r:.100}: expected {least} to {most}")
    return engine.embed(embedding_by(configured_encoder(), wanted, jobs or available_cores(), on_encoded))


def embedding_by(
    encoder: Encoder, passages: int, jobs: int, on_encoded: OnEncoded = lambda done, total: None
) -> Embedding:
    """Return what an engine needs to give vectors to its articles."""
    return Embedding(
        id_of(encoder),
        passages,
        lambda article: texts_to_encode(article, passages),
        lambda batches: encode_all(batches, encoder, jobs),
        on_encoded,
    )


def encode_all(batches: Iterable[list[str]], encoder: Encoder, jobs: int) -> Iterator[Vectors]:
    """Yield the quantized vectors of each batch of texts, in order; raises WorkerLostError."""
    remaining = iter(batches)
    for number, batch in enumerate(remaining, 1):
        yield quantize(encoder.encode(batch))
        if jobs > 1 and number == FIRST_HERE:
            break
    else:
        return
    yield from _encode_in_workers(remaining, encoder.name, encoder.dimensions, jobs)


def _encode_in_workers(batches: Iterator[list[str]], name: str, dimensions: int, jobs: int) -> Iterator[Vectors]:
    first = next(batches, None)
    if first is None:
        return
    with ExitStack() as stack:
        idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        for _ in range(jobs):
            idle.put(stack.enter_context(_Worker(name, dimensions)))
        threads = stack.enter_context(ThreadPoolExecutor(jobs))
        running: deque[Future[Vectors]] = deque([threads.submit(_encode_batch, idle, first)])
        for batch in batches:
            running.append(threads.submit(_encode_batch, idle, batch))
            if len(running) > 2 * jobs:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _encode_batch(idle: queue.SimpleQueue[_Worker], texts: list[str]) -> Vectors:
    worker = idle.get()
    try:
        return worker.encode(texts)
    finally:
        idle.put(worker)


class _Worker:
    """A process that encodes one batch of texts after another; it ends when its input does."""

    def __init__(self, name: str, dimensions: int) -> None:
        command = [sys.executable, "-c", _WORKER, json.dumps(sys.path), name]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        self._dimensions = dimensions

    def encode(self, texts: list[str]) -> Vectors:
        """Return the quantized vectors of ``texts``; raises WorkerLostError."""
        stdin, stdout = self._process.stdin, self._process.stdout
        try:
            if stdin is None or stdout is None:
                raise EOFError
            send(stdin, [text.encode("utf-8", "replace") for text in texts])
            rows, inverses = receive(stdout)
            matrix = np.frombuffer(rows, np.int8).reshape(len(texts), self._dimensions)
            return Vectors(matrix, np.frombuffer(inverses, np.float64))
        except (OSError, EOFError, ValueError) as problem:
            self._process.kill()
            raise WorkerLostError(
                "a process that encodes articles ended, perhaps for lack of memory; try fewer: --jobs 1; "
                "what is encoded already is kept"
            ) from problem

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        self._process.kill()
        self._process.wait()


def run_worker(name: str) -> None:
    """Answer batches of texts on standard input by their vectors on standard output, until the input ends."""
    encode: Callable[[list[str]], object] = encoder_named(name).encode
    while request := receive(sys.stdin.buffer):
        rows, inverses = quantize(np.asarray(encode([text.decode("utf-8", "replace") for text in request])))
        send(sys.stdout.buffer, [rows.tobytes(), inverses.astype(np.float64).tobytes()])
