"""A comparison of the columnar index with stock Whoosh: random collections, random queries of every class.

    python benchmarks/engines/differential.py [SEED] [COLLECTIONS]

Prints each difference and how many queries of each class were compared; ends with 1 when any differs.
AKHBAR_NATIVE=0 compares the numpy kernels.
"""

from __future__ import annotations

import random
import sys
import time

import project  # noqa: F401, finds the packages

from indexer import kernels
from tests.support.whoosh_comparison import differences
from tests.support.whoosh_queries import Queries, collection

A_CLASS = 5
"""How many queries of each class each collection is asked."""


def main(seed: int = 1, collections: int = 100) -> int:
    """Compare and print; return the exit code."""
    chance = random.Random(seed)  # noqa: S311, nothing secret
    made: dict[str, int] = {}
    found = 0
    began = time.perf_counter()
    for _ in range(collections):
        size = chance.choice((3, 10, 30, 60))
        documents = collection(chance, segments=chance.randint(1, 4), documents=size)
        queries = Queries(chance)
        for difference in differences(documents, queries, A_CLASS):
            found += 1
            print(difference)
        for name, count in queries.made.items():
            made[name] = made.get(name, 0) + count
    print(f"kernels: {kernels.TIER}; {collections} collections, {time.perf_counter() - began:.0f} s")
    for name, count in sorted(made.items()):
        print(f"{name:<20}{count:>8}")
    print(f"{'together':<20}{sum(made.values()):>8}   different: {found}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
