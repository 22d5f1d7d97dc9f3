"""The command that keeps an archive of feeds: ``akhbar fetch``."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.commands.printing import count_of, printable
from indexer.errors import IndexNotFoundError
from indexer.index import open_index
from indexer.ingest.build import rebuild, update
from indexer.ingest.fetching import Archive, FetchReport, fetch, read_opml
from indexer.ingest.fetching.crawl import DELAY_S


@click.command("fetch")
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option(
    "--opml", type=click.Path(exists=True, dir_okay=False), metavar="FILE", help="Feeds, as readers export them."
)
@click.option("--out", default="var/archive", show_default=True, metavar="DIR", help="The folder of the archive.")
@click.option("--update", "index", metavar="INDEX", help="Add the new articles to an index, or make it of all.")
@click.option(
    "--delay",
    type=click.FloatRange(0, 60),
    default=DELAY_S,
    show_default=True,
    metavar="S",
    help="Seconds between two requests to a site.",
)
def fetch_feeds(feeds: tuple[str, ...], opml: str | None, out: str, index: str | None, delay: float) -> None:
    """Add the new articles of feeds to an archive: a record a line, the raw page beside it."""
    addresses = (*feeds, *(read_opml(opml) if opml else ()))
    if not addresses:
        raise click.UsageError("expected the address of a feed, or --opml FILE")
    archive = Archive(out)
    click.echo(_summary(fetch(addresses, archive, delay_s=delay, on_bad=_print_bad), out))
    if index and archive.records.exists():
        _index_new(archive, index)


def _index_new(archive: Archive, index: str) -> None:
    """Add the records to an index that are not in it yet; an index that does not exist is made of all records."""
    start = archive.first_unindexed_byte(index)
    new = archive.folder / "new.jsonl"
    try:
        open_index(index).close()
        if archive.records.stat().st_size > start:
            new.write_bytes(archive.records.read_bytes()[start:])
            click.echo(f"{count_of(update(new, index).written, 'article')} added to {index}")
            new.unlink()
    except IndexNotFoundError:
        click.echo(f"{count_of(rebuild(archive.records, index).written, 'article')} in {index}")
    archive.keep_indexed(index)


def _print_bad(address: str, reason: str) -> None:
    click.echo(f"akhbar: {printable(address)}: {printable(reason)}; tried again next time", err=True)


def _summary(report: FetchReport, out: str) -> str:
    parts = [f"{count_of(report.new, 'new article')} in {Path(out)}", f"{count_of(report.feeds, 'feed')} read"]
    parts += [f"{report.unchanged:,} unchanged"] if report.unchanged else []
    parts += [f"{report.known:,} known before"] if report.known else []
    parts += [f"{report.failed:,} failed"] if report.failed else []
    return "; ".join(parts)
