"""State of an index on a cluster, for those who look after it: counts, sizes, and what is wrong."""

from __future__ import annotations

import datetime
from typing import Any, Final

from indexer.engines import IndexStats
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.failures import require_all_shards, shorten
from indexer.engines.opensearch.indexes import ENGINE, Indexes, Live, Pair, require_usable
from indexer.engines.opensearch.mapping import MARK, MAX_PRECISION

_BLOCKS: Final = ("read_only", "read_only_allow_delete", "write", "read")


def stats(client: Client, live: Live) -> IndexStats:
    """Return counts and properties of the live index, by two requests."""
    aggregations = {
        "sources": {"cardinality": {"field": "source", "precision_threshold": MAX_PRECISION}},
        "first": {"min": {"field": "day", "format": "strict_date"}},
        "last": {"max": {"field": "day", "format": "strict_date"}},
    }
    body = {"size": 0, "track_total_hits": True, "aggs": aggregations}
    params = {"allow_partial_search_results": "false"}
    answer = client.ask("POST", f"/{live.pair.articles}/_search", body, params=params)
    require_all_shards(answer, client.address)
    found = answer["aggregations"]
    used = client.ask("GET", f"/{live.pair.articles},{live.pair.words}/_stats/store,segments")["_all"]
    return IndexStats(
        articles=int(answer["hits"]["total"]["value"]),
        sources=int(found["sources"]["value"]),
        first_date=_day(found["first"]),
        last_date=_day(found["last"]),
        updated=datetime.datetime.fromisoformat(live.description.updated),
        generation=live.description.revision,
        engine=ENGINE,
        size_bytes=int(used["total"]["store"]["size_in_bytes"]),
        analyzer=live.description.fingerprint,
        details={"index": live.pair.articles, "segments": int(used["primaries"]["segments"]["count"])},
    )


def _day(aggregation: dict[str, Any]) -> datetime.date | None:
    text = aggregation.get("value_as_string")
    return datetime.date.fromisoformat(text) if text else None


def faults(client: Client, fingerprint: str) -> tuple[str, ...]:
    """Return a line for each thing that is wrong with the live index.

    Raises IndexNotFoundError, IndexDamagedError and IndexOutOfDateError as searches do.
    """
    indexes = Indexes(client)
    pair = require_usable(indexes.live(), client, fingerprint).pair
    lost = _lost_shards(client, pair)
    return lost or (*_blocks(client, pair), *_incomplete(client, pair))


def _lost_shards(client: Client, pair: Pair) -> tuple[str, ...]:
    """Return a line for each index of which a shard has no copy left that answers."""
    params = {"level": "indices", "timeout": "5s"}
    health = client.ask("GET", f"/_cluster/health/{pair.articles},{pair.words}", params=params)
    return tuple(
        f"{name}: {index['number_of_shards'] - index['active_primary_shards']} of {index['number_of_shards']} shards "
        "have no copy that answers; start the nodes that hold one"
        for name, index in sorted(health["indices"].items())
        if index["status"] == "red"
    )


def _blocks(client: Client, pair: Pair) -> tuple[str, ...]:
    """Return a line for each block that keeps an index from being written or read."""
    path = f"/{pair.articles},{pair.words}/_settings/index.blocks.*"
    answer = client.ask("GET", path, params={"flat_settings": "true"})
    return tuple(
        f"{shorten(name)}: the block {block} is set; free the disks of the cluster, or lift it"
        for name, index in sorted(answer.items())
        for block in _BLOCKS
        if index["settings"].get(f"index.blocks.{block}") == "true"
    )


def _incomplete(client: Client, pair: Pair) -> tuple[str, ...]:
    """Return a line for what is missing in the live index: terms of articles, or its words."""
    without = {
        "query": {
            "bool": {
                "should": [
                    {"bool": {"must_not": {"exists": {"field": field}}}}
                    for field in ("stem", "exact", "id", "seq", "story")
                ]
            }
        }
    }
    missing = _count(client, pair.articles, without)
    lines = [f"{pair.articles}: {missing} articles lack terms, an id or a story"] if missing else []
    has_terms = {"query": {"bool": {"must_not": [{"term": {"exact": MARK}}]}}}
    if not _count(client, pair.words) and _count(client, pair.articles, has_terms):
        lines.append(f"{pair.words}: has no word")
    leads = client.ask("GET", f"/_alias/{client.address.alias}-words")
    if list(leads) != [pair.words]:
        lines.append(f"{client.address.alias}-words: leads to {shorten(', '.join(leads))}, expected {pair.words}")
    return tuple(lines)


def _count(client: Client, index: str, query: dict[str, Any] | None = None) -> int:
    answer = client.ask("POST", f"/{index}/_count", query)
    require_all_shards(answer, client.address)
    return int(answer["count"])
