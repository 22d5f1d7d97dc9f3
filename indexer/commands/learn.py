"""The command that learns a model of affixes and stems from an archive: ``akhbar learn``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from analyzers import dump_model, learn_model
from indexer.article import Article
from indexer.ingest.readers import find_files, read_articles


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="CORPUS...")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
def learn(sources: tuple[str, ...], out: Path) -> None:
    """Learn how words are formed from the articles of CORPUS, without labels, and write the model to a file.

    Words that are in no lexicon are split by it: name the file in AKHBAR_MODEL and rebuild the index.
    """
    rows = list(dump_model(learn_model(_texts(sources))))
    header = "# Learned by `akhbar learn` from the articles of an archive; see docs/analysis.md.\n"
    out.write_text(header + "".join(f"{row}\n" for row in rows), "utf-8")
    click.echo(f"{out}: {len(rows):,} affixes and stems, {out.stat().st_size / 1e6:.2f} MB")


def _texts(sources: tuple[str, ...]) -> Iterator[str]:
    for article in read_articles(find_files(sources)):
        if isinstance(article, Article):
            yield from (article.title, article.body)
