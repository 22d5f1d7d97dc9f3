"""Ablation of the parts in C: how much longer a rebuild and a search take with one of them switched off.

    python benchmarks/engines/ablation.py DATA
    python benchmarks/engines/ablation.py DATA --parts analysis --articles 100000 --rounds 2 --measures rebuild

DATA holds ``corpora/*.jsonl.gz``. A rebuild is of the first ``--articles`` articles (``ant`` as it is; more are made of all
corpora, repeated under new ids) in one process; a search is the median over real headlines, ten marked hits each, of the
30,017 articles of ``saudinewsnet``. Each figure is CPU time in a process of its own. The parts take turns, round after round,
and the best round counts, so that a busy machine changes the ratios little.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

CORPORA: Final = ("ant", "saudinewsnet", "openarabicpe")
HEADLINES: Final = 300
WARM_UP: Final = 50
EVERYTHING: Final = "nothing"


def without_modules(*names: str) -> Callable[[], None]:
    """Return what makes the import of modules fail, as where they were not built."""
    return lambda: sys.modules.update(dict.fromkeys(names))  # type: ignore[arg-type]  # None: may not be imported


def without_kernels() -> None:
    """Let numpy evaluate queries."""
    kernels, arrays = import_module("indexer.kernels"), import_module("indexer.kernels.arrays")
    for name in ("TIER", "Field", "matches", "top", "top_by"):
        setattr(kernels, name, getattr(arrays, name))


def without_passages() -> None:
    """Let Python choose passages and find the first words of a title."""
    import_module("indexer.results.passages")._choose_in_c = None
    import_module("indexer.results.locator")._first_offsets_in_c = None


PARTS: Final[dict[str, Callable[[], None]]] = {
    EVERYTHING: lambda: None,
    "analysis": without_modules("analyzers._native"),
    "kernels": without_kernels,
    "passages": without_passages,
}


def main() -> None:
    """Print a line for each part: CPU time, and how many times as long as with all parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--parts", nargs="*", choices=[*PARTS], default=[*PARTS])
    parser.add_argument("--measures", nargs="*", choices=("rebuild", "search"), default=["rebuild", "search"])
    parser.add_argument("--articles", type=int, default=9965)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    parts = [EVERYTHING, *(part for part in options.parts if part != EVERYTHING)]
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), options.data, options.articles, options.measures)
        for measure in options.measures:
            best = dict.fromkeys(parts, float("inf"))
            for part in parts * options.rounds:
                best[part] = min(best[part], run_child(measure, part, folder))
            for part, seconds in best.items():
                print(f"{measure} without {part:<10} {seconds * 1000:10.2f} ms  {seconds / best[EVERYTHING]:5.2f}")


def run_child(measure: str, part: str, folder: str) -> float:
    """Return the CPU seconds that a measure takes without a part, in a process of its own."""
    command = [sys.executable, __file__, "--child", measure, part, folder]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


# -- what is measured


def rebuild_seconds(folder: Path) -> float:
    """Return the CPU seconds of a rebuild in this process alone."""
    from indexer import rebuild

    begin = time.process_time()
    rebuild([folder / "articles.jsonl"], folder / "rebuilt", jobs=1)
    return time.process_time() - begin


def search_seconds(folder: Path) -> float:
    """Return the median CPU seconds of a search with ten marked hits."""
    from indexer import SearchRequest, open_index

    seconds = []
    with open_index(folder / "searched") as index:
        for headline in json.loads((folder / "headlines.json").read_text()):
            begin = time.process_time()
            index.search(SearchRequest(headline, limit=10))
            seconds.append(time.process_time() - begin)
    return statistics.median(seconds[WARM_UP:])


MEASURES: Final = {"rebuild": rebuild_seconds, "search": search_seconds}


def child(measure: str, part: str, folder: str) -> None:
    """Switch a part off, measure, print the seconds."""
    PARTS[part]()
    print(MEASURES[measure](Path(folder)))


# -- what it is measured with


def prepare(folder: Path, data: Path, articles: int, measures: list[str]) -> None:
    """Write the articles to rebuild, the index to search and the headlines to search for."""
    if "rebuild" in measures:
        with (folder / "articles.jsonl").open("w", encoding="utf-8") as out:
            out.writelines(itertools.islice(endless_articles(data), articles))
    if "search" in measures:
        from indexer import rebuild

        rebuild([data / "corpora" / "saudinewsnet.jsonl.gz"], folder / "searched")
        lines = itertools.islice(corpus(data, "cnn_arabic_headlines"), HEADLINES)
        (folder / "headlines.json").write_text(json.dumps([json.loads(line)["title"] for line in lines]))


def endless_articles(data: Path) -> Iterator[str]:
    """Yield the articles of all corpora as JSON lines, and again under other ids, without end."""
    for turn in itertools.count():
        for name in CORPORA:
            for line in corpus(data, name):
                record = json.loads(line)
                yield json.dumps(record | {"id": f"{name}-{record['id']}-{turn}"}, ensure_ascii=False) + "\n"


def corpus(data: Path, name: str) -> Iterator[str]:
    """Yield the lines of a corpus."""
    with gzip.open(data / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from lines


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        main()
