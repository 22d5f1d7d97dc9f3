"""The command that brings the index back as it was: ``akhbar rollback``."""

from __future__ import annotations

import click

from indexer.commands.options import index_option
from indexer.commands.printing import count_of
from indexer.index import unopened_index


@click.command()
@index_option
def rollback(index: str) -> None:
    """Bring back what the index was before the last change; a second rollback undoes the first."""
    articles = unopened_index(index).engine.rollback()
    click.echo(f"{count_of(articles, 'article')} in {index}, as before; akhbar rollback again undoes this")
