"""One engine in a process of its own: reads a command as a line of JSON, does it, answers in a line of JSON.

python benchmarks/engines/worker.py ENGINE FOLDER
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from documents import Document, batches, read_documents
from engine import Engine
from questions import SNIPPET_KINDS, WARM_UP, Question, read_questions

ENGINES = {
    "stock": ("stock_whoosh", "StockWhoosh"),
    "tantivy": ("tantivy_rust", "Tantivy"),
    "fts5": ("sqlite_fts5", "SqliteFts5"),
    "ours": ("columnar", "Columnar"),
    "numpy": ("columnar", "Columnar"),
}


class CpuClock:
    """Seconds of CPU that the work took, all threads together, without what the main thread did in pauses."""

    def __init__(self) -> None:
        self._began = time.process_time()
        self._paused = 0.0

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Leave out what this thread does meanwhile; what other threads do still counts."""
        before = time.thread_time()
        yield
        self._paused += time.thread_time() - before

    def seconds(self) -> float:
        """Return the seconds until now."""
        return time.process_time() - self._began - self._paused


class Worker:
    """An engine and its folder; each public method is a command and returns what is printed."""

    def __init__(self, name: str, folder: Path) -> None:
        module, class_name = ENGINES[name]
        self._engine: Engine = getattr(importlib.import_module(module), class_name)()
        self._folder = folder
        self._questions: dict[str, list[Question]] = {}

    def index(self, documents: str, last: int) -> dict[str, Any]:
        """Index the first ``last`` documents of a file."""
        base_mb = peak_mb()
        self._folder.mkdir(parents=True)
        clock = CpuClock()
        self._engine.create(self._folder)
        self._add(clock, Path(documents), last)
        self._engine.commit()
        seconds = clock.seconds()
        return {
            "cpu_s": seconds,
            "documents_per_s": last / seconds,
            "base_mb": base_mb,
            "peak_mb": peak_mb(),
            "bytes": sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file()),
        }

    def _add(self, clock: CpuClock, documents: Path, last: int) -> None:
        reading = batches(read_documents(documents, 0, last))
        while True:
            with clock.pause():
                batch = next(reading, None)
            if batch is None:
                return
            self._engine.add(batch)

    def open(self, questions: str, most: int) -> dict[str, Any]:
        """Open the index, and do everything once with questions that are not asked again; ``most`` of each kind are."""
        read = read_questions(Path(questions))
        self._questions = {kind: asked[: WARM_UP + most] for kind, asked in read.items()}
        began = time.process_time()
        self._engine.open(self._folder)
        seconds = time.process_time() - began
        for kind, asked in self._questions.items():
            for question in asked[: min(WARM_UP, most)]:
                self._engine.search(question)
                self._engine.page(question)
                if kind in SNIPPET_KINDS:
                    self._engine.snippets(question)
        return {"open_ms": seconds * 1000, "version": self._engine.version}

    def ask(self, kind: str, what: str) -> dict[str, float]:
        """Return the milliseconds of CPU that a question of this kind takes, the mean of all."""
        work: Callable[[Question], object] = getattr(self._engine, what)
        asked = self._questions[kind][WARM_UP:]
        began = time.process_time()
        for question in asked:
            work(question)
        return {"ms": (time.process_time() - began) * 1000 / len(asked)}

    def answers(self, kind: str) -> list[dict[str, Any]]:
        """Return the total and the ids of the page for each question."""
        asked = self._questions[kind][WARM_UP:]
        return [
            {"total": self._engine.total(each), "ids": [hit.id for hit in self._engine.page(each)]} for each in asked
        ]

    def example(self, kind: str) -> list[str]:
        """Return the snippets of the first question."""
        return self._engine.snippets(self._questions[kind][WARM_UP])

    def update(self, documents: str, first: int, last: int) -> dict[str, float]:
        """Add the documents from ``first`` up to ``last`` and commit."""
        wanted = list(read_documents(Path(documents), first, last))
        self._rehearse(wanted)
        self._engine.open(self._folder)
        clock = CpuClock()
        self._engine.begin()
        self._engine.add(wanted)
        self._engine.commit()
        return {"ms": clock.seconds() * 1000}

    def delete(self, documents: str, step: int, count: int) -> dict[str, float]:
        """Delete every ``step``-th document, ``count`` in all, and commit."""
        wanted = list(read_documents(Path(documents), 0, step * count, step))
        self._rehearse(wanted)
        self._engine.open(self._folder)
        clock = CpuClock()
        self._engine.begin()
        self._engine.delete([each.id for each in wanted])
        self._engine.commit()
        return {"ms": clock.seconds() * 1000}

    def _rehearse(self, documents: list[Document]) -> None:
        """Write and delete in an index aside, so that what is loaded once is not measured."""
        with tempfile.TemporaryDirectory() as folder:
            self._engine.create(Path(folder))
            self._engine.add(documents)
            self._engine.commit()
            self._engine.open(Path(folder))
            self._engine.begin()
            self._engine.delete([documents[0].id])
            self._engine.commit()


def peak_mb() -> float:
    """Return the most memory this process ever held."""
    try:
        # getrusage would name the parent's peak when it was greater.
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Serve commands until the input ends."""
    worker = Worker(sys.argv[1], Path(sys.argv[2]))
    for line in sys.stdin:
        command = json.loads(line)
        print(json.dumps(getattr(worker, command.pop("do"))(**command)), flush=True)


if __name__ == "__main__":
    main()
