"""The Whoosh engine behind the protocol: generations below, a view of the live one on top."""

from __future__ import annotations

import contextlib
import datetime
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from indexer.article import Article
from indexer.engines import Found, IndexStats, Say
from indexer.engines.whoosh import segments
from indexer.engines.whoosh.view import View
from indexer.errors import IndexDamagedError, IndexUnusableError, SourceError
from indexer.generations import Generation, Generations, require_usable
from indexer.manifest import FileRecord, Manifest
from indexer.query.plan import Search
from indexer.schema import FORMAT_VERSION, Document

logger = logging.getLogger(__name__)
NAME = "whoosh"
T = TypeVar("T")


class WhooshEngine:
    """A Whoosh index in a folder; see :class:`indexer.engines.SearchEngine`."""

    def __init__(self, root: Path, fingerprint: str) -> None:
        self._root = root
        self._fingerprint = fingerprint
        self._generations = Generations(root)
        self._opening = threading.Lock()
        self._open: tuple[tuple[int, int] | None, Generation, View] | None = None

    # -- writing

    def rebuild(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        with self._generations.writing():
            folder = self._generations.begin()
            return self._fill(folder, partial(self._write_new, folder, documents, say), say)

    def update(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        self._generations.live()  # before the lock: where there is no index, nothing is made
        with self._generations.writing():
            live = require_usable(self._generations.live(), root=self._root, fingerprint=self._fingerprint)
            with self._damage_named():
                View(live.path).close()  # what cannot be read must not be built upon
            folder = self._generations.begin(based_on=live)
            return self._fill(folder, partial(segments.write, folder, documents, say), say)

    @staticmethod
    def _write_new(folder: Path, documents: Iterable[Document], say: Say | None) -> int:
        segments.create(folder)
        return segments.write(folder, documents, say)

    def _fill(self, folder: Path, write: Callable[[], int], say: Say | None) -> int:
        try:
            written = write()
            if not written:
                raise SourceError("no article to index; the index was left as it was")
            if say:
                say("checking and making it durable")
            self._generations.publish(folder, partial(self._describe, folder))
        except BaseException:
            self._generations.discard(folder)
            raise
        return written

    def _describe(self, folder: Path, previous: str | None, files: dict[str, FileRecord]) -> Manifest:
        """Describe a finished folder by what it answers when it is opened."""
        view = View(folder)
        try:
            first, last = view.dates()
            return Manifest(
                format=FORMAT_VERSION,
                engine=NAME,
                analyzer=self._fingerprint,
                articles=view.articles,
                sources=len(view.values("source")),
                first_date=first.isoformat() if first else None,
                last_date=last.isoformat() if last else None,
                created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                previous=previous,
                files=files,
            )
        finally:
            view.close()

    # -- reading

    def search(self, search: Search) -> Found:
        return self._read(lambda view: view.search(search))

    def article(self, article_id: str) -> Article | None:
        return self._read(lambda view: view.article(article_id))

    def values(self, column: str) -> tuple[str, ...]:
        return self._read(lambda view: view.values(column))

    def stats(self) -> IndexStats:
        generation = require_usable(self._generations.live(), root=self._root, fingerprint=self._fingerprint)
        manifest = generation.manifest
        return IndexStats(
            articles=manifest.articles,
            sources=manifest.sources,
            first_date=datetime.date.fromisoformat(manifest.first_date) if manifest.first_date else None,
            last_date=datetime.date.fromisoformat(manifest.last_date) if manifest.last_date else None,
            updated=manifest.created_at,
            generation=generation.number,
            engine=NAME,
            size_bytes=generation.size_bytes,
            analyzer=manifest.analyzer,
        )

    def check(self) -> tuple[str, ...]:
        return self._generations.check()

    def close(self) -> None:
        with self._opening:
            if self._open is not None:
                self._open[2].close()
                self._open = None

    def _read(self, ask: Callable[[View], T]) -> T:
        stamp = self._generations.stamp()
        try:
            view = self._view()
            with self._damage_named():
                return ask(view)
        except IndexDamagedError:
            if self._generations.stamp() == stamp:
                raise
        return self._read(ask)  # others went live meanwhile, and the files of this one are gone

    @contextlib.contextmanager
    def _damage_named(self) -> Iterator[None]:
        """Turn whatever damaged bytes make Whoosh raise into one clear line."""
        try:
            yield
        except IndexUnusableError:
            raise
        except Exception as problem:
            logger.debug("%s", self._root, exc_info=True)
            raise IndexDamagedError(
                f"{self._root}: cannot be read ({type(problem).__name__}); run: akhbar check --index {self._root}"
            ) from problem

    def _view(self) -> View:
        """Return a view of the live generation, opened anew when another one went live."""
        stamp = self._generations.stamp()
        opened = self._open
        if opened is not None and opened[0] == stamp:
            return opened[2]
        with self._opening:
            if self._open is not None and self._open[0] == stamp:
                return self._open[2]
            return self._reopen(stamp)

    def _reopen(self, stamp: tuple[int, int] | None) -> View:
        generation = require_usable(self._generations.live(), root=self._root, fingerprint=self._fingerprint)
        with self._damage_named():
            view = View(generation.path)
        if self._open is not None:
            self._open[2].close()
        self._open = (stamp, generation, view)
        return view
