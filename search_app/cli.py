"""Command line ``akhbar``: the commands of the index, and those that serve it."""

from __future__ import annotations

from typing import Final

import click

from indexer import VERSION
from indexer.commands.cli import COMMANDS, Commands, cli

SERVING_COMMANDS: Final = {"serve": "search_app.commands:serve", "mcp": "search_app.commands:mcp"}


@click.group(cls=Commands, addresses=COMMANDS | SERVING_COMMANDS, context_settings=cli.context_settings)
@click.version_option(VERSION, prog_name="akhbar")
def main() -> None:
    """Full-text search for Middle East news, Arabic first."""
