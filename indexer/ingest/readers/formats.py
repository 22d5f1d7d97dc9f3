"""Formats of files: one table of the kinds that can be read, chosen by what a file holds, else by its ending."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from indexer.ingest.encodings import encoding_of
from indexer.ingest.readers import archives, feed, json_documents, jsonl, page, tables, text, warc
from indexer.ingest.records import ByteStream, Finds

Reader = Callable[[ByteStream, str], Finds]
"""Takes an open file and the name to report it by; may raise any of DAMAGE where the file is broken."""

HEAD_BYTES: Final = 16 * 1024
_BINARY_MARK: Final = re.compile("[\x00-\x08\x0e-\x1a]")
_PACKED: Final = re.compile(r"\.gz$", re.IGNORECASE)
_FEED: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<\?[^>]*>\s*|<!DOCTYPE[^>]*>\s*)*<(?:rss|feed|rdf:RDF)[\s>]", re.DOTALL
)
_PAGE: Final = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|article|div|p|h1|section)[\s>]",
    re.DOTALL | re.IGNORECASE,
)
_JSON_ARRAY: Final = re.compile(r"\s*\[\s*(?:\{|\])")
_JSON_OBJECT: Final = re.compile(r"\s*\{\s*(?:\"|\})")


class Head(NamedTuple):
    """The beginning of a file: its bytes, and as text, which is empty for a binary file."""

    raw: bytes
    text: str


class Format(NamedTuple):
    """A kind of file: its reader, the endings of its names, and the test for what such a file begins with."""

    reader: Reader
    endings: tuple[str, ...]
    begins: Callable[[Head], bool]


def _is_jsonl(head: Head) -> bool:
    """Return whether an object is whole in the first line, or the line is longer than the head."""
    line, end, _ = head.text.lstrip("\ufeff \r\n\t").partition("\n")
    return bool(_JSON_OBJECT.match(line)) and (line.rstrip().endswith("}") or not end)


FORMATS: Final[tuple[Format, ...]] = (
    Format(archives.read_gzip, (".gz", ".tgz"), lambda head: head.raw.startswith(b"\x1f\x8b")),
    Format(archives.read_zip, (".zip",), lambda head: head.raw.startswith((b"PK\x03\x04", b"PK\x05\x06"))),
    Format(archives.read_tar, (".tar",), lambda head: head.raw[257:262] == b"ustar"),
    Format(warc.read, (".warc", ".arc"), lambda head: head.raw.startswith((b"WARC/", b"filedesc://"))),
    Format(feed.read, (".rss", ".atom", ".rdf", ".xml"), lambda head: bool(_FEED.match(head.text))),
    Format(page.read, (".html", ".htm", ".xhtml"), lambda head: bool(_PAGE.match(head.text))),
    Format(jsonl.read, (".jsonl", ".ndjson"), _is_jsonl),
    Format(json_documents.read, (".json",), lambda head: bool(_JSON_ARRAY.match(head.text))),
    Format(tables.read, (".csv", ".tsv"), lambda head: tables.is_table(head.text)),
    Format(text.read, (".txt",), lambda head: False),
)
"""The order is that in which the tests are tried."""

_SURE: Final = (warc.read, feed.read, page.read)
"""The kinds that files of any name may be: a spreadsheet is a zip archive too, and settings are JSON."""

ENDINGS: Final[tuple[str, ...]] = tuple(ending for each in FORMATS for ending in each.endings)
"""The endings of files that can be read, in lower case; upper case is accepted too."""


def reader_for(head: bytes, name: str) -> Reader | None:
    """Return the reader for a file that begins with ``head``, or None where neither content nor ending is known.

    Without a ``head`` the name alone decides.
    """
    known = _by_ending(_PACKED.sub("", name) if head else name)
    decoded = _decode(head)
    for each in FORMATS:
        fits = (
            each.reader in _SURE if known is None else not (each.reader is json_documents.read and known is jsonl.read)
        )
        if fits and each.begins(decoded):
            return each.reader
    if known is jsonl.read or known is None or not _JSON_OBJECT.match(decoded.text):
        return known
    return json_documents.read


def _by_ending(name: str) -> Reader | None:
    name = name.lower()
    return next((each.reader for each in FORMATS if name.endswith(each.endings)), None)


def _decode(head: bytes) -> Head:
    encoding = encoding_of(head)
    decoded = head.decode(encoding, "replace") if encoding else ""
    return Head(head, "" if _BINARY_MARK.search(decoded) else decoded.lstrip("\ufeff"))
