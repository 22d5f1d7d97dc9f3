"""Rebuild of an index on a cluster: a new one is filled beside the live one, checked, and swapped in at once.

While it is filled it has no replicas, and nothing sees it. When a node is away that has a shard of it, the rebuild waits
for a while; its log is on disk at each acknowledgement, so that a node that comes back has lost nothing. When anything
fails the new index is removed, and the live one has served all along. The one that was live is kept for a rollback.
"""

from __future__ import annotations

import contextlib
import datetime
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, Final, TypeVar

from indexer.engines import Say
from indexer.engines.opensearch.bulk import BulkWriter, index_change, update_change
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.documents import Story
from indexer.engines.opensearch.indexes import Description, Indexes, Pair, require_usable
from indexer.engines.opensearch.mapping import articles_body, words_body
from indexer.engines.opensearch.patience import Patience
from indexer.engines.opensearch.spool import ArticleMaker, SpooledArticle
from indexer.engines.opensearch.story_stream import StoryStream
from indexer.engines.opensearch.versions import require_version
from indexer.engines.opensearch.words_writing import new_words
from indexer.engines.opensearch.writer_lock import WriterLock
from indexer.errors import (
    AkhbarError,
    IndexNotFoundError,
    IndexUnavailableError,
    IndexUnusableError,
    PartialResultsError,
    SourceError,
)
from indexer.schema import Document

_BATCH: Final = 500
_BATCH_BYTES: Final = 32 << 20
_LOOK_AHEAD: Final = 4_000
"""So many articles wait until they are written: of 732 stories of a Saudi archive 11 have their first copy later."""
_LOOK_AHEAD_BYTES: Final = 96 << 20
_GREEN_S: Final = 600
_LOADING: Final = {
    "number_of_replicas": 0,
    "auto_expand_replicas": "false",
    "refresh_interval": "-1",
}

_T = TypeVar("_T")


def rebuild(client: Client, fingerprint: str, documents: Iterable[Document], say: Say | None) -> int:
    """Replace all articles; return how many there are now. See :meth:`indexer.engines.SearchEngine.rebuild`."""
    remaining = iter(documents)
    first = next(remaining, None)
    if first is None:
        raise SourceError("no article to index; the index was left as it was")
    require_version(client.ask("GET", "/"), client.address)
    indexes = Indexes(client)
    indexes.live_pair()  # before the lock: where the name is taken by another index, nothing is made
    with WriterLock(client) as lock:
        old = indexes.live_pair()
        pair = _make_next(client, indexes, old)
        try:
            maker = ArticleMaker(lock.token)
            written = _fill(client, indexes, pair, maker, chain((first,), remaining), say)
            description = _description(fingerprint, lock.token, old, plain_ids=maker.plain_ids)
            _finish(client, indexes, pair, description, written, say)
            lock.require_held()
            indexes.swap(old, pair)
        except BaseException:
            with contextlib.suppress(AkhbarError):
                if indexes.live_pair() != pair:
                    indexes.remove(pair.number)
            raise
        with contextlib.suppress(AkhbarError):  # the next rebuild tries again
            _remove_others(indexes, kept=(pair, old))
    return written


def _make_next(client: Client, indexes: Indexes, old: Pair | None) -> Pair:
    """Make the next pair; remove those that a rebuild has left behind that was killed."""
    numbers = indexes.numbers()
    if old is not None:
        _remove_others(indexes, kept=(old, *_previous(indexes)))
    pair = indexes.pair(max(numbers, default=0) + 1)
    address = client.address
    words = {"number_of_shards": 1, **_LOADING}
    articles = {"number_of_shards": address.shards, "codec": address.codec, **_LOADING}
    indexes.make(pair, articles_body(articles, {}), words_body(words, {}))
    return pair


def _previous(indexes: Indexes) -> Iterator[Pair]:
    """Yield the pair that was live before the live one, if that is known."""
    with contextlib.suppress(IndexUnusableError):
        if previous := indexes.live().description.previous:
            yield indexes.pair(previous)


def _remove_others(indexes: Indexes, kept: Iterable[Pair | None]) -> None:
    names = {pair.number for pair in kept if pair}
    indexes.remove(*(number for number in indexes.numbers() if number not in names))


def _description(fingerprint: str, token: int, old: Pair | None, *, plain_ids: bool) -> Description:
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return Description(fingerprint, now, now, token, old.number if old else 0, plain_ids)


def _fill(
    client: Client, indexes: Indexes, pair: Pair, maker: ArticleMaker, documents: Iterable[Document], say: Say | None
) -> int:
    """Write articles, their words and their stories into a new pair; return the number of distinct articles."""
    stories, patience = StoryStream(), Patience(say)
    with BulkWriter(client, patience=patience) as bulk:
        for each, story in _with_stories(_sources(documents, maker, stories), stories):
            bulk.add(index_change(pair.articles, each.key, each.with_story(story), each.id, version=each.seq))
        # It takes one core, and the words the other one.
        bulk.call_once_in(lambda: _patiently(patience, lambda: _refresh(indexes, pair)))
        if say:
            say("writing the words")
        for change in new_words(pair.words, maker.counts):
            bulk.add(change)
        bulk.flush()  # after the refresh: else each article that follows would be read from the log
        for key, story in stories.corrections():
            bulk.add(update_change(pair.articles, key, story.fields(), key))
    return len(stories)


def _sources(documents: Iterable[Document], maker: ArticleMaker, stories: StoryStream) -> Iterator[SpooledArticle]:
    """Yield articles as the cluster gets them but for their stories, taken into ``stories``."""
    for document in documents:
        made, sketch = maker.make(document)
        stories.add(made.key, sketch, document.article.date)
        yield made


def _with_stories(articles: Iterator[SpooledArticle], stories: StoryStream) -> Iterator[tuple[SpooledArticle, Story]]:
    """Yield articles in their order, each with its story, when so many came after it that its first copy is among them.

    At the beginning every other article waits, so that the cluster has something to do from the first ones on.
    """
    waiting: deque[SpooledArticle] = deque()
    came = size = 0
    for batch in _batches(articles):
        stories.settle()
        waiting += batch
        came += len(batch)
        size += sum(len(each.source) for each in batch)
        ready = []
        while len(waiting) > min(_LOOK_AHEAD, came // 2) or size > _LOOK_AHEAD_BYTES:
            ready.append(waiting.popleft())
            size -= len(ready[-1].source)
        yield from zip(ready, stories.tell(len(ready)), strict=True)
    yield from zip(waiting, stories.tell(len(waiting)), strict=True)


def _batches(articles: Iterator[SpooledArticle]) -> Iterator[list[SpooledArticle]]:
    """Yield some articles at a time, whose stories are found together."""
    batch: list[SpooledArticle] = []
    size = 0
    for article in articles:
        batch.append(article)
        size += len(article.source)
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _finish(
    client: Client, indexes: Indexes, pair: Pair, description: Description, written: int, say: Say | None
) -> None:
    """Make a new pair durable, copy it to other nodes, and compare its count with what was written."""
    if say:
        say("checking and making it durable")
    patience = Patience(say)
    count = _patiently(patience, lambda: _made_durable(indexes, pair))
    if count != written:
        raise IndexUnusableError(
            f"{client.address}: the cluster has {count} articles of {written} that it took; nothing was changed, "
            "look after its disks and run this again"
        )
    indexes.describe(pair, description)
    indexes.change_settings(pair, serving_settings(client))
    status = _patiently(patience, lambda: _wait_for_copies(client, indexes, pair))
    if status != "green" and say:
        say(f"not all copies are there yet ({status}); the cluster goes on making them")


def _refresh(indexes: Indexes, pair: Pair) -> None:
    """Have searches see all of a pair; raises PartialResultsError where a shard is on no node."""
    indexes.require_whole(pair)
    indexes.refresh(pair)


def _made_durable(indexes: Indexes, pair: Pair) -> int:
    """Put a pair on disk; return its count, which also fails where a shard was lost meanwhile."""
    _refresh(indexes, pair)
    indexes.flush(pair)
    return indexes.count(pair)


def _patiently(patience: Patience, act: Callable[[], _T]) -> _T:
    """Do what every shard must answer, and again while a node is away; return what it returns."""
    wait = patience.begin()
    while True:
        try:
            done = act()
        except IndexUnavailableError:
            if not wait.pause():
                raise
        else:
            wait.end()
            return done


def serving_settings(client: Client) -> dict[str, Any]:
    """Return the settings of an index that serves: its copies, and that a write is on disk when it is acknowledged."""
    replicas = client.address.replicas
    copies: dict[str, Any] = {"auto_expand_replicas": "0-1"}
    if replicas is not None:
        copies = {"auto_expand_replicas": "false", "number_of_replicas": replicas}
    return {**copies, "translog": {"durability": "request"}}


def _wait_for_copies(client: Client, indexes: Indexes, pair: Pair) -> str:
    """Wait until all copies are there; return the health. Raises PartialResultsError when not even one of each shard is."""
    status = indexes.wait_until_copied(pair, _GREEN_S)
    if status == "red":
        raise PartialResultsError(
            f"{client.address}: a shard of the new index is on no node that answers; nothing was changed, start the node "
            "and run this again"
        )
    return status


def rollback(client: Client, fingerprint: str) -> int:
    """Have the index that was live before answer again, and keep the one that was; return the number of its articles.

    Raises IndexNotFoundError where none is kept, and IndexOutOfDateError where other analyzers built it.
    """
    indexes = Indexes(client)
    live = indexes.live()
    with WriterLock(client, least_token=live.description.revision + 1) as lock:
        live = indexes.live()
        number = live.description.previous
        if number not in indexes.numbers():
            raise IndexNotFoundError(
                f"{client.address}: no index is kept from before the live one; nothing was changed"
            )
        before = require_usable(indexes.read_pair(number), client, fingerprint)
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        described = replace(before.description, previous=live.pair.number, revision=lock.token, updated=now)
        indexes.refresh(before.pair)
        indexes.describe(before.pair, described)
        lock.require_held()
        indexes.swap(live.pair, before.pair)
        return indexes.count(before.pair)
