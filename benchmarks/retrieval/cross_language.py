"""Questions in one language, paragraphs in another: nDCG@10, R@10 and MRR@10 by meaning, and by words alone.

    python benchmarks/retrieval/cross_language.py COLLECTION QUESTIONS [--passages N]

COLLECTION has corpus.jsonl and qrels.trec; QUESTIONS are the same questions in another language as queries.tsv has
them: id, tab, text. The index is built in a folder of its own.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import ir_measures

from indexer import Index, SearchRequest, open_index, rebuild

MEASURES = (ir_measures.nDCG @ 10, ir_measures.R @ 10, ir_measures.RR @ 10)
ALL_PASSAGES = 1000


def main() -> None:
    """Build the index and print the measures of each mode."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--passages", type=int, default=ALL_PASSAGES, help="beside the beginning; all by default")
    options = parser.parse_args()
    lines = options.questions.read_text("utf-8").splitlines()
    questions = dict(line.split("\t", 1) for line in lines if line)
    qrels = list(ir_measures.read_trec_qrels(str(options.collection / "qrels.trec")))
    with tempfile.TemporaryDirectory() as folder:
        rebuild(options.collection / "corpus.jsonl", folder)
        with open_index(folder) as index:
            encoded = index.embed(passages=options.passages)
            print(f"{index.stats().articles} articles, {encoded} texts encoded, {len(questions)} questions")
            for mode in ("off", "auto"):
                scores = ir_measures.calc_aggregate(MEASURES, qrels, run(index, questions, mode))
                print(f"{mode:<5}", *(f"{measure} {scores[measure]:.4f}" for measure in MEASURES))


def run(index: Index, questions: dict[str, str], mode: str) -> list[ir_measures.ScoredDoc]:
    """Return the first ten articles of each question, scored by rank."""
    return [
        ir_measures.ScoredDoc(name, article, float(-rank))
        for name, text in questions.items()
        for rank, (article, _) in enumerate(
            index.ranking(SearchRequest(text, syntax="words", meaning=mode, limit=10))  # type: ignore[arg-type]
        )
    ]


if __name__ == "__main__":
    main()
