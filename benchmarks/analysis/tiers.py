"""A comparison of C and Python on real articles: the same terms, the same starts.

python benchmarks/analysis/tiers.py ARTICLES.jsonl[.gz] …
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from speed import bodies

from analyzers import Analyzer, native

ALL = 1 << 40
PYTHON = {"AKHBAR_NATIVE": "0"}


def digests(paths: list[Path]) -> Iterator[str]:
    """Yield a line for each article: how many words it has, and a hash of their terms and starts."""
    analyzer = Analyzer()
    for path in paths:
        for text in bodies(path, ALL):
            exact, stems, starts = analyzer.analyze(text)
            told = repr((list(exact), list(stems), starts.tolist())).encode("utf-8", "surrogatepass")
            yield f"{len(exact)} {hashlib.sha256(told).hexdigest()}"


def main() -> None:
    """Compare the two, each in a process of its own; exit with 1 where they differ."""
    if not native.WANTED:
        print("\n".join(digests([Path(each) for each in sys.argv[1:]])))
        return
    in_python = subprocess.Popen(
        [sys.executable, *sys.argv], env=os.environ | PYTHON, stdout=subprocess.PIPE, text=True
    )
    load_extension = list(digests([Path(each) for each in sys.argv[1:]]))
    answer = in_python.communicate()[0].splitlines()
    differ = sum(one != other for one, other in zip(load_extension, answer, strict=True))
    words = sum(int(each.split(" ")[0]) for each in load_extension)
    print(f"{len(load_extension):,} articles, {words:,} words: {differ} articles differ")
    sys.exit(differ > 0)


if __name__ == "__main__":
    main()
