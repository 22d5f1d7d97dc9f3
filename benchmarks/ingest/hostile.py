"""Time and memory of reading each hostile file, in a process of its own: the slowest and the largest first."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.hostile_files import GOOD_ID, write_hostile_files

ONE = """
import resource, sys, time
from pathlib import Path
from indexer import Article
from indexer.ingest.readers import find_files, read_articles
ids = [read.id for read in read_articles(find_files(sys.argv[1])) if isinstance(read, Article)]
peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(ids.count(sys.argv[2]), max(peaks) // 1024)
"""
DEADLINE_S = 60


def main() -> None:
    """Print seconds, MiB and the number of good articles for each file, and whatever went wrong."""
    rows, failed = [], 0
    with tempfile.TemporaryDirectory() as name:
        for folder in write_hostile_files(Path(name)):
            started = time.monotonic()
            command = [sys.executable, "-c", ONE, str(folder), GOOD_ID]
            try:
                ran = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False)
                good, mib = map(int, ran.stdout.split() or (0, 0))
                said = ran.stderr
            except subprocess.TimeoutExpired:
                good, mib, said = 0, 0, "hangs"
            rows.append((time.monotonic() - started, mib, folder.name))
            if good < 1 or said:
                failed += 1
                print(f"{folder.name}: {good} good articles; {said[-300:]}")
    for seconds, mib, name in sorted(rows, reverse=True)[:12]:
        print(f"{seconds:6.1f} s  {mib:4} MiB  {name}")
    print(
        f"{len(rows)} files, {failed} failed; at most {max(rows)[0]:.1f} s, {max(mib for _, mib, _ in rows)} MiB;",
        end=" ",
    )
    print(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime:.0f} s of CPU in all")


if __name__ == "__main__":
    main()
