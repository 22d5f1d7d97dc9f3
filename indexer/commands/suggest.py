"""The command that completes a query: ``akhbar suggest``."""

from __future__ import annotations

import click

from indexer.commands.options import index_option
from indexer.commands.printing import print_json, printable
from indexer.index import MAX_SUGGESTIONS, open_index


@click.command()
@click.argument("text")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, in the shape of the REST API.")
@click.option("--limit", default=8, show_default=True, type=click.IntRange(1, MAX_SUGGESTIONS), help="How many.")
def suggest(text: str, index: str, *, as_json: bool, limit: int) -> None:
    """Complete a text as the box of the page does: one suggestion a line, with its kind and number of articles."""
    with open_index(index) as opened:
        suggestions = opened.suggest(text, limit)
    if as_json:
        print_json({"suggestions": [suggestion._asdict() for suggestion in suggestions]})
        return
    for suggestion in suggestions:
        click.echo(f"{printable(suggestion.text)}\t{suggestion.kind}\t{suggestion.articles}")
