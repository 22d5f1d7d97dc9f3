"""Failures of a cluster of three nodes: what searches and writes see while nodes are killed, or an index is swapped.

    python benchmarks/cluster/failures.py ARTICLES [SCENARIO…] [--articles N] [--shards N]

Prints a line for each figure. Ends with exit code 1 when an acknowledged article is missing, when a search gave a
short answer or an error of no known kind, or when the cluster did not recover without a hand. Every index has one
replica. Killed is killed: SIGKILL, no time to say goodbye.

    writing    the cluster manager is killed while articles are added, then comes back
    searching  the cluster manager is killed while searches run, then comes back
    rebuild    the cluster manager is killed while an index is rebuilt: once it comes back at once, and the rebuild must
               succeed; once it stays away, and the rebuild must end within a few minutes, and the old index be whole
    two        two of three nodes are killed: some shards have no copy left
    all        all nodes are killed at once, and started again
    swap       an index is rebuilt three times while searches run, from more or fewer articles each time
    host       two of the three addresses lead nowhere
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from workload import answers, read_articles, searching, titles

from indexer import AkhbarError, Article, SearchRequest, open_index, rebuild
from tools.cluster.launch import Cluster, NotStartedError, free_ports

BATCH: Final = 200
QUERIES: Final = 100
GREEN_S: Final = 300
SETTLE_S: Final = 5
"""How long searches run before and after what happens."""
MOST_WAITED_S: Final = 150
"""After so long a rebuild whose node stays away must have said so."""


class Stage:
    """A whole cluster of three, the articles, and the lines that a scenario prints."""

    def __init__(self, cluster: Cluster, articles: Sequence[Article], name: str, shards: int) -> None:
        self.cluster = cluster
        self.articles = articles
        self.queries = titles(articles, QUERIES)
        self.failed = 0
        self._path = f"failures-{name}?shards={shards}&replicas=1"

    def url(self, hosts: Sequence[str] | None = None) -> str:
        """Return the address of the index of this scenario."""
        return f"opensearch://{','.join(hosts or self.cluster.hosts)}/{self._path}"

    def build(self, articles: Sequence[Article] | None = None) -> None:
        """Rebuild the index, by default from all articles, and wait until it has its replicas."""
        rebuild(articles=self.articles if articles is None else articles, index=self.url(), jobs=1)
        self.cluster.wait(nodes=len(self.cluster.running()), status="green", timeout_s=GREEN_S)

    def say(self, what: str, seen: object, *, fails: bool = False) -> None:
        """Print a line, and remember whether it is as it must be."""
        print(f"  {what:<40} {seen}{'   <- FAILS' if fails else ''}", flush=True)
        self.failed += fails

    def say_recovery(self, *, nodes: int, status: str = "green") -> None:
        """Wait for the health of the cluster and print how long it took."""
        try:
            waited = self.cluster.wait(nodes=nodes, status=status, timeout_s=GREEN_S)
            self.say(f"{status} on {nodes} nodes after", f"{waited:.1f} s")
        except NotStartedError as problem:
            self.say(f"{status} on {nodes} nodes", str(problem).splitlines()[0], fails=True)

    def say_missing(self, acknowledged: Sequence[Article]) -> None:
        """Print how many acknowledged articles are not in the index."""
        with open_index(self.url()) as index:
            lost = {article.id for article in acknowledged} - set(index.engine.ids())
        self.say("acknowledged articles, and lost ones", f"{len(acknowledged)}, {len(lost)}", fails=bool(lost))

    def indexes(self) -> list[str]:
        """Return the names of the indexes of articles of this scenario."""
        name = self._path.partition("?")[0]
        return sorted(each["index"] for each in self.cluster.ask(f"/_cat/indices/{name}-0*?format=json"))

    def kill_manager(self) -> int:
        """Kill the elected cluster manager; return its number."""
        killed = self.cluster.manager()
        self.cluster.kill(killed)
        return killed


def fail_while_writing(stage: Stage) -> None:
    """Kill the manager after a third of the additions."""
    stage.build(stage.articles[:BATCH])
    acknowledged, errors, slowest, killed = list(stage.articles[:BATCH]), list[str](), 0.0, None
    begun = time.monotonic()
    with open_index(stage.url()) as index:
        for start in range(BATCH, len(stage.articles), BATCH):
            if killed is None and start > len(stage.articles) // 3:
                killed = stage.kill_manager()
            batch, asked = stage.articles[start : start + BATCH], time.monotonic()
            try:
                index.add(batch)
                acknowledged += batch
            except AkhbarError as problem:
                errors.append(f"{type(problem).__name__}: {problem}")
            slowest = max(slowest, time.monotonic() - asked)
    rate = (len(acknowledged) - BATCH) / (time.monotonic() - begun)
    stage.say("articles added a second", f"{rate:.0f}")
    stage.say(f"updates of {BATCH} that failed; slowest", f"{len(errors)} {errors[:2] or ''}; {slowest:.1f} s")
    stage.say_recovery(nodes=2)
    stage.say_missing(acknowledged)
    if killed is not None:
        stage.cluster.start(killed)
    stage.say_recovery(nodes=3)
    stage.say_missing(acknowledged)


def fail_while_searching(stage: Stage) -> None:
    """Kill the manager under load, and start it again."""
    stage.build()
    truth = answers(stage.url(), stage.queries)
    with searching(stage.url(), [truth]) as watch:
        time.sleep(SETTLE_S)
        killed = stage.kill_manager()
        stage.say_recovery(nodes=2, status="yellow")
        stage.say_recovery(nodes=2)
        stage.cluster.start(killed)
        stage.say_recovery(nodes=3)
        time.sleep(SETTLE_S)
    stage.say("all the while", watch.row(), fails=watch.counts["wrong"] > 0)


def fail_while_rebuilding(stage: Stage) -> None:
    """Kill the manager in the middle of a rebuild, and start it again at once; then kill it and leave it away."""
    stage.build(stage.articles[: len(stage.articles) // 2])
    truths = [answers(stage.url(), stage.queries)]
    with searching(stage.url(), truths) as watch:
        outcome = _rebuild_and_kill(stage, stage.cluster.start)
    stage.say("searches meanwhile", watch.row(), fails=watch.counts["wrong"] > 0 and outcome.written is None)
    stage.say("the rebuild whose node came back", outcome.row(), fails=outcome.written != len(stage.articles))
    stage.say_recovery(nodes=3)
    stage.say_missing(stage.articles)

    truth = answers(stage.url(), stage.queries)
    killed: list[int] = []
    with searching(stage.url(), [truth]) as watch:
        outcome = _rebuild_and_kill(stage, killed.append)
    stage.say("searches meanwhile", watch.row(), fails=watch.counts["wrong"] > 0)
    is_told = outcome.written is not None or ("\n" not in outcome.error and outcome.waited_s < MOST_WAITED_S)
    stage.say("the rebuild whose node stayed away", outcome.row(), fails=not is_told)
    stage.say_missing(stage.articles)
    stage.say("indexes that are kept", ", ".join(stage.indexes()), fails=len(stage.indexes()) != 2)
    for number in killed:
        stage.cluster.start(number)
    stage.say_recovery(nodes=3)
    written = rebuild(articles=stage.articles, index=stage.url(), jobs=1).written
    stage.say("the next rebuild", f"{written} articles", fails=written != len(stage.articles))
    stage.say_missing(stage.articles)


class _Outcome(NamedTuple):
    """What came of a rebuild: the articles that it wrote, None when it failed; the error, the time, and what it told."""

    written: int | None
    error: str
    seconds: float
    waited_s: float
    told: list[str]

    def row(self) -> str:
        """Return the outcome as a line."""
        told = f", {self.waited_s:.0f} s after it told: {'; '.join(self.told)}" if self.told else ""
        return f"{self.error or f'{self.written} articles, live'}; {self.seconds:.0f} s after the kill{told}"


def _rebuild_and_kill(stage: Stage, then: Callable[[int], None]) -> _Outcome:
    """Rebuild from all articles, kill the manager when most were read, and do something with its number."""
    told: dict[str, float] = {}
    killed_at = time.monotonic()

    def articles() -> Iterator[Article]:
        nonlocal killed_at
        for number, article in enumerate(stage.articles):
            if number == len(stage.articles) * 5 // 6:
                killed_at = time.monotonic()
                then(stage.kill_manager())
            yield article

    def say(line: str) -> None:
        if "the cluster" in line:
            told.setdefault(line, time.monotonic())

    written, error = None, ""
    try:
        written = rebuild(articles=articles(), index=stage.url(), jobs=1, say=say).written
    except AkhbarError as problem:
        error = f"{type(problem).__name__}: {problem}"
    ended = time.monotonic()
    return _Outcome(written, error, ended - killed_at, ended - next(iter(told.values()), killed_at), [*told])


def lose_two(stage: Stage) -> None:
    """Kill two nodes: answers are whole or marked, never short."""
    stage.build()
    truth = answers(stage.url(), stage.queries)
    with searching(stage.url(), [truth]) as watch:
        time.sleep(SETTLE_S)
        for number in (0, 1):
            stage.cluster.kill(number)
        time.sleep(4 * SETTLE_S)
    stage.say("answers of the node that is left", watch.row(), fails=watch.counts["wrong"] > 0)
    for number in (0, 1):
        stage.cluster.start(number)
    stage.say_recovery(nodes=3)
    same = answers(stage.url(), stage.queries) == truth
    stage.say("answers afterwards", "the same" if same else "others", fails=not same)


def lose_all(stage: Stage) -> None:
    """Kill all nodes at once."""
    stage.build()
    truth = answers(stage.url(), stage.queries)
    for number in range(3):
        stage.cluster.kill(number)
    try:
        answers(stage.url(), stage.queries[:1])
        stage.say("a search without any node", "an answer", fails=True)
    except AkhbarError as problem:
        stage.say("a search without any node", f"{type(problem).__name__}: {problem}")
    for number in range(3):
        stage.cluster.start(number)
    stage.say_recovery(nodes=3)
    same = answers(stage.url(), stage.queries) == truth
    stage.say("answers afterwards", "the same" if same else "others", fails=not same)
    stage.say_missing(stage.articles)


def swap_under_load(stage: Stage) -> None:
    """Rebuild from all articles, from nine tenths and from all, and ask all the while."""
    parts = [stage.articles, stage.articles[: len(stage.articles) * 9 // 10]]
    truths = []
    for part in parts:
        stage.build(part)
        truths.append(answers(stage.url(), stage.queries))
    with searching(stage.url(), truths) as watch:
        for part in (parts[0], parts[1], parts[0]):
            begun = time.monotonic()
            rebuild(articles=part, index=stage.url(), jobs=1)
            stage.say(f"a rebuild of {len(part)} articles", f"{time.monotonic() - begun:.1f} s")
            time.sleep(SETTLE_S)
    fails = watch.counts["wrong"] + watch.counts["marked"] > 0
    stage.say("searches all the while", watch.row(), fails=fails)
    same = answers(stage.url(), stage.queries) == truths[0]
    stage.say("answers afterwards", "those of the last" if same else "others", fails=not same)


def leave_out_dead_hosts(stage: Stage) -> None:
    """Ask by a list of addresses of which two lead nowhere."""
    stage.build()
    truth = answers(stage.url(), stage.queries)
    dead = [f"127.0.0.1:{port}" for port in free_ports(2)]
    for name, hosts in (("three hosts", stage.cluster.hosts), ("two dead, one alive", [*dead, stage.cluster.hosts[0]])):
        begun = time.monotonic()
        with open_index(stage.url(hosts)) as index:
            opened, seconds, wrong = time.monotonic() - begun, [], 0
            for query in stage.queries:
                asked = time.monotonic()
                wrong += index.search(SearchRequest(query)).total != truth[query]
                seconds.append(time.monotonic() - asked)
        times = (
            f"opened in {opened * 1e3:.0f} ms, median {median(seconds) * 1e3:.0f}, slowest {max(seconds) * 1e3:.0f} ms"
        )
        stage.say(f"{len(seconds)} searches, {name}", f"{wrong} wrong, {times}", fails=wrong > 0)


SCENARIOS: Final[dict[str, Callable[[Stage], None]]] = {
    "writing": fail_while_writing,
    "searching": fail_while_searching,
    "rebuild": fail_while_rebuilding,
    "two": lose_two,
    "all": lose_all,
    "swap": swap_under_load,
    "host": leave_out_dead_hosts,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the scenarios; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="ARTICLES")
    parser.add_argument("names", nargs="*", metavar="SCENARIO", help=f"one of {', '.join(SCENARIOS)}; by default all")
    parser.add_argument("--articles", type=int, default=10_000, help="how many are read (default: 10,000)")
    parser.add_argument("--shards", type=int, default=3, help="of each index (default: 3)")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(SCENARIOS):
        parser.error(f"no scenario {', '.join(sorted(unknown))}; expected {', '.join(SCENARIOS)}")
    articles = read_articles(options.source, options.articles)
    failed = 0
    with Cluster(nodes=3) as cluster:
        print(f"OpenSearch {cluster.version}, {len(articles)} articles, {options.shards} shards")
        for name in options.names or SCENARIOS:
            print(f"{name}:", flush=True)
            stage = Stage(cluster, articles, name, options.shards)
            SCENARIOS[name](stage)
            failed += stage.failed
            cluster.wait(nodes=3, status="green", timeout_s=GREEN_S)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
