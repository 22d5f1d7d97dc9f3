"""What every engine can do, and which engine stands behind an address."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

from indexer.article import Article
from indexer.errors import InputError
from indexer.query.plan import EngineRequest
from indexer.results.hits import FacetCount
from indexer.results.locator import MatchLocator
from indexer.schema import Document

Say = Callable[[str], None]
"""Called with a line about what a long job does now, for people to read."""


class ScoredArticle(NamedTuple):
    """An article that a search found, its score (0 where it was sorted by date), and where its words stand."""

    article: Article
    score: float
    places: MatchLocator


class EngineResults(NamedTuple):
    """One page of what a search found, the true total, and the facets asked for."""

    articles: tuple[ScoredArticle, ...]
    total: int
    facets: Mapping[str, tuple[FacetCount, ...]]


@dataclass(frozen=True, slots=True)
class IndexStats:
    """What an index holds. ``updated`` is in UTC; ``size_bytes`` counts the live generation.

    ``segments`` are the parts that a search goes through, and ``kernels`` names the code that does: ``native``, ``numpy`` or, in memory, ``python``.
    ``degraded`` is one line that says why an older generation answers, ``None`` where the newest one does.
    ``native_missing`` names the packages whose C extension was not built or is switched off.
    """

    articles: int
    sources: int
    first_date: datetime.date | None
    last_date: datetime.date | None
    updated: datetime.datetime
    generation: int
    engine: str
    size_bytes: int
    segments: int
    kernels: str
    analyzer: str
    degraded: str | None = None
    native_missing: tuple[str, ...] = ()


@runtime_checkable
class SearchEngine(Protocol):
    """A collection of articles that can be searched, replaced and added to.

    Every engine finds the same articles; scores differ only by rounding, and by the statistics of articles
    that an update replaced: an engine may count those until its next rebuild. Equal scores and
    equal dates keep the order in which the articles came in. Searching is safe from
    many threads, also while another process writes.
    """

    def rebuild(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        """Replace everything by ``documents`` at once, when all are in; return how many there are.

        Of two documents with one id the later counts. When ``documents`` raises, nothing changes.
        Raises IndexLockedError while another process writes, and SourceError for no documents.
        """

    def update(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        """Add ``documents``, each in the place of the one with its id; return how many there are.

        Raises as ``rebuild`` does.
        """

    def delete(self, ids: Iterable[str]) -> int:
        """Remove the articles with these ids; return how many there were. Of unknown ids nothing is said.

        Raises IndexLockedError while another process writes.
        """

    def search(self, search: EngineRequest) -> EngineResults:
        """Return the page of articles that ``search`` asks for."""

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id."""

    def values(self, column: str) -> tuple[str, ...]:
        """Return the distinct values of a column, sorted."""

    def state(self) -> object:
        """Return what is another whenever the answers to searches may be others."""

    def stats(self) -> IndexStats:
        """Return what the index holds now."""

    def check(self) -> tuple[str, ...]:
        """Return a line for each file that is missing, changed or unreadable; none is good."""

    def close(self) -> None:
        """Let go of files; closing twice is allowed."""


def open_engine(url: str | Path, *, fingerprint: str) -> SearchEngine:
    """Return the engine behind ``url``: a folder, or ``memory:`` for one that lives in this process.

    ``fingerprint`` is the analyzer's. Raises InputError for an address of no known engine; whether
    the index can be used is known when it is first searched.
    """
    address = str(url)
    if address == "memory:":
        from indexer.engines.memory import MemoryEngine

        return MemoryEngine(fingerprint)
    if "://" in address:
        raise InputError(f"{address}: no engine for this address; expected a folder")
    from indexer.engines.whoosh import WhooshEngine

    return WhooshEngine(Path(address), fingerprint)
