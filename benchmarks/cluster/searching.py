"""Searches on a cluster beside the default engine: equal hits, milliseconds, and requests to the cluster a search.

    python benchmarks/cluster/searching.py ARTICLES [--articles N] [--queries N] [--whole N] [--url opensearch://HOST/NAME]

Both engines index the same articles, and are asked for titles of them, which no cache has seen. Compared are the total
of each title as it is, all ids that have all its words, and for the first ``--whole`` of them all ids that have any.
Without ``--url`` it starts a node of its own. Ends with exit code 1 when hits differ.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import Any, Final

from workload import read_articles, titles

from indexer import Article, Index, SearchRequest, open_index, rebuild
from tools.cluster.launch import Cluster

WARMING: Final = 300


def main() -> int:
    """Print the tables; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="ARTICLES")
    parser.add_argument("--articles", type=int, default=10_000, help="how many are read (default: 10,000)")
    parser.add_argument("--queries", type=int, default=500, help="how many titles are asked for (default: 500)")
    parser.add_argument("--whole", type=int, default=25, help="of how many all hits are compared (default: 25)")
    parser.add_argument("--url", help="an index on a running cluster; it is replaced")
    options = parser.parse_args()
    articles = read_articles(options.source, options.articles)
    asked = titles(articles, WARMING + options.queries)
    warming, queries = asked[::3], [query for number, query in enumerate(asked) if number % 3][: options.queries]
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = options.url
        if not url:
            url = f"opensearch://{stack.enter_context(Cluster(heap_mb=768)).hosts[0]}/searching"
        indexes = [stack.enter_context(_build(articles, each)) for each in (str(Path(folder, "index")), url)]
        return compare(indexes, warming, queries, options.whole)


@contextlib.contextmanager
def _build(articles: Sequence[Article], url: str) -> Iterator[Index]:
    rebuild(articles=articles, index=url)
    with open_index(url) as index:
        yield index


def compare(indexes: Sequence[Index], warming: Sequence[str], queries: Sequence[str], whole: int) -> int:
    """Print times, requests and agreement; return 1 when hits differ."""
    print(f"{'ms a search':<14}{'median':>8}{'p95':>8}{'max':>8}{'requests':>10}{'most':>6}")
    totals = []
    for name, index in zip(("default", "cluster"), indexes, strict=True):
        for query in warming:
            index.search(SearchRequest(query))
        milliseconds, requests, found = _ask(index, queries)
        totals.append(found)
        p95 = quantiles(milliseconds, n=20)[-1]
        times = f"{median(milliseconds):>8.1f}{p95:>8.1f}{max(milliseconds):>8.1f}"
        print(f"{name:<14}{times}{fmean(requests):>10.2f}{max(requests):>6}", flush=True)
    same = sum(one == other for one, other in zip(*totals, strict=True))
    print(f"same total: {same} of {len(queries)} titles")
    all_words = _same_ids(indexes, [SearchRequest(query, match="all") for query in queries])
    print(f"same ids of all words: {all_words} of {len(queries)} titles")
    any_word = _same_ids(indexes, [SearchRequest(query, match="any") for query in queries[:whole]])
    print(f"same ids of any word: {any_word} of {len(queries[:whole])} titles")
    return int((same, all_words, any_word) != (len(queries), len(queries), len(queries[:whole])))


def _ask(index: Index, queries: Sequence[str]) -> tuple[list[float], list[int], list[int]]:
    """Return the milliseconds, the requests to a cluster and the total of each query."""
    milliseconds, requests, totals = [], [], []
    with requests_counted() as counted:
        for query in queries:
            before, begun = len(counted), time.perf_counter()
            totals.append(index.search(SearchRequest(query)).total)
            milliseconds.append((time.perf_counter() - begun) * 1e3)
            requests.append(len(counted) - before)
    for kind, count in Counter(path.rpartition("/")[2] for path in counted).most_common():
        print(f"  {count / len(queries):.2f} {kind} a search")
    return milliseconds, requests, totals


@contextlib.contextmanager
def requests_counted() -> Iterator[list[str]]:
    """Note the path of each request that opensearch-py sends."""
    from opensearchpy import Transport

    sent: list[str] = []
    perform = Transport.perform_request

    def note(self: Transport, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        sent.append(url)
        return perform(self, method, url, *arguments, **options)

    Transport.perform_request = note
    try:
        yield sent
    finally:
        Transport.perform_request = perform


def _same_ids(indexes: Sequence[Index], requests: Sequence[SearchRequest]) -> int:
    """Return how many requests find the same articles in both indexes."""
    same = 0
    for request in requests:
        one, other = ({hit.article.id for hit in index.iterate(request)} for index in indexes)
        if one == other:
            same += 1
        else:
            print(f"  {request.query}: {len(one)} and {len(other)} hits, only in one: {sorted(one ^ other)[:3]}")
    return same


if __name__ == "__main__":
    sys.exit(main())
