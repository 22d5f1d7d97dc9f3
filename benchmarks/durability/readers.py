"""Readers while a writer commits: are their answers right? Prints a table; exits 1 on any failure.

    python benchmarks/durability/readers.py [--count 200] [--seed 1] [--articles 200]

One process commits ``--count`` times (adds, updates, deletes and, now and then, a rebuild), and notes when it began each
commit and when that was acknowledged. Meanwhile eight threads of one process, on one open index, and four processes
search. Each answer (total, first hits with their titles, counts of columns) must be that of exactly one committed state: never
one that no state gives, never older than what the same reader saw before or than what was acknowledged before it asked,
never one that was not begun before it was answered.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import project  # noqa: F401, finds the packages
from reporting import options, tell, workplace

from indexer import Article, Index, open_index, rebuild
from tests.support.durability.observation import Step, Witness, observe, segment_files, watch
from tests.support.durability.processes import Work, command_work, run_in_child
from tests.support.durability.states import (
    State,
    after_deletion,
    after_update,
    clock_article,
    expected_answers,
    make_article,
    prepare,
    state_of,
    write_articles,
)

THREADS = 8
PROCESSES = 4
CHANGED = 6
REBUILD_EVERY = 50
PAUSE_S = 0.03
"""Of each reader between two searches: there are twelve of them, and few processors."""


class Commit(NamedTuple):
    """What one commit writes or deletes, and the state it leads to."""

    kind: str
    articles: list[Article]
    ids: list[str]
    after: State


def commits(state: State, count: int, seed: int) -> Iterator[Commit]:
    """Return what the writer does; at least half of the articles stay."""
    chance = random.Random(f"{seed}/readers")  # noqa: S311
    size = len(state)
    for version in range(1, count + 1):
        kind = _kind(version, len(state) > size // 2)
        ids = chance.sample(sorted(set(state) - {"clock"}), CHANGED) if kind == "delete" else []
        numbers = range(size - 1) if kind == "rebuild" else chance.sample(range(size + 20), CHANGED)
        articles = [] if ids else [*(make_article(number, version) for number in numbers), clock_article(version)]
        state = state_of(articles) if kind == "rebuild" else after_update(after_deletion(state, ids), articles)
        yield Commit(kind, articles, ids, state)


def _kind(version: int, enough: bool) -> str:
    if version % REBUILD_EVERY == 0:
        return "rebuild"
    return "delete" if enough and version % 3 == 0 and hasattr(Index, "delete") else "update"


def commit_work(index: Path, planned: list[Commit], log: Path) -> Work:
    """Return the work of the writer; its result is when each commit was begun and acknowledged, and what merged."""

    def work() -> list[tuple[float, float, bool]]:
        noted = []
        with open_index(index) as opened:
            for each in planned:
                source = write_articles(log, each.articles)
                segments = segment_files(index)
                begun = time.monotonic()
                _commit(opened, each, source)
                known = time.monotonic()
                noted.append((begun, known, each.kind != "rebuild" and not segments <= segment_files(index)))
        return noted

    return work


def _commit(opened: Index, each: Commit, source: Path) -> None:
    kinds: dict[str, Callable[[], object]] = {
        "rebuild": lambda: rebuild([source], opened),
        "delete": lambda: opened.delete(each.ids),
        "update": lambda: opened.add(each.articles),
    }
    kinds[each.kind]()


def main() -> int:
    """Read and write as the command line asks; return the exit code."""
    parser = options("Search while a writer commits; see that answers are right.", count=200, counted="commits")
    chosen = parser.parse_args()
    if not hasattr(Index, "delete"):
        print("this version deletes no articles; updates and rebuilds only")
    with workplace(chosen.work) as folder:
        prepare(folder)
        index = folder / "index"
        start = state_of([*(make_article(number, 0) for number in range(chosen.articles)), clock_article(0)])
        if fault := run_in_child(
            command_work("rebuild", write_articles(folder / "start.jsonl", start.values()), "--index", index)
        ).fault:
            raise RuntimeError(fault)
        planned = list(commits(start, chosen.count, chosen.seed))
        with watch(index, folder / "seen", processes=PROCESSES, threads=(THREADS,), pause_s=PAUSE_S) as witness:
            time.sleep(0.5)  # everyone has opened it
            ended = run_in_child(commit_work(index, planned, folder / "source.jsonl"), patience_s=900)
        failures = [f"the writer {ended.fault}"] if ended.fault else []
        failures += [f"at the end: {fault}" for fault in observe(index).faults_as(planned[-1].after)]
    steps = [Step(0.0, 0.0, expected_answers(start))]
    for each, (begun, known, _) in zip(planned, ended.result or [], strict=False):
        steps.append(Step(begun, known, expected_answers(each.after)))
    failures += witness.faults_given(steps)
    return tell([_row(planned, ended.result or [], witness, steps, failures)], failures)


def _row(
    planned: list[Commit],
    noted: list[tuple[float, float, bool]],
    witness: Witness,
    steps: list[Step],
    failures: list[str],
) -> dict[str, object]:
    by_answer = {(number, told): at for at, step in enumerate(steps) for number, told in enumerate(step.answers)}
    states = {by_answer[key] for each in witness.seen if (key := (each.question, each.answer)) in by_answer}
    kinds = [each.kind for each in planned]
    lasted = sorted(known - begun for begun, known, _ in noted) or [0.0]
    return {
        "commits": len(noted),
        **{kind: kinds.count(kind) for kind in ("update", "delete", "rebuild")},
        "merged": sum(merged for _, _, merged in noted),
        "ms each (median)": round(lasted[len(lasted) // 2] * 1000),
        "readers": len({each.reader for each in witness.seen}),
        "answers": len(witness.seen),
        "states seen": len(states),
        "failures": len(failures),
    }


if __name__ == "__main__":
    raise SystemExit(main())
