"""Spool of an update: its articles as the cluster will get them, in a file until all have come.

What is still missing then, the story of each, is put in when they are read again.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from typing import IO, Final, NamedTuple, Self

from indexer.article import describe_value
from indexer.engines.opensearch.address import Address
from indexer.engines.opensearch.bulk import to_json
from indexer.engines.opensearch.documents import Story, article_source, document_id, is_plain_id
from indexer.engines.opensearch.story_changes import StoryMember
from indexer.engines.opensearch.term_fields import TermCoder
from indexer.engines.opensearch.word_counts import WordCounts
from indexer.engines.sketches import SketchMaker
from indexer.errors import InputError
from indexer.schema import Document
from indexer.storage.files import full_disk_named

TOKEN_BITS: Final = 32
"""The order of an article, also its version, is the token of its writer, then so many bits for its number there."""

MAX_SOURCE_BYTES: Final = 90 << 20
"""A cluster takes requests of 100 MB by default."""

_IN_MEMORY: Final = 32 << 20


class SpooledArticle(NamedTuple):
    """An article as the cluster gets it: its key, its place in the order of all, its id, and its JSON without its story."""

    key: str
    seq: int
    id: str
    source: bytes

    def with_story(self, story: Story) -> bytes:
        """Return its JSON with its story."""
        return join_objects(self.source, to_json(story.fields()))


def join_objects(one: bytes, other: bytes) -> bytes:
    """Return the JSON of an object with the members of two, neither of them empty.

    >>> join_objects(b'{"a":1}', b'{"b":2}')
    b'{"a":1,"b":2}'
    """
    return b"%b,%b" % (one[:-1], other[1:])


class ArticleMaker:
    """Makes of the articles of one writer, whose ``token`` it is, what the cluster gets, and counts their words.

    ``plain_ids`` says whether all their ids are plain, see :func:`~indexer.engines.opensearch.documents.is_plain_id`.
    """

    def __init__(self, token: int) -> None:
        self.first = self.next = token << TOKEN_BITS
        self.plain_ids = True
        self.counts = WordCounts()
        self._coder = TermCoder()
        self._sketches = SketchMaker()

    def make(self, document: Document) -> tuple[SpooledArticle, bytes]:
        """Return the next article, and its sketch; raises InputError for one that is too long for a request."""
        sketch = document.sketch or self._sketches.sketch(document.terms["stem"][document.body_start :])
        seq, article_id = self.next, document.article.id
        terms = self._coder.code(document)
        source = join_objects(to_json(article_source(document._replace(sketch=sketch), seq)), terms.to_json())
        self.next += 1
        self.plain_ids &= is_plain_id(article_id)
        made = SpooledArticle(document_id(article_id), seq, article_id, source)
        if len(made.source) > MAX_SOURCE_BYTES:
            raise InputError(
                f"article {describe_value(article_id)}: {len(made.source) >> 20} MB with its terms, a cluster takes "
                f"{MAX_SOURCE_BYTES >> 20}; the index was left as it was, divide the article or leave it out"
            )
        self.counts.add(terms)
        return made, sketch


class Spool:
    """Articles of one writer, whose ``token`` it is; ``counts`` are those of their words."""

    def __init__(self, address: Address, token: int) -> None:
        self._address = address
        self._maker = ArticleMaker(token)
        self.counts = self._maker.counts
        self._members: dict[str, StoryMember] = {}
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115, closed by __exit__

    def add(self, document: Document) -> None:
        """Take an article, in the place of one with the same id; raises DiskFullError."""
        made, sketch = self._maker.make(document)
        where = f"{self._address}: {tempfile.gettempdir()}"
        with full_disk_named(where, "make room there or name another folder in TMPDIR"):
            self._file.writelines((to_json([made.key, made.seq, made.id]), b"\n", made.source, b"\n"))
        date = document.article.date
        self._members.pop(made.key, None)
        self._members[made.key] = StoryMember(made.key, made.seq, sketch, date.toordinal() if date else 0)

    def __len__(self) -> int:
        return len(self._members)

    @property
    def plain_ids(self) -> bool:
        """Whether all ids are plain."""
        return self._maker.plain_ids

    def members(self) -> list[StoryMember]:
        """Return what tells the story of each article, in their order."""
        return list(self._members.values())

    def articles(self) -> Iterator[SpooledArticle]:
        """Yield the articles in their order, of those with the same id the last one."""
        self._file.seek(0)
        for _ in range(self._maker.first, self._maker.next):
            key, seq, article_id = json.loads(self._file.readline())
            source = self._file.readline().rstrip(b"\n")
            if self._members[key].seq == seq:
                yield SpooledArticle(key, seq, article_id, source)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
