"""Rebuild on a cluster beside a bare ``_bulk`` of the same documents: articles a second, and their share.

    python benchmarks/cluster/writing.py ARTICLES [--articles N] [--rounds N] [--url opensearch://HOST/NAME]

Each round rebuilds the index, and then sends what it holds once more: the same documents, to indexes of the same
settings and mappings, in bodies of 4 MB that were made before, two at a time. So the bare ``_bulk`` neither reads nor
analyses nor finds stories. A round before the first is not counted: in it a new node translates what it runs, at the
expense of whoever writes first. Without ``--url`` it starts a node of its own; there its two indexes are removed at the
end.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any, Final

from workload import read_articles

from indexer import Article, rebuild
from tools.cluster.launch import Cluster

BODY_BYTES: Final = 4 << 20
AT_ONCE: Final = 2
A_PAGE: Final = 500
KEPT_SETTINGS: Final = ("analysis", "similarity", "codec", "number_of_shards", "max_result_window")


def main() -> None:
    """Print a line for each round, and the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="ARTICLES")
    parser.add_argument("--articles", type=int, default=10_000, help="how many are read (default: 10,000)")
    parser.add_argument("--rounds", type=int, default=3, help="of both by turns (default: 3)")
    parser.add_argument("--url", help="an index on a running cluster; it is replaced")
    options = parser.parse_args()
    articles = read_articles(options.source, options.articles)
    with contextlib.ExitStack() as stack:
        url = options.url
        if not url:
            url = f"opensearch://{stack.enter_context(Cluster(heap_mb=768)).hosts[0]}/writing"
        measure(articles, url, options.rounds)


def measure(articles: list[Article], url: str, rounds: int) -> None:
    """Print what each round takes."""
    host, _, alias = url.partition("?")[0].removeprefix("opensearch://").partition("/")
    client = _client(host.split(",")[0])
    rebuilt, bare = [], []
    for number in range(rounds + 1):
        begun = time.monotonic()
        rebuild(articles=articles, index=url)
        by_rebuild = len(articles) / (time.monotonic() - begun)
        by_bulk = len(articles) / sum(_send_again(client, name) for name in (alias, f"{alias}-words"))
        name = f"round {number}" if number else "not counted"
        print(
            f"{name}: rebuild {by_rebuild:.0f} articles/s, _bulk {by_bulk:.0f}, share {by_rebuild / by_bulk:.0%}",
            flush=True,
        )
        if number:
            rebuilt.append(by_rebuild)
            bare.append(by_bulk)
    print(
        f"median: rebuild {median(rebuilt):.0f}, _bulk {median(bare):.0f}, share {median(rebuilt) / median(bare):.0%}"
    )


def _client(host: str) -> Any:
    from opensearchpy import OpenSearch

    name, _, port = host.partition(":")
    return OpenSearch([{"host": name, "port": int(port or 9200)}], timeout=300)


def _send_again(client: Any, alias: str) -> float:
    """Copy an index by bare requests; return the seconds that sending and one refresh took."""
    ((name, index),) = client.indices.get(index=alias).items()
    settings = {key: value for key, value in index["settings"]["index"].items() if key in KEPT_SETTINGS}
    settings |= {"number_of_replicas": 0, "refresh_interval": "-1"}
    copy = f"bare-{name}"
    client.indices.create(index=copy, body={"settings": {"index": settings}, "mappings": index["mappings"]})
    try:
        bodies = list(_bodies(_documents(client, alias)))
        begun = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for answer in threads.map(lambda body: client.bulk(body=body, index=copy, filter_path="errors"), bodies):
                if answer["errors"]:
                    raise SystemExit(f"{copy}: documents were refused")
        client.indices.refresh(index=copy)
        return time.monotonic() - begun
    finally:
        client.indices.delete(index=copy)


def _documents(client: Any, index: str) -> Iterator[tuple[str, Any]]:
    """Yield the key and the source of each document."""
    state = client.create_pit(index=index, params={"keep_alive": "5m"})["pit_id"]
    page: dict[str, Any] = {"size": A_PAGE, "sort": ["_shard_doc"], "pit": {"id": state, "keep_alive": "5m"}}
    while hits := client.search(body=page)["hits"]["hits"]:
        yield from ((hit["_id"], hit["_source"]) for hit in hits)
        page["search_after"] = hits[-1]["sort"]
    client.delete_pit(body={"pit_id": [state]})


def _bodies(documents: Iterable[tuple[str, Any]]) -> Iterator[bytes]:
    body = bytearray()
    for key, source in documents:
        body += b'{"index":{"_id":%b}}\n' % json.dumps(key).encode()
        body += json.dumps(source, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"
        if len(body) >= BODY_BYTES:
            yield bytes(body)
            body.clear()
    if body:
        yield bytes(body)


if __name__ == "__main__":
    main()
