"""How an index folder changes from one state to the next without ever being half done.

    index/
      CURRENT             the name of the live generation and a checksum of it, one line
      LOCK                held by the one process that writes
      gen-7/              a generation: the engine's files and manifest.json
      gen-6/              the one before, kept in case gen-7 is damaged

A writer builds ``gen-N`` beside the live one, has every file and folder on disk (fsync), writes
the manifest, and only then renames a new ``CURRENT`` into place. Whoever is killed at any moment
leaves the old generation live; the next writer removes what was left over.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import filelock

from indexer.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexNotFoundError,
    IndexOutOfDateError,
    IndexUnusableError,
)
from indexer.schema import FORMAT_VERSION
from indexer.storage.manifest import (
    GENERATION_NAME,
    MANIFEST,
    FileRecord,
    Manifest,
    fault_of,
    read_regular,
    record_of,
    size_fault,
)

logger = logging.getLogger(__name__)

CURRENT = "CURRENT"
LOCK = "LOCK"
LOCK_TIMEOUT_S = 10.0
_CURRENT_LINE = re.compile(rb"(gen-[0-9]{1,16}) ([0-9a-f]{16})\n")
_MAX_CURRENT_BYTES = 100


Stamp: TypeAlias = bytes | None
"""What changes when another generation goes live; ``None`` where there is no index."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete state of an index."""

    path: Path
    manifest: Manifest

    @property
    def number(self) -> int:
        """Which generation it is, counted from 1."""
        return _number(self.path.name)

    @property
    def size_bytes(self) -> int:
        """What its files take on disk."""
        return sum(each.size for each in self.manifest.files.values())


class Generations:
    """The generations of one index folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    # -- reading

    def stamp(self) -> Stamp:
        """Return what changes when another generation goes live; ``None`` where there is no index."""
        # Its content, since it never comes back: two commits within one tick of the clock may have one inode and time.
        try:
            descriptor = os.open(self.root / CURRENT, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            return None
        try:
            return os.read(descriptor, _MAX_CURRENT_BYTES)
        except OSError:
            return None
        finally:
            os.close(descriptor)

    def live(self) -> Generation:
        """Return the generation to search: the live one or, when it is damaged, the newest whole one.

        Of the live one only the manifest and the sizes of the files are looked at. Raises IndexNotFoundError, and
        IndexDamagedError when no generation is whole.
        """
        stamp, name = self.stamp(), None
        try:
            name = self._current_name()
            return self._whole(name)
        except IndexDamagedError as problem:
            if self.stamp() != stamp:  # others went live meanwhile, and this one is gone
                return self.live()
            for other in self._whole_ones(but=name):
                logger.warning("%s; serving %s instead", problem, other.path.name)
                return other
            raise

    def check(self) -> tuple[str, ...]:
        """Return a line for each fault of the live generation, reading every byte of it."""
        stamp = self.stamp()
        faults = tuple(self._faults())
        return faults if not faults or self.stamp() == stamp else self.check()

    # -- writing

    @contextlib.contextmanager
    def writing(self, *, timeout_s: float = LOCK_TIMEOUT_S) -> Iterator[None]:
        """Hold the writer's lock; raises IndexLockedError when another process keeps it, IndexUnusableError when barred."""
        self._make_root()
        lock = filelock.FileLock(self.root / LOCK, timeout=timeout_s)
        try:
            lock.acquire()
        except filelock.Timeout as problem:
            raise IndexLockedError(
                f"{self.root}: another process is writing this index; waited {timeout_s:g} s, try again later"
            ) from problem
        except PermissionError as problem:
            raise IndexUnusableError(
                f"{self.root}: no permission to write the index; change its permissions or name another --index"
            ) from problem
        try:
            yield
        finally:
            lock.release()

    def begin(self, *, based_on: Generation | None = None) -> Path:
        """Return the new folder of the next generation, for the holder of the lock to fill.

        Left-overs of interrupted writers are removed. ``based_on`` fills the folder with hard links to
        that generation's files, which must then only be deleted or added to, never changed. Raises
        IndexDamagedError when one is missing or of another size. Its bytes are not read: it keeps the hash that it was
        written with, so that :meth:`check` finds what has changed in it since, in this generation as in the one before.
        """
        if (self.root / CURRENT).is_dir():
            raise IndexDamagedError(f"{self.root / CURRENT}: a folder where a file belongs; remove it")
        self._remove_leftovers()
        folder = self.root / f"gen-{self._next_number()}"
        folder.mkdir()
        if based_on:
            try:
                self._link_all(based_on, folder)
            except BaseException:
                self.discard(folder)
                raise
        return folder

    def publish(self, folder: Path, describe: Callable[[str | None, dict[str, FileRecord]], Manifest]) -> Generation:
        """Make ``folder`` the live generation, durably; keep the one before and remove older ones.

        ``describe`` gets the name of the generation before and the records of all files.
        """
        previous = self._served()
        kept = _linked(folder, previous)
        new = [path for path in sorted(folder.iterdir()) if path.name not in kept]
        manifest = describe(
            previous.path.name if previous else None, kept | {path.name: record_of(path) for path in new}
        )
        (folder / MANIFEST).write_bytes(manifest.as_bytes())
        for path in (*(new if self._is_live(previous) else folder.iterdir()), folder / MANIFEST, folder, self.root):
            _sync(path)
        if not self._is_live(previous):
            self._sync_name()
        self._make_current(folder.name)
        for name in self._names() - {folder.name, manifest.previous}:
            shutil.rmtree(self.root / name, ignore_errors=True)
        return Generation(folder, manifest)

    def _is_live(self, generation: Generation | None) -> bool:
        """Return whether CURRENT names ``generation``: only then are its files on disk for certain.

        Whoever wrote a whole generation may have been killed before that.
        """
        with contextlib.suppress(IndexUnusableError):
            return generation is not None and self._current_name() == generation.path.name
        return False

    def _sync_name(self) -> None:
        """Have the name of the index folder on disk: whoever made it may have been killed before that."""
        for parent in self.root.resolve().parents:
            with contextlib.suppress(OSError):  # not ours to open
                _sync(parent)

    def discard(self, folder: Path) -> None:
        """Remove a generation that was not published; one that went live stays."""
        with contextlib.suppress(IndexUnusableError):
            if self._current_name() == folder.name:
                return
        shutil.rmtree(folder, ignore_errors=True)

    def _make_root(self) -> None:
        try:
            _make_folder(self.root)
        except OSError as problem:
            raise IndexNotFoundError(
                f"{self.root}: cannot make a folder for the index: {problem.strerror}"
            ) from problem

    def _link_all(self, source: Generation, folder: Path) -> None:
        for name, record in source.manifest.files.items():
            fault = size_fault(source.path / name, record)
            if fault is None and not _is_linked(source.path / name, folder / name):
                shutil.copy2(source.path / name, folder / name)
                fault = fault_of(folder / name, record)
            if fault is not None:
                raise IndexDamagedError(f"{fault}; rebuild needed: akhbar rebuild SOURCE --index {self.root}")

    def _make_current(self, name: str) -> None:
        aside = self.root / f"{CURRENT}.new"
        aside.write_bytes(_current_line(name))
        _sync(aside)
        aside.replace(self.root / CURRENT)
        _sync(self.root)

    def _remove_leftovers(self) -> None:
        """Remove what no reader can need; nothing at all while the live generation is damaged."""
        try:
            live = self._whole(self._current_name())
        except IndexDamagedError:
            return
        except IndexNotFoundError:
            keep: set[str | None] = set()
        else:
            keep = {live.path.name, live.manifest.previous}
        for name in self._names() - keep:
            shutil.rmtree(self.root / name, ignore_errors=True)

    # -- names

    def _names(self) -> set[str]:
        return {name for name in _listed(self.root) if _number(name) and not (self.root / name).is_symlink()}

    def _next_number(self) -> int:
        return max(map(_number, _listed(self.root)), default=0) + 1

    def _current_name(self) -> str:
        """Return the name of the live generation.

        Raises IndexNotFoundError where there is no index, and IndexDamagedError where CURRENT is
        not what was written, or is gone from an index.
        """
        path = self.root / CURRENT
        try:
            line = read_regular(path, _MAX_CURRENT_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            if any(self._whole_ones(but=None)):
                raise IndexDamagedError(f"{path}: {os.strerror(errno.ENOENT)}") from None
            raise IndexNotFoundError(
                f"{self.root}: no index here; make one with: akhbar rebuild SOURCE --index {self.root}"
            ) from None
        except OSError as problem:
            raise IndexDamagedError(f"{path}: {problem.strerror}") from problem
        found = _CURRENT_LINE.fullmatch(line)
        name = found[1].decode("ascii") if found else ""
        if line != _current_line(name):
            raise IndexDamagedError(f"{path}: not the line that was written")
        return name

    # -- what is whole

    def _served(self) -> Generation | None:
        try:
            return self.live()
        except (IndexNotFoundError, IndexDamagedError):
            return None

    def _whole(self, name: str) -> Generation:
        folder = self.root / name
        manifest = Manifest.read(folder / MANIFEST)
        for file, record in manifest.files.items():
            if (fault := size_fault(folder / file, record)) is not None:
                raise IndexDamagedError(fault)
        return Generation(folder, manifest)

    def _whole_ones(self, *, but: str | None) -> Iterator[Generation]:
        """Yield the other generations, the newest first, whose every byte is what was written: they are under suspicion."""
        for name in sorted(self._names() - {but}, key=_number, reverse=True):
            with contextlib.suppress(IndexDamagedError):
                generation = self._whole(name)
                files = generation.manifest.files.items()
                if not any(fault_of(generation.path / file, record) for file, record in files):
                    yield generation

    def _faults(self) -> Iterator[str]:
        try:
            folder = self.root / self._current_name()
            manifest = Manifest.read(folder / MANIFEST)
        except IndexDamagedError as problem:
            yield str(problem)
            return
        for file, record in manifest.files.items():
            if (fault := fault_of(folder / file, record)) is not None:
                yield fault
        for stranger in sorted(_listed(folder) - set(manifest.files) - {MANIFEST}):
            yield f"{folder / stranger}: not part of the index"


def require_usable(generation: Generation, *, root: Path, fingerprint: str) -> Generation:
    """Return ``generation``; raises IndexOutOfDateError when other analyzers or another format built it."""
    manifest = generation.manifest
    rebuild = f"rebuild needed: akhbar rebuild SOURCE --index {root}"
    if manifest.format != FORMAT_VERSION:
        raise IndexOutOfDateError(
            f"{root}: built in format {manifest.format}, this version reads {FORMAT_VERSION}; {rebuild}"
        )
    if manifest.analyzer != fingerprint:
        raise IndexOutOfDateError(f"{root}: built with other analyzers; {rebuild}")
    return generation


def _listed(folder: Path) -> set[str]:
    """Return the names in a folder; none where there is no folder. Raises IndexUnusableError for one that is closed."""
    try:
        return {each.name for each in folder.iterdir()}
    except (FileNotFoundError, NotADirectoryError):
        return set()
    except PermissionError as problem:
        raise IndexUnusableError(f"{folder}: no permission to read the index; change its permissions") from problem


def _number(name: str) -> int:
    found = GENERATION_NAME.fullmatch(name)
    return int(found[1]) if found else 0


def _current_line(name: str) -> bytes:
    """Return what CURRENT holds: a bit that flips in it must not bring an older generation back."""
    return f"{name} {hashlib.sha256(name.encode()).hexdigest()[:16]}\n".encode()


def _linked(folder: Path, previous: Generation | None) -> dict[str, FileRecord]:
    """Return the records of the files of ``folder`` that are hard links to those of ``previous``: they are on disk already."""
    known = previous.manifest.files if previous else {}
    return {
        name: record
        for name, record in known.items()
        if previous and (folder / name).exists() and (folder / name).samefile(previous.path / name)
    }


def _is_linked(source: Path, target: Path) -> bool:
    """Make ``target`` a hard link to ``source``; return whether the file system can."""
    try:
        target.hardlink_to(source)
    except OSError:
        return False
    return True


def _make_folder(path: Path) -> None:
    """Make a folder and those above it; have their names on disk."""
    if not path.is_dir():
        _make_folder(path.parent)
        path.mkdir(exist_ok=True)
        _sync(path.parent)


def _sync(path: Path) -> None:
    """Have a file's bytes, or a folder's names, on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
