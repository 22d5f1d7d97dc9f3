"""Exact copies: one article found under several addresses becomes one that keeps them all."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final, TypeVar

from indexer.article import MAX_OTHER_URLS, Article
from indexer.schema import Document, with_article

MAX_REMEMBERED: Final = 500_000
"""Addresses of so many articles are remembered, the last ones: 150 bytes an article."""

_T = TypeVar("_T")


def join_copies(records: Iterator[_T]) -> Iterator[_T]:
    """Yield ``records``; an article or document whose id came before has its first address, and all others that came so far.

    The last of several articles with one id is the one that an index keeps.
    """
    addresses: OrderedDict[str, tuple[str, ...]] = OrderedDict()
    for record in records:
        article = record.article if isinstance(record, Document) else record
        if isinstance(article, Article) and article.url:
            before = addresses.pop(article.id, ())
            urls = tuple(dict.fromkeys((*before, article.url, *article.other_urls)))[: MAX_OTHER_URLS + 1]
            addresses[article.id] = urls
            if len(addresses) > MAX_REMEMBERED:
                addresses.popitem(last=False)
            yield _with_addresses(record, article, urls) if len(urls) > 1 else record
        else:
            yield record


def _with_addresses(record: _T, article: Article, urls: tuple[str, ...]) -> _T:
    joined = dataclasses.replace(article, url=urls[0], other_urls=urls[1:])
    return with_article(record, joined) if isinstance(record, Document) else joined  # type: ignore[return-value]
