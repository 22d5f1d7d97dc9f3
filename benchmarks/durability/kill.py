"""Does an index survive a writer that is killed at any moment? Prints a table; exits 1 on any failure.

    python benchmarks/durability/kill.py [SOURCE.jsonl] [--kills 50] [--seed 1]

The real command runs in a process group of its own and gets SIGKILL at a random moment of its life.
After each kill the index must open, answer as before the run or as after it and nothing between,
and pass ``check``. All the while a thread searches the same index. At the end the next writer must
succeed without help, and leave no generation behind but the live one and the one before.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from indexer import SearchRequest, open_index  # noqa: E402

State = tuple[int, ...]
"""The totals of the known queries."""

WORDS = ("harbour", "wheat", "council", "bridge", "election", "market", "railway", "school", "drought", "festival")
SEARCH_EVERY_S = 0.005


@dataclass
class Trial:
    """One index under fire: what it may answer now, and what it did answer."""

    name: str
    index: Path
    queries: tuple[str, ...]
    allowed: tuple[State, ...] = ()
    kills: int = 0
    interrupted: int = 0
    opened: int = 0
    answered: int = 0
    old: int = 0
    new: int = 0
    searches: int = 0
    failures: list[str] = field(default_factory=list)

    def fail(self, what: str) -> None:
        """Note a failure."""
        self.failures.append(f"{self.name}, kill {self.kills}: {what}")

    def state(self) -> State:
        """Return what a newly opened index answers."""
        with open_index(self.index) as index:
            return tuple(index.search(SearchRequest(query)).total for query in self.queries)

    @contextlib.contextmanager
    def searched_throughout(self) -> Iterator[None]:
        """Search in a thread; each total must be one of those allowed before or after the search."""
        done = threading.Event()
        searcher = threading.Thread(target=self._search_until, args=(done,))
        searcher.start()
        try:
            yield
        finally:
            done.set()
            searcher.join()
        if not self.searches:
            self.fail("the searcher never got an answer")

    def _search_until(self, done: threading.Event) -> None:
        with open_index(self.index) as index:
            while not done.wait(SEARCH_EVERY_S):
                for place, query in enumerate(self.queries):
                    states = self.allowed
                    try:
                        total = index.search(SearchRequest(query)).total
                    except Exception as problem:  # whatever it is, it is what is looked for here
                        self.fail(f"a searcher got {type(problem).__name__}: {problem}")
                        continue
                    self.searches += 1
                    if total not in {state[place] for state in (*states, *self.allowed)}:
                        self.fail(f"a searcher got {total} for {query!r}, allowed were {states}")


def command(*words: str | Path) -> list[str]:
    """Return the command line of the index commands."""
    return [sys.executable, "-m", "indexer", *map(str, words)]


def run(*words: str | Path) -> float:
    """Run a command to its end; return its seconds. Raises CalledProcessError."""
    started = time.monotonic()
    subprocess.run(command(*words), cwd=ROOT, check=True, capture_output=True, text=True)
    return time.monotonic() - started


def killed(moment_s: float, *words: str | Path) -> bool:
    """Start a command and kill its process group after ``moment_s``; return whether it was still running."""
    process = subprocess.Popen(
        command(*words), cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(moment_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def fire(trial: Trial, moment_s: float, words: tuple[str | Path, ...], after: State) -> None:
    """Kill one run and see that the index is in its old or its new state; that state is the next old one."""
    before = trial.allowed[-1]
    trial.allowed = (before, after)
    trial.kills += 1
    trial.interrupted += killed(moment_s, *words)
    try:
        state = trial.state()
    except Exception as problem:
        trial.fail(f"does not open: {type(problem).__name__}: {problem}")
        return
    trial.opened += 1
    if state not in trial.allowed:
        trial.fail(f"answers {state}, allowed were {trial.allowed}")
        return
    trial.answered += 1
    trial.old += state == before
    trial.new += state == after
    trial.allowed = (state,)
    checked = subprocess.run(
        command("check", "--index", trial.index), cwd=ROOT, check=False, capture_output=True, text=True
    )
    if checked.returncode:
        trial.fail(f"check: {checked.stdout} {checked.stderr}")


def finish(trial: Trial, words: tuple[str | Path, ...], after: State) -> None:
    """See that the next writer needs no hand, and that nothing is left over."""
    trial.allowed = (trial.allowed[-1], after)
    try:
        run(*words)
    except subprocess.CalledProcessError as problem:
        trial.fail(f"the next writer failed: {problem.stderr}")
        return
    if trial.state() != after:
        trial.fail(f"after the next writer: {trial.state()}, expected {after}")
    left = sorted(path.name for path in trial.index.iterdir() if path.name not in ("CURRENT", "LOCK"))
    if len(left) > 2:
        trial.fail(f"left over: {', '.join(left)}")


def rebuilds(folder: Path, records: list[dict[str, object]], kills: int, chance: random.Random) -> Trial:
    """Kill runs that replace one collection by the other."""
    trial = Trial("rebuild", folder / "rebuilt", queries_for(records))
    small = written(folder / "small.jsonl", records[: len(records) * 2 // 3])
    large = written(folder / "large.jsonl", records)
    states = {}
    for source in (large, small):
        run("rebuild", source, "--index", trial.index)
        states[source] = trial.state()
    trial.allowed = (states[small], states[large])
    with trial.searched_throughout():
        life_s = run("rebuild", large, "--index", trial.index)
        trial.allowed = (states[large],)
        for _ in range(kills):
            target = large if trial.allowed[-1] == states[small] else small
            fire(trial, chance.uniform(0, life_s), ("rebuild", target, "--index", trial.index), states[target])
        finish(trial, ("rebuild", large, "--index", trial.index), states[large])
    return trial


def updates(folder: Path, records: list[dict[str, object]], kills: int, chance: random.Random) -> Trial:
    """Kill runs that add a part of the collection under new ids."""
    trial = Trial("update", folder / "updated", queries_for(records))
    run("rebuild", written(folder / "start.jsonl", records), "--index", trial.index)
    before = trial.state()
    part = records[: max(1, len(records) // 4)]

    def batch(number: int) -> tuple[str | Path, ...]:
        again = [{**record, "id": f"{record.get('id')}-{number}"} for record in part]
        return "update", written(folder / "batch.jsonl", again), "--index", trial.index

    run(*batch(0))
    trial.allowed = (trial.state(),)
    gain = tuple(now - was for now, was in zip(trial.state(), before, strict=True))

    def after() -> State:
        return tuple(total + more for total, more in zip(trial.allowed[-1], gain, strict=True))

    with trial.searched_throughout():
        trial.allowed = (*trial.allowed, after())
        life_s = run(*batch(1))
        for number in range(2, kills + 2):
            fire(trial, chance.uniform(0, life_s), batch(number), after())
        finish(trial, batch(kills + 2), after())
    return trial


def queries_for(records: list[dict[str, object]]) -> tuple[str, ...]:
    """Return everything, and words of the first, the middle and the last record."""
    places = (0, len(records) // 2, -1)
    texts = [str(records[place].get("title") or records[place].get("body") or "") for place in places]
    return ("", *dict.fromkeys(text.split()[0] for text in texts if text.split()))


def short_articles(count: int, chance: random.Random) -> list[dict[str, object]]:
    """Return short made-up articles."""
    return [
        {
            "id": f"made-{number}",
            "title": f"{chance.choice(WORDS)} report {number}",
            "body": " ".join(chance.choices(WORDS, k=chance.randint(20, 80))),
            "date": f"2024-{1 + number % 12:02}-{1 + number % 28:02}",
            "source": f"Levant Wire {number % 5}",
        }
        for number in range(count)
    ]


def written(path: Path, records: list[dict[str, object]]) -> Path:
    """Write records as JSONL; return the file."""
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def tell(trials: list[Trial]) -> None:
    """Print the table, and each failure on a line."""
    print(f"{'':<8} kills  still running  opened  answered  old state  new state  searches meanwhile  failures")
    for each in trials:
        print(
            f"{each.name:<8} {each.kills:>5}  {each.interrupted:>13}  {each.opened:>6}  {each.answered:>8}  {each.old:>9}"
            f"  {each.new:>9}  {each.searches:>18,}  {len(each.failures):>8}"
        )
    for failure in (failure for each in trials for failure in each.failures):
        print(failure)


def main() -> int:
    """Run the trials that the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(description="Kill writers at random moments; see that the index survives.")
    parser.add_argument("source", nargs="?", type=Path, help="articles as JSONL; made-up ones by default")
    parser.add_argument("--kills", type=int, default=50, help="for each of rebuild and update (default: 50)")
    parser.add_argument("--articles", type=int, default=300, help="how many to make up, or to read (default: 300)")
    parser.add_argument("--seed", type=int, default=1, help="chooses the moments and the texts (default: 1)")
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311
    if options.source:
        with options.source.open(encoding="utf-8") as lines:
            records = [json.loads(line) for line, _ in zip(lines, range(options.articles), strict=False)]
    else:
        records = short_articles(options.articles, chance)
    kinds: tuple[Callable[..., Trial], ...] = (rebuilds, updates)
    with tempfile.TemporaryDirectory() as folder:
        trials = [kind(Path(folder), records, options.kills, chance) for kind in kinds]
    tell(trials)
    return 1 if any(trial.failures for trial in trials) else 0


if __name__ == "__main__":
    raise SystemExit(main())
