"""Embedding of the articles of a live index: each gets the vectors of its texts, beside all that it holds.

Encoding takes most of the time, and others may write meanwhile: an article that they changed is left as it is, and
encoded in the end, while nobody else writes. What is written of an embedding that was interrupted stays, and is not
encoded again; nor is a text that this or another article has had before, also in the index before a rebuild.
"""

from __future__ import annotations

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
from indexer.kernels.vectors import Vectors

BATCH: Final = 256
"""So many texts are encoded at a time, and about as many are read and written at once."""
MAX_KNOWN: Final = 1 << 17
"""So many vectors are kept for texts that come again, those made last: 64 MB of 512 bytes each."""


def embed(client: Client, fingerprint: str, embedding: Embedding) -> int:
    """Give vectors to the articles that have none; see :meth:`indexer.engines.SearchEngine.embed`."""
    indexes = Indexes(client)
    live = require_usable(indexes.live(), client, fingerprint)
    with expected_form(client):
        require_plugin(client)
        described = live.description.embedding
    known: dict[str, bytes] = {}
    with WriterLock(client, work="encoding"):
        first = _Embedder(client, indexes, live, embedding, known)
        first.embed()
        if not first.written and described == (embedding.encoder, embedding.passages):
            return 0
        with WriterLock(client, least_token=live.description.revision + 1) as lock:
            live = require_usable(indexes.live(), client, fingerprint)
            last = _Embedder(client, indexes, live, embedding, known)
            last.embed()
            indexes.refresh(live.pair)
            lock.require_held()
            _describe(indexes, live, embedding, lock.token)
    return first.encoded + last.encoded


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
    """Embeds the articles of one index; ``known`` are vectors by the hashes of their texts, the latest last.

    ``encoded`` counts texts, ``written`` articles.
    """

    def __init__(
        self, client: Client, indexes: Indexes, live: Live, embedding: Embedding, known: dict[str, bytes]
    ) -> None:
        self.encoded = self.written = 0
        self._client = client
        self._indexes = indexes
        self._live = live
        self._embedding = embedding
        self._field = vectors_field(embedding.encoder.fingerprint)
        self._known = known
        self._stored_in: list[str] = []
        self._replaced: Json = {}
        self._running: deque[list[_Text]] = deque()
        self._waiting: list[_Page] = []
        self._asked = self._unread = 0

    def embed(self) -> None:
        """Give vectors to the articles that this encoder has not read."""
        self._indexes.refresh(self._live.pair)  # else what an interrupted embedding wrote would be encoded again
        with expected_form(self._client):
            self._prepare()
        with BulkWriter(self._client) as bulk:
            for vectors in self._embedding.encode(self._batches(bulk)):
                self._take(vectors)
                self._write(bulk)

    def _prepare(self) -> None:
        """Make the field of the encoder; learn which indexes have vectors of it, and which vectors are replaced."""
        pair, previous = self._live.pair, self._live.description.previous
        fields = self._indexes.fields(pair)
        self._stored_in = [pair.articles] if self._field in fields else []
        if previous and self._field in self._indexes.fields(before := self._indexes.pair(previous)):
            self._stored_in.append(before.articles)
        self._replaced = dict.fromkeys(name for name in fields if is_vectors_field(name))
        if self._field not in fields:
            self._indexes.add_fields(pair, vector_properties(self._embedding.encoder))

    # -- what is to be encoded

    def _batches(self, bulk: BulkWriter) -> Iterator[list[str]]:
        """Yield texts to encode; write on the way the articles whose texts all have vectors."""
        for articles in self._unembedded():
            missing = iter(self._expect(articles))
            self._write(bulk)
            while batch := list(islice(missing, BATCH)):
                self._running.append(batch)
                self._asked += len(batch)
                self._embedding.on_encoded(self.encoded, self._asked + self._unread)
                yield [each.text for each in batch]

    def _unembedded(self) -> Iterator[list[_Article]]:
        """Yield the articles that this encoder has not read, some at a time, in their order."""
        mark = embedded_mark(self._embedding.encoder, self._embedding.passages)
        body: Json = {
            "size": max(1, BATCH // (1 + self._embedding.passages)),
            "query": {"bool": {"must_not": {"term": {EMBEDDED_FIELD: mark}}}},
            "sort": [{"seq": "asc"}],
            "_source": list(SOURCE_FIELDS),
            "seq_no_primary_term": True,
            "track_total_hits": True,
        }
        while True:
            with expected_form(self._client):
                hits = ask_search(self._client, self._live.pair.articles, body)["hits"]
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
        """Write the articles whose texts all have vectors; an interruption loses none of these."""
        whole = [page for page in self._waiting if not page.lacking]
        self._waiting = [page for page in self._waiting if page.lacking]
        mark = embedded_mark(self._embedding.encoder, self._embedding.passages)
        for page in whole:
            for each in page.articles:
                texts = [text_source(text.hash, page.vectors[text.hash]) for text in each.texts]
                fields = {**self._replaced, self._field: texts, EMBEDDED_FIELD: mark}
                bulk.add(update_change(self._live.pair.articles, each.key, fields, each.article.id, seen=each.seen))
            self.written += len(page.articles)
        if whole:
            bulk.flush()


def _read(hit: Json) -> _Article:
    return _Article(read_article(hit["_source"]), hit["_id"], (int(hit["_seq_no"]), int(hit["_primary_term"])))
