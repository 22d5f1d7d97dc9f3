"""View models of articles: the full article page, and one line of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from flask import request, url_for
from markupsafe import Markup, escape

from indexer import Article, MarkedArticle, MarkKind, value_label
from search_app.citations import FORMATS
from search_app.layout import Frame, site_path
from search_app.messages import Messages, isolate
from search_app.settings import Language
from search_app.texts import (
    MarkupWriter,
    TextPresentation,
    direction_of,
    is_vowelled,
    one_line,
    presentation_of,
    without_vowels,
)
from search_app.urls import Parameters

_MAX_DIGITS = 7

MAX_COPIES = 12
"""How many other copies of an article are listed beside it."""

MAX_FORMS = 12
"""How many forms of one word of the query are listed beside an article."""


class Byline(NamedTuple):
    """Source, date, authors and category of an article, ready to print.

    ``date`` is in ISO form for machines, ``date_text`` is what people read; both are empty without a date.
    """

    source: Markup | None
    date: str
    date_text: str
    category: Markup | None
    author: Markup | None = None


class ListedArticle(NamedTuple):
    """One article in a list of titles."""

    href: str
    title: Markup
    presentation: TextPresentation
    byline: Byline


class MarkNavigation(NamedTuple):
    """Links from mark to mark in an article: the current mark ``at`` of ``last``, from 1.

    The addresses ``previous`` and ``next`` are empty at the ends.
    """

    at: int
    last: int
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class VowelSwitch:
    """The link that hides the vowel signs (``hides``), or shows them again."""

    hides: bool
    href: str


class MatchedForm(NamedTuple):
    """A form of a word of the query in an article, how often it stands there, and the address of the first place."""

    form: str
    total: str
    href: str


class Link(NamedTuple):
    """A link whose text needs no translation, such as the name of a format."""

    text: str
    href: str


class ListedCopy(NamedTuple):
    """Another copy of an article in a list, and the address of the page of their differences."""

    listed: ListedArticle
    differences: str


class Others(NamedTuple):
    """The articles beside one: its other copies, those that go on with its story by date, and those alike."""

    copies: Sequence[Article] = ()
    running_story: Sequence[Article] = ()
    related: Sequence[Article] = ()


NO_OTHERS: Final = Others()


@dataclass(frozen=True, slots=True)
class ArticleView:
    """Everything that the article page shows.

    ``back`` is empty when the reader did not come from a search; ``rank`` tells the article's place among the results.
    """

    window_title: str
    back: str
    rank: Markup | None
    title: Markup
    title_presentation: TextPresentation
    byline: Byline
    url: str | None
    navigation: MarkNavigation | None
    vowels: VowelSwitch | None
    paragraphs: tuple[Markup, ...]
    body_presentation: TextPresentation
    words: tuple[tuple[str, tuple[MatchedForm, ...]], ...]
    copies: tuple[ListedCopy, ...]
    copies_heading: Markup
    running_story: tuple[ListedArticle, ...]
    related: tuple[ListedArticle, ...]
    citation: Markup
    permanent: str
    formats: tuple[Link, ...]


def article_view(
    marked: MarkedArticle,
    frame: Frame,
    others: Others = NO_OTHERS,
    *,
    results: int = 0,
) -> ArticleView:
    """Return the view of an article page, with the words of the query marked; ``results`` counts those of the search."""
    t, article = frame.messages, marked.article
    bare = frame.parameters.first("tashkeel") == "off"
    writer = markup_writer(t, bare=bare)
    navigation = _mark_navigation(len(marked.body.marks), article, frame)
    return ArticleView(
        window_title=one_line(" · ".join(filter(None, (_title(article, t), article.source)))),
        back=_back_address(frame),
        rank=_rank(results, frame),
        title=writer.write(_title(article, t), ()),  # unmarked: in a heading of this size marks only distract
        title_presentation=_present(presentation_of(article.title or article.body, article.lang), bare=bare),
        byline=byline(article, t),
        url=article.url,
        navigation=navigation,
        vowels=_vowel_switch(article, frame, bare=bare),
        paragraphs=tuple(
            writer.write_paragraphs(marked.body.text, marked.body.marks, current=navigation.at if navigation else 0)
        ),
        body_presentation=_present(presentation_of(article.body or article.title, article.lang), bare=bare),
        words=tuple(_matched_forms(marked, frame)),
        copies=tuple(_listed_copy(article, copy, frame) for copy in others.copies[:MAX_COPIES]),
        copies_heading=t.count("copies.more", len(others.copies)),
        running_story=tuple(listed_article(other, frame) for other in others.running_story),
        related=tuple(listed_article(other, frame) for other in others.related),
        citation=_citation(article, t),
        permanent=permanent_address(article.id),
        formats=tuple(_formats(article)),
    )


def permanent_address(article_id: str) -> str:
    """Return the full address of an article's page, without parameters."""
    # A host that cannot stand in an address, such as a_b, makes the link relative.
    return url_for("pages.article", article_id=article_id, _external=bool(request.host))


def listed_article(article: Article, frame: Frame) -> ListedArticle:
    """Return the view of one article in a list of titles."""
    return ListedArticle(
        href=article_address(article.id, frame.parameters.only("lang")),
        title=escape(_title(article, frame.messages)),
        presentation=presentation_of(article.title or article.body, article.lang),
        byline=byline(article, frame.messages),
    )


def _listed_copy(article: Article, copy: Article, frame: Frame) -> ListedCopy:
    differences = article_address(article.id, frame.parameters.with_position("copy", copy.id))
    return ListedCopy(listed_article(copy, frame), differences)


def byline(article: Article, t: Messages) -> Byline:
    """Return the byline of ``article``."""
    return Byline(
        source=value_html("source", article.source, t) if article.source else None,
        date=article.date.isoformat() if article.date else "",
        date_text=t.weekday_and_date(article.date) if article.date else "",
        category=name_html(article.category, t) if article.category else None,
        author=name_html(article.author, t) if article.author else None,
    )


def value_html(column: str, value: str, t: Messages) -> Markup:
    """Return what a value of a column is called in the language of the page, in a ``<bdi>``."""
    return _value_html(column, value, t.language)


def name_html(name: str, t: Messages) -> Markup:
    """Return ``name`` in a ``<bdi>``, with ``lang="ar"`` for an Arabic name on a page in another language."""
    return _name_html(name, t.language)


@lru_cache(maxsize=2048)
def _value_html(column: str, value: str, language: Language) -> Markup:
    return _name_html(value_label(column, value, language), language)


@lru_cache(maxsize=2048)
def _name_html(name: str, language: Language) -> Markup:
    if language != "ar" and direction_of(name) == "rtl":
        return Markup('<bdi lang="ar">{}</bdi>').format(name)
    return isolate(name)


def untitled_label(t: Messages) -> Markup:
    """Return the label shown for an article without a title."""
    return escape(t.text("article.untitled"))


def markup_writer(t: Messages, *, bare: bool = False) -> MarkupWriter:
    """Return a :class:`MarkupWriter` with tooltips in the language of ``t``; ``bare`` removes the vowel signs."""
    titles: dict[MarkKind, Callable[[str], str]] = {
        "form": lambda word: t.text("mark.form", word=word),
        "alias": lambda word: t.text("mark.alias", word=word),
    }
    return MarkupWriter(titles, without_vowels if bare else str)


def article_address(article_id: str, parameters: Parameters) -> str:
    """Return the path and query string of an article's page, keeping the search in ``parameters``."""
    return parameters.address(article_path(article_id))


def article_path(article_id: str) -> str:
    """Return the path of an article's page."""
    return site_path(f"/article/{article_id}")


def _title(article: Article, t: Messages) -> str:
    return article.title if article.title.strip() else t.text("article.untitled")


def _present(presentation: TextPresentation, *, bare: bool) -> TextPresentation:
    return presentation._replace(vowelled=presentation.vowelled and not bare)


def _back_address(frame: Frame) -> str:
    """Return the address of the search results the reader came from, or an empty string."""
    if not frame.parameters.has_search:
        return ""
    kept = [pair for pair in frame.parameters.pairs if pair[0] not in ("hit", "at", "tashkeel", "copy")]
    return Parameters(tuple(kept)).address(frame.home_path)


def _rank(results: int, frame: Frame) -> Markup | None:
    """Return "result 2 of 132", or None when the address names no such result."""
    rank = _number(frame.parameters.first("hit"))
    if not frame.parameters.has_search or not 1 <= rank <= results:
        return None
    number = frame.messages.number
    return frame.messages.html("article.rank", rank=number(rank), count=number(results))


def _number(text: str) -> int:
    """Return the whole number in ``text``, or 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) <= _MAX_DIGITS else 0


def _mark_navigation(last: int, article: Article, frame: Frame) -> MarkNavigation | None:
    if not last:
        return None
    at = min(max(_number(frame.parameters.first("at")), 1), last)

    def address(number: int) -> str:
        return _mark_address(number, article, frame) if 1 <= number <= last else ""

    return MarkNavigation(at, last, address(at - 1), address(at + 1))


def _mark_address(number: int, article: Article, frame: Frame) -> str:
    return f"{article_address(article.id, frame.parameters.with_position('at', str(number)))}#m{number}"


def _matched_forms(marked: MarkedArticle, frame: Frame) -> Iterator[tuple[str, tuple[MatchedForm, ...]]]:
    """Yield each word of the query with its forms in the body, without vowel signs, the commonest first."""
    places: dict[str, dict[str, list[int]]] = {}
    for number, mark in enumerate(marked.body.marks, 1):
        form = without_vowels(marked.body.text[mark.start : mark.end])
        places.setdefault(mark.word, {}).setdefault(form, []).append(number)
    for word, forms in places.items():
        commonest = sorted(forms.items(), key=lambda item: -len(item[1]))[:MAX_FORMS]
        yield (
            word,
            tuple(
                MatchedForm(form, frame.messages.number(len(at)), _mark_address(at[0], marked.article, frame))
                for form, at in commonest
            ),
        )


def _formats(article: Article) -> Iterator[Link]:
    """Yield links to the article in other formats, for programs and reference managers."""
    for name, form in FORMATS.items():
        yield Link(name, url_for("pages.article", article_id=article.id + form.suffix))
    yield Link("JSON", url_for("api.article", article_id=article.id))


def _vowel_switch(article: Article, frame: Frame, *, bare: bool) -> VowelSwitch | None:
    if not (is_vowelled(article.body) or is_vowelled(article.title)):
        return None
    return VowelSwitch(
        not bare, article_address(article.id, frame.parameters.with_position("tashkeel", "" if bare else "off"))
    )


def _citation(article: Article, t: Messages) -> Markup:
    parts = (
        value_html("source", article.source, t) if article.source else None,
        t.html("quoted", text=without_vowels(_title(article, t))),
        isolate(t.date(article.date)) if article.date else None,
    )
    return Markup("{}.").format(escape(t.text("comma")).join(part for part in parts if part))
