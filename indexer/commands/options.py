"""The option that names the index of a command."""

from __future__ import annotations

import click


def _check_index(_: click.Context, parameter: click.Parameter, name: str) -> str:
    if not name:
        raise click.BadParameter("expected a folder, got an empty name", param=parameter)
    return name


index_option = click.option(
    "--index",
    callback=_check_index,
    default="var/index",
    envvar="AKHBAR_INDEX",
    show_default=True,
    show_envvar=True,
    metavar="DIR",
    help="The folder of the index.",
)
