"""Parity of C and Python: both make the same terms of real articles, with the same starts.

python benchmarks/analysis/parity.py ARTICLES.jsonl[.gz] …
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from speed import bodies

from analyzers import NATIVE_WANTED, Analyzer

ALL = 1 << 40


def digests(paths: list[Path]) -> Iterator[str]:
    """Yield a line for each article: its number of words, and a hash of their terms and starts."""
    analyzer = Analyzer()
    for path in paths:
        for text in bodies(path, ALL):
            exact, stems, starts = analyzer.analyze(text)
            content = repr((list(exact), list(stems), starts.tolist())).encode("utf-8", "surrogatepass")
            yield f"{len(exact)} {hashlib.sha256(content).hexdigest()}"


def main() -> None:
    """Compare the two, each in a process of its own; exit with 1 where they differ."""
    paths = list(map(Path, sys.argv[1:]))
    if not NATIVE_WANTED:
        print("\n".join(digests(paths)))
        return
    without_c = subprocess.Popen(
        [sys.executable, *sys.argv], env=os.environ | {"AKHBAR_NATIVE": "0"}, stdout=subprocess.PIPE, text=True
    )
    in_c = list(digests(paths))
    in_python = without_c.communicate()[0].splitlines()
    differing = sum(one != other for one, other in zip(in_c, in_python, strict=True))
    words = sum(int(line.split(" ")[0]) for line in in_c)
    print(f"{len(in_c):,} articles, {words:,} words: {differing} articles differ")
    sys.exit(differing > 0)


if __name__ == "__main__":
    main()
