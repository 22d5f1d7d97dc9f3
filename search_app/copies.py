"""View model of the page that shows what differs between two copies of an article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from indexer import Article
from search_app.articles import ListedArticle, article_address, listed_article
from search_app.differences import MAX_WORDS, Side, compare, paragraphs
from search_app.layout import Frame
from search_app.messages import Messages
from search_app.texts import TextPresentation, one_line, presentation_of, without_vowels

_LABELS: Final[Mapping[Side, str]] = {"one": "copies.only_one", "other": "copies.only_other"}


@dataclass(frozen=True, slots=True)
class DifferencesView:
    """Everything that the page of differences shows; ``counts`` is None where both texts have the same words."""

    window_title: str
    back: str
    articles: tuple[tuple[str, ListedArticle], ...]
    title: Markup
    title_presentation: TextPresentation
    paragraphs: tuple[Markup, ...]
    body_presentation: TextPresentation
    counts: Markup | None
    cut: Markup | None


def differences_view(article: Article, copy: Article, frame: Frame) -> DifferencesView:
    """Return the view of what differs between an article and another copy of it."""
    t = frame.messages
    show = without_vowels if frame.parameters.first("tashkeel") == "off" else str
    labels = {side: t.text(key) for side, key in _LABELS.items()}
    titles, bodies = compare(article.title, copy.title), compare(article.body, copy.body)
    sides: tuple[Side, ...] = ("one", "other", "both")
    one, other, both = (titles.count(side) + bodies.count(side) for side in sides)
    return DifferencesView(
        window_title=one_line(t.text("copies.title", title=article.title)),
        back=article_address(article.id, frame.parameters.with_position("copy", "")),
        articles=(
            (t.text("copies.one"), listed_article(article, frame)),
            (t.text("copies.other"), listed_article(copy, frame)),
        ),
        title=Markup(" ").join(paragraphs(titles, show, labels)),
        title_presentation=presentation_of(article.title or copy.title, article.lang),
        paragraphs=tuple(paragraphs(bodies, show, labels)),
        body_presentation=presentation_of(article.body or copy.body, article.lang),
        counts=_counts(t, one=one, other=other, both=both) if one or other else None,
        cut=t.html("copies.cut", count=t.number(MAX_WORDS)) if titles.is_cut or bodies.is_cut else None,
    )


def _counts(t: Messages, **counts: int) -> Markup:
    return t.html("copies.counts", **{side: t.number(number) for side, number in counts.items()})
