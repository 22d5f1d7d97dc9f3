"""Memory of a process that searches: its resident set after every few thousand distinct queries.

    python benchmarks/retrieval/memory.py INDEX QUERIES

``QUERIES`` has one query a line; each is asked once. The mapped files of the index count only when touched, so the
figure rises while they are read for the first time: *anonymous* memory, which is what the process allocated, must
become flat.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer import SearchRequest, open_index

STEP = 2500


def main(index: str, queries: list[str]) -> None:
    """Print a line for every STEP queries."""
    print(f"{'queries':>8}{'anonymous MiB':>15}{'resident MiB':>14}")
    with open_index(index) as opened:
        for number, query in enumerate(queries):
            if number % STEP == 0:
                _print_memory(number)
            opened.search(SearchRequest(query))
        _print_memory(len(queries))


def _print_memory(queries: int) -> None:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    anonymous, resident = (int(status[name].split()[0]) / 1024 for name in ("RssAnon", "VmRSS"))
    print(f"{queries:>8}{anonymous:>15.1f}{resident:>14.1f}", flush=True)


if __name__ == "__main__":
    lines = Path(sys.argv[2]).read_text("utf-8").splitlines()
    main(sys.argv[1], list(dict.fromkeys(line for line in lines if line.strip())))
