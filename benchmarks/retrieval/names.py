"""Names of two words: the share of articles with the whole name that come among the first ten, asked of an index.

    python benchmarks/retrieval/names.py INDEX [benchmarks/retrieval/names.tsv]

For a name that stands side by side, clitics allowed, in n articles, min(n, 10) of them are possible among the ten.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer import SearchRequest, open_index
from indexer.index import Index
from indexer.query.plan import EngineRequest, TermPhrase

DEPTH = 10


def main(folder: Path, names: Path) -> None:
    """Print the names that miss some, and the share over all."""
    index = open_index(folder)
    found = possible = 0
    for line in names.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name = line.split("\t")[1]
            side_by_side = _articles_with(index, name)
            wanted = min(DEPTH, len(side_by_side))
            hits = sum(id_ in side_by_side for id_, _ in index.ranking(SearchRequest(name, limit=DEPTH)))
            found, possible = found + hits, possible + wanted
            if hits < wanted:
                print(f"{hits:>3} of {wanted:>2}  {name}")
    print(f"{found} of {possible}: {found / max(possible, 1):.3f}")


def _articles_with(index: Index, name: str) -> frozenset[str]:
    stems = tuple(terms.stem for word in name.split() if (terms := index.analyzer.terms(word)))
    hits = index.engine.search(EngineRequest(TermPhrase("stem", stems, 1.0), limit=1000))
    return frozenset(hit.article.id for hit in hits.articles)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).with_name("names.tsv"))
