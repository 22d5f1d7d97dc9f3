"""The options that several commands share: the index, and what a search asks for."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from indexer.dates.periods import Period, read_period
from indexer.request import MATCHES, SYNTAXES

Command = TypeVar("Command", bound=Callable[..., Any])


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
    help="The folder of the index, or its address on a cluster.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, in the shape of the REST API.")


def _day_reader(
    edge: Callable[[Period], datetime.date],
) -> Callable[[click.Context, click.Parameter, str | None], datetime.date | None]:
    """Return the callback of an option that takes a date; of a month or a year ``edge`` chooses the day."""

    def read(_: click.Context, parameter: click.Parameter, text: str | None) -> datetime.date | None:
        if text is None:
            return None
        period = read_period(text, today=datetime.date.today())  # noqa: DTZ011, the day where the user is
        if period is None:
            raise click.BadParameter(
                f"{text!r}: expected a date such as 2024-02-11, 2024-02, 2024 or «شباط 2024»", param=parameter
            )
        return edge(period)

    return read


def _choose_colour(context: click.Context, _: click.Parameter, wanted: bool | None) -> None:
    context.color = context.color if wanted is None else wanted


colour_option = click.option(
    "--color/--no-color",
    default=None,
    expose_value=False,
    callback=_choose_colour,
    help="Colour marks, also for a pager; by default in a terminal, unless NO_COLOR is set.",
)

_REQUEST_OPTIONS: Final = (
    click.argument("words", metavar="QUERY...", nargs=-1, required=True),
    click.option(
        "--from", "date_from", metavar="D", callback=_day_reader(lambda period: period.first), help="The first day."
    ),
    click.option(
        "--to", "date_to", metavar="D", callback=_day_reader(lambda period: period.last), help="The last day."
    ),
    click.option("--source", "sources", metavar="S", multiple=True, help="Only this source, or one of these."),
    click.option("--author", "authors", metavar="A", multiple=True, help="Only this author, or one of these."),
    click.option("--category", "categories", metavar="C", multiple=True, help="Only this category, or one of these."),
    click.option(
        "--country", "countries", metavar="C", multiple=True, help="Only about this country, or one of these."
    ),
    click.option("--lang", "languages", metavar="L", multiple=True, help="Only in this language, or one of these."),
    click.option(
        "--match", type=click.Choice(MATCHES), help="How bare words match; any by default, and all when sorted by date."
    ),
    click.option(
        "--syntax",
        default="full",
        show_default=True,
        type=click.Choice(SYNTAXES),
        help="Read operators, or words only.",
    ),
    click.option("--undo", metavar="R", multiple=True, help="A reading of the query not to make, as --json names it."),
    click.option(
        "--no-links",
        "links",
        is_flag=True,
        flag_value=False,
        default=True,
        help="Look for no other names and spellings of the words.",
    ),
)


def request_options(command: Command) -> Command:
    """Give a command the words of a query and the options of every search."""
    for option in reversed(_REQUEST_OPTIONS):
        command = option(command)
    return command
