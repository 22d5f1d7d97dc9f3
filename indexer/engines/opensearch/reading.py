"""Reading methods of the OpenSearch engine: each asks the live index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzers import Analyzer
from indexer.article import Article
from indexer.engines import EmbeddingStats, EngineResults, NearestText, ScoredArticle, TermCount
from indexer.engines.opensearch.address import Address, read_address
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.indexes import Live
from indexer.engines.opensearch.searching import Searcher
from indexer.engines.opensearch.serving import LiveIndex
from indexer.engines.opensearch.settings import read_settings
from indexer.engines.opensearch.stored_vectors import StoredVectors
from indexer.engines.opensearch.totals import Totals, condition_of
from indexer.engines.opensearch.vocabulary import Families, Vocabulary
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
        self._totals = Totals()
        self._known_embedding: tuple[Live, EmbeddingStats | None] | None = None

    def _forget(self) -> None:
        """Have the next search see what this process has changed."""
        self._live.forget()
        self._families.forget()
        self._known_embedding = None

    def search(self, search: EngineRequest) -> EngineResults:
        return self._live.read(lambda live: self._results(live, search))

    def _results(self, live: Live, search: EngineRequest) -> EngineResults:
        own, expected = condition_of(search, live)[0], self._totals.take_expected(live)
        expected.pop(own, None)
        results, counts = Searcher(self._client, self._analyzer, live).search(search, expected)
        self._totals.put(live, {**counts, own: results.total})
        return results

    def iterate(self, search: EngineRequest) -> Iterator[ScoredArticle]:
        yield from Searcher(self._client, self._analyzer, self._live.current()).iterate(search)

    def score(self, plan: Plan, article_id: str) -> float | None:
        return self._live.read(lambda live: Searcher(self._client, self._analyzer, live).score(plan, article_id))

    def totals(self, searches: Sequence[EngineRequest]) -> tuple[int, ...]:
        return self._live.read(lambda live: self._totals_of(live, searches))

    def expect(self, searches: Sequence[EngineRequest]) -> None:
        self._totals.expect(searches)

    def _totals_of(self, live: Live, searches: Sequence[EngineRequest]) -> tuple[int, ...]:
        """Return how many articles searches match; what was counted in this state of the index is not counted again."""
        conditions = [condition_of(each, live) for each in searches]
        known = self._totals.get(live, [name for name, _ in conditions])
        if unknown := {name: each for name, each in conditions if name not in known}:
            unknown |= self._totals.take_expected(live)
            counts = Searcher(self._client, self._analyzer, live).counts(unknown)
            self._totals.put(live, counts)
            known |= counts
        return tuple(known[name] for name, _ in conditions)

    def article(self, article_id: str) -> Article | None:
        return self.articles([article_id])[0]

    def articles(self, ids: Sequence[str]) -> tuple[Article | None, ...]:
        return self._live.read(lambda live: Searcher(self._client, self._analyzer, live).articles(ids)) if ids else ()

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

    # -- vectors

    def embedding_stats(self) -> EmbeddingStats | None:
        return self._live.read(self._embedding_stats_of)

    def _embedding_stats_of(self, live: Live) -> EmbeddingStats | None:
        """Return the stats of the vectors in a state of the index: each search by meaning asks for them."""
        known = self._known_embedding
        if known is None or known[0] != live:
            known = self._known_embedding = live, StoredVectors(self._client, live).stats()
        return known[1]

    def vector_of(self, article_id: str) -> tuple[str, bytes] | None:
        return self._live.read(lambda live: StoredVectors(self._client, live).first_of(article_id))

    def nearest_texts(self, ids: Sequence[str], vector: bytes) -> tuple[NearestText | None, ...]:
        return self._live.read(lambda live: StoredVectors(self._client, live).nearest(ids, vector))
