"""Search by meaning, measured: each mode on judged collections, and searches in other languages on an archive.

    python benchmarks/retrieval/meaning.py IR                      Arabic questions: off, auto, on
    python benchmarks/retrieval/meaning.py --probes INDEX          meaning_probes.tsv, an index of the Saudi archive
    python benchmarks/retrieval/meaning.py --cost INDEX            milliseconds and memory of a search

IR is a folder of collections, each with corpus.jsonl, queries.tsv and qrels.trec. Their questions in another language
are measured by cross_language.py.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from indexer import Index, SearchRequest, open_index, rebuild
from indexer.commands.eval import evaluate_index
from indexer.request import MEANING_MODES

PROBES = Path(__file__).with_name("meaning_probes.tsv")


def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", nargs="*", type=Path, metavar="COLLECTION", help="folders of collections")
    parser.add_argument("--passages", type=int, default=0, help="passages that are encoded of each body")
    parser.add_argument("--probes", type=Path, metavar="INDEX")
    parser.add_argument("--cost", type=Path, metavar="INDEX")
    options = parser.parse_args()
    for collection in options.collections:
        measure_collection(collection, options.passages)
    if options.probes:
        measure_probes(options.probes)
    if options.cost:
        measure_cost(options.cost)


def measure_collection(collection: Path, passages: int) -> None:
    """Print nDCG@10, MRR@10 and R@100 of a collection in each mode."""
    with tempfile.TemporaryDirectory() as folder:
        rebuild(collection / "corpus.jsonl", folder)
        with open_index(folder) as index:
            index.embed(passages=passages)
            for mode in ("off", "auto", "on"):
                scores = evaluate_index(index, collection / "queries.tsv", collection / "qrels.trec", meaning=mode)
                print(f"{collection.name:<16} {mode:<5}", *(f"{name} {value:.4f}" for name, value in scores.items()))


def probes() -> list[list[str]]:
    """Return the language, the text and the article of each search."""
    lines = PROBES.read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def measure_probes(path: Path) -> None:
    """Print the share of searches whose article is among the first ten, for each language and mode."""
    with open_index(path) as index:
        for mode in MEANING_MODES:
            found: dict[str, list[bool]] = defaultdict(list)
            for language, text, article in probes():
                hits = index.search(SearchRequest(text, meaning=mode))
                found[language].append(article in {hit.article.id for hit in hits})
            every = [each for own in found.values() for each in own]
            shares = {**{name: statistics.mean(own) for name, own in found.items()}, "all": statistics.mean(every)}
            print(f"{mode:<5}", *(f"{name} {share:.2f}" for name, share in shares.items()))


def measure_cost(path: Path) -> None:
    """Print the milliseconds of searches by words, by meaning for the first time, and again; and the memory."""
    with open_index(path) as index:
        texts = [text for _, text, _ in probes()]
        times(index, texts, "off")
        words, before = times(index, texts, "off"), resident_mb()
        index.search("warm up the encoder")
        first, again = times(index, texts, "auto"), times(index, texts, "auto")
        print(
            f"words {words:.1f} ms, meaning {first:.1f} ms, again {again:.1f} ms; MB {before} before, {resident_mb()}"
        )


def times(index: Index, texts: list[str], mode: str) -> float:
    """Return the median milliseconds of the processor for a search of each of ``texts``."""
    costs = []
    for text in texts:
        started = time.process_time()
        index.search(SearchRequest(text, meaning=mode))  # type: ignore[arg-type]
        costs.append((time.process_time() - started) * 1000)
    return statistics.median(costs)


def resident_mb() -> dict[str, int]:
    """Return the memory of this process that is its own, and that of files it has mapped."""
    lines = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    return {name: int(lines[name].split()[0]) // 1024 for name in ("RssAnon", "RssFile")}


if __name__ == "__main__":
    main()
