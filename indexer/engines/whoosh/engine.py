"""The Whoosh engine: the SearchEngine protocol over the generations of an index folder."""

from __future__ import annotations

import contextlib
import datetime
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from indexer import kernels
from indexer.article import Article
from indexer.engines import (
    Embedding,
    EmbeddingStats,
    EngineResults,
    IndexStats,
    NearestText,
    Say,
    ScoredArticle,
    TermCount,
)
from indexer.engines.sources import Source
from indexer.engines.whoosh import indexing
from indexer.engines.whoosh.embedding import Embedder, keep_vectors
from indexer.engines.whoosh.serving import GenerationServer, Serving, reading
from indexer.engines.whoosh.view import View
from indexer.errors import IndexDamagedError, IndexUnusableError, SourceError
from indexer.query.plan import EngineRequest, Plan
from indexer.schema import FORMAT_VERSION, Document
from indexer.storage.files import FileRecord, full_disk_named
from indexer.storage.generations import Generation, Generations
from indexer.storage.manifest import Manifest
from indexer.storage.toc import SEGMENT_NAME
from indexer.storage.vector_log import VectorLog

NAME: Final = "whoosh"
_READ_ATTEMPTS: Final = 10
T = TypeVar("T")


class WhooshEngine:
    """A Whoosh index in a folder; see :class:`indexer.engines.SearchEngine`."""

    writing_cores = 0

    def __init__(self, root: Path, fingerprint: str) -> None:
        self._root = root
        self._fingerprint = fingerprint
        self._generations = Generations(root)
        self._server = GenerationServer(self._generations, fingerprint)
        self._steady = _Steady()
        self._stats: tuple[Generation, str | None, IndexStats] | None = None  # no Serving, which holds files open

    # -- writing

    def rebuild(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        self._server.require_open()
        with self._generations.writing(), self._full_disk_named():

            def write(folder: Path) -> int:
                written = indexing.create(folder, documents, say)
                with contextlib.suppress(IndexUnusableError):  # what was there is no index, or is damaged
                    keep_vectors(self._generations.live(), folder)
                return written

            return _require_some(self._publish(write, say, based_on=None))

    def update(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        source = Source(documents)
        return _require_some(self._change(partial(indexing.add, documents=source, say=say), source, say))

    def delete(self, ids: Iterable[str]) -> int:
        source = Source(ids)
        return self._change(partial(indexing.delete, ids=source), source, None)

    def rollback(self) -> int:
        self._server.require_open()
        with self._damage_refused():
            self._generations.live()  # before the lock: where there is no index, no folder is made
            with self._generations.writing(), self._full_disk_named():
                live = self._generations.live()
                before = self._generations.before(live).require_usable(self._fingerprint)
                now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
                described = replace(before.manifest, created=now, previous=live.name)
                folder = self._generations.begin(based_on=before)
                try:
                    self._generations.publish(folder, lambda _, files: replace(described, files=files), based_on=before)
                except BaseException:
                    self._generations.discard(folder)
                    raise
        return before.manifest.articles

    def embed(self, embedding: Embedding) -> int:
        self._server.require_open()
        with self._full_disk_named(), self._damage_refused():
            generation = self._generations.live()
            with VectorLog(self._root, embedding.encoder) as log:
                embedder = Embedder(embedding, log)
                embedder.know(generation.path)
                if generation.manifest.previous:
                    embedder.know(self._root / generation.manifest.previous)
                self._read(lambda view: embedder.encode(view.segments))  # most of the work, while others may write
                self._change(embedder.write, Source(()), None)
                log.remove()
        return embedder.encoded

    def _change(self, write: Callable[[Path], int], source: Source[Any], say: Say | None) -> int:
        """Have ``write`` change a copy of the live generation, and publish it.

        Nothing is built on a damaged generation, and nothing on an older one in its place: that would drop articles.
        """
        self._server.require_open()
        with self._damage_refused():
            self._generations.live()  # before the lock: where there is no index, no folder is made
            with self._generations.writing(), self._full_disk_named(), reading(self._root, passes=source.is_own_error):
                if (damage := self._server.known_damage(self._generations.stamp())) is not None:
                    raise IndexDamagedError(damage)
                live = self._generations.live().require_usable(self._fingerprint)
                return self._publish(write, say, based_on=live)

    def _publish(self, write: Callable[[Path], int], say: Say | None, *, based_on: Generation | None) -> int:
        """Fill a new generation and make it live; return how many articles ``write`` says it changed. None: all stays."""
        folder = self._generations.begin(based_on=based_on)
        try:
            changed = write(folder)
            if not changed:
                self._generations.discard(folder)
                return 0
            if say:
                say("checking and making it durable")
            self._generations.publish(folder, partial(self._describe, folder), based_on=based_on)
        except BaseException:
            self._generations.discard(folder)
            raise
        return changed

    def _describe(self, folder: Path, previous: str | None, files: dict[str, FileRecord]) -> Manifest:
        """Describe a finished folder by what it answers when it is opened."""
        with reading(self._root):
            view = View(folder)
            first, last = view.dates()
            sources = len(view.values("source"))
        return Manifest(
            format=FORMAT_VERSION,
            engine=NAME,
            analyzer=self._fingerprint,
            articles=view.articles,
            sources=sources,
            first_date=first.isoformat() if first else None,
            last_date=last.isoformat() if last else None,
            created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            previous=previous,
            files=files,
        )

    @contextlib.contextmanager
    def _damage_refused(self) -> Iterator[None]:
        """Say, where a change is refused because of damage, what mends the index."""
        try:
            yield
        except IndexDamagedError as problem:
            if "rebuild" in str(problem):
                raise
            raise IndexDamagedError(
                f"{problem}; nothing was changed, rebuild needed: akhbar rebuild SOURCE --index {self._root}"
            ) from problem

    def _full_disk_named(self) -> contextlib.AbstractContextManager[None]:
        return full_disk_named(str(self._root), "make room and run it again")

    # -- reading

    def family(self, stem: str) -> tuple[str, ...]:
        return self._read(lambda view: view.family(stem))

    def forms(self, stem: str) -> tuple[TermCount, ...]:
        return self._read(lambda view: view.forms.forms(stem))

    @contextlib.contextmanager
    def steady(self) -> Iterator[None]:
        self._steady.serving = self._server.current()
        try:
            yield
        finally:
            self._steady.serving = None

    def state(self) -> object:
        if serving := self._steady.serving:
            return serving.stamp, serving.degraded
        self._server.require_open()
        stamp = self._generations.stamp()
        return stamp, self._server.known_damage(stamp)

    def embedding_stats(self) -> EmbeddingStats | None:
        return self._read(lambda view: view.embedding_stats())

    def vector_of(self, article_id: str) -> tuple[str, bytes] | None:
        return self._read(lambda view: view.vector_of(article_id))

    def nearest_texts(self, ids: Sequence[str], vector: bytes) -> tuple[NearestText | None, ...]:
        return self._read(lambda view: tuple(view.nearest_text(article_id, vector) for article_id in ids))

    def search(self, search: EngineRequest) -> EngineResults:
        return self._read(lambda view: view.search(search))

    def iterate(self, search: EngineRequest) -> Iterator[ScoredArticle]:
        hits = self._read(lambda view: view.iterate(search))  # of the view that answers now, which they keep open
        with reading(self._root):
            yield from hits

    def totals(self, searches: Sequence[EngineRequest]) -> tuple[int, ...]:
        return self._read(lambda view: tuple(map(view.total, searches)))

    def terms_with_prefix(self, space: str, prefix: str, limit: int) -> tuple[TermCount, ...]:
        return self._read(lambda view: view.vocabulary.terms_with_prefix(space, prefix, limit))

    def similar_terms(
        self, space: str, text: str, distance: int, limit: int, *, shared_prefix: int = 0
    ) -> tuple[TermCount, ...]:
        return self._read(lambda view: view.vocabulary.similar_terms(space, text, distance, limit, shared_prefix))

    def score(self, plan: Plan, article_id: str) -> float | None:
        return self._read(lambda view: view.score(plan, article_id))

    def expect(self, searches: Sequence[EngineRequest]) -> None:
        pass

    def article(self, article_id: str) -> Article | None:
        return self._read(lambda view: view.article(article_id))

    def articles(self, ids: Sequence[str]) -> tuple[Article | None, ...]:
        return self._read(lambda view: tuple(map(view.article, ids)))

    def ids(self) -> tuple[str, ...]:
        return self._read(lambda view: view.vocabulary.ids())

    def values(self, column: str) -> tuple[str, ...]:
        return self._read(lambda view: view.values(column))

    def stats(self) -> IndexStats:
        serving = self._steady.serving or self._server.current()
        generation, degraded, known = serving.generation, serving.degraded, self._stats
        if known is None or known[0] is not generation or known[1] != degraded:
            known = self._stats = generation, degraded, self._stats_of(serving)
        return known[2]

    @staticmethod
    def _stats_of(serving: Serving) -> IndexStats:
        manifest = serving.generation.manifest
        return IndexStats(
            articles=manifest.articles,
            sources=manifest.sources,
            first_date=datetime.date.fromisoformat(manifest.first_date) if manifest.first_date else None,
            last_date=datetime.date.fromisoformat(manifest.last_date) if manifest.last_date else None,
            updated=manifest.created_at,
            generation=serving.generation.number,
            engine=NAME,
            size_bytes=serving.generation.size_bytes,
            analyzer=manifest.analyzer,
            degraded=serving.degraded,
            native_missing=kernels.native_missing(),
            details={
                "segments": sum(bool(SEGMENT_NAME.fullmatch(name)) for name in manifest.files),
                "kernels": kernels.TIER,
            },
        )

    def check(self) -> tuple[str, ...]:
        self._server.require_open()
        faults = self._generations.check()
        if faults:
            return faults
        try:
            degraded = self._server.current().degraded
            return (degraded,) if degraded else self._read(View.faults)
        except IndexDamagedError as problem:
            return (str(problem),)

    def close(self) -> None:
        self._server.close()

    def _read(self, ask: Callable[[View], T]) -> T:
        """Ask the generation that is served; ask the next one when its files go or its damage shows meanwhile."""
        for _ in range(_READ_ATTEMPTS):
            serving = self._steady.serving or self._server.current()
            try:
                with reading(self._root):
                    return ask(serving.view)
            except IndexDamagedError:
                self._steady.serving = None
                if not self._server.recover(serving):
                    raise
        with reading(self._root):
            return ask(self._server.current().view)


class _Steady(threading.local):
    """The generation that all of one search asks, if its thread is within a search."""

    serving: Serving | None = None


def _require_some(written: int) -> int:
    if not written:
        raise SourceError("no article to index; the index was left as it was")
    return written
