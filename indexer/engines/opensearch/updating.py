"""Changes of a live index on a cluster: articles come, each in the place of the one with its id, or go.

The source of the articles is read to its end first, into a file, so that one that fails has changed nothing. Then all
is written, and shown by one refresh. When that is interrupted, some articles may be in and others not, each of them
whole; the same change again sets it right.
"""

from __future__ import annotations

import base64
import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from indexer.engines import Say
from indexer.engines.opensearch.bulk import BulkWriter, delete_change, index_change, update_change
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.documents import band_keys, document_id
from indexer.engines.opensearch.failures import require_all_shards
from indexer.engines.opensearch.indexes import Indexes, Live, require_usable
from indexer.engines.opensearch.patience import Patience
from indexer.engines.opensearch.spool import TOKEN_BITS, Spool
from indexer.engines.opensearch.story_changes import MAX_LINKED, StoryMember, changed_stories
from indexer.engines.opensearch.words_writing import more_words
from indexer.engines.opensearch.writer_lock import WriterLock
from indexer.errors import SourceError
from indexer.schema import Document

_KEYS_A_REQUEST: Final = 1_000
_BANDS_A_REQUEST: Final = 8_192
_MEMBERS_A_REQUEST: Final = 5_000
_MEMBER_FIELDS: Final = ["seq", "sketch", "day", "story", "copied_story"]


def update(client: Client, fingerprint: str, documents: Iterable[Document], say: Say | None = None) -> int:
    """Add articles; return the number of distinct ids. See :meth:`indexer.engines.SearchEngine.update`."""
    indexes = Indexes(client)
    with _lock(client, indexes, fingerprint) as lock:
        live = require_usable(indexes.live(), client, fingerprint)
        with Spool(client.address, lock.token) as spool:
            for document in documents:
                spool.add(document)
            if not len(spool):
                raise SourceError("no article to index; the index was left as it was")
            indexes.refresh(live.pair)  # else nothing sees what an interrupted change has left
            lock.require_held()
            live = _with_ids(indexes, live, spool)
            _write(client, live, spool, Patience(say))
        _show(indexes, live, lock)
        return len(spool)


def delete(client: Client, fingerprint: str, ids: Iterable[str]) -> int:
    """Delete articles; return how many there were. See :meth:`indexer.engines.SearchEngine.delete`."""
    names = {document_id(article_id): article_id for article_id in ids}
    indexes = Indexes(client)
    live = require_usable(indexes.live(), client, fingerprint)
    if not _members(client, live.pair.articles, list(names)):
        return 0  # without a trace: the state of the index stays the same
    with _lock(client, indexes, fingerprint) as lock:
        live = require_usable(indexes.live(), client, fingerprint)
        indexes.refresh(live.pair)
        articles = live.pair.articles
        gone = _members(client, articles, list(names))
        stories = changed_stories((), gone, lambda step: _neighbours(client, articles, step))
        with BulkWriter(client) as bulk:
            for key, story in stories.items():
                bulk.add(update_change(articles, key, story.fields(), key))
            bulk.flush()  # the same again, after an interruption, finds no stories of articles that are gone
            for number, member in enumerate(gone):
                version = lock.token << TOKEN_BITS | number
                bulk.add(delete_change(articles, member.key, names[member.key], version=version))
        _show(indexes, live, lock)
        return len(gone)


def _lock(client: Client, indexes: Indexes, fingerprint: str) -> WriterLock:
    """Return the lock of the index, to be taken; where there is none to change, nothing is made."""
    live = require_usable(indexes.live(), client, fingerprint)
    return WriterLock(client, least_token=live.description.revision + 1)


def _with_ids(indexes: Indexes, live: Live, spool: Spool) -> Live:
    """Have an index say that its ids are not all plain before the first such article comes, and return what it says."""
    if spool.plain_ids or not live.description.plain_ids:
        return live
    described = Live(live.pair, replace(live.description, plain_ids=False))
    indexes.describe(described.pair, described.description)
    return described


def _write(client: Client, live: Live, spool: Spool, patience: Patience) -> None:
    articles, words = live.pair.articles, live.pair.words
    new = spool.members()
    old = _members(client, articles, [member.key for member in new])
    stories = changed_stories(new, old, lambda step: _neighbours(client, articles, step))
    with BulkWriter(client, patience=patience) as bulk:
        for key in stories.keys() - {member.key for member in new}:
            bulk.add(update_change(articles, key, stories[key].fields(), key))
        bulk.flush()  # so that no copy is in before the article that it is one of says that it has some
        for each in spool.articles():
            bulk.add(index_change(articles, each.key, each.with_story(stories[each.key]), each.id, version=each.seq))
        for change in more_words(client, words, spool.counts, patience):
            bulk.add(change)


def _show(indexes: Indexes, live: Live, lock: WriterLock) -> None:
    """Have searches see a change, then say that there is one: what they keep must not be older than it says."""
    indexes.refresh(live.pair)
    lock.require_held()  # what a later writer says of the index must not be undone
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    indexes.describe(live.pair, replace(live.description, revision=lock.token, updated=now))


def _members(client: Client, index: str, keys: Sequence[str]) -> list[StoryMember]:
    """Return what tells the stories of those of some articles that the index has, also of those no search sees yet."""
    found = []
    remaining = iter(keys)
    while batch := list(islice(remaining, _KEYS_A_REQUEST)):
        params = {"_source": ",".join(_MEMBER_FIELDS)}
        found += [_member(item) for item in client.documents(index, batch, params) if item.get("found")]
    return found


def _neighbours(client: Client, index: str, step: Sequence[StoryMember]) -> Iterator[StoryMember]:
    """Yield the articles that share a band with one of ``step``, the oldest first of each request."""
    bands = iter({band: None for member in step for band in band_keys(member.sketch)})
    while batch := list(islice(bands, _BANDS_A_REQUEST)):
        body: dict[str, Any] = {
            "size": _MEMBERS_A_REQUEST,
            "query": {"constant_score": {"filter": {"terms": {"bands": batch}}}},
            "_source": _MEMBER_FIELDS,
            "sort": [{"seq": "asc"}],
            "track_total_hits": False,
        }
        for _ in range(0, MAX_LINKED, _MEMBERS_A_REQUEST):
            params = {"allow_partial_search_results": "false"}
            answer = client.ask("POST", f"/{index}/_search", body, params=params)
            require_all_shards(answer, client.address)
            hits = answer["hits"]["hits"]
            yield from map(_member, hits)
            if len(hits) < _MEMBERS_A_REQUEST:
                break
            body["search_after"] = hits[-1]["sort"]


def _member(item: dict[str, Any]) -> StoryMember:
    source = item["_source"]
    day = datetime.date.fromisoformat(source["day"]).toordinal() if source.get("day") else 0
    sketch = base64.b64decode(source["sketch"])
    return StoryMember(
        item["_id"], int(source["seq"]), sketch, day, source["story"], source.get("copied_story") is not None
    )
