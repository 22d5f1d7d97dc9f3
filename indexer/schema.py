"""Schema of the index: its fields and columns, and the terms of an article in them.

Each text field is indexed in two term spaces: ``exact``, the normalised word, and ``stem``, one conflation class a word
(stop words left out). Positions count every printed word, so a word without a term leaves a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from analyzers import AnalyzedText, Analyzer
from indexer.article import Article

TEXT_FIELDS = ("title", "body")
SPACES: Final = ("exact", "stem")
COLUMNS = ("source", "category")
INDEX_FIELDS = tuple(f"{field}_{space}" for field in TEXT_FIELDS for space in SPACES)

FORMAT_VERSION = 3
"""Raised with every change of what an index holds; an index of an older version needs a rebuild."""


class Document(NamedTuple):
    """An article with its terms: for each index field the term at each position, ``None`` for a gap.

    ``starts`` has, for each text field, the offset of the word at each position, in code points of the text as printed.
    """

    article: Article
    terms: Mapping[str, Sequence[str | None]]
    starts: Mapping[str, Sequence[int]] = MappingProxyType({})


def document(article: Article, analyzer: Analyzer) -> Document:
    """Return ``article`` with the terms of each of its index fields."""
    return with_terms(article, (analyzer.analyze(getattr(article, field)) for field in TEXT_FIELDS))


def with_terms(article: Article, texts: Iterable[AnalyzedText]) -> Document:
    """Return ``article`` with the terms of its analysed text fields, in the order of TEXT_FIELDS."""
    terms: dict[str, Sequence[str | None]] = {}
    starts: dict[str, Sequence[int]] = {}
    for field, analyzed in zip(TEXT_FIELDS, texts, strict=True):
        terms[f"{field}_exact"], terms[f"{field}_stem"], starts[field] = analyzed
    return Document(article, terms, starts)
