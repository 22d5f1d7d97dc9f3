"""Classes of searches over an index: words of its own articles, chosen by how many articles have them."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

import project  # noqa: F401

from indexer import Index, SearchRequest
from indexer.article import Article

Classes: TypeAlias = dict[str, list[SearchRequest]]
SEED: Final = 11
SAMPLE: Final = 400
COMMON: Final = (0.02, 0.2)
"""A common word is in such a share of all articles."""
RARE: Final = (2, 50)
"""A rare word is in so many."""
_WORDS: Final = re.compile("[ء-ي]{4,12}")
_FACETS: Final = ("source", "category", "author", "country", "language")


class _Words:
    """Words of a sample of articles, by the number of articles that have them."""

    def __init__(self, index: Index) -> None:
        self._random = random.Random(SEED)  # noqa: S311
        self.articles = _sample(index, self._random)
        self._index = index
        self._size = index.stats().articles
        self.common, self.rare = self._by_frequency()

    def _by_frequency(self) -> tuple[list[str], list[str]]:
        words = sorted({word for article in self.articles for word in _WORDS.findall(article.body)})
        self._random.shuffle(words)
        common, rare = [], []
        for word in words[:1500]:
            total = self._index.search(SearchRequest(word, links=False, limit=0)).total
            if COMMON[0] * self._size <= total <= COMMON[1] * self._size:
                common.append(word)
            elif RARE[0] <= total <= RARE[1]:
                rare.append(word)
        return common, rare

    def phrases(self) -> Iterator[str]:
        """Yield pairs of neighbouring words of the articles."""
        for article in self.articles:
            words = article.body.split()
            at = self._random.randrange(max(1, len(words) - 1))
            if all(_WORDS.fullmatch(word) for word in words[at : at + 2]) and len(words) > at + 1:
                yield f'"{words[at]} {words[at + 1]}"'

    def titles(self) -> Iterator[str]:
        """Yield titles, eight words of each."""
        return (" ".join(each.title.split()[:8]) for each in self.articles if len(each.title.split()) >= 8)


def _sample(index: Index, chance: random.Random) -> list[Article]:
    """Return articles of days chosen by chance."""
    stats = index.stats()
    if not (stats.first_date and stats.last_date):
        raise SystemExit("the articles have no dates")
    days = (stats.last_date - stats.first_date).days
    found: dict[str, Article] = {}
    for _ in range(SAMPLE // 10):
        day = stats.first_date + datetime.timedelta(days=chance.randrange(days + 1))
        hits = index.search(SearchRequest(date_from=day, date_to=day + datetime.timedelta(days=1), copies="all")).hits
        found |= {hit.article.id: hit.article for hit in hits}
    return list(found.values())


def classes_of(index: Index, asked: int) -> Classes:
    """Return so many searches of each class, the same for the same index."""
    words = _Words(index)
    common, rare = words.common, words.rare
    pairs = [f"{one} {other}" for one, other in zip(common, common[asked:] + common[:asked], strict=True)]
    stats = index.stats()
    middle = stats.first_date + (stats.last_date - stats.first_date) / 2  # type: ignore[operator]
    year = {"date_from": middle, "date_to": middle + datetime.timedelta(days=365)}
    queries: dict[str, tuple[list[str], Callable[[str], SearchRequest]]] = {
        "rare word": (rare, SearchRequest),
        "common word": (common, SearchRequest),
        "common, copies apart": (common, lambda query: SearchRequest(query, copies="all")),
        "two common words": (pairs, SearchRequest),
        "two, both required": (pairs, lambda query: SearchRequest(query, match="all")),
        "phrase": (list(words.phrases()), SearchRequest),
        "common, of one year": (common, lambda query: SearchRequest(query, **year)),  # type: ignore[arg-type]
        "common, newest first": (common, lambda query: SearchRequest(query, sort="newest")),
        "prefix": ([f"{word[:4]}*" for word in rare], SearchRequest),
        "fuzzy": ([f"{word}~" for word in rare], SearchRequest),
        "common, facets, days": (common, lambda query: SearchRequest(query, facets=_FACETS, histogram="auto")),
        "common, forms": (common, lambda query: SearchRequest(query, forms=True)),
        "title of eight words": (list(words.titles()), SearchRequest),
    }
    return {name: [make(query) for query in found[:asked]] for name, (found, make) in queries.items()}
