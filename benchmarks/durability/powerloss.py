"""A power failure: does an index survive it? Prints a table; exits 1 on any failure, 2 where strace is not installed.

    python benchmarks/durability/powerloss.py [--count 400] [--seed 1] [--articles 60]

A series of writers (first rebuilds that are killed, rebuilds, updates, deletions, embeddings, one that fails, one that is
killed) runs once under strace, which records every system call on files with its bytes. Then, for each cut, the folder is made
as a pessimistic disk (disk.py says what that is) may hold it when the power fails before some call of the recording. What
was acknowledged before the cut must be there, every article to the letter and once, with its vector once it was encoded,
``check`` must be clean, and the next writer must succeed and leave nothing behind.

As a control, a few cuts more leave every sync call out of the recording: failures must come then, or the model sees nothing.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from project import ROOT
from reporting import SKIPPED, options, tell, workplace

from indexer import Article, IndexUnusableError, open_index, rebuild
from indexer.meaning.encoders import ENCODER_VARIABLE
from tests.support.durability.disk import LUCK, RELEVANT, Disk, UnmodelledError, leave
from tests.support.durability.observation import leftovers, observe
from tests.support.durability.processes import add_work, command_work, embed_work, run_in_child
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
from tests.support.durability.tracing import CHANGING, SYNCING, Call, calls_in, trace_line, why_not_traced
from tests.support.encoders import LetterEncoder

ROUNDS = 18
UPDATED = 8
DELETED = 3
ANEW = ("rebuild", "kill first")
"""The writers that replace everything. The first of all is killed when it has made the folder, the second when it has
written a whole generation without ``CURRENT``; nothing of either is on disk, and an update comes next."""
NOTES = "notes"
"""The file, beside the recorded folder, into which the series writes what it begins and what is acknowledged."""


class Round(NamedTuple):
    """One writer of the series: what it does, and the state it leads to."""

    kind: str
    after: State
    articles: list[Article]
    ids: list[str]


def series(articles: int, seed: int) -> Iterator[Round]:
    """Return the writers of the series; the same for the same arguments."""
    chance = random.Random(f"{seed}/series")  # noqa: S311
    state: State = {}
    for version in range(ROUNDS):
        kind = _kind(version)
        ids = chance.sample(sorted(set(state) - {"clock"}), DELETED) if kind == "delete" else []
        numbers = range(articles) if kind in ANEW else chance.sample(range(articles + 10), UPDATED)
        made = [*(make_article(number, version) for number in numbers), clock_article(version)]
        added = [] if kind in ("delete", "embed") else made
        after = state_of(added) if kind in ANEW else after_update(after_deletion(state, ids), added)
        yield Round(kind, after, added, ids)
        if kind not in ("fail", "kill"):
            state = after


def _kind(version: int) -> str:
    special = {0: "kill first", 1: "kill first", 2: "update", 3: "rebuild", 7: "fail", 9: "kill", 13: "rebuild"}
    special |= dict.fromkeys((4, 10, 12, 15), "embed")
    if version in special:
        return special[version]
    return "delete" if version % 3 == 2 else "update"


# -- the series, in the process that is recorded


def run_series(folder: Path, articles: int, seed: int) -> None:
    """Do it, with a note before and after each writer."""
    index = folder / "disk" / "index"
    open_index("memory:").add([clock_article(0)])  # the analyzers are in memory before anything is written
    with (folder / NOTES).open("w") as notes:
        for number, each in enumerate(series(articles, seed)):
            notes.write(f"begin {number}\n")
            notes.flush()
            acknowledged = _write(each, index, folder / "source.jsonl")
            notes.write(f"{'acknowledge' if acknowledged else 'give up'} {number}\n")
            notes.flush()


def _write(each: Round, index: Path, source: Path) -> bool:
    """Let one writer write; return whether it was acknowledged."""
    match each.kind:
        case "rebuild":
            rebuild([write_articles(source, each.articles)], index)
        case "delete":
            open_index(index).delete(each.ids)
        case "embed":
            open_index(index).engine.embed(LetterEncoder().embedding())
        case "fail":
            with contextlib.suppress(ZeroDivisionError):
                open_index(index).add(_failing_source(each.articles))
            return False
        case "kill":
            _write_killed(lambda: open_index(index).add(each.articles))
            return False
        case "kill first":
            write_articles(source, each.articles)
            _write_killed(lambda: rebuild([source], index))
            return False
        case _:
            return _add(each, index)
    return True


def _add(each: Round, index: Path) -> bool:
    """Add; return whether that was acknowledged: where there is no index yet, it need not be."""
    try:
        open_index(index).add(each.articles)
    except IndexUnusableError:
        return False
    return True


def _failing_source(articles: list[Article]) -> Iterator[Article]:
    yield from articles
    raise ZeroDivisionError


def _write_killed(write: Callable[[], object]) -> None:
    """Write in a process that is killed at its first sync: everything is written then, and nothing is live."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return

    def kill(_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    os.fsync = kill  # type: ignore[assignment]
    write()


# -- the recording


class Recording(NamedTuple):
    """The calls of the series, what may be in the index before each, and whether all of it must have vectors."""

    calls: list[Call]
    allowed: list[tuple[State, ...]]
    encoded: list[bool]


def record_series(folder: Path, articles: int, seed: int) -> Recording:
    """Run the series under strace; return what it did.

    Raises RuntimeError when it fails, UnmodelledError when the model does not end with the folder that there is.
    """
    log, place = folder / "strace", folder / "recorded"
    (place / "disk").mkdir(parents=True)
    line = [sys.executable, __file__, "--record", str(place), "--articles", str(articles), "--seed", str(seed)]
    ran = subprocess.run(trace_line(log, line, calls=RELEVANT), cwd=ROOT, check=False, capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(f"the series ended with {ran.returncode}: {ran.stdout}{ran.stderr}")
    rounds = list(series(articles, seed))
    calls: list[Call] = []
    allowed: list[tuple[State, ...]] = []
    encoded: list[bool] = []
    now: tuple[State, ...] = ({},)
    all_encoded = False
    for call in calls_in(log):
        if call.name == "write" and call.within(place / NOTES):
            note = call.strings[0].decode()
            now = _after_note(note, now, rounds)
            all_encoded = note.startswith("acknowledge") and rounds[int(note.split()[1])].kind == "embed"
        elif _matters(call, place / "disk"):
            calls.append(call)
            allowed.append(now)
            encoded.append(all_encoded)
    _require_true(calls, place / "disk")
    return Recording(calls, allowed, encoded)


def _require_true(calls: list[Call], folder: Path) -> None:
    disk = Disk(folder)
    for call in calls:
        disk.apply(call)
    found = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    if found != disk.files():
        raise UnmodelledError(f"the model ends with other files than {sorted(map(str, found))}, or other bytes")


def _after_note(note: str, now: tuple[State, ...], rounds: list[Round]) -> tuple[State, ...]:
    """Return the states the index may be in: the last that was acknowledged, then those that are no more than begun.

    The first of all may stay, though it was killed: there is no other.
    """
    word, number = note.rsplit(maxsplit=1)
    each = rounds[int(number)]
    if word == "begin":
        return *now, each.after
    return (each.after,) if word == "acknowledge" else now if each.kind == "kill first" else now[:-1]


def _matters(call: Call, disk: Path) -> bool:
    return call.name in ("close", "dup", "dup2", "dup3") or (call.within(disk) or _at(call, disk))


def _at(call: Call, disk: Path) -> bool:
    """Return whether a call without names is about an open file of the disk."""
    return bool(call.descriptors) and str(disk).encode().hex() in call.arguments.replace("\\x", "")


# -- the cuts


@dataclass
class Tally:
    """What came of the cuts that had one kind of luck."""

    cuts: int = 0
    acknowledged: int = 0
    begun: int = 0
    failures: list[str] = field(default_factory=list)


def try_cut(
    folder: Path,
    disk: Disk,
    luck: str,
    allowed: tuple[State, ...],
    chance: random.Random,
    tally: Tally,
    *,
    encoded: bool,
) -> None:
    """Leave what a power failure may leave; see what is in it; ``encoded``: everything must have its vector."""
    tally.cuts += 1
    place = folder / "left"
    leave(disk, place, LUCK[luck], chance)
    index = place / "index"
    seen = observe(index)
    if seen.problem and {} in allowed and "indexer.errors.Index" in seen.problem:  # nothing was acknowledged yet
        tally.acknowledged += 1
        tally.failures += next_writer(index, {}, folder)
        return
    faults = list(seen.faults_as(*(each for each in allowed if each)))
    if {} in allowed:  # before the first acknowledgement CURRENT may be missing, which check must say
        faults = [each for each in faults if each != f"check: {index / 'CURRENT'}: No such file or directory"]
    state = seen.state(*allowed)
    if encoded and state is not None and seen.encoded < len(state):
        faults.append(f"{seen.encoded} of {len(state)} articles have the vectors that were acknowledged")
    tally.failures += faults
    tally.acknowledged += state is allowed[0]
    tally.begun += state is not None and state is not allowed[0]
    if state is not None and not faults:
        tally.failures += next_writer(index, state, folder)


def next_writer(index: Path, state: State, folder: Path) -> Iterator[str]:
    """Return what is wrong with the next writer and what it leaves."""
    articles = [make_article(7, 99), clock_article(99)]
    if state:
        after, work = after_update(state, articles), add_work(index, articles)
    else:
        after, work = (
            state_of(articles),
            command_work("rebuild", write_articles(folder / "next.jsonl", articles), "--index", index),
        )
    for each in (work, embed_work(index)):
        if fault := run_in_child(each).fault:
            yield f"the next writer {fault}"
            return
    seen = observe(index)
    for fault in seen.faults_as(after):
        yield f"after the next writer: {fault}"
    if seen.encoded != len(after):
        yield f"after the next writer: {seen.encoded} of {len(after)} articles have vectors"
    if (left := leftovers(index)) is not None:
        yield left


def cuts(calls: list[Call], count: int, chance: random.Random) -> list[tuple[int, str]]:
    """Return before which calls the power fails, in order, and with which luck; all calls before any twice."""
    changing = [at for at, call in enumerate(calls) if call.name in CHANGING and call.changes] + [len(calls)]
    places = [at for _ in range(count // len(changing) + 1) for at in chance.sample(changing, len(changing))]
    return sorted(zip(places[:count], list(LUCK) * count, strict=False))


def try_cuts(folder: Path, recording: Recording, count: int, chance: random.Random) -> dict[str, Tally]:
    """Try every cut; return what came of them, by luck."""
    tallies = {name: Tally() for name in LUCK}
    disk = Disk(folder / "recorded" / "disk")
    done_calls = 0
    allowed = [*recording.allowed, recording.allowed[-1]]
    encoded = [*recording.encoded, recording.encoded[-1]]
    for at, luck in cuts(recording.calls, count, chance):
        for call in recording.calls[done_calls:at]:
            disk.apply(call)
        done_calls = at
        tally = tallies[luck]
        before = len(tally.failures)
        try_cut(folder, disk, luck, allowed[at], chance, tally, encoded=encoded[at])
        next_call = recording.calls[at] if at < len(recording.calls) else None
        named = f"{next_call.name} {' '.join(each.name for each in next_call.paths)}" if next_call else "the end"
        tally.failures[before:] = [f"cut {at} (before {named}), {luck}: {each}" for each in tally.failures[before:]]
        subprocess.run(["rm", "-rf", str(folder / "left")], check=True)
    return tallies


def main() -> int:
    """Record and cut as the command line asks; return the exit code."""
    parser = options("Let the power fail; see that the index survives.", count=400, counted="cuts")
    parser.set_defaults(articles=60)
    parser.add_argument("--record", type=Path, help="run the series in this folder; for the script itself")
    chosen = parser.parse_args()
    if chosen.record:
        run_series(chosen.record, chosen.articles, chosen.seed)
        return 0
    if (reason := why_not_traced()) is not None:
        print(reason, file=sys.stderr)
        return SKIPPED
    os.environ[ENCODER_VARIABLE] = "none"  # searches need not load one
    chance = random.Random(chosen.seed)  # noqa: S311
    with workplace(chosen.work) as folder:
        prepare(folder)
        recording = record_series(folder, chosen.articles, chosen.seed)
        started = time.monotonic()
        tallies = try_cuts(folder, recording, chosen.count, chance)
        control = try_cuts(folder, _without_syncs(recording), max(8, chosen.count // 20), chance)
    rows = [_row(name, each) for name, each in tallies.items()]
    failures = [failure for each in tallies.values() for failure in each.failures]
    seen = sum(bool(each.failures) for each in control.values())
    if not seen:
        failures.append("the control, without any sync, ended as well: the model sees nothing")
    changing = sum(call.name in CHANGING and call.changes for call in recording.calls)
    print(f"{changing:,} changing calls of {ROUNDS} writers recorded; {time.monotonic() - started:.0f} s for the cuts")
    print(
        f"control without any sync: {sum(each.cuts for each in control.values())} cuts, {seen} of {len(LUCK)} kinds failed"
    )
    return tell(rows, failures)


def _row(name: str, tally: Tally) -> dict[str, object]:
    return {
        "on disk of what was not synced": name,
        "cuts": tally.cuts,
        "acknowledged state": tally.acknowledged,
        "state begun": tally.begun,
        "failures": len(tally.failures),
    }


def _without_syncs(recording: Recording) -> Recording:
    kept = [at for at, call in enumerate(recording.calls) if call.name not in SYNCING]
    return Recording(*([part[at] for at in kept] for part in recording))


if __name__ == "__main__":
    raise SystemExit(main())
