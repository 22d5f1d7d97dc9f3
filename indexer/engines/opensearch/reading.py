"""Reading methods of the OpenSearch engine: each asks the live index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzers import Analyzer
from indexer.article import Article
from indexer.engines import Embedding, EmbeddingStats, EngineResults, ScoredArticle, TermCount
from indexer.engines.opensearch.address import Address, read_address
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.searching import Searcher
from indexer.engines.opensearch.serving import LiveIndex
from indexer.engines.opensearch.settings import read_settings
from indexer.engines.opensearch.vocabulary import Families, Vocabulary
from indexer.errors import InputError
from indexer.query.plan import EngineRequest, Plan


class ClusterReader:
    """What reads an index on a cluster; see :class:`indexer.engines.SearchEngine`.

    Connections are made when they are first needed.
    """

    def __init__(self, url: str | Address, analyzer: Analyzer, fingerprint: str | None = None) -> None:
        address = read_address(url) if isinstance(url, str) else url
        self._client = Client(address, read_settings())
        self._analyzer = analyzer
        self._fingerprint = fingerprint or analyzer.fingerprint()
        self._live = LiveIndex(self._client, self._fingerprint)
        self._families = Families(self._client)

    def _forget(self) -> None:
        """Have the next search see what this process has changed."""
        self._live.forget()
        self._families.forget()

    def search(self, search: EngineRequest) -> EngineResults:
        return self._live.read(lambda live: Searcher(self._client, self._analyzer, live).search(search))

    def iterate(self, search: EngineRequest) -> Iterator[ScoredArticle]:
        yield from Searcher(self._client, self._analyzer, self._live.current()).iterate(search)

    def score(self, plan: Plan, article_id: str) -> float | None:
        return self._live.read(lambda live: Searcher(self._client, self._analyzer, live).score(plan, article_id))

    def totals(self, searches: Sequence[EngineRequest]) -> tuple[int, ...]:
        return self._live.read(lambda live: Searcher(self._client, self._analyzer, live).totals(searches))

    def article(self, article_id: str) -> Article | None:
        return self._live.read(lambda live: Searcher(self._client, self._analyzer, live).article(article_id))

    def ids(self) -> tuple[str, ...]:
        return self._live.read(lambda live: Searcher(self._client, self._analyzer, live).ids())

    def values(self, column: str) -> tuple[str, ...]:
        return self._live.read(lambda live: Searcher(self._client, self._analyzer, live).values(column))

    def family(self, stem: str) -> tuple[str, ...]:
        return self._live.read(lambda live: self._families.family(live, stem))

    def terms_with_prefix(self, space: str, prefix: str, limit: int) -> tuple[TermCount, ...]:
        return self._live.read(lambda live: Vocabulary(self._client, live).terms_with_prefix(space, prefix, limit))

    def similar_terms(
        self, space: str, text: str, distance: int, limit: int, *, shared_prefix: int = 0
    ) -> tuple[TermCount, ...]:
        return self._live.read(
            lambda live: Vocabulary(self._client, live).similar_terms(space, text, distance, limit, shared_prefix)
        )

    def forms(self, stem: str) -> tuple[TermCount, ...]:
        return self._live.read(
            lambda live: Vocabulary(self._client, live).forms(stem, Searcher(self._client, self._analyzer, live))
        )

    # -- vectors, which an index on a cluster has none of

    def embed(self, embedding: Embedding) -> int:
        self._live.current()
        raise InputError(f"{self._client.address}: an index on a cluster has no vectors; embed an index in a folder")

    def embedding_stats(self) -> EmbeddingStats | None:
        self._live.current()
        return None

    def vector_of(self, article_id: str) -> tuple[str, bytes] | None:
        self._live.current()
        return None

    def nearest_text(self, article_id: str, vector: bytes) -> int | None:
        self._live.current()
        return None
