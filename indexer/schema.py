"""Schema of the index: its fields and columns, and the terms of an article in them.

An article is indexed as one text, its title, a gap and its body, in two term spaces, each a field: ``exact``, the
normalised word, and ``stem``, one conflation class a word (stop words left out). Positions count every printed word, so
a word without a term leaves a gap.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from analyzers import AnalyzedText, Analyzer, EncodedTerms
from indexer.article import Article
from indexer.names.addresses import address_key
from indexer.names.countries import countries_of
from indexer.names.languages import primary_tag

TEXT_FIELDS: Final = ("title", "body")
SPACES: Final = ("exact", "stem")
COLUMNS: Final = ("source", "category", "author", "country", "language")
VALUE_SEPARATOR: Final = "\x1f"
"""Stands between several values of a document in one column, as those of ``author`` and ``country``: none has it."""
SKETCH_COLUMNS: Final = ("sketch_0", "sketch_1", "sketch_2", "sketch_3")
"""Columns with eight bytes each of the sketch of an article, by which near copies are found."""

ADDRESS_FIELD: Final = "url"
"""The field with the key of an article's address as its only term; it has no positions and no lengths."""

ID_FIELD: Final = "id"
"""The field with the id of an article as its only term, likewise."""

FORMAT_VERSION = 5
"""Raised with every change of what an index holds; an index of an older version needs a rebuild."""

TITLE_GAP: Final = 16
"""How many positions without a term stand between title and body: a phrase of smaller slop never joins them."""
_GAP: Final = array("I", bytes(4 * TITLE_GAP))


class Document(NamedTuple):
    """An article with its terms: for each term space the term at each position, ``None`` for a gap.

    Positions of the title begin at 0, those of the body at ``body_start``. ``starts`` has, for each text field, the
    offset of each of its words, in code points of the text as printed. ``countries`` are codes of ISO 3166-1, the most
    important first. ``sketch`` is what :class:`indexer.engines.sketches.SketchMaker` makes of it, empty where an engine
    has yet to make it.
    """

    article: Article
    terms: Mapping[str, Sequence[str | None]]
    starts: Mapping[str, Sequence[int]] = MappingProxyType({})
    body_start: int = 0
    countries: tuple[str, ...] = ()
    sketch: bytes = b""

    def values(self, column: str) -> tuple[str, ...]:
        """Return the values of a column, none where the article has none; of a language those of its main subtag."""
        article = self.article
        match column:
            case "author":
                return article.authors
            case "country":
                return self.countries
            case "language":
                return (primary_tag(article.lang),) if article.lang else ()
        value: str | None = getattr(article, column)
        return (value,) if value else ()


def document(article: Article, analyzer: Analyzer) -> Document:
    """Return ``article`` with its terms in each term space."""
    title, body = (analyzer.analyze(getattr(article, field)) for field in TEXT_FIELDS)
    return with_terms(article, title, body, countries_of(title.exact, body.exact))


def with_terms(
    article: Article, title: AnalyzedText, body: AnalyzedText, countries: tuple[str, ...], sketch: bytes = b""
) -> Document:
    """Return ``article`` with the terms of its title and body, and what they tell."""
    terms: dict[str, Sequence[str | None]] = {
        "exact": _join(title.exact, body.exact),
        "stem": _join(title.stems, body.stems),
    }
    terms[ADDRESS_FIELD] = _address_terms(article)
    starts = {"title": title.starts, "body": body.starts}
    return Document(article, terms, starts, len(title.starts) + TITLE_GAP, countries, sketch)


def with_article(document: Document, article: Article) -> Document:
    """Return a document with its article in another state: only what is not in its texts may differ."""
    return document._replace(article=article, terms={**document.terms, ADDRESS_FIELD: _address_terms(article)})


def _address_terms(article: Article) -> tuple[str, ...]:
    return (address_key(article.url),) if article.url else ()


def _join(title: EncodedTerms, body: EncodedTerms) -> Sequence[str | None]:
    """Return the terms of an article by position; a body may be encoded by another vocabulary than its title."""
    if title.vocabulary is body.vocabulary:
        return EncodedTerms(title.term_ids + _GAP + body.term_ids, body.vocabulary)
    return [*title, *[None] * TITLE_GAP, *body]
