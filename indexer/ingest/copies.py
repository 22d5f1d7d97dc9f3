"""Exact copies: one article found under several addresses becomes one that keeps them all."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final, TypeVar

from indexer.article import MAX_OTHER_URLS, Article

MAX_REMEMBERED: Final = 500_000
"""Addresses of so many articles are remembered, the last ones: 150 bytes an article."""

_T = TypeVar("_T")


def join_copies(records: Iterator[_T]) -> Iterator[_T]:
    """Yield ``records``; an article whose id came before has its first address, and all others that came so far.

    The last of several articles with one id is the one that an index keeps.
    """
    addresses: OrderedDict[str, tuple[str, ...]] = OrderedDict()
    for record in records:
        if isinstance(record, Article) and record.url:
            before = addresses.pop(record.id, ())
            urls = tuple(dict.fromkeys((*before, record.url, *record.other_urls)))[: MAX_OTHER_URLS + 1]
            addresses[record.id] = urls
            if len(addresses) > MAX_REMEMBERED:
                addresses.popitem(last=False)
            yield dataclasses.replace(record, url=urls[0], other_urls=urls[1:]) if len(urls) > 1 else record
        else:
            yield record
