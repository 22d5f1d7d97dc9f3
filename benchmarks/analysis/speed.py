"""Speed of analysis: words a second with empty caches and with warm ones.

python benchmarks/analysis/speed.py ARTICLES.jsonl[.gz] [--limit 2000]
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from analyzers import Analyzer
from analyzers.tokenizer import WORD

ROUNDS = 5


def bodies(path: Path, limit: int) -> list[str]:
    """Return the bodies of the first ``limit`` articles of a JSONL file."""
    with path.open("rb") as plain, gzip.open(plain) if path.suffix == ".gz" else plain as lines:
        return [json.loads(line).get("body") or "" for line in itertools.islice(lines, limit)]


def best_time(work: Callable[[], object]) -> float:
    """Return the CPU seconds of ``work``, the best of a few rounds."""
    return min(_cpu_seconds(work) for _ in range(ROUNDS))


def _cpu_seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def figures(texts: list[str]) -> Iterator[tuple[str, int, float]]:
    """Yield the name of a measurement, the number of words and the seconds."""
    tokens = sum(len(WORD.findall(text)) for text in texts)
    forms = {form for text in texts for form in WORD.findall(text)}
    analyzer = Analyzer()

    def stream() -> None:
        for text in texts:
            for _ in analyzer.stream(text):
                pass

    yield "distinct forms, new", len(forms), best_time(lambda: [*map(Analyzer().terms, forms)])
    yield "tokens analysed for an index, new", tokens, best_time(lambda: [*map(Analyzer().analyze, texts)])
    stream()
    yield "tokens matched", tokens, best_time(lambda: [len(WORD.findall(text)) for text in texts])
    yield "tokens analysed for an index, warm", tokens, best_time(lambda: [analyzer.analyze(text) for text in texts])
    yield "tokens streamed with offsets, warm", tokens, best_time(stream)


def main() -> None:
    """Print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--limit", type=int, default=2000)
    chosen = parser.parse_args()
    for name, count, seconds in figures(bodies(chosen.articles, chosen.limit)):
        print(f"{name:36}{count:>10,}{count / seconds:>14,.0f}/s")


if __name__ == "__main__":
    main()
