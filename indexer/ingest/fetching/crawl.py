"""Crawl of feeds: each new entry's page is fetched once and kept with what was read from it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin

from indexer.article import is_web_address
from indexer.errors import SourceError
from indexer.ingest.fetching.archive import Archive
from indexer.ingest.fetching.web import Answer, FetchError, Web
from indexer.ingest.isolation import Parsers
from indexer.ingest.readers import feed as feeds
from indexer.ingest.readers import page as pages
from indexer.ingest.records import RawDocument, Record

MAX_OPML_BYTES: Final = 4 * 1024 * 1024
DELAY_S: Final = 1.0
_CONDITIONS: Final = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}

OnBad = Callable[[str, str], None]
"""Called with an address that gave nothing, and the reason."""


@dataclass(slots=True)
class FetchReport:
    """Counts of a fetch: feeds that were read or unchanged, articles that are new, entries known before, and failures."""

    feeds: int = 0
    unchanged: int = 0
    new: int = 0
    known: int = 0
    failed: int = 0


def fetch(
    addresses: Iterable[str], archive: Archive, *, delay_s: float = DELAY_S, on_bad: OnBad = lambda *_: None
) -> FetchReport:
    """Add the new articles of feeds to an archive; return what was done.

    Pages that are in the archive are never asked for again. A feed or page that cannot be had is told to ``on_bad`` and
    tried again at the next fetch. Raises MissingExtraError.
    """
    report = FetchReport()
    with Web(delay_s) as web, Parsers(1) as parsers:
        crawl = _Crawl(archive, web, parsers, report, on_bad)
        for address in dict.fromkeys(addresses):
            try:
                _fetch_feed(address, crawl)
            except FetchError as error:
                report.failed += 1
                on_bad(address, str(error))
    return report


class _Crawl(NamedTuple):
    """What the fetching of all feeds shares."""

    archive: Archive
    web: Web
    parsers: Parsers
    report: FetchReport
    on_bad: OnBad


def _fetch_feed(address: str, crawl: _Crawl) -> None:
    archive, web, parsers, report, _ = crawl
    answer = web.get(address, feeds.MAX_BYTES, archive.feed_marks(address))
    if answer.status == 304:
        report.unchanged += 1
        return
    if answer.status != 200:
        raise FetchError(f"the server answers {answer.status}")
    report.feeds += 1
    is_whole = True
    for entry in _parse("feed", answer, parsers):
        link = urljoin(answer.address, str(entry.get("url") or ""))
        if link in archive:
            report.known += 1
        elif is_web_address(link):
            is_whole &= _fetch_entry(link, entry, crawl)
    if is_whole:
        sent = {name.lower(): value for name, value in answer.headers.items()}
        marks = {condition: sent[header] for header, condition in _CONDITIONS.items() if header in sent}
        archive.keep_feed_marks(address, marks)


def _fetch_entry(link: str, entry: dict[str, Any], crawl: _Crawl) -> bool:
    """Fetch the page of an entry, unless an interrupted fetch left it; return whether its record is kept."""
    archive, web, parsers, report, on_bad = crawl
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    path = archive.page(link)
    try:
        if path.exists():
            answer = Answer(200, link, path.read_bytes(), None, {})
        else:
            answer = web.get(link, pages.MAX_BYTES)
            if answer.status != 200:
                raise FetchError(f"the server answers {answer.status}")
            archive.keep_page(link, answer.body)
        record = next(_parse("page", answer, parsers), {})
    except FetchError as error:
        report.failed += 1
        on_bad(link, str(error))
        return False
    own = {name: value for name, value in entry.items() if value and name != "id"}
    archive.add(link, own | record | {"url": link, "fetched": now, "page": str(path.relative_to(archive.folder))})
    report.new += 1
    return True


def _parse(kind: str, answer: Answer, parsers: Parsers) -> Iterator[dict[str, Any]]:
    """Yield the fields of each record of a feed or page; a page without an article has none."""
    known = {"url": answer.address} if kind == "page" else {}
    document = RawDocument(answer.address, kind, answer.body, known, answer.charset)
    records = parsers.parse(document).result()
    if kind == "feed" and not any(isinstance(record, Record) for record in records):
        raise FetchError("no feed that can be read")
    yield from (dict(record.fields) for record in records if isinstance(record, Record))


def read_opml(path: str | Path) -> tuple[str, ...]:
    """Return the addresses of the feeds in an OPML file, in order. Raises SourceError."""
    from lxml import etree

    try:
        raw = Path(path).read_bytes()[: MAX_OPML_BYTES + 1]
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        root = etree.fromstring(raw, parser) if len(raw) <= MAX_OPML_BYTES else None
    except (OSError, ValueError, etree.XMLSyntaxError) as error:
        raise SourceError(f"{path}: cannot be read as OPML ({error})") from error
    outlines = () if root is None else root.iterfind(".//outline[@xmlUrl]")
    addresses = tuple(dict.fromkeys(outline.get("xmlUrl") for outline in outlines))
    if not addresses:
        raise SourceError(f"{path}: no feed in this file; expected OPML with outlines that have an xmlUrl")
    return addresses
