"""The commands that build an index from files: ``akhbar rebuild`` and ``akhbar update``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

import click

from indexer.commands.options import index_option
from indexer.commands.printing import count_of
from indexer.ingest import build
from indexer.ingest.build import BuildReport
from indexer.ingest.readers import BadRecord, find_files

EXIT_SKIPPED: Final = 1
_MAX_BAD_SHOWN: Final = 20


def _build_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--jobs", type=click.IntRange(1, 256), metavar="N", help="Processes that analyse.  [default: one a core]"
        ),
        click.option("--strict", is_flag=True, help="End with exit code 1 when a record was skipped."),
        index_option,
        click.argument("sources", nargs=-1, required=True, metavar="SOURCE..."),
    ):
        command = option(command)
    return command


@click.command()
@_build_options
def rebuild(sources: tuple[str, ...], index: str, *, jobs: int | None, strict: bool) -> None:
    """Replace the index by the articles of files and folders (.jsonl, .jsonl.gz, .txt)."""
    _build(build.rebuild, sources, index, jobs=jobs, strict=strict)


@click.command()
@_build_options
def update(sources: tuple[str, ...], index: str, *, jobs: int | None, strict: bool) -> None:
    """Add articles to the index, each in the place of the one with its id."""
    _build(build.update, sources, index, jobs=jobs, strict=strict)


def _build(
    run: Callable[..., BuildReport], sources: Sequence[str], index: str, *, jobs: int | None, strict: bool
) -> None:
    started = time.monotonic()
    size = sum(path.stat().st_size for path in find_files(sources))
    with click.progressbar(length=size, label="indexing", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        report = run(sources, index, jobs=jobs, on_bytes=bar.update, on_bad=_BadRecordPrinter(), say=_print_progress)
    cost = f"{time.monotonic() - started:.1f} s, {report.peak_memory_bytes / 1024**2:,.0f} MiB at most"
    click.echo("; ".join([*_summary(report, index), cost]))
    if strict and (report.skipped or report.cut_short):
        raise SystemExit(EXIT_SKIPPED)


class _BadRecordPrinter:
    """Prints the first bad records as they come, so that a broken file does not flood the screen."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, record: BadRecord) -> None:
        self.count += 1
        if self.count <= _MAX_BAD_SHOWN:
            skipped = "; skipped" if record.skipped and not record.ends_file else ""
            click.echo(f"akhbar: {record.where}: {record.reason}{skipped}", err=True)
        elif self.count == _MAX_BAD_SHOWN + 1:
            click.echo("akhbar: more of these are only counted", err=True)


def _print_progress(line: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\n{line}", err=True, nl=False)


def _summary(report: BuildReport, index: str) -> list[str]:
    parts = [f"{count_of(report.written, 'article')} in {index}"]
    if again := report.read - report.written:
        parts.append(f"{again:,} came again with the same id, the last one counts")
    if report.skipped:
        parts.append(f"{count_of(report.skipped, 'record')} skipped")
    if report.cut_short:
        parts.append(f"{count_of(report.cut_short, 'file')} not read to the end")
    if report.mended:
        parts.append(f"{count_of(report.mended, 'field')} left out that could not be used")
    return parts
