"""Writers killed at any moment: does the index survive? Prints a table; exits 1 on any failure.

    python benchmarks/durability/kill.py [--count 500] [--seed 1] [--articles 200]

Four indexes are fired at: one that is rebuilt, one that gets many small updates (so that its segments are merged), one
from which articles are deleted, and one whose new articles are encoded. All have vectors, by an encoder of letters. A
writer gets SIGKILL at a random moment of its life: most are forked from this process,
which has the analyzers in memory, every tenth is the real command from a cold start. After each kill the index must hold
every article of the state before the run or of the state after it, to the letter and once, answer known questions
so, and pass ``check``; each vector must be of its text; then the next writer must succeed without help, everything be
encoded, and nothing be left behind. All the while
another process searches the same index, and must get neither an error nor an answer of another or an older state.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from project import ROOT
from reporting import options, tell, workplace

from indexer.meaning.encoders import ENCODER_VARIABLE
from tests.support.durability.observation import Step, leftovers, observe, segment_files, step_to, watch
from tests.support.durability.processes import (
    Child,
    Work,
    add_work,
    command_line,
    command_work,
    delete_line,
    delete_work,
    embed_line,
    embed_work,
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

COLD_EVERY = 10
"""Every so many writers one is the real command line."""

UPDATED = 20
DELETED = 4


class Shot(NamedTuple):
    """One writer to be killed: its work, the same as a command line, and the state it leads to."""

    work: Work
    line: list[str]
    after: State


@dataclass
class Trial:
    """One index under fire."""

    name: str
    index: Path
    state: State
    chance: random.Random
    size: int
    steps: list[Step] = field(default_factory=list)
    version: int = 0
    warm_s: float = 0.1
    cold_s: float = 1.0
    kills: int = 0
    interrupted: int = 0
    old: int = 0
    new: int = 0
    merges: int = 0
    searches: int = 0
    failures: list[str] = field(default_factory=list)

    def fail(self, what: str) -> None:
        """Note a failure."""
        self.failures.append(f"{self.name}, kill {self.kills}: {what}")

    def commit(self, begun: float, after: State) -> None:
        """Note that the index is in another state now."""
        self.steps.append(step_to(begun, after))
        self.state = after

    def row(self) -> dict[str, object]:
        """Return the counts."""
        return {
            "": self.name,
            "kills": self.kills,
            "still running": self.interrupted,
            "old state": self.old,
            "new state": self.new,
            "commits that merged": self.merges,
            "searches meanwhile": self.searches,
            "failures": len(self.failures),
        }


# -- the three kinds of writers


def rebuild_shot(trial: Trial) -> Shot:
    """Replace everything by other versions of some of the articles."""
    trial.version += 1
    count = len(trial.state)
    numbers = trial.chance.sample(range(count + 20), count - 1)
    articles = [*(make_article(number, trial.version) for number in sorted(numbers)), clock_article(trial.version)]
    source = write_articles(trial.index.with_name("rebuild.jsonl"), articles)
    words = ("rebuild", source, "--index", trial.index)
    return Shot(command_work(*words), command_line(*words), state_of(articles))


def update_shot(trial: Trial) -> Shot:
    """Give some of the articles another version, and add some new ones."""
    trial.version += 1
    numbers = trial.chance.sample(range(len(trial.state) + UPDATED // 2), UPDATED)
    articles = [*(make_article(number, trial.version) for number in numbers), clock_article(trial.version)]
    source = write_articles(trial.index.with_name("update.jsonl"), articles)
    words = ("update", source, "--index", trial.index)
    return Shot(command_work(*words), command_line(*words), after_update(trial.state, articles))


def delete_shot(trial: Trial) -> Shot:
    """Delete some articles."""
    ids = trial.chance.sample(sorted(id_ for id_ in trial.state if id_ != "clock"), DELETED)
    return Shot(delete_work(trial.index, ids), delete_line(trial.index, ids), after_deletion(trial.state, ids))


def embed_shot(trial: Trial) -> Shot:
    """Encode what an undisturbed update has brought."""
    before = update_shot(trial)
    begun = time.monotonic()
    _finish(trial, run_in_child(before.work).fault, begun, before)
    return Shot(embed_work(trial.index), embed_line(trial.index), trial.state)


# -- fire


def fire(trial: Trial, shot: Shot, *, cold: bool) -> None:
    """Kill one writer; see that the index is in its old or its new state, and serves the next writer."""
    trial.kills += 1
    segments = segment_files(trial.index)
    begun = time.monotonic()
    code = _kill_cold(trial, shot) if cold else _kill_warm(trial, shot)
    trial.interrupted += code == -signal.SIGKILL
    if code not in (0, -signal.SIGKILL):
        trial.fail(f"the writer ended with {code}")
    seen = observe(trial.index)
    for fault in seen.faults_as(trial.state, shot.after):
        trial.fail(fault)
    is_encoded = trial.name != "embed" or seen.encoded == len(shot.after)
    if seen.state(shot.after) is not None and is_encoded:
        trial.new += 1
        trial.commit(begun, shot.after)
        trial.merges += trial.name != "rebuild" and not segments <= segment_files(trial.index)
    else:
        trial.old += 1
        if code == 0:
            trial.fail("what the writer had acknowledged is lost")
    write_next(trial)


def _kill_warm(trial: Trial, shot: Shot) -> int | None:
    child = Child(shot.work)
    if not child.ends_within(trial.chance.uniform(0, trial.warm_s)):
        child.kill()
    return child.ended().code


def _kill_cold(trial: Trial, shot: Shot) -> int:
    process = _start(shot)
    try:
        process.wait(trial.cold_s + trial.chance.uniform(0, trial.warm_s))
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def _start(shot: Shot) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen(shot.line, cwd=ROOT, start_new_session=True, stdout=quiet, stderr=quiet)


def write_next(trial: Trial) -> None:
    """See that the next writer needs no hand and leaves nothing behind; it makes up for what was deleted, too."""
    trial.version += 1
    lost = [number for number in range(trial.size) if make_article(number, 0).id not in trial.state]
    again = lost[:DELETED] if trial.name == "delete" else []
    articles = [clock_article(trial.version), *(make_article(number, trial.version) for number in again)]
    segments = segment_files(trial.index)
    begun = time.monotonic()
    ended = run_in_child(add_work(trial.index, articles))
    if ended.fault or ended.result != len(articles):
        trial.fail(f"the next writer {ended.fault or ended.result}")
        return
    trial.commit(begun, after_update(trial.state, articles))
    trial.merges += not segments <= segment_files(trial.index)
    if fault := run_in_child(embed_work(trial.index)).fault:
        trial.fail(f"the next embedding {fault}")
    seen = observe(trial.index)
    for fault in seen.faults_as(trial.state):
        trial.fail(f"after the next writer: {fault}")
    if seen.encoded != len(trial.state):
        trial.fail(f"{seen.encoded} of {len(trial.state)} articles have vectors after the next embedding")
    if (left := leftovers(trial.index)) is not None:
        trial.fail(left)


def measure(trial: Trial, next_shot: Callable[[Trial], Shot]) -> None:
    """Find out how long a writer lives that is left alone, forked and from a cold start."""
    shot = next_shot(trial)
    begun = time.monotonic()
    _finish(trial, run_in_child(shot.work).fault, begun, shot)
    trial.warm_s = (time.monotonic() - begun) * 1.1
    shot = next_shot(trial)
    begun = time.monotonic()
    code = _start(shot).wait()
    _finish(trial, f"ended with {code}" if code else None, begun, shot)
    trial.cold_s = max(0.0, time.monotonic() - begun - trial.warm_s)


def _finish(trial: Trial, fault: str | None, begun: float, shot: Shot) -> None:
    if fault:
        raise RuntimeError(f"{trial.name}: an undisturbed writer {fault}")
    trial.commit(begun, shot.after)


def fire_at(name: str, next_shot: Callable[[Trial], Shot], folder: Path, count: int, articles: int, seed: int) -> Trial:
    """Return the trial of ``count`` kills of one kind of writer."""
    start = [*(make_article(number, 0) for number in range(articles)), clock_article(0)]
    folder = folder / name
    folder.mkdir()
    trial = Trial(name, folder / "index", state_of(start), random.Random(f"{seed}/{name}"), articles)  # noqa: S311
    begun = time.monotonic()
    source = write_articles(folder / "start.jsonl", start)
    for work in (command_work("rebuild", source, "--index", trial.index), embed_work(trial.index)):
        if fault := run_in_child(work).fault:
            raise RuntimeError(fault)
    trial.commit(begun, trial.state)
    with watch(trial.index, folder / "seen") as witness:
        measure(trial, next_shot)
        for number in range(count):
            fire(trial, next_shot(trial), cold=number % COLD_EVERY == COLD_EVERY - 1)
    trial.searches = len(witness.seen)
    for fault in witness.faults_given(trial.steps):
        trial.fail(fault)
    if not trial.searches:
        trial.fail("the searcher never got an answer")
    return trial


def shares(count: int) -> list[tuple[str, Callable[[Trial], Shot], int]]:
    """Return how many of the kills each kind of writer gets: updates the most, they do the most."""
    part = count // 5
    others = [("rebuild", rebuild_shot, part), ("delete", delete_shot, part), ("embed", embed_shot, part)]
    return [("update", update_shot, count - 3 * part), *others]


def main() -> int:
    """Run the trials that the command line asks for; return the exit code."""
    chosen = options(
        "Kill writers at random moments; see that the index survives.", count=500, counted="kills"
    ).parse_args()
    os.environ[ENCODER_VARIABLE] = "none"  # searches need not load one
    with workplace(chosen.work) as folder:
        prepare(folder)
        trials = [fire_at(*each[:2], folder, each[2], chosen.articles, chosen.seed) for each in shares(chosen.count)]
    return tell([each.row() for each in trials], [failure for each in trials for failure in each.failures])


if __name__ == "__main__":
    raise SystemExit(main())
