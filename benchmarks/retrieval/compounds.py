"""Names and codes in their spellings: totals, and how many of the first ten hits two spellings share.

    python benchmarks/retrieval/compounds.py INDEX SPELLINGS.tsv

A row of ``SPELLINGS.tsv`` holds two spellings, separated by a tab. A pair passes whose totals differ by at most one
per cent and which shares eight of the first ten hits, or all where there are fewer.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer import SearchRequest, open_index


def main(index: str, spellings: Path) -> None:
    """Print a line for each pair, and how many pass."""
    passed, rows = 0, spellings.read_text("utf-8").splitlines()
    with open_index(index) as opened:
        for row in rows:
            one, other = (opened.search(SearchRequest(query)) for query in row.split("\t"))
            shared = len({hit.article.id for hit in one} & {hit.article.id for hit in other})
            wanted = min(8, max(len(one), len(other)))
            is_good = abs(one.total - other.total) <= max(one.total, other.total) / 100 and shared >= wanted
            passed += is_good
            print(f"{'ok' if is_good else 'BAD':<4}{one.total:>7}{other.total:>7}{shared:>4}  {row}")
    print(f"{passed} of {len(rows)} pairs pass")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
