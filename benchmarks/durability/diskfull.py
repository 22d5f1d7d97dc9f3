"""A full disk: does an index survive it? Prints a table; exits 1 on any failure, 2 where it may not mount a disk.

    python benchmarks/durability/diskfull.py [--count 20] [--seed 1] [--articles 200]

For ``rebuild``, ``update`` and deletion, on a small disk of its own (tmpfs, and ext4 in a file where that can be mounted),
it first finds how much room the writer needs, to 4 KiB. Then the disk is filled so that 0 to 95 % of that is free, at
``--count`` levels. Each time the writer must end with an exit code that is not 0 and with one line that says that no space
is left and what to do; the old index must serve, every article to the letter, and ``check`` must be clean. After
room was made, the same writer must succeed without a hand and leave nothing behind. The mounts are in a namespace
of their own and end with the script. Needs root and ``unshare``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import project  # noqa: F401, finds the packages
from reporting import SKIPPED, options, tell, workplace

from indexer import Index
from tests.support.durability.observation import leftovers, observe
from tests.support.durability.processes import (
    Outcome,
    Work,
    add_work,
    command_work,
    copy_index,
    delete_work,
    run_in_child,
)
from tests.support.durability.states import (
    State,
    after_deletion,
    after_update,
    clock_article,
    make_article,
    prepare,
    state_of,
    write_articles,
)

ROOM_MIB = 24
BLOCK = 4096
NAMESPACE = "AKHBAR_DURABILITY_NAMESPACE"
"""Set in the environment of the script once it has a mount namespace of its own."""

_CAUSE = re.compile(r"no space left|disk is full", re.IGNORECASE)
_ADVICE = re.compile(r"make room|free (some|up)? ?space|free .* and|run .* again|try again", re.IGNORECASE)


class Writer(NamedTuple):
    """A writer that runs out of room: its work, and the state it leads to."""

    name: str
    work: Work
    after: State


@dataclass
class Trial:
    """One writer on one kind of disk."""

    disk: str
    writer: Writer
    need: int = 0
    levels: int = 0
    refused: int = 0
    clear: int = 0
    served: int = 0
    recovered: int = 0
    said: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)

    def row(self) -> dict[str, object]:
        """Return the counts."""
        return {
            "disk": self.disk,
            "writer": self.writer.name,
            "needs KiB": self.need // 1024,
            "levels": self.levels,
            "refused": self.refused,
            "clear message": self.clear,
            "old index served": self.served,
            "next run succeeded": self.recovered,
            "failures": len(self.failures),
        }


# -- small disks


def mount_tmpfs(place: Path) -> None:
    """Mount a small disk in memory; raises CalledProcessError where that is not allowed."""
    _run("mount", "-t", "tmpfs", "-o", f"size={ROOM_MIB}m", "durability", place)


def mount_ext4(place: Path) -> None:
    """Mount a small ext4 in a file; raises CalledProcessError where that is not allowed."""
    image = place.with_name(f"{place.name}.image")
    image.write_bytes(b"")
    os.truncate(image, ROOM_MIB << 20)
    _run("mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", image)
    _run("mount", "-o", "loop", image, place)


def _run(*line: str | Path) -> None:
    subprocess.run(list(map(str, line)), check=True, capture_output=True)


DISKS: tuple[tuple[str, Callable[[Path], None]], ...] = (("tmpfs", mount_tmpfs), ("ext4", mount_ext4))


def fill(disk: Path, free: int) -> None:
    """Leave so many bytes free, in whole blocks; a little more where the filler's own description takes room."""
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    os.sync()
    status = os.statvfs(disk)
    size = max(0, status.f_bavail * status.f_frsize - free) // BLOCK * BLOCK
    with filler.open("wb") as file:
        while size > 0:
            try:
                os.posix_fallocate(file.fileno(), 0, size)
                return
            except OSError:
                file.truncate(0)
                size -= BLOCK


def make_room(disk: Path) -> None:
    """Leave everything free that the index does not take."""
    (disk / "filler").unlink(missing_ok=True)


# -- the writers


def writers(folder: Path, index: Path, state: State) -> Iterator[Writer]:
    """Return those of this version."""
    articles = [*(make_article(number, 5) for number in range(len(state))), clock_article(5)]
    source = write_articles(folder / "rebuild.jsonl", articles)
    yield Writer("rebuild", command_work("rebuild", source, "--index", index), state_of(articles))
    articles = [*(make_article(number, 6) for number in range(0, len(state) * 3, 6)), clock_article(6)]
    source = write_articles(folder / "update.jsonl", articles)
    yield Writer("update", command_work("update", source, "--index", index), after_update(state, articles))
    if hasattr(Index, "delete"):
        ids = sorted(set(state) - {"clock"})[::3]
        yield Writer("delete", delete_work(index, ids), after_deletion(state, ids))


def attempt(writer: Writer, disk: Path, good: Path, free: int) -> Outcome:
    """Let the writer change a copy of the good index on a disk with so much room."""
    make_room(disk)
    copy_index(good, disk / "index")
    fill(disk, free)
    return run_in_child(writer.work)


def need_of(writer: Writer, disk: Path, good: Path) -> int:
    """Return with how many free bytes the writer succeeds, to a block."""
    low, high = 0, (ROOM_MIB << 20) // 2 // BLOCK
    if fault := attempt(writer, disk, good, high * BLOCK).fault:
        raise RuntimeError(f"{writer.name}, with all the room there is: {fault}")
    while low < high:
        middle = (low + high) // 2
        if attempt(writer, disk, good, middle * BLOCK).code == 0:
            high = middle
        else:
            low = middle + 1
    return high * BLOCK


def try_level(trial: Trial, disk: Path, good: Path, state: State, free: int) -> None:
    """Let the writer run out of room; see what it says and leaves, and that the next run succeeds."""
    writer = trial.writer
    trial.levels += 1
    ended = attempt(writer, disk, good, free)
    where = f"{trial.disk}, {writer.name}, {free // 1024} of {trial.need // 1024} KiB free"
    if ended.code == 0:
        trial.failures.append(f"{where}: there was room")
        return
    trial.refused += ended.code is not None and ended.code > 0
    problem = _unclear(ended, is_command=writer.name != "delete")
    trial.said.add(ended.said.strip().rpartition("\n")[2].replace(str(disk), "DISK"))
    trial.clear += problem is None
    faults = [problem] if problem else []
    unserved = list(observe(disk / "index").faults_as(state))
    trial.served += not unserved
    make_room(disk)
    unfinished = list(_next(writer, disk / "index"))
    trial.recovered += not unfinished
    trial.failures += [f"{where}: {fault}" for fault in (*faults, *unserved, *unfinished)]


def _unclear(ended: Outcome, *, is_command: bool) -> str | None:
    """Return what is wrong with how a writer ended; deletion has no command, and may raise."""
    lines = ended.said.strip().splitlines()
    if ended.code is None or ended.code < 0:
        return ended.fault
    if is_command and len(lines) != 1:
        return f"{len(lines)} lines: {' / '.join(lines)[-400:]}"
    if not lines or not _CAUSE.search(lines[-1]):
        return f"the cause is not named: {lines[-1] if lines else ''}"
    return None if _ADVICE.search(lines[-1]) else f"it is not said what to do: {lines[-1]}"


def _next(writer: Writer, index: Path) -> Iterator[str]:
    if fault := run_in_child(writer.work).fault:
        yield f"the next run {fault}"
        return
    yield from (f"after the next run: {fault}" for fault in observe(index).faults_as(writer.after))
    if (left := leftovers(index)) is not None:
        yield left


def try_levels(folder: Path, name: str, mount: Callable[[Path], None], count: int, articles: int) -> Iterator[Trial]:
    """Return what came of each writer on a disk of one kind."""
    disk = folder / name
    disk.mkdir()
    mount(disk)
    state = state_of([*(make_article(number, 0) for number in range(articles)), clock_article(0)])
    good = folder / f"{name}-good"
    start = command_work("rebuild", write_articles(folder / "start.jsonl", state.values()), "--index", good)
    more = [make_article(number, 1) for number in range(0, articles, 5)]
    for work in (start, add_work(good, more)):
        if fault := run_in_child(work).fault:
            raise RuntimeError(fault)
    state = after_update(state, more)
    for writer in writers(folder, disk / "index", state):
        trial = Trial(name, writer, need_of(writer, disk, good))
        for level in range(count):
            try_level(trial, disk, good, state, trial.need * level // (count + 1) // BLOCK * BLOCK)
        yield trial
    make_room(disk)
    shutil.rmtree(disk / "index")


def in_namespace() -> int | None:
    """Run the script again in a mount namespace of its own; return its exit code, ``None`` when it is in one."""
    if os.environ.get(NAMESPACE):
        return None
    allowed = shutil.which("unshare") and not subprocess.run(["unshare", "--mount", "true"], check=False).returncode
    if not allowed:
        print("a small disk is needed: run this as root, where unshare --mount is allowed", file=sys.stderr)
        return SKIPPED
    line = ["unshare", "--mount", sys.executable, *sys.argv]
    return subprocess.run(line, check=False, env={**os.environ, NAMESPACE: "1"}).returncode


def main() -> int:
    """Fill disks as the command line asks; return the exit code."""
    parser = options("Let a disk run full; see that the index survives.", count=20, counted="levels for each writer")
    parser.add_argument("--disks", choices=["tmpfs", "ext4", "all"], default="all", help="of which kind (default: all)")
    chosen = parser.parse_args()
    if (code := in_namespace()) is not None:
        return code
    trials: list[Trial] = []
    with workplace(chosen.work) as folder:
        prepare(folder)
        for name, mount in DISKS:
            if chosen.disks not in (name, "all"):
                continue
            try:
                trials += try_levels(folder, name, mount, chosen.count, chosen.articles)
            except (subprocess.CalledProcessError, FileNotFoundError) as problem:
                print(f"{name}: not mounted here: {getattr(problem, 'stderr', None) or problem}", file=sys.stderr)
            finally:
                subprocess.run(["umount", str(folder / name)], check=False, capture_output=True)
    if not trials:
        return SKIPPED
    for said in sorted({line for each in trials for line in each.said}):
        print(f"said: {said}")
    return tell([each.row() for each in trials], [failure for each in trials for failure in each.failures])


if __name__ == "__main__":
    raise SystemExit(main())
