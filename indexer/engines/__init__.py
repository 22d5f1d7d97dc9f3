"""Search engines: the protocol that each implements, and ``open_engine``, which chooses one by its URL."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol, runtime_checkable

from analyzers import Analyzer
from indexer.article import Article
from indexer.errors import InputError, MissingExtraError
from indexer.kernels.vectors import Vectors
from indexer.query.plan import EngineRequest, Plan
from indexer.results.hits import FacetCount
from indexer.results.locator import MatchLocator
from indexer.schema import Document
from indexer.storage.segment.vectors import EncoderId

Say = Callable[[str], None]
"""Receives progress messages of a long job, one line each."""

STALE_S: Final = 1.0
"""How long an engine on other machines may take its index for unchanged, in seconds."""


class ScoredArticle(NamedTuple):
    """An article that matches, its score (0 when sorted by date), and the positions of its terms.

    Where copies are grouped, ``copies`` counts the matching articles of its story, itself among them, and
    ``copy_sources`` are the other sources of these.
    """

    article: Article
    score: float
    locator: MatchLocator
    copies: int = 1
    copy_sources: tuple[str, ...] = ()


class EngineResults(NamedTuple):
    """One page of matching articles, the number of all of them, and the facets and the histogram asked for.

    ``stories`` is the number of hits on all pages: of stories where copies are grouped, else of articles.

    ``days`` maps each day, rising, to the number of matching articles dated so, where the histogram was asked for.
    """

    articles: tuple[ScoredArticle, ...]
    total: int
    stories: int
    facets: Mapping[str, tuple[FacetCount, ...]]
    days: Mapping[datetime.date, int] = MappingProxyType({})


OnEncoded = Callable[[int, int], None]
"""Called while texts are encoded: with how many are, and how many there are to encode."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """What makes vectors of articles: an encoder, and the texts of an article that it reads.

    ``passages`` is how many of them there are at most beside the first. ``encode`` turns lists of texts into the
    quantized vectors of each, in order.
    """

    encoder: EncoderId
    passages: int
    texts_of: Callable[[Article], Sequence[str]]
    encode: Callable[[Iterable[list[str]]], Iterator[Vectors]]
    on_encoded: OnEncoded = lambda done, total: None


class EmbeddingStats(NamedTuple):
    """By which encoder the vectors of an index were made, and how many of its articles have some."""

    encoder: EncoderId
    passages: int
    articles: int


class NearestText(NamedTuple):
    """Which of an article's encoded texts is nearest to a vector, from 0, and its cosine."""

    number: int
    cosine: float


class TermCount(NamedTuple):
    """A term, and how many articles have it; an engine may count deleted ones until the next rebuild."""

    text: str
    articles: int


@dataclass(frozen=True, slots=True)
class IndexStats:
    """Counts and properties of the generation that is searched; ``updated`` is in UTC.

    ``generation`` rises with every change. ``degraded`` is one line that says why an older generation is searched, None
    when the newest is. ``native_missing`` names the packages whose C extension was not built or is switched off. ``details`` are properties that only some engines have, by name: the default one
    tells its ``segments`` and its ``kernels``, the code that evaluates queries (``native``, C, or ``numpy``).
    """

    articles: int
    sources: int
    first_date: datetime.date | None
    last_date: datetime.date | None
    updated: datetime.datetime
    generation: int
    engine: str
    size_bytes: int
    analyzer: str
    degraded: str | None = None
    native_missing: tuple[str, ...] = ()
    details: Mapping[str, str | int] = field(default_factory=dict)


@runtime_checkable
class SearchEngine(Protocol):
    """A collection of articles that can be searched and changed.

    Every engine returns the same hits. Scores differ only by rounding, and because an engine may count replaced
    articles in its statistics until the next rebuild. Equal scores and equal dates keep the order of insertion.
    Searching is safe from many threads, also while another process writes. After ``close`` every other method raises
    IndexClosedError.

    An engine on other machines differs in what docs/cluster.md lists: it rounds scores more, may see what others wrote
    up to STALE_S seconds late, and an update of it is atomic for each article. An answer that is not whole is never
    returned: PartialResultsError says that parts did not answer, IndexUnreachableError that no host did. A write that
    was not acknowledged raises WriteUncertainError, and may be repeated.
    """

    writing_cores: int
    """How many cores of this machine writing keeps busy while articles are analysed: fewer processes analyse then."""

    def rebuild(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        """Atomically replace all documents; return how many there are now.

        Of documents with the same id the last one counts. When ``documents`` raises, nothing changes.
        Raises IndexLockedError while another process writes, and SourceError when there are no documents.
        """

    def update(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        """Atomically add ``documents``, replacing those with the same ids; return the number of distinct ids.

        Raises the same errors as ``rebuild``.
        """

    def delete(self, ids: Iterable[str]) -> int:
        """Atomically delete the articles with these ids; return how many there were. Unknown ids are ignored.

        Raises IndexLockedError while another process writes.
        """

    def rollback(self) -> int:
        """Have the articles answer again that did before the last change, and keep the others; return how many there are.

        On a cluster, before the last rebuild: the updates and deletions since then are set aside with it. A second
        rollback undoes the first. Raises IndexNotFoundError where nothing is kept, IndexLockedError and
        IndexOutOfDateError.
        """

    def embed(self, embedding: Embedding) -> int:
        """Give vectors to the articles that have none of this encoder; return how many texts were encoded for it.

        What was encoded before, under whatever article, is not encoded again. All go live at once; whoever is
        interrupted goes on where it was. Raises IndexLockedError while another process does the same, or writes.
        """

    def embedding_stats(self) -> EmbeddingStats | None:
        """Return the encoder of the most articles that have vectors; None where none has any."""

    def vector_of(self, article_id: str) -> tuple[str, bytes] | None:
        """Return the fingerprint of the encoder and the quantized vector of an article's first text; None without."""

    def nearest_texts(self, ids: Sequence[str], vector: bytes) -> tuple[NearestText | None, ...]:
        """Return which of the texts of each article is nearest to a quantized vector; None for one without any."""

    def search(self, search: EngineRequest) -> EngineResults:
        """Return the page of hits that ``search`` asks for; the last of them is within the first MAX_PAGING_DEPTH."""

    def iterate(self, search: EngineRequest) -> Iterator[ScoredArticle]:
        """Yield all hits of ``search`` in its order, whatever its offset and limit, of one state of the index.

        What is held meanwhile is a few numbers a hit, no article.
        """

    def score(self, plan: Plan, article_id: str) -> float | None:
        """Return the score that ``plan`` gives an article; None when it does not match, or there is no such article."""

    def totals(self, searches: Sequence[EngineRequest]) -> tuple[int, ...]:
        """Return how many articles each of ``searches`` matches, all in one state of the index."""

    def expect(self, searches: Sequence[EngineRequest]) -> None:
        """Learn which totals this thread will soon ask for: an engine on other machines counts them on the way."""

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id, or None."""

    def articles(self, ids: Sequence[str]) -> tuple[Article | None, ...]:
        """Return the articles with these ids in their order, None for each that is not there; a few hundred at most."""

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all articles, in no order."""

    def values(self, column: str) -> tuple[str, ...]:
        """Return the distinct values of a column, sorted."""

    def family(self, stem: str) -> tuple[str, ...]:
        """Return the commonest stems alike to ``stem`` (:mod:`indexer.ranking.family`), without itself.

        Of equally common ones the first by code points.
        """

    def terms_with_prefix(self, space: str, prefix: str, limit: int) -> tuple[TermCount, ...]:
        """Return the ``limit`` commonest terms of a space that begin with ``prefix``, the commonest first.

        Of equally common ones the first by code points.
        """

    def similar_terms(
        self, space: str, text: str, distance: int, limit: int, *, shared_prefix: int = 0
    ) -> tuple[TermCount, ...]:
        """Return the ``limit`` commonest terms within an edit distance of ``text`` that share its first letters.

        ``text`` itself is one of them where it occurs. In the order of :meth:`terms_with_prefix`.
        """

    def forms(self, stem: str) -> tuple[TermCount, ...]:
        """Return the exact terms that have ``stem``, the commonest first, equally common ones by code points.

        Counted are the articles that have both, none that is deleted. A term that has several stems is a form of the one
        where it first stands.
        """

    def steady(self) -> AbstractContextManager[None]:
        """Return a context in which this thread asks one state of the index, so that what it asks fits together.

        An engine on other machines takes one generation for it, whose articles may change meanwhile.
        """

    def state(self) -> object:
        """Return a token that changes whenever search results may change; use it as a cache key.

        It is asked for before each search. An engine on other machines may return one that is up to STALE_S seconds
        old; what this engine itself wrote changes it at once.
        """

    def stats(self) -> IndexStats:
        """Return counts and properties of the index.

        Its generation is asked for with each page and each answer of REST. An engine on other machines keeps it while
        its state lasts.
        """

    def check(self) -> tuple[str, ...]:
        """Return a line for each file that is missing, changed or unreadable; an empty tuple when all is well."""

    def close(self) -> None:
        """Close all files. Closing twice is allowed."""


def open_engine(url: str | Path, analyzer: Analyzer, *, fingerprint: str | None = None) -> SearchEngine:
    """Return the engine for ``url``: a folder, ``opensearch://HOST/NAME``, or ``memory:`` for a new one in this process.

    The index must have the ``fingerprint``, by default the analyzer's. Raises InputError for a URL of no known engine,
    and MissingExtraError where its library is not installed; the index itself is first read when it is used.
    """
    address, expected = str(url), fingerprint or analyzer.fingerprint()
    if address == "memory:":
        from indexer.engines.memory import MemoryEngine

        return MemoryEngine(expected)
    if address.startswith(("opensearch://", "opensearchs://")):
        try:
            from indexer.engines.opensearch import OpenSearchEngine
        except ImportError as problem:
            raise MissingExtraError(
                f"{problem.name} is not installed, which asks a cluster; run: pip install 'akhbar[opensearch]'"
            ) from problem

        return OpenSearchEngine(address, analyzer, expected)
    if "://" in address:
        raise InputError(f"{address}: no engine for this address; expected a folder, or opensearch://HOST/NAME")
    from indexer.engines.whoosh import WhooshEngine

    return WhooshEngine(Path(address), expected)
