"""Web archives (WARC): the pages, feeds and texts among the answers that a crawler kept."""

from __future__ import annotations

from typing import IO, Any, Final, cast

from indexer.errors import MissingExtraError
from indexer.ingest.readers import feed, page
from indexer.ingest.records import BadRecord, ByteStream, DamagedError, Finds, RawDocument

_KEPT: Final = ("response", "resource", "conversion")
_OK: Final = ("200", "203", "206", None)
_KINDS: Final = {
    "text/html": "page",
    "application/xhtml+xml": "page",
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/xml": "feed",
    "text/xml": "feed",
}
_MAX_BYTES: Final = {"page": page.MAX_BYTES, "feed": feed.MAX_BYTES}


def read(stream: ByteStream, name: str) -> Finds:
    """Yield the documents of an archive with their addresses. Raises DamagedError where it breaks off."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError as error:
        message = f"{name}: a web archive needs warcio, which is not installed; run: pip install 'akhbar[readers]'"
        raise MissingExtraError(message) from error
    try:
        for number, record in enumerate(ArchiveIterator(cast("IO[bytes]", stream), arc2warc=True), 1):
            yield from _documents(record, f"{name}#{number}")
    except (ArchiveLoadFailed, ValueError, AttributeError, IndexError) as error:
        raise DamagedError(f"no web archive that can be read: {error}") from error


def _documents(record: Any, where: str) -> Finds:
    headers, http = record.rec_headers, record.http_headers
    if record.rec_type not in _KEPT or (http.get_statuscode() if http else None) not in _OK:
        return
    media_type, _, parameters = (
        record.content_type if http is None else http.get_header("Content-Type") or ""
    ).partition(";")
    if (kind := _KINDS.get(media_type.strip().lower())) is None:
        return
    raw = record.content_stream().read(_MAX_BYTES[kind] + 1)
    if len(raw) > _MAX_BYTES[kind]:
        yield BadRecord(where, f"expected a {kind} of at most {_MAX_BYTES[kind]} bytes")
        return
    if getattr(record.raw_stream, "limit", 0) > 0:
        raise DamagedError("it ends in the middle of a document")
    charset = parameters.partition("charset=")[2].split(";")[0].strip() or None
    known = {"url": headers.get_header("WARC-Target-URI"), "fetched": headers.get_header("WARC-Date")}
    yield RawDocument(where, kind, raw, {name: value for name, value in known.items() if value}, charset)
