"""The command that verifies an index: ``akhbar check``."""

from __future__ import annotations

import click

from indexer.commands.options import index_option
from indexer.commands.printing import count_of
from indexer.errors import IndexUnusableError
from indexer.index import unopened_index


@click.command()
@index_option
def check(index: str) -> None:
    """Read every byte of the index and name each file that is damaged."""
    faults = unopened_index(index).check()
    for fault in faults:
        click.echo(fault)
    if faults:
        is_folder = "://" not in index
        advice = f"rebuild it: akhbar rebuild SOURCE --index {index}" if is_folder else "what to do stands beside each"
        raise IndexUnusableError(f"{index}: {count_of(len(faults), 'fault')}; {advice}")
    click.echo(f"{index}: whole")
