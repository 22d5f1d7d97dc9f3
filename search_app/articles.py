"""How an article becomes what a page shows: in full, or as a line of a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from flask import url_for
from markupsafe import Markup, escape

from indexer import Article, MarkedArticle, MarkKind
from search_app.layout import Frame
from search_app.messages import Messages, isolated
from search_app.texts import Look, Pen, direction_of, is_vowelled, look_of, one_line, web_address, without_vowels
from search_app.urls import Parameters

_MAX_PLACE_DIGITS = 7


class Byline(NamedTuple):
    """Where and when an article appeared, as printed; ``date`` is ISO, both are empty for none."""

    source: Markup | None
    day: str
    date: str
    category: Markup | None


class ListedArticle(NamedTuple):
    """An article as a line of a list."""

    href: str
    title: Markup
    look: Look
    byline: Byline


class MarkNavigation(NamedTuple):
    """Where the reader is among the marks; ``previous`` and ``next`` are empty at the ends."""

    at: int
    last: int
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class VowelSwitch:
    """The link that hides the vowel signs, or shows them again."""

    hides: bool
    href: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article for reading. ``back`` is empty when no search led here."""

    window_title: str
    back: str
    title: Markup
    title_look: Look
    byline: Byline
    url: str | None
    places: MarkNavigation | None
    vowels: VowelSwitch | None
    paragraphs: tuple[Markup, ...]
    body_look: Look
    citation: Markup
    permanent: str


def article_view(marked: MarkedArticle, frame: Frame) -> ArticleView:
    """Return an article for reading, with the words of the query marked."""
    t, article = frame.messages, marked.article
    bare = frame.parameters.first("tashkeel") == "off"
    pen = pen_for(t, bare=bare)
    places = _places(len(marked.body.marks), article, frame)
    return ArticleView(
        window_title=one_line(" · ".join(filter(None, (_title(article, t), article.source)))),
        back=_back(frame),
        title=pen.marked(_title(article, t), ()),  # so large a line needs no marks
        title_look=_shown(look_of(article.title or article.body, article.lang), bare=bare),
        byline=byline(article, t),
        url=web_address(article.url),
        places=places,
        vowels=_vowel_switch(article, frame, bare=bare),
        paragraphs=tuple(pen.paragraphs(marked.body.text, marked.body.marks, current=places.at if places else 0)),
        body_look=_shown(look_of(article.body or article.title, article.lang), bare=bare),
        citation=_citation(article, t),
        permanent=url_for("pages.article", article_id=article.id, _external=True),
    )


def listed_article(article: Article, frame: Frame) -> ListedArticle:
    """Return an article as a line of a list."""
    return ListedArticle(
        href=article_address(article.id, frame.parameters.only("lang")),
        title=escape(_title(article, frame.messages)),
        look=look_of(article.title or article.body, article.lang),
        byline=byline(article, frame.messages),
    )


def byline(article: Article, t: Messages) -> Byline:
    """Return where and when ``article`` appeared."""
    return Byline(
        source=named(article.source, t) if article.source else None,
        day=t.weekday_and_date(article.date) if article.date else "",
        date=article.date.isoformat() if article.date else "",
        category=named(article.category, t) if article.category else None,
    )


def named(name: str, t: Messages) -> Markup:
    """Return a name in a ``<bdi>``; an Arabic one says so on a page that is not Arabic."""
    if t.language != "ar" and direction_of(name) == "rtl":
        return Markup('<bdi lang="ar">{}</bdi>').format(name)
    return isolated(name)


def untitled(t: Messages) -> Markup:
    """Return what stands in the place of a title that is missing."""
    return escape(t.text("article.untitled"))


def pen_for(t: Messages, *, bare: bool = False) -> Pen:
    """Return what writes marked texts; a ``bare`` one leaves the vowel signs out."""
    titles: dict[MarkKind, Callable[[str], str]] = {
        "form": lambda word: t.text("mark.form", word=word),
        "alias": lambda word: t.text("mark.alias", word=word),
    }
    return Pen(titles, without_vowels if bare else str)


def article_address(article_id: str, parameters: Parameters) -> str:
    """Return the address of an article, reached from the search that ``parameters`` describe."""
    return parameters.on(url_for("pages.article", article_id=article_id))


def _title(article: Article, t: Messages) -> str:
    return article.title if article.title.strip() else t.text("article.untitled")


def _shown(look: Look, *, bare: bool) -> Look:
    return look._replace(vowelled=look.vowelled and not bare)


def _back(frame: Frame) -> str:
    """Return the address of the results that led here, or an empty string."""
    if not frame.parameters.only("q", "from", "to", "source", "category").pairs:
        return ""
    return frame.parameters.placed("at", "").placed("tashkeel", "").on(frame.home_path)


def _places(last: int, article: Article, frame: Frame) -> MarkNavigation | None:
    if not last:
        return None
    given = frame.parameters.first("at")
    at = min(max(int(given), 1), last) if given.isdecimal() and len(given) <= _MAX_PLACE_DIGITS else 1

    def address(place: int) -> str:
        if not 1 <= place <= last:
            return ""
        return f"{article_address(article.id, frame.parameters.placed('at', str(place)))}#m{place}"

    return MarkNavigation(at, last, address(at - 1), address(at + 1))


def _vowel_switch(article: Article, frame: Frame, *, bare: bool) -> VowelSwitch | None:
    if not (is_vowelled(article.body) or is_vowelled(article.title)):
        return None
    return VowelSwitch(
        not bare, article_address(article.id, frame.parameters.placed("tashkeel", "" if bare else "off"))
    )


def _citation(article: Article, t: Messages) -> Markup:
    parts = (
        named(article.source, t) if article.source else None,
        t.html("quoted", text=without_vowels(_title(article, t))),
        isolated(t.date(article.date)) if article.date else None,
    )
    return Markup("{}.").format(escape(t.text("comma")).join(part for part in parts if part))
