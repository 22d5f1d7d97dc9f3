"""The command that tells what is new to saved searches: ``akhbar alert``."""

from __future__ import annotations

import datetime
import json
import os
import shlex
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from indexer.alerts.feed import as_atom
from indexer.alerts.known import KnownArticles, open_known
from indexer.alerts.news import MAX_STORIES, News, Run, run
from indexer.alerts.reports import Link, as_json_lines, as_mail, as_text, links_to, reports_of
from indexer.alerts.searches import BadLine, SavedSearch, read_searches
from indexer.commands.options import index_option
from indexer.commands.printing import count_of, printable
from indexer.errors import AkhbarError, InputError
from indexer.index import Index, open_index
from indexer.query.notices import sentence
from indexer.request import MAX_LIMIT

EXIT_BAD_LINES: Final = 1


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@index_option
@click.option(
    "--state",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where the known articles are kept.  [default: FILE.known, beside the searches]",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, a story a line.")
@click.option("--mail-to", metavar="ADDRESS", help="Print a whole mail, for sendmail -t.")
@click.option("--atom", metavar="FEED", type=click.Path(path_type=Path), help="Write a feed of the last reports.")
@click.option("--send", metavar="COMMAND", help="Give what would be printed to a command, if there is any.")
@click.option("--site", default="", metavar="URL", help="The address of the Akhbar page, for links to its articles.")
@click.option(
    "--limit", default=MAX_STORIES, show_default=True, type=click.IntRange(1, MAX_LIMIT), help="Stories of each search."
)
@click.option("--dry-run", is_flag=True, help="Also say how each search is read, and take nothing as known.")
def alert(file: Path, index: str, *, state: Path | None, limit: int, dry_run: bool, **output: Any) -> None:
    """Tell which articles that are new to the index each search in FILE finds; nothing where there are none."""
    if sum(bool(output[kind]) for kind in ("as_json", "mail_to", "atom")) > 1:
        raise click.UsageError("expected one of --json, --mail-to and --atom")
    today = datetime.date.today()  # noqa: DTZ011, the day where the user is
    searches, bad = read_searches(file, today=today)
    _print_bad(file, bad)
    if not searches:
        raise InputError(f"{printable(str(file))}: no search in it; expected NAME = QUERY a line")
    place = index if "://" in index else str(Path(index).resolve())
    with (
        open_index(index) as opened,
        open_known(state or file.with_name(f"{file.name}.known"), keep=not dry_run) as known,
    ):
        if dry_run:
            _print_readings(opened, searches)
        done = run(opened, searches, known, place=place, limit=limit)
        _print_beginning(done)
        _tell(done.news, known, **output, dry_run=dry_run)
    if bad:
        raise SystemExit(EXIT_BAD_LINES)


def _print_bad(file: Path, bad: Sequence[BadLine]) -> None:
    for line in bad:
        click.echo(f"akhbar: {printable(f'{file}:{line.number}: {line.reason}')}", err=True)


def _print_readings(index: Index, searches: Sequence[SavedSearch]) -> None:
    """Print how many articles each search finds by now, and what of it was read in a special way."""
    for search in searches:
        results = index.search(search.request)
        click.echo(f"{search.name}: {count_of(results.total, 'article')} by now", err=True)
        for notice in results.notices:
            click.echo(f"note: {search.name}: {sentence(notice)}", err=True)


def _print_beginning(done: Run) -> None:
    if done.begins:
        known = count_of(done.articles, "article")
        click.echo(f"{done.begins}: {known} taken as known; from now on, new ones are told", err=True)


def _tell(
    news: Sequence[News],
    known: KnownArticles,
    *,
    as_json: bool,
    mail_to: str | None,
    atom: Path | None,
    send: str | None,
    site: str,
    dry_run: bool,
) -> None:
    """Write the news; what raises an error leaves them new for the next run."""
    link = links_to(site)
    if atom is not None:
        _write_feed(atom, news, known, link, dry_run=dry_run)
    elif news:
        if as_json:
            told = as_json_lines(news, link).encode("utf-8", "replace")
        else:
            told = as_mail(news, link, mail_to) if mail_to else as_text(news, link).encode("utf-8", "replace")
        if send and not dry_run:
            _send(send, told)
        else:
            click.echo(told, nl=False)


def _send(command: str, told: bytes) -> None:
    try:
        words = shlex.split(command)
        done = subprocess.run(words, input=told, check=False)  # noqa: S603, the user's own command, without a shell
    except (ValueError, OSError) as problem:
        raise InputError(f"--send {command!r:.100}: cannot be run ({problem}); the news stay new") from problem
    if done.returncode:
        raise AkhbarError(f"--send {command!r:.100}: ended with exit code {done.returncode}; the news stay new")


def _write_feed(path: Path, news: Sequence[News], known: KnownArticles, link: Link, *, dry_run: bool) -> None:
    """Put a feed of the last reports in the place of the one before, in one step."""
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    begun, feed_id = (known.fact(name) for name in ("feed_begun", "feed_id"))
    if not (begun and feed_id):
        begun, feed_id = now, uuid.uuid4().urn
        known.remember({"feed_begun": begun, "feed_id": feed_id})
    reports = [json.dumps({**report, "at": now}, ensure_ascii=False) for report in reports_of(news, link)]
    known.add_reports(reversed(reports))
    feed = as_atom(map(json.loads, known.reports()), feed_id=feed_id, updated=begun)
    if dry_run:
        click.echo(feed, nl=False)
        return
    made = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        made.write_bytes(feed)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
