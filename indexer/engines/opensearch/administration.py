"""State of an index on a cluster, for those who look after it: counts, sizes, and what is wrong."""

from __future__ import annotations

import datetime
from itertools import starmap
from typing import Any, Final

from indexer.engines import IndexStats
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.failures import require_all_shards, shorten
from indexer.engines.opensearch.indexes import ENGINE, Indexes, Live, Pair, require_usable
from indexer.engines.opensearch.mapping import MARK, MAX_PRECISION

_BLOCKS: Final = ("read_only", "read_only_allow_delete", "write", "read")
_CLOSED: Final = "index.verified_before_close"


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
    if pair.words not in indexes.names(pair.words):
        return (f"{pair.words}: is not there, the words of {pair.articles} are lost; rebuild the index",)
    settings = _settings(client, pair)
    if closed := tuple(name for name, values in settings.items() if values.get(_CLOSED) == "true"):
        return tuple(f"{name}: was closed; open it on the cluster: POST /{name}/_open" for name in closed)
    params = {"level": "indices", "timeout": "5s"}
    health = client.ask("GET", f"/_cluster/health/{pair.articles},{pair.words}", params=params)
    by_name = sorted(health["indices"].items())
    lost = tuple(filter(None, starmap(_lost_shards, by_name)))
    missing = filter(None, starmap(_missing_copies, by_name))
    return lost or (*missing, *_blocks(settings), *_incomplete(client, indexes, pair))


def _lost_shards(name: str, health: dict[str, Any]) -> str:
    """Return a line for an index of which a shard has no copy left that answers, "" for a whole one."""
    lost = health["number_of_shards"] - health["active_primary_shards"]
    return (
        f"{name}: {lost} of {health['number_of_shards']} shards have no copy that answers; start the nodes that hold one"
        if lost
        else ""
    )


def _missing_copies(name: str, health: dict[str, Any]) -> str:
    """Return a line for an index of which a copy is on no node and is not being made, "" for any other."""
    missing = health["unassigned_shards"]
    return (
        f"{name}: {missing} copies of its shards are on no node, one more that fails may be too many; start the node that "
        "is away, or add one"
        if missing
        else ""
    )


def _settings(client: Client, pair: Pair) -> dict[str, dict[str, str]]:
    """Return the settings of the indexes of a pair that keep them from being used, by name."""
    path = f"/{pair.articles},{pair.words}/_settings/index.blocks.*,{_CLOSED}"
    answer = client.ask("GET", path, params={"flat_settings": "true"})
    return {shorten(name): index["settings"] for name, index in sorted(answer.items())}


def _blocks(settings: dict[str, dict[str, str]]) -> tuple[str, ...]:
    """Return a line for each block that keeps an index from being written or read."""
    return tuple(
        f"{name}: the block {block} is set; free the disks of the cluster, or lift it in the settings of the index"
        for name, values in settings.items()
        for block in _BLOCKS
        if values.get(f"index.blocks.{block}") == "true"
    )


def _incomplete(client: Client, indexes: Indexes, pair: Pair) -> tuple[str, ...]:
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
    lines = [f"{pair.articles}: {missing} articles lack terms, an id or a story; rebuild the index"] if missing else []
    has_terms = {"query": {"bool": {"must_not": [{"term": {"exact": MARK}}]}}}
    if not _count(client, pair.words) and _count(client, pair.articles, has_terms):
        lines.append(f"{pair.words}: has no word; rebuild the index")
    leads = indexes.names(f"{client.address.alias}-words")
    if leads != [pair.words]:
        told = shorten(", ".join(leads)) or "nothing"
        lines.append(
            f"{client.address.alias}-words: leads to {told}, expected {pair.words}; rebuild the index, or set the alias right"
        )
    return tuple(lines)


def _count(client: Client, index: str, query: dict[str, Any] | None = None) -> int:
    answer = client.ask("POST", f"/{index}/_count", query)
    require_all_shards(answer, client.address)
    return int(answer["count"])
