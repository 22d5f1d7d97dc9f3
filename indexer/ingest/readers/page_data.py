"""Data that pages carry about themselves: JSON-LD, Open Graph and other meta elements, microdata, and links."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAX_JSON_CHARS: Final = 512 * 1024
_MAX_DEPTH: Final = 4
_MAX_VALUES: Final = 50

_ARTICLE_TYPES: Final = (
    "article",
    "newsarticle",
    "reportagenewsarticle",
    "blogposting",
    "report",
    "analysisnewsarticle",
    "opinionnewsarticle",
    "webpage",
)
_JSON_LD: Final = {
    "title": ("headline",),
    "body": ("articleBody",),
    "date": ("datePublished", "dateCreated", "dateModified"),
    "source": ("publisher", "sourceOrganization"),
    "category": ("articleSection",),
    "url": ("mainEntityOfPage", "url"),
    "authors": ("author", "creator"),
}
_META: Final = {
    "title": ("og:title", "twitter:title", "dc.title", "headline", "title"),
    "date": (
        "article:published_time", "og:published_time", "datepublished", "article.published", "pubdate", "publishdate",
        "publish-date", "publish_date", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date", "date", "pub_date",
        "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "og:article:published_time", "article:modified_time",
        "og:updated_time",
    ),
    "source": ("og:site_name", "application-name", "dc.publisher", "publisher", "al:android:app_name"),
    "category": ("article:section", "section", "category"),
    "url": ("og:url", "twitter:url"),
    "authors": ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author"),
}  # fmt: skip
_MICRODATA: Final = {
    "title": ("headline",),
    "date": ("datePublished", "dateCreated"),
    "body": ("articleBody",),
    "category": ("articleSection",),
    "authors": ("author",),
}
_AUTHOR_PLACES: Final = (
    ".//*[@rel='author']",
    ".//*[@class='author-name']",
    ".//*[@class='byline']",
    ".//*[@class='author']",
)


class PageData:
    """The values that a page says each of its fields has, the most trusted first."""

    def __init__(self) -> None:
        self._values: dict[str, list[str]] = {}
        self.is_article = False

    def add(self, field: str, value: str | None) -> None:
        """Add a value, unless it is blank or known."""
        values = self._values.setdefault(field, [])
        text = (value or "").strip()
        if text and text not in values and len(values) < _MAX_VALUES:
            values.append(text)

    def all(self, field: str) -> list[str]:
        """Return all values of a field, the most trusted first."""
        return self._values.get(field, [])

    def first(self, field: str) -> str | None:
        """Return the most trusted value of a field, or None."""
        return next(iter(self.all(field)), None)


def read(tree: HtmlElement) -> PageData:
    """Return what a page says of itself."""
    data = PageData()
    for article in _articles_in_json(tree):
        data.is_article = True
        for field, names in _JSON_LD.items():
            for name in names:
                for value in _names_of(article.get(name)):
                    data.add(field, value)
    _add_meta(tree, data)
    _add_microdata(tree, data)
    _add_elements(tree, data)
    return data


def _articles_in_json(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield the articles that the page describes in JSON-LD."""
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        content = script.text_content()[:_MAX_JSON_CHARS]
        try:
            yield from _articles_of(json.JSONDecoder(strict=False).decode(content.strip().rstrip(";")), _MAX_DEPTH)
        except (ValueError, RecursionError):
            continue


def _articles_of(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if not depth:
        return
    if isinstance(value, list):
        for each in value[:_MAX_VALUES]:
            yield from _articles_of(each, depth - 1)
    elif isinstance(value, dict):
        types = value.get("@type")
        if any(
            str(each).lower() in _ARTICLE_TYPES and "headline" in value
            for each in (types if isinstance(types, list) else [types])
        ):
            yield value
        yield from _articles_of(value.get("@graph"), depth - 1)


def _names_of(value: Any) -> Iterator[str]:
    """Yield the texts of a value: names of persons and organisations, addresses of pages."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            each = each.get("name") or each.get("@id") or each.get("url")
        if isinstance(each, str):
            yield each


def _add_meta(tree: HtmlElement, data: PageData) -> None:
    contents: dict[str, list[str]] = {}
    for element in tree.iterfind(".//meta[@content]"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        contents.setdefault(name.strip().lower(), []).append(element.get("content"))
    data.is_article |= "article" in contents.get("og:type", [])
    for field, names in _META.items():
        for value in (value for name in names for value in contents.get(name, ())):
            if not (field == "authors" and value.startswith("http")):
                data.add(field, value)


def _add_microdata(tree: HtmlElement, data: PageData) -> None:
    for element in tree.iterfind(".//*[@itemprop]"):
        for field, names in _MICRODATA.items():
            if element.get("itemprop") in names:
                data.is_article |= field == "body"
                name = element.find(".//*[@itemprop='name']") if field == "authors" else None
                data.add(
                    field, element.get("content") or element.get("datetime") or _text(element if name is None else name)
                )


def _add_elements(tree: HtmlElement, data: PageData) -> None:
    for element in tree.iterfind(".//link[@rel='canonical']"):
        data.add("url", element.get("href"))
    for element in tree.iterfind(".//time"):
        data.add("date", element.get("datetime") or _text(element))
    for element in (element for place in _AUTHOR_PLACES for element in tree.iterfind(place)):
        data.add("authors", _text(element))
    if (title := tree.find(".//title")) is not None:
        data.add("title", _text(title))


def _text(element: HtmlElement) -> str:
    return (
        " ".join("".join(element.itertext()).split())
        if element.get("itemprop") != "articleBody"
        else "\n".join(element.itertext())
    )
