"""Names that find each other: the share of the pairs in ``alias_pairs.tsv`` that do.

    python benchmarks/retrieval/alias_pairs.py INDEX [INDEX …]

A pair ``same`` is met where a search for either name, all words required, finds 90 % of the articles that hold the
other as a phrase; where no article of any index holds it, a synonym must be the other, or words of it. A pair
``other`` is linked where one name is a synonym of the other. The last line says how alike both names of a pair rank:
which share of the first ten articles they have in common, over the pairs with ten articles each.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from analyzers import analyzer_for, read_table, synonyms_of
from indexer import Index, SearchRequest, open_index

PAIRS: Final = "alias_pairs.tsv"
WANTED_SHARE: Final = 0.9


def main(paths: list[str]) -> None:
    """Print the pairs that fail, then the counts."""
    indexes = [open_index(path) for path in paths]
    pairs = list(read_table(PAIRS, columns=3, root=Path(__file__).parent))
    same = [pair[1:] for pair in pairs if pair[0] == "same"]
    missed = [pair for pair in same if not (_finds(*pair, indexes) and _finds(*reversed(pair), indexes))]
    other = [pair[1:] for pair in pairs if pair[0] == "other"]
    linked = [pair for pair in other if _exact(pair[1]) in _synonyms(pair[0]) or _exact(pair[0]) in _synonyms(pair[1])]
    for name, failed in (("missed", missed), ("linked", linked)):
        print(*(f"{name}\t{one}\t{another}" for one, another in failed), sep="\n")
    shares = [share for index in indexes for pair in same if (share := _shared_hits(*pair, index)) is not None]
    print(f"met {len(same) - len(missed)} of {len(same)} pairs; linked {len(linked)} of {len(other)} unrelated pairs")
    print(f"{sum(shares) / max(1, len(shares)):.3f} of the first ten articles shared, over {len(shares)} pairs")


def _shared_hits(one: str, other: str, index: Index) -> float | None:
    """Return the share of the first ten articles that both names have, or None where one has fewer."""
    first, second = (
        {name for name, _ in index.ranking(SearchRequest(query, limit=10, meaning="off"))} for query in (one, other)
    )
    return len(first & second) / 10 if min(len(first), len(second)) == 10 else None


def _finds(one: str, other: str, indexes: list[Index]) -> bool:
    held = sum(_total(index, f'"{other}"') for index in indexes)
    found = sum(_total(index, f'({one}) AND "{other}"') for index in indexes)
    return (
        found >= WANTED_SHARE * held
        if held
        else any(f" {synonym} " in f" {_exact(other)} " for synonym in _synonyms(one))
    )


def _total(index: Index, query: str) -> int:
    return index.search(SearchRequest(query, match="all", limit=1)).total


def _synonyms(name: str) -> set[str]:
    """Return the synonyms of a whole name, in normalized letters."""
    analyzer = analyzer_for()
    words = [token.text for token in analyzer.words(name)]
    synonyms = [synonym for synonym in synonyms_of(words, analyzer) if synonym.length == len(words)]
    return {_exact(" ".join(run)) for synonym in synonyms for run in synonym.alternatives}


def _exact(name: str) -> str:
    analyzer = analyzer_for()
    return " ".join(analyzer.exact(token.text) for token in analyzer.words(name))


if __name__ == "__main__":
    main(sys.argv[1:])
