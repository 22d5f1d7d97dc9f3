"""Memory of a rebuild over much input: articles of a file are repeated under new ids until they fill so many megabytes.

    python benchmarks/ingest/memory.py ARTICLES.jsonl[.gz] [MEGABYTES]

Prints the memory of the process, and that of its workers, as the input is read.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

from indexer import Article, rebuild
from indexer.ingest.readers import find_files, read_articles

MEGABYTES = 1000
STEPS = 10


def resident_mib(process: int | str) -> int:
    """Return the resident memory of a process, on Linux."""
    return int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * 4096 // 1024**2


def memory_line() -> str:
    """Return the memory of this process and each of its workers."""
    own = os.getpid()
    workers = Path(f"/proc/{own}/task/{own}/children").read_text("ascii").split()
    each = [resident_mib(process) for process in (own, *workers)]
    return f"{sum(each):,} MiB: {' + '.join(map(str, each))}"


def repeated_articles(file: str, total_bytes: int) -> Iterator[Article]:
    """Yield the articles of ``file`` again and again, each time under new ids, and print memory ten times."""
    done, told = 0, 0
    for turn in count():
        for article in read_articles(find_files(file)):
            if not isinstance(article, Article):
                continue
            yield replace(article, id=f"{turn}-{article.id}", url=None)
            done += len(f"{article.title}{article.body}".encode())
            if done * STEPS // total_bytes > told:
                told += 1
                print(f"{done / 1e6:,.0f} MB of text: {memory_line()}", flush=True)
            if done >= total_bytes:
                return


def main() -> None:
    """Rebuild an index that is thrown away."""
    file, megabytes = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else MEGABYTES
    with tempfile.TemporaryDirectory() as folder:
        report = rebuild(articles=repeated_articles(file, megabytes * 10**6), index=Path(folder, "index"))
    print(f"{report.written:,} articles, {report.peak_memory_bytes // 1024**2:,} MiB at most")


if __name__ == "__main__":
    main()
