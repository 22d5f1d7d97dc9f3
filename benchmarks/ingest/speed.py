"""Speed of reading without analysis: articles a second of the files named, and pages a second of composed ones."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from indexer import Article
from indexer.ingest.parallel import available_cores
from indexer.ingest.readers import find_files, read_articles
from tests.indexer.ingest.readers.page_layouts import LAYOUTS, STORIES

PAGES = 600


def measure(name: str, files: tuple[Path, ...]) -> None:
    """Print how many articles are read a second of wall clock, and the peak of memory."""
    started = time.monotonic()
    count = sum(isinstance(read, Article) for read in read_articles(files, jobs=available_cores()))
    seconds = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name}: {count:,} articles, {count / seconds:,.0f} a second, {peak} MiB at most")


def main() -> None:
    """Measure the files named on the command line, then pages."""
    for name in sys.argv[1:]:
        measure(name, find_files(name))
    with tempfile.TemporaryDirectory() as folder:
        for number in range(PAGES):
            page = LAYOUTS[number % len(LAYOUTS)](STORIES[number % len(STORIES)])
            Path(folder, f"{number}.html").write_text(page, "utf-8")
        measure("pages", find_files(folder))


if __name__ == "__main__":
    main()
