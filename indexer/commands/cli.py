"""The command line without the web page: the group of commands, and how errors end it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import click

from analyzers import AnalysisError
from indexer.commands.printing import printable
from indexer.errors import AkhbarError
from indexer.version import VERSION

EXIT_SYSTEM: Final = 1
EXIT_USAGE: Final = 2
EXIT_INTERRUPTED: Final = 130  # what a shell expects after Ctrl+C: 128 + SIGINT

COMMANDS: Final = {
    name: f"indexer.commands.{place}"
    for name, place in {
        "rebuild": "rebuild:rebuild",
        "update": "rebuild:update",
        "embed": "embed:embed",
        "rollback": "rollback:rollback",
        "fetch": "fetch:fetch_feeds",
        "delete": "delete:delete",
        "search": "search:search",
        "get": "search:get",
        "related": "search:related",
        "coverage": "coverage:coverage",
        "terms": "coverage:terms",
        "analyze": "analyze:analyze",
        "learn": "learn:learn",
        "eval": "eval:evaluate",
        "check": "check:check",
        "stats": "stats:stats",
        "alert": "alert:alert",
        "suggest": "suggest:suggest",
    }.items()
}
"""The commands of the index, each with its module and its name there."""


class Commands(click.Group):
    """A group whose commands are imported when they are asked for, and end with one line when something is wrong."""

    def __init__(self, *arguments: Any, addresses: Mapping[str, str] = MappingProxyType({}), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.addresses = addresses

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted(self.addresses)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; None where there is none of this name."""
        module, _, name = self.addresses.get(cmd_name, "").partition(":")
        command: click.Command | None = getattr(import_module(module), name) if module else None
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        _replace_unencodable_letters()
        ctx.color = False if os.environ.get("NO_COLOR") else ctx.color  # https://no-color.org
        try:
            return super().invoke(ctx)
        except AkhbarError as error:
            _fail(ctx, str(error), error.exit_code)
        except AnalysisError as error:
            _fail(ctx, printable(str(error)), EXIT_USAGE)
        except click.UsageError as error:
            path = (error.ctx or ctx).command_path
            _fail(ctx, f"{printable(error.format_message()).rstrip('.')}; see: {path} --help", EXIT_USAGE)
        except KeyboardInterrupt:
            _fail(ctx, "interrupted", EXIT_INTERRUPTED)
        except MemoryError:
            _fail(ctx, "out of memory", EXIT_SYSTEM)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)
        except OSError as error:
            _fail(ctx, f"{printable(str(error.filename or 'system'))}: {error.strerror or error}", EXIT_SYSTEM)


def _fail(ctx: click.Context, message: str, exit_code: int) -> None:
    click.echo(f"akhbar: {message}", err=True)
    ctx.exit(exit_code)


def _replace_unencodable_letters() -> None:
    """Have letters that the terminal's encoding lacks printed as "?", rather than end with an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@click.group(
    cls=Commands,
    addresses=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(VERSION, prog_name="akhbar")
def cli() -> None:
    """Full-text search for Middle East news, Arabic first."""


def main() -> None:
    """Run the index commands without Flask: ``python -m indexer``."""
    cli(prog_name="python -m indexer")
