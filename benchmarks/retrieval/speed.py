"""Time of ``Index.search``: the CPU time of a search with ten marked hits.

    python benchmarks/retrieval/speed.py INDEX QUERIES [ROUNDS]

``QUERIES`` has one query a line. Every round opens the index anew and asks all queries twice: *cold*, when the query
was never asked, so that it is parsed and planned, and *warm*, when its plan is in the cache. The time of a query is the
best of the rounds; the table shows the median and the mean over the queries, for short ones and for headlines.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer import Index, SearchRequest, open_index

SHORT_WORDS = 3
BATCH = 100
"""Queries asked cold, then warm: fewer than an index keeps plans."""


def main(index: str, queries: Sequence[str], rounds: int) -> None:
    """Print the table."""
    times: dict[str, list[list[float]]] = {"cold": [], "warm": []}
    for _ in range(rounds):
        with open_index(index) as opened:
            opened.search(SearchRequest("a"))
            cold, warm = _round(opened, queries)
        times["cold"].append(cold)
        times["warm"].append(warm)
    print(f"{'CPU µs a search':<24}{'queries':>8}{'median':>9}{'mean':>9}")
    for kind, measured in times.items():
        best = [min(each) for each in zip(*measured, strict=True)]
        for name, wanted in (("short", True), ("headlines", False)):
            chosen = [
                us for us, query in zip(best, queries, strict=True) if (len(query.split()) <= SHORT_WORDS) == wanted
            ]
            if chosen:
                print(f"{kind + ' ' + name:<24}{len(chosen):>8}{median(chosen):>9.0f}{fmean(chosen):>9.0f}")
        print(f"{kind + ' all':<24}{len(best):>8}{median(best):>9.0f}{fmean(best):>9.0f}")


def _round(index: Index, queries: Sequence[str]) -> tuple[list[float], list[float]]:
    cold: list[float] = []
    warm: list[float] = []
    for at in range(0, len(queries), BATCH):
        for measured in (cold, warm):
            measured += [_microseconds(index, query) for query in queries[at : at + BATCH]]
    return cold, warm


def _microseconds(index: Index, query: str) -> float:
    request = SearchRequest(query)
    started = time.thread_time()
    index.search(request)
    return (time.thread_time() - started) * 1e6


if __name__ == "__main__":
    gc.disable()
    lines = Path(sys.argv[2]).read_text("utf-8").splitlines()
    main(sys.argv[1], [line for line in lines if line.strip()], int(sys.argv[3]) if len(sys.argv) > 3 else 5)
