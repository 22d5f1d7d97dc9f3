"""Writers killed before each of their system calls: does the index survive? Exits 1 on any failure, 2 without strace.

    python benchmarks/durability/syscalls.py [--count 10000] [--seed 1] [--articles 60]

One update and one deletion, forked from a process that has the analyzers in memory, run once under strace to learn every call
that changes a file of the index or what is on disk of it: opening with O_CREAT or O_TRUNC, write, rename, link, unlink, mkdir, rmdir,
truncate, chmod, fsync and their kin. Then the same command runs again for each of them, on a copy of the same index, and
strace lets SIGKILL arrive before that call. After each kill the index must hold the articles of the state before
or after, to the letter and once, answer known questions so and pass ``check``; what was new once is new at every later
call; a process that searched all the while must have got no error and no wrong or older answer; the next writer
must succeed and leave nothing behind. ``--count`` takes fewer calls, evenly spread.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import project  # noqa: F401, finds the packages
from reporting import SKIPPED, options, tell, workplace

from indexer import Index
from tests.support.durability.observation import Step, leftovers, observe, step_to, watch
from tests.support.durability.processes import (
    Child,
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
from tests.support.durability.tracing import CHANGING, Call, attach_line, calls_in, why_not_traced

CHANGED = 12
SEARCH_PAUSE_S = 0.02


@dataclass
class Trial:
    """One kind of writer: what it runs, and between which states."""

    name: str
    work: Work
    before: State
    after: State
    kinds: Counter[str] = field(default_factory=Counter)
    old: int = 0
    new: int = 0
    searches: int = 0
    failures: list[str] = field(default_factory=list)

    def row(self) -> dict[str, object]:
        """Return the counts."""
        return {
            "": self.name,
            "calls": sum(self.kinds.values()),
            "old state": self.old,
            "new state": self.new,
            "searches meanwhile": self.searches,
            "failures": len(self.failures),
        }


def run(work: Work, log: Path, inject: str | None = None) -> int | None:
    """Do some work under strace; return its exit code, negative for a signal, ``None`` where it hung."""
    child = Child(work, held=True)
    line = attach_line(log, child.pid, calls=CHANGING, inject=inject)
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as tracer:
        said = tracer.stderr.readline() if tracer.stderr else ""
        child.go()
        code = child.ended().code
    if "attached" not in said:
        raise RuntimeError(said)
    return code


def changing(log: Path, index: Path) -> list[Call]:
    """Return the calls of a log that change the index."""
    return [call for call in calls_in(log) if call.changes and call.within(index)]


def fire(trial: Trial, call: Call, index: Path, good: Path, log: Path, *, seen_new: bool) -> bool:
    """Kill the writer before ``call``; see what is left; return whether it is the new state."""
    copy_index(good, index)
    trial.kinds[call.name] += 1
    steps = [step_to(0.0, trial.before)]
    begun = time.monotonic()
    with watch(index, log.with_name("seen"), pause_s=SEARCH_PAUSE_S) as witness:
        code = run(trial.work, log, f"{call.name}:signal=KILL:when={call.nth}")
        if code != -signal.SIGKILL:
            trial.failures.append(f"{_named(trial, call)}: the writer was not killed but ended with {code}")
        is_new = False
        for fault in _after_kill(trial, index, steps, begun, seen_new=seen_new):
            trial.failures.append(f"{_named(trial, call)}: {fault}")
        is_new = len(steps) > 1 and steps[1].begun == begun
    trial.searches += len(witness.seen)
    trial.failures += [f"{_named(trial, call)}: {fault}" for fault in witness.faults_given(steps)]
    trial.new += is_new
    trial.old += not is_new
    return is_new


def _named(trial: Trial, call: Call) -> str:
    return f"{trial.name}, before {call.name} {' '.join(each.name for each in call.paths)} (number {call.nth})"


def _after_kill(trial: Trial, index: Path, steps: list[Step], begun: float, *, seen_new: bool) -> Iterator[str]:
    """Return what is wrong with what is left, and with the next writer; add to ``steps`` what is in."""
    seen = observe(index)
    yield from seen.faults_as(trial.before, trial.after)
    state = seen.state(trial.before, trial.after)
    if state is None:
        return
    if state is trial.after:
        steps.append(step_to(begun, state))
    elif seen_new:
        yield "old again, where a kill at an earlier call had left the new state"
    articles = [make_article(7, 99), clock_article(99)]
    begun = time.monotonic()
    ended = run_in_child(add_work(index, articles))
    if ended.fault:
        yield f"the next writer {ended.fault}"
        return
    steps.append(step_to(begun, after_update(state, articles)))
    for fault in observe(index).faults_as(after_update(state, articles)):
        yield f"after the next writer: {fault}"
    if (left := leftovers(index)) is not None:
        yield left


def fire_at(trial: Trial, index: Path, good: Path, count: int) -> None:
    """Kill the writer before each of its calls, or before ``count`` of them."""
    log = index.with_name("strace")
    copy_index(good, index)
    if (code := run(trial.work, log)) != 0:
        raise RuntimeError(f"{trial.name}: an undisturbed writer ended with {code}")
    for fault in observe(index).faults_as(trial.after):
        trial.failures.append(f"{trial.name}, undisturbed: {fault}")
    calls = changing(log, index)
    chosen = sorted({at * len(calls) // count for at in range(count)}) if count < len(calls) else range(len(calls))
    seen_new = False
    for at in chosen:
        seen_new = fire(trial, calls[at], index, good, log, seen_new=seen_new) or seen_new
    if not seen_new and len(chosen) == len(calls):
        trial.failures.append(f"{trial.name}: no kill left the new state")


def trials(index: Path, good: Path, articles: int, seed: int) -> list[Trial]:
    """Build the index that every copy starts from; return what is to be killed."""
    chance = random.Random(seed)  # noqa: S311
    state = state_of([*(make_article(number, 0) for number in range(articles)), clock_article(0)])
    works = [command_work("rebuild", write_articles(good.with_name("start.jsonl"), state.values()), "--index", good)]
    for version in (1, 2, 3):
        more = [
            *(make_article(number, version) for number in chance.sample(range(articles), CHANGED)),
            clock_article(version),
        ]
        state = after_update(state, more)
        works.append(add_work(good, more))
    for work in works:
        if fault := run_in_child(work).fault:
            raise RuntimeError(fault)
    more = [*(make_article(number, 4) for number in chance.sample(range(articles + 10), CHANGED)), clock_article(4)]
    source = write_articles(good.with_name("update.jsonl"), more)
    found = [Trial("update", command_work("update", source, "--index", index), state, after_update(state, more))]
    if hasattr(Index, "delete"):
        ids = chance.sample(sorted(set(state) - {"clock"}), CHANGED)
        found.append(Trial("delete", delete_work(index, ids), state, after_deletion(state, ids)))
    else:
        print("this version deletes no articles; updates only")
    return found


def main() -> int:
    """Kill as the command line asks; return the exit code."""
    parser = options("Kill a writer before every system call.", count=10_000, counted="calls of each writer, at most")
    parser.set_defaults(articles=60)
    chosen = parser.parse_args()
    if (reason := why_not_traced()) is not None:
        print(reason, file=sys.stderr)
        return SKIPPED
    with workplace(chosen.work) as folder:
        prepare(folder)
        index, good = folder / "index", folder / "good"
        fired = trials(index, good, chosen.articles, chosen.seed)
        for each in fired:
            fire_at(each, index, good, chosen.count)
    for each in fired:
        print(f"{each.name}: {', '.join(f'{name} {count}' for name, count in sorted(each.kinds.items()))}")
    return tell([each.row() for each in fired], [failure for each in fired for failure in each.failures])


if __name__ == "__main__":
    raise SystemExit(main())
