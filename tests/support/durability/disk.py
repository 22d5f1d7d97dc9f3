"""A pessimistic disk: what may be left of a folder when the power fails at some system call.

The model, stricter than any file system in use:

*   What is written to a file is on disk once the file is synced (fsync, fdatasync). Until then each 512-byte sector of
    each write, and each change of the size, is there or not, whatever came before or after it; a sector that is not
    there holds what was there before, or zeros where the file grew.
*   What changes in a folder (a name made, linked, renamed, removed) is on disk once the *folder* is synced; syncing
    the file that has the name is not enough. Until then each change is there or not, in any combination. One rename
    within a folder is never half there.
*   What was synced stays. Sync calls return only then.
*   Writing through a shared mapping, copies inside the kernel and descriptors that were not opened here are not
    modelled: they raise UnmodelledError rather than pass unseen.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.support.durability.tracing import OPENING, Call

SECTOR = 512
RELEVANT = (
    "open", "openat", "creat", "close", "lseek", "read", "write", "writev", "pwrite64", "pwritev", "pwritev2",
    "truncate", "ftruncate", "fallocate", "sendfile", "copy_file_range", "mmap", "dup", "dup2", "dup3",
    "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
    "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "fsync", "fdatasync",
)  # fmt: skip
"""The calls to be recorded."""


class UnmodelledError(Exception):
    """The recording holds a call that this model does not know."""


class Write(NamedTuple):
    """Bytes written at an offset."""

    at: int
    content: bytes

    def apply(self, content: bytearray) -> None:
        """Write them, zeros before them where the file is shorter."""
        content.extend(bytes(max(0, self.at - len(content))))
        content[self.at : self.at + len(self.content)] = self.content

    def sectors(self) -> Iterable[Write]:
        """Return the parts of it that the disk writes at once."""
        at, end = self.at, self.at + len(self.content)
        while at < end:
            until = min(end, (at // SECTOR + 1) * SECTOR)
            yield Write(at, self.content[at - self.at : until - self.at])
            at = until


class Resize(NamedTuple):
    """The size that a file was given."""

    size: int

    def apply(self, content: bytearray) -> None:
        """Cut the content, or add zeros."""
        del content[self.size :]
        content.extend(bytes(self.size - len(content)))

    def sectors(self) -> Iterable[Resize]:
        """Return the change, which is not divided."""
        return (self,)


@dataclass
class File:
    """A file: the bytes that are on disk, and the changes that are not yet."""

    durable: bytes = b""
    pending: list[Write | Resize] = field(default_factory=list)

    def live(self) -> bytearray:
        """Return what a process reads now."""
        content = bytearray(self.durable)
        for each in self.pending:
            each.apply(content)
        return content

    def sync(self) -> None:
        """Put everything on disk."""
        if self.pending:
            self.durable, self.pending = bytes(self.live()), []


Names = Mapping[str, "File | Folder | None"]
"""What names in a folder stand for after a change; ``None`` for those that are gone."""


@dataclass
class Folder:
    """A folder: the names that are on disk, and the changes that are not yet."""

    durable: dict[str, File | Folder] = field(default_factory=dict)
    pending: list[Names] = field(default_factory=list)
    live: dict[str, File | Folder] = field(default_factory=dict)

    def change(self, names: Names) -> None:
        """Change some names at once."""
        self.pending.append(names)
        _rename(self.live, names)

    def sync(self) -> None:
        """Put all names on disk."""
        self.durable, self.pending = dict(self.live), []


def _rename(names: dict[str, File | Folder], changes: Names) -> None:
    for name, target in changes.items():
        if target is None:
            names.pop(name, None)
        else:
            names[name] = target


@dataclass
class Opened:
    """An open file and the offset in it."""

    file: File | Folder
    place: int = 0
    append: bool = False


class Disk:
    """A folder as a recording of system calls changes it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.top = Folder()
        self._opened: dict[tuple[int, int], Opened] = {}

    def apply(self, call: Call) -> None:
        """Do what ``call`` did; raises UnmodelledError where that is not known."""
        if call.name == "close":
            self._opened.pop((call.process, call.descriptor or 0), None)
        elif call.name in ("dup", "dup2", "dup3", "mmap", "sendfile", "copy_file_range"):
            self._refuse_unseen(call)
        elif call.result < 0:
            return
        elif call.name in OPENING:
            self._open(call)
        elif call.descriptor is not None and not call.name.endswith("at"):
            self._use(call)
        elif call.within(self.root):
            self._name(call)

    def files(self) -> dict[Path, bytes]:
        """Return the content of every file as a process reads it now."""
        found: dict[Path, bytes] = {}

        def add(folder: Folder, path: Path) -> None:
            for name, each in folder.live.items():
                if isinstance(each, Folder):
                    add(each, path / name)
                else:
                    found[path / name] = bytes(each.live())

        add(self.top, self.root)
        return found

    def _refuse_unseen(self, call: Call) -> None:
        writes = call.name != "mmap" or ("PROT_WRITE" in call.arguments and "MAP_SHARED" in call.arguments)
        if writes and any((call.process, each) in self._opened for each in call.descriptors):
            raise UnmodelledError(f"{call.name}({call.arguments[:200]})")

    def _open(self, call: Call) -> None:
        path = call.paths[0]
        if not path.is_relative_to(self.root):
            return
        file = None if "O_TMPFILE" in call.arguments else self._find(path)
        if "O_TMPFILE" in call.arguments:
            file = File()  # without a name: nothing of it can be left
        elif file is None:
            file = File()
            self._folder_of(path).change({path.name: file})
        if isinstance(file, File) and "O_TRUNC" in call.arguments:
            file.pending.append(Resize(0))
        self._opened[call.process, call.result] = Opened(file, append="O_APPEND" in call.arguments)

    def _use(self, call: Call) -> None:
        opened = self._opened.get((call.process, call.descriptor or 0))
        if opened is None:
            if call.name not in ("lseek", "read") and call.within(self.root):
                raise UnmodelledError(f"{call.name}({call.arguments[:200]})")
        elif call.name in ("fsync", "fdatasync"):
            opened.file.sync()
        elif isinstance(opened.file, File):
            self._change(call, opened, opened.file)

    @staticmethod
    def _change(call: Call, opened: Opened, file: File) -> None:
        match call.name:
            case "lseek":
                opened.place = call.result
            case "read":
                opened.place += call.result
            case "write" | "writev":
                if opened.append:
                    opened.place = len(file.live())
                file.pending.append(Write(opened.place, b"".join(call.strings)[: call.result]))
                opened.place += call.result
            case "pwrite64":
                file.pending.append(Write(call.numbers[-1], call.strings[0][: call.result]))
            case "ftruncate":
                file.pending.append(Resize(call.numbers[-1]))
            case _:
                raise UnmodelledError(f"{call.name}({call.arguments[:200]})")

    def _name(self, call: Call) -> None:
        paths = call.paths
        match call.name.removesuffix("2").removesuffix("at"):
            case "rename":
                self._move(*paths)
            case "link":
                self._folder_of(paths[1]).change({paths[1].name: self._find(paths[0])})
            case "unlink" | "rmdir":
                self._folder_of(paths[0]).change({paths[0].name: None})
            case "mkdir":
                self._folder_of(paths[0]).change({paths[0].name: Folder()})
            case _:
                raise UnmodelledError(f"{call.name}({call.arguments[:200]})")

    def _move(self, source: Path, target: Path) -> None:
        moved = self._find(source)
        if source.parent == target.parent:
            self._folder_of(source).change({source.name: None, target.name: moved})
        else:
            self._folder_of(target).change({target.name: moved})
            self._folder_of(source).change({source.name: None})

    def _find(self, path: Path) -> File | Folder | None:
        found: File | Folder | None = self.top
        for name in path.relative_to(self.root).parts:
            found = found.live.get(name) if isinstance(found, Folder) else None
        return found

    def _folder_of(self, path: Path) -> Folder:
        folder = self._find(path.parent)
        if not isinstance(folder, Folder):
            raise UnmodelledError(f"{path.parent} is no folder")
        return folder


# -- what a power failure leaves


class Luck(NamedTuple):
    """How likely each change that was not synced is on disk nevertheless: of names, of bytes, of sizes."""

    names: float
    sectors: float
    sizes: float


LUCK: Mapping[str, Luck] = {
    "nothing unsynced": Luck(0, 0, 0),
    "all, as after a kill": Luck(1, 1, 1),
    "names without bytes": Luck(1, 0, 1),
    "names, empty files": Luck(1, 0, 0),
    "bytes without names": Luck(0, 1, 1),
    "half of all": Luck(0.5, 0.5, 0.5),
    "most": Luck(0.9, 0.9, 0.9),
    "little": Luck(0.1, 0.1, 0.5),
}


def leave(disk: Disk, target: Path, luck: Luck, chance: random.Random) -> None:
    """Write to ``target`` what may be left of the disk's folder, files with several names as hard links."""
    places: dict[int, Path] = {}
    contents: dict[int, bytes] = {}

    def write(folder: Folder, path: Path) -> None:
        path.mkdir()
        for name, each in _names_left(folder, luck, chance).items():
            if isinstance(each, Folder):
                write(each, path / name)
            elif id(each) in places:
                (path / name).hardlink_to(places[id(each)])
            else:
                places[id(each)] = path / name
                contents[id(each)] = _content_left(each, luck, chance)
                (path / name).write_bytes(contents[id(each)])

    write(disk.top, target)


def _names_left(folder: Folder, luck: Luck, chance: random.Random) -> dict[str, File | Folder]:
    names = dict(folder.durable)
    for each in folder.pending:
        if chance.random() < luck.names:
            _rename(names, each)
    return names


def _content_left(file: File, luck: Luck, chance: random.Random) -> bytes:
    content = bytearray(file.durable)
    kept: Callable[[Write | Resize], float] = lambda each: luck.sizes if isinstance(each, Resize) else luck.sectors  # noqa: E731
    for change in file.pending:
        for each in change.sectors():
            if chance.random() < kept(each):
                each.apply(content)
    if file.pending and chance.random() < luck.sizes:
        Resize(len(file.live())).apply(content)
    return bytes(content)
