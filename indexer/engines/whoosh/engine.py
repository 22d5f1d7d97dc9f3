"""The Whoosh engine behind the protocol: generations below, a view of the live one on top."""

from __future__ import annotations

import contextlib
import datetime
import errno
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from indexer import kernels
from indexer.article import Article
from indexer.engines import EngineResults, IndexStats, Say
from indexer.engines.whoosh import indexing
from indexer.engines.whoosh.view import View
from indexer.errors import AkhbarError, DiskFullError, IndexDamagedError, SourceError
from indexer.query.plan import EngineRequest
from indexer.schema import FORMAT_VERSION, Document
from indexer.storage.generations import Generations, Stamp, require_usable
from indexer.storage.manifest import FileRecord, Manifest
from indexer.storage.toc import SEGMENT_NAME

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
        self._open: tuple[Stamp, View] | None = None

    # -- writing

    def rebuild(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        with self._generations.writing(), self._full_disk_named():
            write = partial(indexing.create, documents=documents, say=say)
            return _some(self._publish(self._generations.begin(), write, say))

    def update(self, documents: Iterable[Document], *, say: Say | None = None) -> int:
        source = _Source(documents)
        return _some(self._change(partial(indexing.add, documents=source, say=say), source, say))

    def delete(self, ids: Iterable[str]) -> int:
        source = _Source(ids)
        return self._change(partial(indexing.delete, ids=source), source, None)

    def _change(self, write: Callable[[Path], int], source: _Source[Any], say: Say | None) -> int:
        """Have ``write`` change a copy of the live generation, which takes the place of it."""
        self._generations.live()  # before the lock: where there is no index, nothing is made
        with self._generations.writing(), self._full_disk_named(), self._damage_named(but=source):
            live = require_usable(self._generations.live(), root=self._root, fingerprint=self._fingerprint)
            return self._publish(self._generations.begin(based_on=live), write, say)

    def _publish(self, folder: Path, write: Callable[[Path], int], say: Say | None) -> int:
        """Fill ``folder`` and make it live; return how many articles ``write`` says it changed. None: all stays as it was."""
        try:
            changed = write(folder)
            if not changed:
                self._generations.discard(folder)
                return 0
            if say:
                say("checking and making it durable")
            self._generations.publish(folder, partial(self._describe, folder))
        except BaseException:
            self._generations.discard(folder)
            raise
        return changed

    def _describe(self, folder: Path, previous: str | None, files: dict[str, FileRecord]) -> Manifest:
        """Describe a finished folder by what it answers when it is opened."""
        with self._damage_named():
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

    # -- reading

    def state(self) -> Stamp:
        return self._generations.stamp()

    def search(self, search: EngineRequest) -> EngineResults:
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
            segments=sum(bool(SEGMENT_NAME.fullmatch(name)) for name in manifest.files),
            kernels=kernels.TIER,
            analyzer=manifest.analyzer,
        )

    def check(self) -> tuple[str, ...]:
        faults = self._generations.check()
        if faults:
            return faults
        try:
            return self._read(View.faults)
        except IndexDamagedError as problem:
            return (str(problem),)

    def close(self) -> None:
        self._open = None  # files are unmapped when the last thread that reads them is done

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
    def _damage_named(self, *, but: _Source[Any] | None = None) -> Iterator[None]:
        """Turn whatever damaged bytes make a reader raise into one clear line.

        While something is written, what the source of it raises passes, and what the system says of files.
        """
        try:
            yield
        except AkhbarError:
            raise
        except Exception as problem:
            if but is not None and (problem is but.problem or isinstance(problem, OSError)):
                raise
            logger.debug("%s", self._root, exc_info=True)
            raise IndexDamagedError(
                f"{self._root}: cannot be read ({type(problem).__name__}); run: akhbar check --index {self._root}"
            ) from problem

    @contextlib.contextmanager
    def _full_disk_named(self) -> Iterator[None]:
        """Turn what the system says of a full disk into one clear line."""
        try:
            yield
        except OSError as problem:
            if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise DiskFullError(
                f"{self._root}: {problem.strerror}; the index was left as it was, make room and run it again"
            ) from problem

    def _view(self) -> View:
        """Return a view of the live generation, opened anew when another one went live."""
        stamp = self._generations.stamp()
        opened = self._open
        if opened is not None and opened[0] == stamp:
            return opened[1]
        with self._opening:
            if self._open is not None and self._open[0] == stamp:
                return self._open[1]
            return self._reopen(stamp)

    def _reopen(self, stamp: Stamp) -> View:
        generation = require_usable(self._generations.live(), root=self._root, fingerprint=self._fingerprint)
        with self._damage_named():
            view = View(generation.path)
        self._open = (stamp, view)
        return view


class _Source(Iterator[T]):
    """What is to be written, as it comes; ``problem`` is what was raised by whoever makes it."""

    def __init__(self, items: Iterable[T]) -> None:
        self._items = iter(items)
        self.problem: BaseException | None = None

    def __next__(self) -> T:
        try:
            return next(self._items)
        except BaseException as problem:
            self.problem = problem
            raise


def _some(written: int) -> int:
    if not written:
        raise SourceError("no article to index; the index was left as it was")
    return written
