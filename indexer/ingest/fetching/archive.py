"""Archive of fetched articles: a folder with one JSON record a line, the raw pages, and what is known of the feeds.

Whatever moment a fetch is interrupted at, the next one goes on: a page is renamed into place when it is whole, a record
is one line, and a feed counts as seen only when all its pages are there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from indexer.errors import SourceError
from indexer.names.addresses import address_key

RECORDS: Final = "articles.jsonl"
_PAGES: Final = "pages"
_FEEDS: Final = "feeds.json"
_INDEXES: Final = "indexes"


class Archive:
    """An archive in ``folder``, which is made when it is not there. Raises SourceError where it cannot be written."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.records = self.folder / RECORDS
        try:
            (self.folder / _PAGES).mkdir(parents=True, exist_ok=True)
            self._end_last_line()
            self._known = {address_key(url) for record in self.read() if isinstance(url := record.get("url"), str)}
            self._feeds: dict[str, dict[str, str]] = self._read_feeds()
        except OSError as error:
            raise SourceError(f"{self.folder}: cannot be used as an archive ({error.strerror})") from error

    def __contains__(self, address: str) -> bool:
        return address_key(address) in self._known

    def read(self, start: int = 0) -> Iterator[dict[str, Any]]:
        """Yield the records from the byte ``start`` of their file on; a line that was cut off is left out."""
        if not self.records.exists():
            return
        with self.records.open("rb") as lines:
            lines.seek(start)
            for line in lines:
                try:
                    record = json.loads(line)
                except ValueError:
                    continue
                if isinstance(record, dict):
                    yield record

    def add(self, address: str, record: Mapping[str, Any]) -> None:
        """Add the record of an article; it is on disk when the call returns."""
        with self.records.open("ab") as lines:
            lines.write(json.dumps(dict(record), ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            lines.flush()
            os.fsync(lines.fileno())
        self._known.add(address_key(address))

    def page(self, address: str) -> Path:
        """Return the path of the raw page of an address, whether it is there or not."""
        return self.folder / _PAGES / f"{address_key(address)}.html"

    def keep_page(self, address: str, raw: bytes) -> Path:
        """Write a raw page, whole or not at all, and return its path."""
        return _write_whole(self.page(address), raw)

    def feed_marks(self, feed: str) -> dict[str, str]:
        """Return the ETag and time with which a feed was last seen, as the headers of a conditional request."""
        return self._feeds.get(feed, {})

    def keep_feed_marks(self, feed: str, marks: dict[str, str]) -> None:
        """Keep the marks of a feed whose articles are all here."""
        self._feeds[feed] = marks
        _write_whole(self.folder / _FEEDS, json.dumps(self._feeds, indent=1).encode())

    def first_unindexed_byte(self, index: str) -> int:
        """Return the byte from which on the records are not in an index yet."""
        return int(self._feeds.get(_INDEXES, {}).get(index, 0))

    def keep_indexed(self, index: str) -> None:
        """Keep that all records are in an index."""
        self.keep_feed_marks(_INDEXES, self._feeds.get(_INDEXES, {}) | {index: str(self.records.stat().st_size)})

    def _end_last_line(self) -> None:
        """End the line that a killed process left unfinished, so that the next record does not join it."""
        if self.records.exists() and self.records.stat().st_size:
            with self.records.open("r+b") as lines:
                lines.seek(-1, os.SEEK_END)
                if lines.read(1) != b"\n":
                    lines.write(b"\n")

    def _read_feeds(self) -> dict[str, dict[str, str]]:
        try:
            feeds = json.loads((self.folder / _FEEDS).read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return feeds if isinstance(feeds, dict) else {}


def _write_whole(path: Path, content: bytes) -> Path:
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    return path
