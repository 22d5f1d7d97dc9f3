"""The command that removes articles: ``akhbar delete``."""

from __future__ import annotations

from typing import Final

import click

from indexer.commands.options import index_option
from indexer.commands.printing import count_of, printable
from indexer.errors import InputError
from indexer.index import open_index

_MAX_UNKNOWN_SHOWN: Final = 5


@click.command()
@index_option
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
def delete(ids: tuple[str, ...], index: str) -> None:
    """Remove articles from the index by their ids, which a search shows."""
    with open_index(index) as opened:
        unknown = [article_id for article_id in dict.fromkeys(ids) if opened.article(article_id) is None]
        deleted = opened.delete(ids)
    click.echo(f"{count_of(deleted, 'article')} deleted from {index}")
    if unknown:
        raise InputError(f"{printable(', '.join(unknown[:_MAX_UNKNOWN_SHOWN]))}: no article with this id in {index}")
