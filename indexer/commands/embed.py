"""The command that encodes articles for search by meaning: ``akhbar embed``."""

from __future__ import annotations

import time

import click

from indexer.commands.options import index_option
from indexer.commands.printing import count_of
from indexer.commands.progress import Progress, describe_texts
from indexer.index import Index, open_index
from indexer.meaning.texts import MAX_PASSAGES


@click.command()
@index_option
@click.option(
    "--passages",
    type=click.IntRange(0, MAX_PASSAGES),
    metavar="N",
    help="So many passages of each text beside its beginning.  [default: as many as before, at first none]",
)
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Processes that encode.  [default: one a core]")
def embed(index: str, passages: int | None, jobs: int | None) -> None:
    """Encode the articles that are not yet, so that they are found by meaning, in other languages too."""
    with open_index(index) as opened:
        embed_index(opened, index, passages, jobs)


def embed_index(opened: Index, index: str, passages: int | None = None, jobs: int | None = None) -> None:
    """Encode what is new in an index, telling the progress, and print what was done."""
    started = time.monotonic()
    with Progress(0, describe=describe_texts) as progress:
        encoded = opened.embed(passages=passages, jobs=jobs, on_encoded=progress.set)
    stats = opened.engine.embedding_stats()
    articles = count_of(stats.articles if stats else 0, "article")
    seconds = time.monotonic() - started
    click.echo(f"{articles} in {index} can be found by meaning; {count_of(encoded, 'text')} encoded, {seconds:.1f} s")
