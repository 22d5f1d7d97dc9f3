"""Contents of the first page: the state of the index, its latest articles, and examples made from its own words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice, pairwise, zip_longest
from typing import Final, NamedTuple

from indexer import Article, Index, IndexStats, SearchRequest, SearchResults, value_label
from search_app.layout import Frame, today
from search_app.messages import Messages, messages
from search_app.settings import Language
from search_app.texts import without_vowels

_TITLES: Final = 60
"""How many of the latest titles examples are made of."""

_MIN_LETTERS: Final = 3
_MAX_SOURCES: Final = 12
"""Of how many sources, the ones with most articles, the latest are shown even where others have newer ones."""


class IndexSummary(NamedTuple):
    """The line below the masthead: today, the period covered, and the time since the last update.

    ``today`` is in ISO form; ``period`` is empty when no article has a date.
    """

    today: str
    today_text: str
    period: str
    updated: str


class Example(NamedTuple):
    """An example query, a sentence about it, and its address."""

    query: str
    says: str
    href: str


def index_summary(stats: IndexStats, t: Messages) -> IndexSummary:
    """Return the line below the masthead."""
    day = today()
    has_dates = stats.first_date and stats.last_date
    return IndexSummary(
        today=day.isoformat(),
        today_text=t.weekday_and_date(day),
        period=t.period(stats.first_date, stats.last_date) if has_dates else "",
        updated=t.ago(stats.updated, now=datetime.datetime.now(datetime.UTC)),
    )


def latest_articles(index: Index, limit: int) -> tuple[Article, ...]:
    """Return ``limit`` late articles of as many sources as there are, the newest first."""
    return _latest(index, index.stats().generation, limit)


@lru_cache(maxsize=8)
def _latest(index: Index, generation: int, limit: int) -> tuple[Article, ...]:  # a key
    """Return the newest article of each source, then the second of each, and so on, up to ``limit``; all by date."""
    newest = SearchRequest(sort="newest", limit=limit, facets=("source",))
    results = index.search(newest)
    several = [results, *(_of_source(index, count.value, limit) for count in results.facets["source"][:_MAX_SOURCES])]
    by_source: dict[str | None, dict[str, Article]] = {}
    for hit in chain.from_iterable(several):
        by_source.setdefault(hit.article.source, {})[hit.article.id] = hit.article
    rounds = (
        sorted(filter(None, same), key=_day, reverse=True)
        for same in zip_longest(*map(dict.values, by_source.values()))
    )
    return tuple(sorted(islice(chain.from_iterable(rounds), limit), key=_day, reverse=True))


def _of_source(index: Index, source: str, limit: int) -> SearchResults:
    several = max(1, limit // _MAX_SOURCES)
    return index.search(SearchRequest(sources=(source,), sort="newest", limit=several))


def _day(article: Article) -> datetime.date:
    return article.date or datetime.date.min


def example_views(index: Index, frame: Frame) -> list[Example]:
    """Return examples in the words of the latest titles; each finds something."""
    t = frame.messages
    return [
        Example(query, t.text(f"example.{kind}"), frame.parameters.replace("q", query).address(frame.path))
        for kind, query in _examples(index, index.stats().generation, t.language)
    ]


@lru_cache(maxsize=8)
def _examples(index: Index, generation: int, language: Language) -> tuple[tuple[str, str], ...]:  # a key
    """Return the kind and query of each example that finds an article of this generation."""
    candidates = example_queries(latest_articles(index, _TITLES), index, messages(language))
    return tuple(example for example in candidates if index.search(SearchRequest(example[1], limit=0)).total)


def example_queries(articles: Sequence[Article], index: Index, t: Messages) -> Iterator[tuple[str, str]]:
    """Yield examples made of the pairs of words that titles of ``articles`` share: kind and query."""
    pairs = list(_common_pairs(articles, index))
    if pairs:
        yield "words", pairs[0]
        phrase = pairs[1 % len(pairs)]
        days = (article.date for article in articles if article.date and phrase in without_vowels(article.title))
        if day := next(days, None):
            yield "phrase", f'"{phrase}" {t.since(day)}'
    for pair in pairs[2:]:
        word = pair.split()[0]
        source = next((article.source for article in articles if article.source and word in article.title), "")
        name = value_label("source", source, t.language)
        if name and '"' not in name:
            yield "source", f'{word} {t.text("example.source_field")}"{name}"'
            return


def _common_pairs(articles: Iterable[Article], index: Index) -> Iterator[str]:
    """Yield pairs of neighbouring words of titles, without vowel signs, those that most sources have first.

    What one source alone repeats is often its own name.
    """
    printed: dict[tuple[str, str], str] = {}
    sources: dict[tuple[str, str], set[str | None]] = {}
    for article in articles:
        for pair, text in _pairs(article.title, index):
            printed.setdefault(pair, text)
            sources.setdefault(pair, set()).add(article.source)
    seen: set[str] = set()
    for pair in sorted(sources, key=lambda pair: -len(sources[pair])):
        if seen.isdisjoint(pair):
            seen.update(pair)
            yield printed[pair]


def _pairs(title: str, index: Index) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the stems of two words side by side in ``title``, with only a blank between them, and their text."""
    for first, second in pairwise(index.analyzer.stream(title)):
        text = title[first.token.start : second.token.end]
        between = title[first.token.end : second.token.start]
        if between == " " and not any(_is_common(word.token.text, word.is_stop) for word in (first, second)):
            yield (first.terms.stem, second.terms.stem), without_vowels(text)


def _is_common(word: str, is_stop: bool) -> bool:
    return is_stop or len(word) < _MIN_LETTERS or not word.isalpha()
