"""The command that scores the ranking on judged queries: ``akhbar eval``."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.commands.options import index_option
from indexer.index import Index, open_index
from indexer.ranking.evaluation import DEPTH, evaluate_ranking
from indexer.request import MEANING_MODES, MeaningMode, SearchRequest


@click.command("eval")
@index_option
@click.option(
    "--queries", required=True, metavar="TSV", type=click.Path(path_type=Path), help="One query a line: id, tab, text."
)
@click.option(
    "--qrels",
    required=True,
    metavar="TREC",
    type=click.Path(path_type=Path),
    help="Judgements: query, 0, article, grade.",
)
@click.option(
    "--meaning", default="auto", show_default=True, type=click.Choice(MEANING_MODES), help="See akhbar search."
)
@click.option("--run-out", metavar="TREC", type=click.Path(path_type=Path), help="Write the run file here.")
def evaluate(index: str, queries: Path, qrels: Path, meaning: MeaningMode, run_out: Path | None) -> None:
    """Score the ranking on judged queries, read as bare words: nDCG@10, MRR@10, R@100."""
    with open_index(index) as opened:
        scores = evaluate_index(opened, queries, qrels, meaning=meaning, run_out=run_out)
    for name, value in scores.items():
        click.echo(f"{name:<8} {value:.4f}")


def evaluate_index(
    index: Index, queries: Path, qrels: Path, *, meaning: MeaningMode = "auto", run_out: Path | None = None
) -> dict[str, float]:
    """Return the scores of :func:`indexer.ranking.evaluation.evaluate_ranking` for an index.

    Queries are read as bare words, never as operators.
    """

    def rank(text: str) -> tuple[tuple[str, float], ...]:
        return index.ranking(SearchRequest(text, syntax="words", meaning=meaning, limit=DEPTH))

    return evaluate_ranking(rank, queries, qrels, run_out=run_out)
