"""Search by meaning on a cluster beside the default engine: equal hits, milliseconds, and what embedding takes.

    python benchmarks/cluster/meaning.py ARTICLES [--articles N] [--queries N] [--passages N] [--url opensearch://…]

Both engines index and embed the same articles, and are asked for titles of them by meaning alone, with meaning added to
words, and by words. Compared are all ids, and the order of the first ten. Without ``--url`` it starts a node of its own
that has the k-NN plug-in. Ends with exit code 1 when hits differ.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median, quantiles

from searching import requests_counted
from workload import read_articles, titles

from indexer import Index, SearchRequest, open_index, rebuild
from tools.cluster.launch import Cluster

WARMING = 20


def main() -> int:
    """Print the tables; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="ARTICLES")
    parser.add_argument("--articles", type=int, default=3_000, help="how many are read (default: 3,000)")
    parser.add_argument("--queries", type=int, default=60, help="how many titles are asked for (default: 60)")
    parser.add_argument("--passages", type=int, default=0, help="passages of each article (default: none)")
    parser.add_argument("--url", help="an index on a running cluster that has the plug-in; it is replaced")
    options = parser.parse_args()
    articles = read_articles(options.source, options.articles)
    queries = titles(articles, WARMING + options.queries)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = options.url
        if not url:
            url = f"opensearch://{stack.enter_context(Cluster(heap_mb=768, knn=True)).hosts[0]}/meaning"
        indexes = []
        for name, place in (("default", str(Path(folder, "index"))), ("cluster", url)):
            begun = time.perf_counter()
            rebuild(articles=articles, index=place)
            index = stack.enter_context(open_index(place))
            built, size = time.perf_counter(), index.stats().size_bytes
            texts = index.embed(passages=options.passages, jobs=1)
            done = time.perf_counter()
            print(
                f"{name}: {len(articles)} articles indexed in {built - begun:.1f} s, {texts} texts encoded and written in "
                f"{done - built:.1f} s, {size / 1e6:.1f} MB and {index.stats().size_bytes / 1e6:.1f} MB with vectors",
                flush=True,
            )
            indexes.append(index)
        return compare(indexes, queries[:WARMING], queries[WARMING:])


def compare(indexes: Sequence[Index], warming: Sequence[str], queries: Sequence[str]) -> int:
    """Print times and agreement; return 1 when hits differ."""
    print(f"{'ms a search':<22}{'median':>8}{'p95':>8}{'requests':>10}")
    differ = False
    for meaning in ("off", "on", "only"):
        asked = [SearchRequest(query, meaning=meaning) for query in queries]
        for name, index in zip(("default", "cluster"), indexes, strict=True):
            for query in warming:
                index.search(SearchRequest(query, meaning=meaning))
            milliseconds = []
            with requests_counted() as counted:
                for request in asked:
                    begun = time.perf_counter()
                    index.search(request)
                    milliseconds.append((time.perf_counter() - begun) * 1e3)
            p95 = quantiles(milliseconds, n=20)[-1]
            requests = len(counted) / len(asked)
            print(f"{meaning + ', ' + name:<22}{median(milliseconds):>8.1f}{p95:>8.1f}{requests:>10.1f}", flush=True)
        differ |= _differ(indexes, meaning, asked)
    return int(differ)


def _differ(indexes: Sequence[Index], meaning: str, asked: Sequence[SearchRequest]) -> bool:
    """Print how often hits and their order agree; return whether hits differ."""
    same = same_first = same_ten = 0
    overlap = []
    for request in asked:
        one, other = ([hit.article.id for hit in index.iterate(request)] for index in indexes)
        same += set(one) == set(other)
        same_first += one[:1] == other[:1]
        same_ten += one[:10] == other[:10]
        overlap.append(len({*one[:10]} & {*other[:10]}) / (len(one[:10]) or 1) if one or other else 1.0)
    print(
        f"  {meaning}: the same ids {same} of {len(asked)}, the same first hit {same_first}, the same ten in the same "
        f"order {same_ten}, overlap of the first ten {fmean(overlap):.3f}"
    )
    return same != len(asked)


if __name__ == "__main__":
    sys.exit(main())
