"""Made-up queries that are meant to be slow, or to break something: how long each kind of them takes.

    python benchmarks/search/hostile.py INDEX --queries 10000 --seed 1

They are made of the words of the index, mostly its commonest. ``words``, ``mixture`` and ``noise`` are typed: whole
searches with facets and ten marked hits. The other kinds are plans, which the engine ranks and counts. Times are CPU
time, since the machine may be busy; the names of exceptions and the slowest query of each kind are printed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer import Index, SearchRequest, open_index
from indexer.engines import SearchEngine
from indexer.query.limits import MAX_QUERY_CHARS, MAX_WORDS
from indexer.query.plan import AllOf, AnyOf, EngineRequest, Family, Near, Plan, TermPhrase
from indexer.schema import SPACES

FAMILY_TEXTS = 128
SIGNS = [
    "(",
    ")",
    '"',
    "«",
    "»",
    "-",
    "~",
    "~2",
    "~9999",
    "*",
    "?",
    ":",
    "..",
    "OR",
    "AND",
    "NOT",
    "NEAR",
    "قرب",
    "أو",
    "=",
]
FIELDS = ["title:", "body:", "source:", "date:", "id:", "url:", "سنة:", "بلد:", "lang:", "منذ:"]
CHARS = "".join(map(chr, (0, 9, 0x200F, 0x202E, 0x301, 0x640, 0x64B, 0xFEFF, 0x1D11E, 0xFDFA))) + 'اب1a"()*~:-'


@dataclass
class Times:
    """The CPU time of each query of one kind, in milliseconds, its slowest query, and the exceptions."""

    ms: list[float] = field(default_factory=list)
    slowest: Plan | str | None = None
    exceptions: Counter[str] = field(default_factory=Counter)

    def measure(self, index: Index, make: Callable[[], Plan | str]) -> None:
        """Make and ask one query; making it looks up the terms of prefixes and fuzzy words."""
        begin, question = time.process_time(), None
        try:
            question = make()
            _ask(index, question)
        except Exception as problem:
            self.exceptions[f"{type(problem).__name__}: {problem} {question!r:.200}"] += 1
        self.ms.append((time.process_time() - begin) * 1000)
        if self.ms[-1] == max(self.ms):
            self.slowest = question


class Maker:
    """Makes queries of the words of one index."""

    def __init__(self, engine: SearchEngine, seed: int) -> None:
        self.engine = engine
        self.chance = random.Random(seed)  # noqa: S311, no secret
        self.common = [each.text for each in engine.terms_with_prefix("exact", "", 2000)]
        self.kinds: dict[str, Callable[[], Plan | str]] = {
            "prefixes": lambda: self._join(self._prefix),
            "fuzzy": lambda: self._join(self._fuzzy),
            "phrase": lambda: TermPhrase("exact", self._some(2, MAX_WORDS), 1.0),
            "near": self._near,
            "words": lambda: " ".join(self._some(MAX_WORDS, MAX_WORDS)),
            "mixture": self._mixture,
            "noise": lambda: "".join(self.chance.choices(CHARS, k=self.chance.randint(1, MAX_QUERY_CHARS))),
        }

    def _some(self, least: int, most: int) -> tuple[str, ...]:
        """Return words; half the time of the commonest twenty, where some come again."""
        among = self.common[:20] if self.chance.random() < 0.5 else self.common
        return tuple(self.chance.choices(among, k=self.chance.randint(least, most)))

    def _join(self, make: Callable[[], Plan]) -> Plan:
        parts = tuple(make() for _ in range(self.chance.randint(1, 8)))
        return parts[0] if len(parts) == 1 else self.chance.choice([AllOf, AnyOf])(parts)

    def _prefix(self) -> Plan:
        space, prefix = self.chance.choice(SPACES), self.chance.choice(self.common)[: self.chance.randint(1, 3)]
        texts = [each.text for each in self.engine.terms_with_prefix(space, prefix, FAMILY_TEXTS)]
        return Family(space, tuple(texts) or (prefix,), 1.0)

    def _fuzzy(self) -> Plan:
        space, word = self.chance.choice(SPACES), self.chance.choice(self.common)
        texts = [each.text for each in self.engine.similar_terms(space, word, self.chance.randint(1, 2), FAMILY_TEXTS)]
        return Family(space, tuple(texts) or (word,), 1.0)

    def _near(self) -> Plan:
        part = self.chance.choice([None, None, "title", "body"])
        return Near("exact", self._some(2, MAX_WORDS), self.chance.choice([0, 3, 10, 100, 10_000]), 1.0, part)

    def _mixture(self) -> str:
        pieces = (
            lambda: self.chance.choice(self.common),
            lambda: self.chance.choice(SIGNS),
            lambda: self.chance.choice(FIELDS) + self.chance.choice(self.common),
            lambda: self.chance.choice(self.common)[:2] + "*",
            lambda: self.chance.choice(self.common) + "~",
            lambda: f'"{" ".join(self._some(2, 6))}"~{self.chance.randint(0, 30)}',
        )
        return " ".join(self.chance.choice(pieces)() for _ in range(self.chance.randint(1, 60)))


def main() -> None:
    """Ask the queries, and print a line for each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index")
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with open_index(options.index) as index:
        maker = Maker(index.engine, options.seed)
        index.search("سؤال أول")  # the first search of a process opens dictionaries
        times = {kind: Times() for kind in maker.kinds}
        for number in range(options.queries):
            kind = list(times)[number % len(times)]
            times[kind].measure(index, maker.kinds[kind])
    _print_table(times)


def _ask(index: Index, question: Plan | str) -> None:
    if isinstance(question, str):
        index.search(SearchRequest(question, facets=("source", "category")))
    else:
        index.engine.search(EngineRequest(question, facets=("source",)))


def _print_table(times: dict[str, Times]) -> None:
    print(f"{'kind':<10}{'queries':>8}{'median ms':>11}{'p99 ms':>9}{'most ms':>9}{'exceptions':>12}")
    everything: Sequence[float] = [ms for each in times.values() for ms in each.ms]
    for kind, ms in [*((kind, each.ms) for kind, each in times.items()), ("all", everything)]:
        failed = sum(sum(each.exceptions.values()) for name, each in times.items() if kind in (name, "all"))
        middle, high = np.percentile(ms, [50, 99])
        print(f"{kind:<10}{len(ms):>8}{middle:>11.1f}{high:>9.1f}{max(ms):>9.1f}{failed:>12}")
    for kind, each in times.items():
        print(f"slowest of {kind}: {each.slowest!r:.300}")
        for problem, count in each.exceptions.most_common(5):
            print(f"{count} × {problem}")


if __name__ == "__main__":
    main()
