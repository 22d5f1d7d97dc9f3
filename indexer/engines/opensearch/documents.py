"""Documents on a cluster: an article as the JSON object that is indexed, and back.

Its terms, most of that object, are made by :mod:`indexer.engines.opensearch.term_fields`.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
from typing import Any, Final, NamedTuple

from indexer.article import Article, describe_value, restore_article
from indexer.engines.opensearch.mapping import BAR, GAP, MARK, MAX_TOKEN_CHARS, Json
from indexer.engines.stories import BAND_LANES, BANDS
from indexer.errors import IndexDamagedError, InputError
from indexer.schema import ADDRESS_FIELD, COLUMNS, Document

ARTICLE_FIELD: Final = "article"
_LISTS: Final = ("authors", "other_urls")
_LABELS: Final = ("source", "category", "url", "lang")

_MAX_TERM_CHARS: Final = MAX_TOKEN_CHARS - 12  # with a bar and a frequency
SAFE_TERM: Final = rf"[^\s{BAR}{GAP}{MARK}\x00-\x1f\x7f-\x9f\ud800-\udfff]{{1,{_MAX_TERM_CHARS}}}"
"""The regular expression of the terms that may stand in fields of terms."""
_SAFE: Final = re.compile(SAFE_TERM)
_PLAIN_ID: Final = re.compile("[!-~]+")
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


class Story(NamedTuple):
    """What an article says of its story: the key of the article that opened it, and whether it may have others.

    ``copied`` is never false where there are others; it stays true when they go.
    """

    opener: str
    copied: bool

    def fields(self) -> Json:
        """Return the fields of a document that say it."""
        number = story_number(self.opener)
        return {"story": number, "copied_story": number if self.copied else None}


def document_id(article_id: str) -> str:
    """Return the ``_id`` of an article on a cluster, which allows 512 bytes: 64 hexadecimal digits.

    >>> document_id("1")[:12]
    '6b86b273ff34'
    """
    return hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).hexdigest()


def story_number(opener: str) -> int:
    """Return the number of a story on a cluster, by the key of the article that opened it: its first 60 bits.

    Numbers are grouped and counted faster than keys. Among a billion stories two have the same with a chance of a third.

    >>> story_number(document_id("1")) == 0x6B86B273FF34FCE
    True
    """
    return int(opener[:15], 16)


def word_id(space: str, term: str) -> str:
    """Return the ``_id`` of a term of a space in the index of words: 32 hexadecimal digits."""
    return hashlib.sha256(f"{space}\x00{term}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def token(term: str) -> str:
    """Return a term as it stands in fields of terms: itself, or, where it would break them, a hash of it.

    >>> token("قمح"), len(token("a|b"))
    ('قمح', 33)
    """
    return term if _SAFE.fullmatch(term) else f"{MARK}{word_id('', term)}"


def is_listed(term: str) -> bool:
    """Return whether a term is in the index of words: nearly every one, but none that would break fields of terms."""
    return _SAFE.fullmatch(term) is not None


def is_plain_id(article_id: str) -> bool:
    """Return whether an id is of ASCII signs without blanks, as most are and most queries are not.

    >>> is_plain_id("spa-2015/7"), is_plain_id("أسعار القمح"), is_plain_id("wheat prices")
    (True, False, False)
    """
    return _PLAIN_ID.fullmatch(article_id) is not None


def keyword(value: str) -> str:
    """Return a value of a column to look for; one that has a lone surrogate, which no UTF-8 has, is found nowhere."""
    return "\x00" if _SURROGATES.search(value) else value


def band_keys(sketch: bytes) -> list[str]:
    """Return a key for each band of a sketch, none for a body too short to be told: near copies share one.

    >>> band_keys(bytes(32)), band_keys(bytes(range(32)))[:2]
    ([], ['0-000102', '3-030405'])
    """
    if not sketch or not sketch[-1]:
        return []
    return [f"{lane}-{sketch[lane : lane + BAND_LANES].hex()}" for lane in BANDS]


def article_source(document: Document, seq: int) -> Json:
    """Return the object of an article but for its terms and its story, by its place in the order of insertion.

    ``document`` must have its sketch.
    """
    article = document.article
    made: Json = {
        ARTICLE_FIELD: article_fields(article),
        "id": article.id,
        "seq": seq,
        "sketch": base64.b64encode(document.sketch).decode(),
        "bands": band_keys(document.sketch),
    }
    if article.date:
        made["day"] = article.date.isoformat()
    if addresses := document.terms.get(ADDRESS_FIELD):
        made["url_key"] = [address for address in addresses if address]
    for column in COLUMNS:
        if values := document.values(column):
            made[column] = list(values)
    return made


def article_fields(article: Article) -> Json:
    """Return an article as JSON that :func:`read_article` reads, without its id and what is missing."""
    fields: Json = {"title": article.title, "body": article.body}
    if article.date:
        fields["date"] = article.date.isoformat()
    for label in _LABELS:
        if value := getattr(article, label):
            fields[label] = value
    for name in _LISTS:
        if values := getattr(article, name):
            fields[name] = list(values)
    return fields


def read_article(source: Any) -> Article:
    """Return the article in an answer of a cluster, from its ``_source``; raises IndexDamagedError."""
    try:
        fields = source[ARTICLE_FIELD]
        labels = tuple(fields.get(label) for label in _LABELS)
        lists = tuple(fields.get(name, []) for name in _LISTS)
        day = fields.get("date")
        date = None if day is None else datetime.date.fromisoformat(day)
        return restore_article((source["id"], fields["title"], fields["body"]), date, labels, lists)
    except (InputError, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise IndexDamagedError(
            f"an article from the cluster cannot be read ({describe_value(str(problem))}); rebuild the index"
        ) from problem
