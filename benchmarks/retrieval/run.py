"""Retrieval quality on judged collections: rebuilds an index for each and runs ``akhbar eval``.

    python benchmarks/retrieval/run.py DATA [arcd xquad_ar ki_ant ki_saudinewsnet adhoc_saudi] [--index URL]

``DATA`` holds ``ir/NAME/{queries.tsv,qrels.trec}``; ``ir/NAME/corpus.jsonl`` or ``corpora/NAME.jsonl.gz``. In the
collections of headlines (``ki_…``) the title is the query, so articles are indexed without it. With ``--index
opensearch://HOST/NAME`` the indexes are on a cluster, at ``NAME-COLLECTION``, and stay there.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

CORPORA = {"ki_ant": "ant", "ki_saudinewsnet": "saudinewsnet", "adhoc_saudi": "saudinewsnet"}
"""The collections that search a corpus of their own, and that corpus."""

COLLECTIONS = ("arcd", "xquad_ar", *CORPORA)


def main(data: Path, names: list[str], url: str | None) -> None:
    """Print a line of measures for each collection."""
    print(f"{'collection':<18}{'nDCG@10':>9}{'MRR@10':>9}{'R@100':>9}{'build s':>9}{'eval s':>9}")
    for name in names or COLLECTIONS:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "articles.jsonl")
            source.write_text("".join(_records(data, name)), encoding="utf-8")
            index = f"{url}-{name}" if url else Path(folder, "index")
            build_s, _ = _akhbar("rebuild", source, "--index", index)
            judged = data / "ir" / name
            eval_s, printed = _akhbar(
                "eval",
                "--index",
                index,
                "--queries",
                judged / "queries.tsv",
                "--qrels",
                judged / "qrels.trec",
            )
        measures = "".join(f"{line.split()[1]:>9}" for line in printed.splitlines())
        print(f"{name:<18}{measures}{build_s:>9.0f}{eval_s:>9.0f}", flush=True)


def _records(data: Path, name: str) -> Iterator[str]:
    if name not in CORPORA:
        yield (data / "ir" / name / "corpus.jsonl").read_text(encoding="utf-8")
        return
    with gzip.open(data / "corpora" / f"{CORPORA[name]}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            hidden = {"title": None} if name.startswith("ki_") else {}
            yield json.dumps({**json.loads(line), **hidden}, ensure_ascii=False) + "\n"


def _akhbar(*arguments: object) -> tuple[float, str]:
    started = time.monotonic()
    command = [sys.executable, "-m", "indexer", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return time.monotonic() - started, done.stdout


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("names", nargs="*", metavar="COLLECTION")
    parser.add_argument("--index", metavar="URL")
    given = parser.parse_args()
    main(given.data, given.names, given.index)
