"""Reports of news: as text for a mail, as a whole mail, as JSON lines."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from typing import Any, Final
from urllib.parse import quote, urlencode

from indexer.alerts.news import News, Story
from indexer.alerts.searches import one_line
from indexer.article import Article
from indexer.errors import InputError
from indexer.results.as_json import article_as_json, hit_as_json

_SUBJECT_NAMES: Final = 3

Link = Callable[[Article, str], str]
"""Returns the address at which an article is read, found by a query; an empty text where there is none."""


def link_to(article: Article, query: str, *, site: str = "") -> str:
    """Return the address of an article: its page at ``site``, the address of an Akhbar page, or else its own.

    >>> link_to(Article(id="a/1", title="x"), "قمح", site="https://news.example")
    'https://news.example/article/a/1?q=%D9%82%D9%85%D8%AD'
    """
    if not site:
        return article.url or ""
    asked = urlencode({"q": query}, errors="replace") if query else ""
    place = f"{site.rstrip('/')}/article/{quote(article.id, errors='replace')}"
    return f"{place}?{asked}" if asked else place


def links_to(site: str) -> Link:
    """Return what links an article to its page at ``site``, or to its own address where that is empty."""
    return partial(link_to, site=site)


def as_text(news: Iterable[News], link: Link) -> str:
    """Return the news as text: a heading for each search, with the number of its stories, and a story a paragraph."""
    return "\n".join(line for each in news for line in _lines(each, link))


def as_mail(news: Sequence[News], link: Link, to: str) -> bytes:
    """Return the news as a mail, as ``sendmail -t`` takes it. Raises InputError for an address that cannot stand in one."""
    message = EmailMessage()
    names = [each.search.name for each in news]
    more = ", …" if len(names) > _SUBJECT_NAMES else ""
    message["Subject"] = f"Akhbar: {', '.join(names[:_SUBJECT_NAMES])}{more} ({_count(news)})"
    try:
        message["To"] = to
    except ValueError as problem:
        raise InputError(f"{to!r:.100}: expected the address of a mail, such as desk@news.example") from problem
    message["Date"] = format_datetime(datetime.datetime.now(datetime.UTC))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(as_text(news, link).encode("utf-8", "replace").decode("utf-8"))
    return message.as_bytes()


def as_json_lines(news: Iterable[News], link: Link) -> str:
    """Return the news with an object for each story on a line of its own: the search's name, its hit, its other copies."""
    return "".join(f"{json.dumps(report, ensure_ascii=False)}\n" for report in reports_of(news, link))


def reports_of(news: Iterable[News], link: Link) -> Iterator[dict[str, Any]]:
    """Yield each story as values that :mod:`json` can write."""
    for each in news:
        for story in each.stories:
            hit = hit_as_json(story.hit)
            del hit["score"]
            yield {
                "search": each.search.name,
                "query": each.search.request.query,
                **hit,
                "copies": 1 + len(story.others),
                "other_copies": [_copy(other.article) for other in story.others],
                "link": link(story.hit.article, each.search.request.query),
            }


def _copy(article: Article) -> dict[str, Any]:
    values = article_as_json(article)
    return {name: values[name] for name in ("id", "title", "source", "date", "url")}


def _count(news: Iterable[News]) -> int:
    return sum(len(each.stories) + each.more for each in news)


def _lines(news: News, link: Link) -> Iterator[str]:
    heading = f"{news.search.name}: {_count([news]):,}"
    yield from (heading, "=" * len(heading), "")
    for number, story in enumerate(news.stories, 1):
        yield f"{number}. {one_line(story.hit.article.title) or '—'}"
        yield from (f"   {line}" for line in _details(story, link, news.search.request.query) if line)
        yield ""
    if news.more:
        yield from (f"… +{news.more:,}", "")


def _details(story: Story, link: Link, query: str) -> Iterator[str]:
    """Yield the lines below the title of a story: where and when, the passage that answers, the address, the copies."""
    article, snippet = story.hit.article, story.hit.snippet
    yield one_line(" · ".join(str(value) for value in (article.source, article.date, article.author) if value))
    yield "…" * snippet.cut_before + one_line(snippet.text) + "…" * snippet.cut_after
    yield one_line(link(article, query)) or f"id {one_line(article.id)}"
    sources = dict.fromkeys(other.article.source or other.article.id for other in story.others)
    if sources:
        yield f"+{len(story.others)}: {one_line('، '.join(sources))}"
