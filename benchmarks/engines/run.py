"""Speed of the engines, side by side: prints tables.

    python benchmarks/engines/run.py DATA [--quick] [--documents 20000] [--growth] [--raw] [--work var/bench]

See README.md for how to read them.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tables
from questions import KINDS, SNIPPET_KINDS

HERE = Path(__file__).parent
ENGINES = ("stock", "tantivy", "fts5", "ours", "numpy")
CHANGED = 100
Figures = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What is measured, and how often."""

    data: Path
    work: Path
    engines: tuple[str, ...]
    documents: int
    index_rounds: int
    processes: int
    repeats: int
    growth: tuple[int, ...]
    stock_up_to: int
    raw: bool
    keep_stock: bool
    asked: int

    def index_rounds_of(self, engine: str) -> int:
        """Return how often an engine indexes: stock Whoosh takes minutes and varies little."""
        return 1 if engine == "stock" else self.index_rounds


class Process:
    """One engine in a process; a call is a command of worker.py."""

    def __init__(self, engine: str, folder: Path) -> None:
        self._running = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), engine, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **({"AKHBAR_NATIVE": "0"} if engine == "numpy" else {})},
        )

    def __call__(self, do: str, **values: object) -> Any:
        """Have a command done; return its answer."""
        assert self._running.stdin is not None  # noqa: S101, they are pipes
        assert self._running.stdout is not None  # noqa: S101
        self._running.stdin.write(json.dumps({"do": do, **values}) + "\n")
        self._running.stdin.flush()
        answer = self._running.stdout.readline()
        if not answer:
            raise SystemExit("the engine's process ended: see above")
        return json.loads(answer)

    def close(self) -> None:
        """End the process."""
        self._running.communicate()


@contextmanager
def process(engine: str, folder: Path) -> Iterator[Process]:
    """Start an engine, and end it afterwards."""
    started = Process(engine, folder)
    try:
        yield started
    finally:
        started.close()


def prepare_inputs(plan: Plan, kind: str, count: int, asked_over: int) -> tuple[Path, Path]:
    """Return a file of documents and a file of questions, made unless they are there."""
    documents = plan.work / f"{kind}-{count}.jsonl"
    questions = plan.work / f"{kind}-{count}-questions-{asked_over}.json"
    plan.work.mkdir(parents=True, exist_ok=True)
    if not documents.exists():
        _script("documents.py", plan.data, kind, count, documents)
    if not questions.exists():
        _script("questions.py", documents, asked_over, questions)
    return documents, questions


def _script(name: str, *arguments: object) -> None:
    subprocess.run([sys.executable, str(HERE / name), *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


# -- the parts


def index(plan: Plan, engine: str, documents: Path, count: int, folder: Path) -> Figures:
    """Index into ``folder``; the index of stock Whoosh may be kept from another run."""
    kept = folder.parent / f"{engine}.json"
    if engine == "stock" and plan.keep_stock and kept.exists():
        return dict(json.loads(kept.read_text()))
    shutil.rmtree(folder, ignore_errors=True)
    with process(engine, folder) as running:
        figures: Figures = running("index", documents=str(documents), last=count)
    kept.write_text(json.dumps(figures))
    return figures


def index_all(plan: Plan, documents: Path) -> dict[str, list[Figures]]:
    """Index with every engine by turns; the last index of each stays."""
    found: dict[str, list[Figures]] = defaultdict(list)
    for turn in range(plan.index_rounds):
        for engine in plan.engines:
            if turn < plan.index_rounds_of(engine):
                tell(f"indexing: {engine}, round {turn + 1}")
                found[engine].append(index(plan, engine, documents, plan.documents, plan.work / "index" / engine))
    return dict(found)


def ask_all(plan: Plan, folder: Path, questions: Path, kinds: Sequence[str]) -> Figures:
    """Ask every engine by turns, in several processes each: first new questions, then the same again."""
    found: Figures = {what: defaultdict(lambda: defaultdict(list)) for what in ("new", "again", "search", "snippets")}
    for number in range(plan.processes):
        tell(f"asking, process {number + 1}")
        with ExitStack() as stack:
            running = {each: stack.enter_context(process(each, folder / each)) for each in plan.engines}
            found["opened"] = {
                each: one("open", questions=str(questions), most=plan.asked) for each, one in running.items()
            }
            _ask(running, kinds, "page", found["new"])
            for _ in range(plan.repeats):
                _ask(running, kinds, "page", found["again"])
            _ask(running, kinds, "search", found["search"])
            _ask(running, [kind for kind in SNIPPET_KINDS if kind in kinds], "snippets", found["snippets"])
            if number == 0:
                found["answers"] = {
                    each: {kind: one("answers", kind=kind) for kind in kinds} for each, one in running.items()
                }
                found["examples"] = {each: one("example", kind="common") for each, one in running.items()}
    return found


def _ask(running: dict[str, Process], kinds: Sequence[str], what: str, found: Figures) -> None:
    for kind in kinds:
        for engine, one in running.items():
            found[kind][engine].append(one("ask", kind=kind, what=what)["ms"])


def change_all(plan: Plan, folder: Path, documents: Path, count: int) -> Figures:
    """Add and delete a hundred documents in copies of the indexes."""
    found: Figures = {what: defaultdict(list) for what in ("update", "delete")}
    copy = plan.work / f"changed-{os.getpid()}"  # two runs may share the work folder
    for turn in range(plan.index_rounds):
        for engine in plan.engines:
            if turn >= plan.index_rounds_of(engine):
                continue
            tell(f"changing {count:,}: {engine}")
            for what, values in (
                ("update", {"first": count, "last": count + CHANGED}),
                ("delete", {"step": count // CHANGED, "count": CHANGED}),
            ):
                shutil.rmtree(copy, ignore_errors=True)
                shutil.copytree(folder / engine, copy)
                with process(engine, copy) as running:
                    found[what][engine].append(running(what, documents=str(documents), **values)["ms"])
    shutil.rmtree(copy, ignore_errors=True)
    return found


def grow(plan: Plan) -> Iterator[tuple[int, Figures]]:
    """Index and ask growing numbers of documents, each engine once; yield the figures of each number."""
    documents, questions = prepare_inputs(plan, "mixed", max(plan.growth) + CHANGED, min(plan.growth))
    for count in plan.growth:
        engines = tuple(each for each in plan.engines if each != "stock" or count <= plan.stock_up_to)
        folder = plan.work / f"growth-{count}"
        figures = {}
        for engine in engines:
            tell(f"growing to {count:,}: {engine}")
            figures[engine] = index(plan, engine, documents, count, folder / engine)
        some = replace(plan, engines=engines, processes=1, index_rounds=1)
        asked = ask_all(some, folder, questions, KINDS)
        yield count, {"index": figures, "asked": asked, "changed": change_all(some, folder, documents, count)}


def tell(text: str) -> None:
    """Say what is being done."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, print the tables, keep the figures."""
    plan, printed_from = _parse_options()
    figures = json.loads(printed_from.read_text()) if printed_from else measure(plan)
    print(tables.report(figures), flush=True)


def measure(plan: Plan) -> Figures:
    """Return the figures of every part; each is kept in the work folder as soon as it is there."""
    figures: Figures = {"documents": plan.documents, "engines": plan.engines, "processors": os.cpu_count()}
    kept = plan.work / ("figures.json" if plan.documents else "figures-growth.json")

    def keep(name: str, found: object) -> None:
        figures[name] = found
        kept.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")

    if plan.documents:
        documents, questions = prepare_inputs(plan, "news", plan.documents + CHANGED, plan.documents)
        keep("text_bytes", _text_bytes(documents, plan.documents))
        keep("index", index_all(plan, documents))
        keep("asked", ask_all(plan, plan.work / "index", questions, KINDS))
        keep("changed", change_all(plan, plan.work / "index", documents, plan.documents))
    if plan.raw:
        keep("raw", raw(plan))
    if plan.growth:
        growth: dict[int, Figures] = {}
        for count, found in grow(plan):
            growth[count] = found
            keep("growth", growth)
    return dict(json.loads(json.dumps(figures)))  # as it would be read again


def _text_bytes(documents: Path, count: int) -> int:
    with documents.open(encoding="utf-8") as lines:
        return sum(len(json.loads(line)[4].encode()) for line in itertools.islice(lines, count))


def raw(plan: Plan) -> Figures:
    """Return what it takes from a file of articles to an index that answers."""
    articles, folder = plan.work / "raw.jsonl", plan.work / "raw-index"
    count = plan.documents or 20_000
    with gzip.open(plan.data / "corpora" / "saudinewsnet.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles.write_text("".join(itertools.islice(lines, count)), encoding="utf-8")
    tantivy = [str(HERE / "raw_tantivy.py"), str(articles), str(folder)]
    rebuild = ["-m", "indexer", "rebuild", str(articles), "--index", str(folder)]
    commands = {
        "tantivy, Arabic stemmer, 1 thread": [*tantivy, "1"],
        "tantivy, Arabic stemmer, all processors": [*tantivy, "0"],
        "ours, akhbar rebuild --jobs 1": [*rebuild, "--jobs", "1"],
        "ours, akhbar rebuild": rebuild,
    }
    found: Figures = {name: defaultdict(list) for name in commands}
    for _ in range(plan.index_rounds):
        for name, command in commands.items():
            tell(f"raw articles: {name}")
            shutil.rmtree(folder, ignore_errors=True)
            for what, value in _time_command([sys.executable, *command]).items():
                found[name][what].append(value)
    shutil.rmtree(folder, ignore_errors=True)
    return {"articles": count, "text_bytes": articles.stat().st_size, "found": found}


def _time_command(command: list[str]) -> Figures:
    """Run a command; return its seconds of CPU, by all its processes, and of the clock."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, "wall_s": wall}


def _parse_options() -> tuple[Plan, Path | None]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder that holds corpora/*.jsonl.gz")
    parser.add_argument("--work", type=Path, default=Path("var/bench"), help="where documents and indexes are kept")
    parser.add_argument("--quick", action="store_true", help="2,000 documents, a few rounds: while developing")
    parser.add_argument("--documents", type=int, default=20_000, help="of the main table; 0: leave it out")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--growth", default="", help="numbers of documents: 10000,100000,300000")
    parser.add_argument(
        "--stock-up-to", type=int, default=10_000, help="the most documents stock Whoosh is given in growth"
    )
    parser.add_argument("--keep-stock", action="store_true", help="take stock Whoosh's index of the run before")
    parser.add_argument("--asked", type=int, default=48, help="how many questions of each kind, at most 48")
    parser.add_argument("--raw", action="store_true", help="from raw articles to an index that answers")
    parser.add_argument("--print", type=Path, help="print the tables of figures that were kept")
    chosen = parser.parse_args()
    growth = tuple(int(each) for each in chosen.growth.split(",") if each)
    plan = Plan(
        data=chosen.data,
        work=chosen.work / "quick" if chosen.quick else chosen.work,
        engines=tuple(chosen.engines.split(",")),
        documents=2000 if chosen.quick else chosen.documents,
        index_rounds=chosen.rounds,
        processes=chosen.rounds,
        repeats=1,
        growth=growth,
        stock_up_to=chosen.stock_up_to,
        raw=chosen.raw,
        keep_stock=chosen.keep_stock,
        asked=chosen.asked,
    )
    return plan, chosen.print


if __name__ == "__main__":
    main()
