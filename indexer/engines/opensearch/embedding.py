"""Embedding of the articles of a live index: each gets the vectors of its texts, beside all that it holds.

Encoding takes most of the time, and others may write meanwhile: an article that they changed is left as it is, and
encoded in the end, while nobody else writes. What is written of an embedding that was interrupted stays, and is not
encoded again; nor is a text that this or another article has had before, also in the index before a rebuild.
"""

from __future__ import annotations

import contextlib
import datetime
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, NamedTuple

from indexer.article import Article
from indexer.engines import Embedding
from indexer.engines.opensearch.bulk import BulkWriter, update_change
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.documents import read_article
from indexer.engines.opensearch.indexes import Indexes, Live, require_usable
from indexer.engines.opensearch.mapping import Json
from indexer.engines.opensearch.search_body import SOURCE_FIELDS
from indexer.engines.opensearch.searching import ask_search
from indexer.engines.opensearch.serving import expected_form
from indexer.engines.opensearch.stored_vectors import find_vectors
from indexer.engines.opensearch.vectors import (
    EMBEDDED_FIELD,
    embedded_mark,
    is_vectors_field,
    require_plugin,
    text_hash,
    text_source,
    vector_properties,
    vectors_field,
)
from indexer.engines.opensearch.writer_lock import WriterLock
from indexer.errors import IndexLockedError
from indexer.kernels.vectors import Vectors

BATCH: Final = 256
"""So many texts are encoded at a time, and about as many are read and written at once."""
MAX_KNOWN: Final = 1 << 17
"""So many vectors are kept for texts that come again, those made last: 64 MB of 512 bytes each."""


def embed_articles(client: Client, fingerprint: str, embedding: Embedding) -> int:
    """Give vectors to the articles that have none; see :meth:`indexer.engines.SearchEngine.embed`."""
    indexes = Indexes(client)
    live = require_usable(indexes.live(), client, fingerprint)
    with expected_form(client):
        require_plugin(client)
    embedder = _Embedder(client, indexes, embedding)
    with WriterLock(client, work="encoding"):
        while not embedder.embed(live):
            live = require_usable(indexes.live(), client, fingerprint)
        if embedder.written or not _is_described(client, live, embedding):
            with WriterLock(client, least_token=live.description.revision + 1) as lock:
                live = require_usable(indexes.live(), client, fingerprint)
                embedder.embed(live, is_locked=True)
                indexes.refresh(live.pair)
                lock.require_held()
                _describe(indexes, live, embedding, lock.token)
    return embedder.encoded


def _is_described(client: Client, live: Live, embedding: Embedding) -> bool:
    with expected_form(client):
        return live.description.embedding == (embedding.encoder, embedding.passages)


def _describe(indexes: Indexes, live: Live, embedding: Embedding, revision: int) -> None:
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    embedded = (*embedding.encoder, embedding.passages)
    indexes.describe(live.pair, replace(live.description, embedded=embedded, revision=revision, updated=now))


class _Text(NamedTuple):
    """A text to encode, and the hash by which it is known."""

    hash: str
    text: str


class _Article(NamedTuple):
    """An article to embed, its key, its state when it was read, and its texts."""

    article: Article
    key: str
    seen: tuple[int, int]
    texts: tuple[_Text, ...] = ()


@dataclass(slots=True)
class _Page:
    """Articles that are written together, the vectors of their texts, and the hashes of those that have none yet."""

    articles: list[_Article]
    vectors: dict[str, bytes]
    lacking: set[str]

    def take(self, vectors: Mapping[str, bytes]) -> None:
        """Keep those of some vectors that the articles lack."""
        found = self.lacking & vectors.keys()
        self.vectors |= {digest: vectors[digest] for digest in found}
        self.lacking -= found


class _Embedder:
    """Embeds the articles of one index after another; ``encoded`` counts texts, ``written`` articles."""

    def __init__(self, client: Client, indexes: Indexes, embedding: Embedding) -> None:
        self.encoded = self.written = 0
        self._client = client
        self._indexes = indexes
        self._embedding = embedding
        self._field = vectors_field(embedding.encoder.fingerprint)
        self._mark = embedded_mark(embedding.encoder, embedding.passages)
        self._known: dict[str, bytes] = {}
        """Vectors by the hashes of their texts, the latest last."""
        self._pair = indexes.pair(0)
        self._stored_in: list[str] = []
        self._replaced: Json = {}
        self._running: deque[list[_Text]] = deque()
        self._waiting: list[_Page] = []
        self._asked = self._unread = 0
        self._is_live = True

    def embed(self, live: Live, *, is_locked: bool = False) -> bool:
        """Give vectors to the articles that this encoder has not read; return False where another index went live.

        ``is_locked`` says that nobody else writes meanwhile.
        """
        self._pair, self._is_live = live.pair, True
        self._running, self._waiting = deque(), []
        self._asked = self.encoded
        with expected_form(self._client):
            self._prepare(live, is_locked=is_locked)
        with BulkWriter(self._client) as bulk:
            for vectors in self._embedding.encode(self._batches(bulk)):
                self._take(vectors)
                self._write(bulk)
        return self._is_live

    def _prepare(self, live: Live, *, is_locked: bool) -> None:
        """Make the field of the encoder; learn which indexes have vectors of it, and which vectors are replaced."""
        fields = self._indexes.fields(live.pair)
        self._replaced = dict.fromkeys(name for name in fields if is_vectors_field(name))
        if self._field not in fields:
            self._indexes.add_fields(live.pair, vector_properties(self._embedding.encoder))
        self._stored_in = [live.pair.articles] if self._field in fields else []
        previous = self._indexes.pair(live.description.previous)
        if self._field in self._indexes.fields(previous):
            self._indexes.refresh(previous)
            self._stored_in.append(previous.articles)
        # Else what an interrupted embedding wrote would be encoded again. Half of an update must not be shown.
        if is_locked:
            self._indexes.refresh(live.pair)
            return
        lock = WriterLock(self._client, least_token=live.description.revision + 1)
        with contextlib.suppress(IndexLockedError), lock:
            self._indexes.refresh(live.pair)

    # -- what is to be encoded

    def _batches(self, bulk: BulkWriter) -> Iterator[list[str]]:
        """Yield texts to encode; write on the way the articles whose texts all have vectors."""
        for articles in self._articles_to_embed():
            missing = iter(self._expect(articles))
            self._write(bulk)
            while self._is_live and (batch := list(islice(missing, BATCH))):
                self._running.append(batch)
                self._asked += len(batch)
                self._embedding.on_encoded(self.encoded, self._asked + self._unread)
                yield [each.text for each in batch]

    def _articles_to_embed(self) -> Iterator[list[_Article]]:
        """Yield the articles that this encoder has not read, some at a time, in order; none of a replaced index."""
        body: Json = {
            "size": max(1, BATCH // (1 + self._embedding.passages)),
            "query": {"bool": {"must_not": {"term": {EMBEDDED_FIELD: self._mark}}}},
            "sort": [{"seq": "asc"}],
            "_source": list(SOURCE_FIELDS),
            "seq_no_primary_term": True,
            "track_total_hits": True,
        }
        while self._is_live:
            with expected_form(self._client):
                hits = ask_search(self._client, self._pair.articles, body)["hits"]
                articles = [_read(hit) for hit in hits["hits"]]
                if not articles:
                    return
                if "search_after" not in body:
                    self._unread = int(hits["total"]["value"])
                body = {**body, "search_after": hits["hits"][-1]["sort"]}
            self._unread -= len(articles)
            yield [each._replace(texts=self._texts_of(each.article)) for each in articles]

    def _texts_of(self, article: Article) -> tuple[_Text, ...]:
        return tuple(_Text(text_hash(text), text) for text in self._embedding.texts_of(article))

    def _expect(self, articles: list[_Article]) -> list[_Text]:
        """Take a page of articles, and return those of their texts that no vector is known of or asked for."""
        texts = {text.hash: text for each in articles for text in each.texts}
        page = _Page(articles, {}, set(texts))
        page.take(self._known)
        asked = {text.hash for batch in self._running for text in batch}
        with expected_form(self._client):
            unknown = sorted(page.lacking - asked)
            page.take(find_vectors(self._client, self._stored_in, self._embedding.encoder, unknown))
        self._waiting.append(page)
        return [texts[digest] for digest in texts if digest in page.lacking - asked]

    # -- what was encoded

    def _take(self, vectors: Vectors) -> None:
        """Keep the vectors of the texts that were to be encoded first."""
        batch = self._running.popleft()
        made = {text.hash: row.tobytes() for text, row in zip(batch, vectors.rows, strict=True)}
        self._known |= made
        for digest in list(islice(self._known, max(0, len(self._known) - MAX_KNOWN))):
            del self._known[digest]
        for page in self._waiting:
            page.take(made)
        self.encoded += len(made)
        self._embedding.on_encoded(self.encoded, self._asked + self._unread)

    def _write(self, bulk: BulkWriter) -> None:
        """Write the articles whose texts all have vectors; an interruption loses none of these.

        Nothing is written to an index that was replaced: it may be gone, and would be made anew.
        """
        whole = [page for page in self._waiting if not page.lacking]
        self._waiting = [page for page in self._waiting if page.lacking]
        self._is_live = self._is_live and self._indexes.live_pair() == self._pair
        if not self._is_live:
            return
        for page in whole:
            for each in page.articles:
                texts = [text_source(text.hash, page.vectors[text.hash]) for text in each.texts]
                fields = {**self._replaced, self._field: texts, EMBEDDED_FIELD: self._mark}
                bulk.add(update_change(self._pair.articles, each.key, fields, each.article.id, seen=each.seen))
            self.written += len(page.articles)
        bulk.flush()


def _read(hit: Json) -> _Article:
    return _Article(read_article(hit["_source"]), hit["_id"], (int(hit["_seq_no"]), int(hit["_primary_term"])))
