"""News of saved searches: of the articles that are new to an index, the stories that each search finds."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace
from typing import Final, NamedTuple

from indexer.alerts.known import KnownArticles
from indexer.alerts.searches import SavedSearch
from indexer.index import Index
from indexer.request import MAX_LIMIT, SearchRequest
from indexer.results.hits import Hit

MAX_STORIES: Final = 20
"""How many stories of one search are told, unless said otherwise."""


class Story(NamedTuple):
    """A new story: its newest article that the search finds, and the other copies that it finds, newest first."""

    hit: Hit
    others: tuple[Hit, ...]


class News(NamedTuple):
    """The new stories of one search, newest first; ``more`` counts the new articles beyond, of stories not told."""

    search: SavedSearch
    stories: tuple[Story, ...]
    more: int


class Run(NamedTuple):
    """The new articles of one run, and the news of each search that has any.

    ``begins`` tells why all articles were taken as known and none is new; it is empty in every other run.
    """

    articles: int
    new: int
    news: tuple[News, ...]
    begins: str = ""


def run(
    index: Index, searches: Iterable[SavedSearch], known: KnownArticles, *, place: str = "", limit: int = MAX_STORIES
) -> Run:
    """Return the news since the last run, and take all articles of the index as known.

    Nothing is new to the first run, nor to one with another index, at another ``place``: an archive is no news.
    """
    stats = index.stats()
    generation = f"{stats.generation} {stats.updated.isoformat()} {stats.articles}"
    if known.fact("generation") == generation:
        return Run(stats.articles, 0, ())
    ids = index.engine.ids()
    new = known.unknown(ids)
    begins = "first run" if known.is_empty else ""
    if known.fact("place") not in (None, place) and len(new) == len(ids):
        begins = "the known articles are of another index"
    news = () if begins else tuple(filter(_has_any, (_news(index, search, new, limit) for search in searches)))
    known.learn(new)
    known.remember({"generation": generation, "place": place})
    return Run(len(ids), 0 if begins else len(new), news, begins)


def _news(index: Index, search: SavedSearch, new: Set[str], limit: int) -> News:
    stories: list[Story] = []
    told: set[str] = set()
    more = 0
    for hit in index.iterate(search.request):
        if hit.article.id not in new or hit.article.id in told:
            continue
        if len(stories) == limit:
            more += 1
            continue
        copies = _copies(index, search.request, hit.article.id)
        told.update(copy.article.id for copy in copies)
        if copies and all(copy.article.id in new for copy in copies):
            stories.append(Story(copies[0], copies[1:]))
    return News(search, tuple(stories), more)


def _copies(index: Index, request: SearchRequest, article_id: str) -> tuple[Hit, ...]:
    """Return the copies of an article that a search finds, itself among them, newest first."""
    return index.search(replace(request, story=article_id, limit=MAX_LIMIT)).hits


def _has_any(news: News) -> bool:
    return bool(news.stories or news.more)
