"""Articles, questions and searching threads of the measurements here, and the project's folder on ``sys.path``."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer import AkhbarError, Article, Index, SearchRequest, open_index
from indexer.ingest.build import preview


def read_articles(path: Path, limit: int | None = None) -> list[Article]:
    """Return the first articles of a file, of any kind that ``akhbar rebuild`` reads."""
    _, articles = preview(path)
    return list(islice(articles, limit))


def titles(articles: Sequence[Article], count: int) -> list[str]:
    """Return the titles of articles that lie evenly among all, as the questions to ask."""
    step = max(1, len(articles) // count)
    return [article.title for article in articles[::step] if article.title.strip()][:count]


@dataclass
class Watch:
    """What searching threads have seen: ``whole``, ``marked`` (an error told it) and ``wrong`` answers."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    told: Counter[str] = field(default_factory=Counter)
    marked_at: list[float] = field(default_factory=list)

    def row(self) -> str:
        """Return the counts as a line."""
        kinds = ", ".join(f"{count} {name}" for name, count in self.told.items())
        span = f", within {self.marked_at[-1] - self.marked_at[0]:.1f} s" if self.marked_at else ""
        marked = f"{self.counts['marked']} marked{f' ({kinds}{span})' if kinds else ''}"
        answers = self.counts.total()
        return f"{answers} answers: {self.counts['whole']} whole, {marked}, {self.counts['wrong']} wrong, slowest {self.slowest_s:.2f} s"


@contextmanager
def searching(url: str, truths: Sequence[dict[str, int]], threads: int = 2) -> Iterator[Watch]:
    """Ask the questions of ``truths`` in several threads until the block ends.

    An answer is whole whose total is that of one of the ``truths``.
    """
    watch, stop, lock = Watch(), threading.Event(), threading.Lock()
    allowed = {query: {truth[query] for truth in truths} for query in truths[0]}

    def ask(first: int) -> None:
        queries = list(allowed)
        with open_index(url) as index:
            at = first
            while not stop.is_set():
                query = queries[at % len(queries)]
                at += 1
                _note(watch, lock, index, query, allowed[query])

    running = [threading.Thread(target=ask, args=(number * 7,)) for number in range(threads)]
    for thread in running:
        thread.start()
    try:
        yield watch
    finally:
        stop.set()
        for thread in running:
            thread.join()


def _note(watch: Watch, lock: threading.Lock, index: Index, query: str, allowed: set[int]) -> None:
    begun, told = time.monotonic(), ""
    try:
        total = index.search(SearchRequest(query)).total
        kind = "whole" if total in allowed else "wrong"
        told = "" if kind == "whole" else f"{total} of {sorted(allowed)}"
    except AkhbarError as problem:
        kind, told = "marked", type(problem).__name__
    except Exception as problem:
        kind, told = "wrong", f"{type(problem).__name__}: {problem}"
    ended = time.monotonic()
    with lock:
        watch.counts[kind] += 1
        watch.slowest_s = max(watch.slowest_s, ended - begun)
        if told:
            watch.told[told[:120]] += 1
        if kind == "marked":
            watch.marked_at.append(ended)


def answers(url: str, queries: Sequence[str]) -> dict[str, int]:
    """Return the total of each query: what is true while nothing happens."""
    with open_index(url) as index:
        return {query: index.search(SearchRequest(query)).total for query in queries}
