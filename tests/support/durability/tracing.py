"""System calls of a process on files, as strace tells them: names, paths and bytes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

OPENING = ("open", "openat", "creat")
NAMING = (
    "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
    "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir",
)  # fmt: skip
WRITING = (
    "write", "writev", "pwrite64", "pwritev", "pwritev2", "truncate", "ftruncate", "fallocate",
    "sendfile", "copy_file_range", "chmod", "fchmod", "fchmodat", "msync",
)  # fmt: skip
SYNCING = ("fsync", "fdatasync", "sync_file_range", "sync", "syncfs")
CHANGING = (*OPENING, *NAMING, *WRITING, *SYNCING)
"""Every call that changes a file, or what is on disk of it; of opening only what creates or empties."""

_CREATES = re.compile(r"O_CREAT|O_TRUNC")
_LINE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+|\?)")
_UNFINISHED = re.compile(r"(\d+) +(\w+)\((.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)$")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_FOLDER = re.compile(r"(?:AT_FDCWD|\d+)<((?:\\x[0-9a-f]{2})*)>")
_DESCRIPTOR = re.compile(r"(\d+)<((?:\\x[0-9a-f]{2})*)>")


class Call(NamedTuple):
    """One system call. ``nth`` counts the calls of this name in this process, from 1; ``result`` is -1 on failure."""

    process: int
    name: str
    arguments: str
    result: int
    nth: int

    @property
    def strings(self) -> tuple[bytes, ...]:
        """The texts among the arguments: names, or bytes to write."""
        return tuple(map(_bytes, _STRING.findall(self.arguments)))

    @property
    def descriptor(self) -> int | None:
        """The file descriptor that is the first argument."""
        found = _DESCRIPTOR.match(self.arguments)
        return int(found[1]) if found else None

    @property
    def descriptors(self) -> tuple[int, ...]:
        """Every file descriptor among the arguments."""
        return tuple(int(number) for number, _ in _DESCRIPTOR.findall(self.arguments))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The plain numbers among the arguments, in order."""
        return tuple(int(each) for each in self.arguments.split(", ") if re.fullmatch(r"-?\d+", each))

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths it is about, absolute where strace knows the folder they are relative to."""
        folders = [_path(each) for each in _FOLDER.findall(self.arguments)]
        if self.name in WRITING[:6] or self.name in ("ftruncate", "fallocate", "fchmod", *SYNCING):
            return tuple(folders[:1])
        names = [Path(each.decode("utf-8", "surrogateescape")) for each in self.strings]
        if len(folders) < len(names):
            return tuple(names)
        return tuple(folder / name for folder, name in zip(folders, names, strict=False))

    @property
    def changes(self) -> bool:
        """Whether it could change a file: opening counts only where it creates or empties."""
        return self.name not in OPENING or bool(_CREATES.search(self.arguments)) or self.name == "creat"

    def within(self, folder: Path) -> bool:
        """Return whether it is about something in ``folder``."""
        return any(each.is_relative_to(folder) for each in self.paths)


_OPTIONS = ("--follow-forks", "-y", "-xx", "-s", str(1 << 28), "-e", "signal=none", "-e", "raw=read")


def trace_line(log: Path, line: list[str], *, calls: Iterable[str]) -> list[str]:
    """Return the command line that runs ``line`` under strace."""
    # It stops the process only at the calls that are wanted, which is much faster.
    return ["strace", *_OPTIONS, "--seccomp-bpf", *_strace_line(log, calls), *line]


def attach_line(log: Path, process: int, *, calls: Iterable[str], inject: str | None = None) -> list[str]:
    """Return the command line of strace for a process that runs already; ``inject`` is strace's own notation."""
    injecting = ["-e", f"inject={inject}"] if inject else []
    return ["strace", *_OPTIONS, *_strace_line(log, calls), *injecting, "-p", str(process)]


def _strace_line(log: Path, calls: Iterable[str]) -> list[str]:
    return ["-e", f"trace={','.join(f'?{each}' for each in calls)}", "-o", str(log)]


def why_not_traced() -> str | None:
    """Return a line that says why strace cannot be used here, ``None`` when it can."""
    if not shutil.which("strace"):
        return "strace is not installed; this script needs it (Debian: apt-get install strace)"
    tried = subprocess.run(
        trace_line(Path(os.devnull), ["true"], calls=["fsync"]), check=False, capture_output=True, text=True
    )
    if tried.returncode:
        return f"strace may not trace here: {(tried.stderr.strip().splitlines() or ['no reason given'])[-1]}"
    return None


def calls_in(log: Path) -> Iterator[Call]:
    """Return the calls that a log of strace lists, in order."""
    counts: Counter[tuple[str, str]] = Counter()
    halves: dict[str, tuple[str, int]] = {}
    for line in log.read_text(encoding="ascii").splitlines():
        if (half := _UNFINISHED.match(line)) is not None:
            counts[half[1], half[2]] += 1
            halves[half[1]] = half[3], counts[half[1], half[2]]
            continue
        if (rest := _RESUMED.match(line)) is not None:
            start, nth = halves.pop(rest[1])
            found = _LINE.match(f"{rest[1]} {rest[2]}({start}{rest[3]}")
        else:
            found = _LINE.match(line)
            if found:
                counts[found[1], found[2]] += 1
                nth = counts[found[1], found[2]]
        if found:
            yield Call(int(found[1]), found[2], found[3], -1 if found[4] == "?" else int(found[4]), nth)


def _bytes(hexadecimal: str) -> bytes:
    return bytes.fromhex(hexadecimal.replace("\\x", ""))


def _path(hexadecimal: str) -> Path:
    return Path(_bytes(hexadecimal).decode("utf-8", "surrogateescape").removesuffix(" (deleted)"))
