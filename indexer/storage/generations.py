"""Generations of an index folder: complete states of the index, each made beside the live one and never half done.

    index/
      CURRENT             the name of the live generation, see current.py
      LOCK                held by the one process that writes, see lock.py
      gen-7/              a generation: the engine's files and manifest.json
      gen-6/              the one before, kept in case gen-7 is damaged

A writer fills ``gen-8`` beside the live one, syncs every file and folder (fsync), writes the manifest, and only then
renames a new ``CURRENT`` into place. Whoever is killed at any moment leaves the old generation live; the next writer
removes the left-overs.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from indexer.errors import IndexDamagedError, IndexNotFoundError, IndexOutOfDateError, IndexUnusableError
from indexer.schema import FORMAT_VERSION
from indexer.storage.current import (
    CURRENT,
    CURRENT_NEW,
    Stamp,
    announce,
    announced_name,
    make_live,
    read_current,
    read_stamp,
)
from indexer.storage.files import (
    FileRecord,
    content_fault,
    hard_link,
    make_folder,
    names_in,
    record_of,
    size_fault,
    sync_file,
    sync_folder,
    sync_parents,
)
from indexer.storage.lock import LOCK_TIMEOUT_S, writer_lock
from indexer.storage.manifest import GENERATION_NAME, MANIFEST, Manifest

VERIFIED_BYTES_PER_UPDATE: Final = 128 << 20
"""How much of the files that it links an update reads and compares: about a tenth of a second."""

_CHECK_ATTEMPTS: Final = 10


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete state of an index."""

    path: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.path.name

    @property
    def number(self) -> int:
        """The number in its name, counted from 1."""
        return _number(self.path.name)

    @property
    def size_bytes(self) -> int:
        """The size of its files on disk, in bytes."""
        return sum(record.size for record in self.manifest.files.values())

    def require_usable(self, fingerprint: str) -> Self:
        """Return the generation; raises IndexOutOfDateError when other analyzers or another format built it."""
        root, built_in = self.path.parent, self.manifest.format
        rebuild = f"rebuild needed: akhbar rebuild SOURCE --index {root}"
        if built_in != FORMAT_VERSION:
            raise IndexOutOfDateError(
                f"{root}: built in format {built_in}, this version reads {FORMAT_VERSION}; {rebuild}"
            )
        if self.manifest.analyzer != fingerprint:
            raise IndexOutOfDateError(f"{root}: built with other analyzers; {rebuild}")
        return self


class Generations:
    """The generations of one index folder.

    ``verified`` remembers the files of the live generation whose bytes this process has compared with their hashes.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.verified: set[FileRecord] = set()

    # -- reading

    def stamp(self) -> Stamp:
        """Return a token that changes when another generation goes live; ``None`` where there is no index."""
        return read_stamp(self.root)

    def live(self) -> Generation:
        """Return the live generation, judged by its manifest and the sizes of its files.

        Raises IndexNotFoundError where there is no index, and IndexDamagedError.
        """
        return self._read(self._live_name())

    def before(self, generation: Generation) -> Generation:
        """Return the generation that was live before one; raises IndexNotFoundError where it is not kept, and IndexDamagedError."""
        name = generation.manifest.previous
        if name is None or name not in self._names():
            raise IndexNotFoundError(f"{self.root}: no index is kept from before the live one; nothing was changed")
        return self._read(name)

    def whole_generations(self) -> Iterator[Generation]:
        """Yield the generations whose every byte is what was written, the newest first; reads all of them."""
        for name in sorted(self._names(), key=_number, reverse=True):
            with contextlib.suppress(IndexDamagedError):
                generation = self._read(name)
                if self.first_fault(generation, trust_verified=False) is None:
                    yield generation

    def first_fault(
        self,
        generation: Generation,
        *,
        trust_verified: bool = True,
        after_chunk: Callable[[], None] = lambda: None,
    ) -> str | None:
        """Return a line about the first file that is not what was written, reading those not verified yet.

        ``after_chunk`` is called after each megabyte; what it raises ends the reading.
        """
        for file, record in generation.manifest.files.items():
            if trust_verified and record in self.verified:
                continue
            if (fault := content_fault(generation.path / file, record, after_chunk=after_chunk)) is not None:
                return fault
            self.verified.add(record)
        return None

    def forget_others(self, manifest: Manifest) -> None:
        """Forget which files were verified that are not of ``manifest``."""
        self.verified = {record for record in manifest.files.values() if record in self.verified}

    def check(self) -> tuple[str, ...]:
        """Return a line for each fault of the live generation, reading every byte of it."""
        faults: tuple[str, ...] = ()
        for _ in range(_CHECK_ATTEMPTS):
            stamp = self.stamp()
            faults = tuple(self._faults())
            if not faults or self.stamp() == stamp:
                break
        return faults

    # -- writing

    def writing(self, *, timeout_s: float = LOCK_TIMEOUT_S) -> AbstractContextManager[None]:
        """Return what holds the writer's lock, in a folder made for it; raises as :func:`indexer.storage.lock.writer_lock` does."""
        try:
            make_folder(self.root)
        except OSError as problem:
            raise IndexNotFoundError(
                f"{self.root}: cannot make a folder for the index: {problem.strerror}"
            ) from problem
        return writer_lock(self.root, timeout_s=timeout_s)

    def begin(self, *, based_on: Generation | None = None) -> Path:
        """Return the new folder of the next generation, for the holder of the lock to fill.

        Left-overs of interrupted writers are removed. ``based_on``, the live generation, fills the folder with hard
        links to its files, which must then only be deleted or added to, never changed. Up to
        ``VERIFIED_BYTES_PER_UPDATE`` of those that this process has not verified are read and compared, other ones at each
        update; the rest keep the hash they were written with, so that damage is found later. Raises IndexDamagedError.
        """
        if (self.root / CURRENT).is_dir():
            raise IndexDamagedError(f"{self.root / CURRENT}: a folder where a file belongs; remove it")
        number = max(map(_number, names_in(self.root)), default=0) + 1  # of left-overs too: no name is given twice
        self._remove_leftovers()
        folder = self.root / f"gen-{number}"
        folder.mkdir()
        if based_on:
            try:
                self._link_files(based_on, folder)
            except BaseException:
                self.discard(folder)
                raise
        return folder

    def publish(
        self,
        folder: Path,
        describe: Callable[[str | None, dict[str, FileRecord]], Manifest],
        *,
        based_on: Generation | None = None,
    ) -> Generation:
        """Make ``folder`` the live generation, durably; keep the one before and remove all others.

        The one before is ``based_on`` or else the newest whole one. ``describe`` gets its name and the records of all
        files. Raises OSError when the live generation is as it was, and AkhbarError when ``folder`` is live and the disk
        did not confirm it.
        """
        previous = based_on or next(self.whole_generations(), None)
        linked = _linked_records(folder, based_on) if based_on else {}
        new = {name: record_of(folder / name) for name in sorted(names_in(folder) - linked.keys())}
        manifest = describe(previous.name if previous else None, linked | new)
        for name in new:
            sync_file(folder / name)
        if not based_on:  # whoever made the index folder may have been killed before its name was on disk
            sync_parents(self.root)
        announce(self.root, folder.name)
        (folder / MANIFEST).write_bytes(manifest.as_bytes())
        sync_file(folder / MANIFEST)
        sync_folder(folder)
        make_live(self.root, folder.name)
        self.verified.update(new.values())
        self.forget_others(manifest)
        self._remove(self._names(links=True) - {folder.name, manifest.previous})
        return Generation(folder, manifest)

    def discard(self, folder: Path) -> None:
        """Remove a generation that was not published; one that went live stays."""
        with contextlib.suppress(IndexUnusableError):
            if read_current(self.root) == folder.name:
                return
        self._remove([folder.name])
        self._withdraw_announcement()

    def _link_files(self, source: Generation, folder: Path) -> None:
        """Link the files of ``source`` into ``folder``, or copy them; raises IndexDamagedError for a damaged one."""
        budget = VERIFIED_BYTES_PER_UPDATE
        names = sorted(source.manifest.files)
        start = source.number % len(names) if names else 0
        for name in names[start:] + names[:start]:
            record = source.manifest.files[name]
            fault = size_fault(source.path / name, record)
            if fault is None:
                is_copy = not hard_link(source.path / name, folder / name)
                if is_copy:
                    shutil.copy2(source.path / name, folder / name)
                if is_copy or (budget > 0 and record not in self.verified):
                    budget -= record.size
                    fault = content_fault(folder / name, record)
                    self.verified.add(record)
            if fault is not None:
                raise IndexDamagedError(fault.replace(str(folder), str(source.path)))

    def _remove_leftovers(self) -> None:
        """Remove what no reader can need; nothing at all while the live generation is damaged."""
        try:
            live = self.live()
        except IndexDamagedError:
            return
        except IndexNotFoundError:
            keep: set[str | None] = set()
        else:
            keep = {live.name, live.manifest.previous}
        self._remove(self._names(links=True) - keep)
        self._withdraw_announcement()

    def _withdraw_announcement(self) -> None:
        path = self.root / CURRENT_NEW
        if path.exists():
            sync_folder(self.root)  # the announced generation must be gone for good before its announcement is
            path.unlink()

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            path = self.root / name
            if path.is_symlink():
                with contextlib.suppress(OSError):
                    path.unlink()
            else:
                shutil.rmtree(path, ignore_errors=True)

    # -- names and states

    def _names(self, *, links: bool = False) -> set[str]:
        """Return the names of the generations; symbolic links, which are none, only with ``links``."""
        names = {name for name in names_in(self.root) if _number(name)}
        return names if links else {name for name in names if not (self.root / name).is_symlink()}

    def _live_name(self) -> str:
        """Return the name of the live generation; raises IndexNotFoundError, and IndexDamagedError where CURRENT is lost."""
        name = read_current(self.root)
        if name is not None:
            return name
        if any(self._seems_whole(other) for other in self._names() - {announced_name(self.root)}):
            raise IndexDamagedError(f"{self.root / CURRENT}: {os.strerror(errno.ENOENT)}")
        raise IndexNotFoundError(
            f"{self.root}: no index here; make one with: akhbar rebuild SOURCE --index {self.root}"
        )

    def _read(self, name: str) -> Generation:
        folder = self.root / name
        if folder.is_symlink():
            raise IndexDamagedError(f"{folder}: a symbolic link where the folder of a generation belongs")
        manifest = Manifest.read(folder / MANIFEST)
        for file, record in manifest.files.items():
            if (fault := size_fault(folder / file, record)) is not None:
                raise IndexDamagedError(fault)
        return Generation(folder, manifest)

    def _seems_whole(self, name: str) -> bool:
        try:
            return bool(self._read(name))
        except IndexUnusableError:
            return False

    def _faults(self) -> Iterator[str]:
        try:
            name = self._live_name()
            folder = self.root / name
            if folder.is_symlink():
                self._read(name)
            manifest = Manifest.read(folder / MANIFEST)
        except IndexDamagedError as problem:
            yield str(problem)
            return
        for file, record in manifest.files.items():
            if (fault := content_fault(folder / file, record)) is not None:
                yield fault
            else:
                self.verified.add(record)
        for stranger in sorted(names_in(folder) - set(manifest.files) - {MANIFEST}):
            yield f"{folder / stranger}: not part of the index"
        yield from self._faults_beside(name)

    def _faults_beside(self, live: str) -> Iterator[str]:
        """Yield a line for each other generation that is a link, or newer than the live one, whole, and not announced."""
        for name in sorted(self._names(links=True) - {live, announced_name(self.root)}, key=_number):
            if (self.root / name).is_symlink():
                yield f"{self.root / name}: a symbolic link where the folder of a generation belongs"
            elif _number(name) > _number(live) and self._seems_whole(name):
                yield (
                    f"{self.root / CURRENT}: names {live}, though {name} is newer and whole: an older {CURRENT} was put "
                    f"back; the next update or rebuild removes {name}"
                )


def _number(name: str) -> int:
    """Return the number in the name of a generation, 0 for any other name."""
    match = GENERATION_NAME.fullmatch(name)
    return int(match[1]) if match else 0


def _linked_records(folder: Path, based_on: Generation) -> dict[str, FileRecord]:
    """Return the records of the files of ``folder`` that are hard links to those of ``based_on``: they are on disk already."""
    return {
        name: record
        for name, record in based_on.manifest.files.items()
        if (folder / name).exists() and (folder / name).samefile(based_on.path / name)
    }
