"""One machine: how fast an index of many articles is built, what it takes, and how long each kind of search takes.

    python benchmarks/scale/million.py ARTICLES INDEX [--searches-only] [--asked 40]

``ARTICLES`` is a file that ``articles.py`` wrote. A search is timed three times: *evicted*, by the wall clock, in a
process that has just opened the index, whose files were dropped from the page cache; *new*, in CPU time, in a process
that never saw the query, its files in the page cache; *again*, in CPU time, the best of three. *Engine* is the part of
*again* that the engine's own search takes. Medians and 95th percentiles over the queries of a class, in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import project
from classes import Classes, classes_of

from indexer import Index, SearchRequest, open_index

AGAIN: Final = 3
OPENING_QUERIES: Final = ("الحكومة", "الوزير", "مجلس الوزراء", "الحكومات")
"""The first one makes the stories of all articles, the third the families of stems."""


class TimedEngine:
    """An engine that counts the seconds of its searches."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self.seconds = 0.0

    def search(self, request: Any) -> Any:
        """Return what the engine finds."""
        started = time.thread_time()
        found = self._engine.search(request)
        self.seconds += time.thread_time() - started
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def build(articles: str, index: str) -> None:
    """Rebuild the index by the command, and print what it says and how large the index is."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "indexer", "rebuild", "--index", index, articles]
    print(subprocess.run(command, check=True, capture_output=True, text=True, cwd=project.ROOT).stdout.strip())
    seconds = time.perf_counter() - started
    with open_index(index) as opened:
        stats = opened.stats()
    size, text = sum(path.stat().st_size for path in _live_files(index)), Path(articles).stat().st_size
    print(
        f"{stats.articles:,} articles, {stats.articles / seconds:,.0f} a second; index {size / 1e6:,.0f} MB, "
        f"{size / stats.articles:,.0f} bytes an article, {size / text:.2f} of the JSON lines; {stats.segments} segments"
    )


def _live_files(index: str) -> Iterator[Path]:
    return (path for path in Path(index).rglob("*") if path.is_file())


def evict(index: str) -> None:
    """Drop the files of an index from the page cache, where no process has them mapped."""
    for path in _live_files(index):
        descriptor = os.open(path, os.O_RDONLY)
        with suppress(OSError):
            os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def measure(index: str, asked: int) -> None:
    """Print how long opening and each class of searches takes."""
    with open_index(index) as opened:
        classes = classes_of(opened, asked)
    evict(index)
    _print_opening(index, "evicted")
    _print_opening(index, "files in the page cache")
    evict(index)
    evicted = _run(index, classes, again=0)
    new = _run(index, classes, again=AGAIN)
    print(f"{'milliseconds':<24}{'hits':>9}{'evicted':>18}{'new':>18}{'again':>18}{'engine':>18}")
    for name, requests in classes.items():
        hits = int(np.median([opened_hits for *_, opened_hits in new[name]]))
        columns = ([first for first, *_ in evicted[name]], *zip(*new[name], strict=True))
        cells = (f"{np.percentile(column, 50):.2f} / {np.percentile(column, 95):.2f}" for column in columns[:4])
        print(f"{name:<24}{hits:>9,}" + "".join(f"{cell:>18}" for cell in cells) + f"  {len(requests)} queries")
    _print_memory()


def _run(index: str, classes: Classes, again: int) -> dict[str, list[tuple[float, float, float, int]]]:
    """Return, for each search of each class, its first and its best later time, that of the engine, and the hits."""
    with open_index(index) as plain:
        engine = TimedEngine(plain.engine)
        opened = Index(engine, plain.analyzer)  # type: ignore[arg-type]  # it delegates
        return {name: [_times(opened, engine, each, again) for each in requests] for name, requests in classes.items()}


def _times(index: Index, engine: TimedEngine, request: SearchRequest, again: int) -> tuple[float, float, float, int]:
    clock = time.thread_time if again else time.perf_counter
    measured = []
    total = 0
    for _ in range(1 + again):
        engine.seconds = 0.0
        started = clock()
        total = index.search(request).total
        measured.append((1e3 * (clock() - started), 1e3 * engine.seconds))
    best = min(measured[1:], default=measured[0])
    return measured[0][0], *best, total


def _print_opening(index: str, state: str) -> None:
    marks = [_clocks()]
    with open_index(index) as opened:
        marks.append(_clocks())
        for query in OPENING_QUERIES:
            opened.search(query)
            marks.append(_clocks())
    steps = zip(("open", *OPENING_QUERIES), marks, marks[1:], strict=False)
    spent = (
        f"{step} {1e3 * (wall - start):.0f} ({1e3 * (cpu - used):.0f})" for step, (start, used), (wall, cpu) in steps
    )
    print(f"opening, {state}, milliseconds (of CPU): {'; '.join(spent)}")


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _print_memory() -> None:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    anonymous, peak = (int(status[name].split()[0]) / 1024 for name in ("RssAnon", "VmHWM"))
    print(f"searching took {anonymous:.0f} MiB of the process's own, {peak:.0f} MiB at most with mapped files")


def main(arguments: Sequence[str]) -> None:
    """Build and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles")
    parser.add_argument("index")
    parser.add_argument("--searches-only", action="store_true")
    parser.add_argument("--asked", type=int, default=40)
    asked = parser.parse_args(arguments)
    if not asked.searches_only:
        build(asked.articles, asked.index)
    measure(asked.index, asked.asked)


if __name__ == "__main__":
    main(sys.argv[1:])
