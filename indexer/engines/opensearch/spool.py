"""Spool of an update: its articles as the cluster will get them, in a file until all have come.

What is still missing then, the story of each, is put in when they are read again.
"""

from __future__ import annotations

import contextlib
import errno
import json
import tempfile
from collections.abc import Iterator, Mapping
from typing import IO, Final, NamedTuple, Self

from indexer.engines.opensearch.address import Address
from indexer.engines.opensearch.bulk import to_json
from indexer.engines.opensearch.documents import SourceMaker, document_id
from indexer.engines.opensearch.story_changes import StoryMember
from indexer.engines.opensearch.word_counts import WordCounts
from indexer.engines.sketches import SketchMaker
from indexer.errors import DiskFullError
from indexer.schema import Document

TOKEN_BITS: Final = 32
"""The order of an article, also its version, is the token of its writer, then so many bits for its number there."""

_IN_MEMORY: Final = 32 << 20


class SpooledArticle(NamedTuple):
    """An article as the cluster gets it: its key, its place in the order of all, its id, and its JSON."""

    key: str
    seq: int
    id: str
    source: bytes


class Spool:
    """Articles of one writer, whose ``token`` it is; ``counts`` are those of their words."""

    def __init__(self, address: Address, token: int) -> None:
        self.counts = WordCounts()
        self._address = address
        self._first = self._next = token << TOKEN_BITS
        self._maker = SourceMaker()
        self._sketches = SketchMaker()
        self._members: dict[str, StoryMember] = {}
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115, closed by __exit__

    def add(self, document: Document) -> None:
        """Take an article, in the place of one with the same id; raises DiskFullError."""
        if not document.sketch:
            document = document._replace(sketch=self._sketches.sketch(document.terms["stem"][document.body_start :]))
        article, seq = document.article, self._next
        key = document_id(article.id)
        source = self._maker.source(document, seq, "")
        del source["story"]
        with self._full_disk_named():
            self._file.writelines((to_json([key, seq, article.id]), b"\n", to_json(source), b"\n"))
        day = article.date.toordinal() if article.date else 0
        self._members.pop(key, None)
        self._members[key] = StoryMember(key, seq, document.sketch, day)
        self.counts.add(document)
        self._next += 1

    def __len__(self) -> int:
        return len(self._members)

    def members(self) -> list[StoryMember]:
        """Return what tells the story of each article, in their order."""
        return list(self._members.values())

    def articles(self, stories: Mapping[str, str]) -> Iterator[SpooledArticle]:
        """Yield the articles in their order, of those with the same id the last one, with the stories given by key."""
        self._file.seek(0)
        for _ in range(self._first, self._next):
            key, seq, article_id = json.loads(self._file.readline())
            source = self._file.readline().rstrip(b"\n")
            if self._members[key].seq == seq:
                story = to_json(stories[key])
                yield SpooledArticle(key, seq, article_id, b'%b,"story":%b}' % (source[:-1], story))

    @contextlib.contextmanager
    def _full_disk_named(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise DiskFullError(
                f"{self._address}: {tempfile.gettempdir()}: {problem.strerror}; the index was left as it was, make room "
                "there or name another folder in TMPDIR"
            ) from problem

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
