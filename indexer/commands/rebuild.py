"""The commands that build an index from files: ``akhbar rebuild`` and ``akhbar update``."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from indexer.commands.embed import embed_index
from indexer.commands.options import index_option
from indexer.commands.printing import count_of, printable
from indexer.commands.progress import Progress
from indexer.errors import SourceError
from indexer.index import open_index
from indexer.ingest import build
from indexer.ingest.build import BuildReport
from indexer.ingest.parallel import peak_memory_bytes
from indexer.ingest.readers import STANDARD_INPUT, BadRecord, find_files
from indexer.ingest.watching import Watch
from indexer.query.plan import EngineRequest, MatchAll

EXIT_SKIPPED: Final = 1
_MAX_BAD_SHOWN: Final = 20
_WATCH_EVERY_S: Final = 2.0
_MAX_BAD_KEPT: Final = 100_000
_MAX_ARTICLES_SHOWN: Final = 50
_PLACE: Final = re.compile(r"(?P<file>.*)[:#](?P<line>[0-9]+)", re.DOTALL)


def _read_mapping(_: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in given]
    for field, equals, name in pairs:
        if not (field and equals and name):
            raise click.BadParameter(f"expected FIELD=NAME, got {field + equals + name!r}", param=parameter)
    return {field: name for field, _, name in pairs}


def _build_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--jobs", type=click.IntRange(1, 256), metavar="N", help="Processes that analyse.  [default: one a core]"
        ),
        click.option("--embed", is_flag=True, help="Encode what is new for search by meaning; see akhbar embed."),
        click.option("--dry-run", is_flag=True, help="Print what would be indexed, and write nothing."),
        click.option(
            "--report", type=click.Path(dir_okay=False), metavar="FILE", help="Write all bad records as JSON."
        ),
        click.option("--strict", is_flag=True, help="End with exit code 1 when anything was lost."),
        click.option(
            "--map",
            "mapping",
            multiple=True,
            callback=_read_mapping,
            metavar="FIELD=NAME",
            help="Read a field from another name, as in title=headline.",
        ),
        index_option,
        click.argument("sources", nargs=-1, metavar="SOURCE..."),
    ):
        command = option(command)
    return command


@click.command()
@click.option("--keep-going", is_flag=True, help="Take what sources hold that end too early.")
@click.option("--from", "origin", metavar="INDEX", help="Take the articles of another index, behind those of sources.")
@_build_options
def rebuild(sources: tuple[str, ...], index: str, *, origin: str | None, **options: Any) -> None:
    """Replace the index by the articles of files and folders, of standard input (-), or of another index."""
    if origin is None:
        _require_sources(sources)
        _build(build.rebuild, sources, index, **options)
        return
    with open_index(origin) as opened:
        articles = (scored.article for scored in opened.engine.iterate(EngineRequest(MatchAll())))
        _build(build.rebuild, sources, index, articles=articles, **options)


def _require_sources(sources: tuple[str, ...]) -> None:
    if not sources:
        raise click.UsageError("Missing argument 'SOURCE...'")


@click.command()
@click.option("--watch", is_flag=True, help="Go on: add files as they come or change, until Ctrl+C.")
@_build_options
def update(sources: tuple[str, ...], index: str, *, watch: bool, **options: Any) -> None:
    """Add articles to the index, each in the place of the one with its id."""
    _require_sources(sources)
    if not watch:
        _build(build.update, sources, index, **options)
        return
    for files in Watch(sources).batches(_WATCH_EVERY_S):
        try:
            _build(build.update, list(map(str, files)), index, **options)
        except SourceError as error:  # a file without an article: the next one may have some
            click.echo(f"akhbar: {error}", err=True)


def _build(
    run: Callable[..., BuildReport],
    sources: Sequence[str],
    index: str,
    *,
    strict: bool,
    dry_run: bool,
    report: str | None,
    embed: bool,
    **options: Any,
) -> None:
    started = time.monotonic()
    bad = _BadRecords()
    if dry_run:
        done = _print_articles(sources, bad, **options)
    else:
        done = _run_with_progress(run, sources, index, on_bad=bad, **options)
    if report:
        Path(report).write_text(json.dumps(bad.as_json(done), ensure_ascii=False, indent=1) + "\n", "utf-8")
    cost = f"{time.monotonic() - started:.1f} s, {done.peak_memory_bytes / 1024**2:,.0f} MiB at most"
    click.echo("; ".join([*_summary(done, "no index" if dry_run else index), cost]))
    if embed and not dry_run:
        with open_index(index) as opened:
            embed_index(opened, index, jobs=options.get("jobs"))
    if strict and (done.skipped or done.cut_short or done.without_body):
        raise SystemExit(EXIT_SKIPPED)


def _run_with_progress(
    run: Callable[..., BuildReport], sources: Sequence[str], index: str, **options: Any
) -> BuildReport:
    files = find_files(sources) if sources else ()
    size = sum(path.stat().st_size for path in files if path != STANDARD_INPUT)
    with Progress(size) as progress:
        return run(sources or None, index, on_bytes=progress.add, say=progress.say, **options)


def _print_articles(sources: Sequence[str], bad: _BadRecords, **options: Any) -> BuildReport:
    report, articles = build.preview(sources or None, on_bad=bad, **options)
    for number, article in enumerate(articles):
        if number < _MAX_ARTICLES_SHOWN:
            parts = (article.id, str(article.date or "no date"), article.source or "no source", article.title)
            click.echo(printable("  ".join(parts)))
    report.written, report.peak_memory_bytes = report.read, peak_memory_bytes()
    return report


class _BadRecords:
    """Prints the first bad records as they come, so that a broken file does not flood the screen, and keeps some."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[BadRecord] = []
        self._shown: set[tuple[str, str]] = set()

    def as_json(self, report: BuildReport) -> dict[str, Any]:
        """Return what was read, skipped and passed over, and each bad record with its file, line and reason."""
        counts = {
            name: getattr(report, name)
            for name in ("read", "skipped", "mended", "guessed", "without_body", "cut_short")
        }
        records = [_bad_as_json(record) for record in self._kept]
        return {
            **counts,
            "passed_over": dict(report.passed_over),
            "records": records,
            "more": self.count - len(records),
        }

    def __call__(self, record: BadRecord) -> None:
        self.count += 1
        if len(self._kept) < _MAX_BAD_KEPT:
            self._kept.append(record)
        alike = (record.where.rpartition("#")[0], record.reason)
        if alike in self._shown:
            return
        self._shown.add(alike) if len(self._shown) < _MAX_BAD_KEPT else None
        if len(self._shown) <= _MAX_BAD_SHOWN:
            skipped = "; skipped" if record.skipped and not record.ends_file else ""
            click.echo(f"akhbar: {record.where}: {record.reason}{skipped}", err=True)
        elif len(self._shown) == _MAX_BAD_SHOWN + 1:
            click.echo("akhbar: more of these are only counted", err=True)


def _bad_as_json(record: BadRecord) -> dict[str, Any]:
    found = _PLACE.fullmatch(record.where)
    file, line = (found["file"], int(found["line"])) if found else (record.where, None)
    return {"file": file, "line": line, "reason": record.reason, "skipped": record.skipped}


def _summary(report: BuildReport, index: str) -> list[str]:
    again = report.read - report.written - report.unchanged
    counts = (
        (report.unchanged, f"{report.unchanged:,} in it already"),
        (again, f"{again:,} came again with the same id, the last one counts"),
        (report.skipped, f"{count_of(report.skipped, 'record')} skipped"),
        (report.cut_short, f"{count_of(report.cut_short, 'file')} not read to the end"),
        (report.mended, f"{count_of(report.mended, 'field')} left out that could not be used"),
        (report.guessed, f"{count_of(report.guessed, 'date')} whose day and month could be exchanged"),
        (report.without_body, f"{count_of(report.without_body, 'article')} without the text that their records have"),
    )
    parts = [f"{count_of(report.written, 'article')} in {index}", *(line for count, line in counts if count)]
    if report.passed_over:
        endings = ", ".join(f"{number:,} {printable(ending)}" for ending, number in report.passed_over.most_common())
        parts.append(f"files passed over: {endings}")
    return parts
