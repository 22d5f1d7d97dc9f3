"""The OpenSearch engine: the SearchEngine protocol over an index on a cluster."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

from indexer.engines import Embedding, IndexStats, Say
from indexer.engines.opensearch import administration, rebuilding, updating
from indexer.engines.opensearch.embedding import embed_articles
from indexer.engines.opensearch.indexes import Live
from indexer.engines.opensearch.reading import ClusterReader
from indexer.engines.opensearch.serving import expected_form
from indexer.engines.sources import Source
from indexer.schema import Document


class OpenSearchEngine(ClusterReader):
    """An index on a cluster; see :class:`indexer.engines.SearchEngine`."""

    # Making the requests of an article takes as long as analysing it, .3 ms. By two more processes 10,000 articles took
    # .45 ms of CPU each to analyse, by none .26.
    writing_cores = 1

    _known_stats: tuple[Live, IndexStats] | None = None
    """What the index holds, and of which state of it."""

    # -- writing

    def rebuild(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        source = Source(documents)
        return self._write(lambda: rebuilding.rebuild(self._client, self._fingerprint, source, say), source)

    def update(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        source = Source(documents)
        return self._write(lambda: updating.update(self._client, self._fingerprint, source, say), source)

    def delete(self, ids: Iterable[str]) -> int:
        source = Source(ids)
        return self._write(lambda: updating.delete(self._client, self._fingerprint, source), source)

    def rollback(self) -> int:
        return self._write(lambda: rebuilding.rollback(self._client, self._fingerprint), Source(()))

    def embed(self, embedding: Embedding) -> int:
        self._client.require_open()
        try:
            return embed_articles(self._client, self._fingerprint, embedding)
        finally:
            self._forget()
            self._known_stats = None

    def _write(self, write: Callable[[], int], source: Source[Any]) -> int:
        """Change the index; this process sees it at once, also when only a part of it was done."""
        self._client.require_open()
        try:
            with expected_form(self._client, passes=source.is_own_error):
                return write()
        finally:
            self._forget()
            self._known_stats = None  # a part of what failed may be in

    # -- the index itself

    def steady(self) -> contextlib.AbstractContextManager[None]:
        return self._live.steady()

    def state(self) -> object:
        live = self._live.current()
        return live.pair.number, live.description.revision

    def stats(self) -> IndexStats:
        return self._live.read(self._stats_of)

    def _stats_of(self, live: Live) -> IndexStats:
        """Return the stats of a state of the index: each page asks for its generation, so they are kept."""
        known = self._known_stats
        if known is None or known[0] != live:
            known = self._known_stats = live, administration.stats(self._client, live)
        return known[1]

    def check(self) -> tuple[str, ...]:
        self._client.require_open()
        with expected_form(self._client):
            return administration.faults(self._client, self._fingerprint)

    def close(self) -> None:
        self._client.close()
