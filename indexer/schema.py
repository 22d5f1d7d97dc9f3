"""Which fields an index holds, and how an article becomes their terms.

Each text field is indexed in two term spaces: ``exact``, the normalised word, and ``stem``, one
conflation class a word (stop words left out). Positions count every printed word, so a word left
out leaves a gap.
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
"""Raised when what an index holds changes; an older index then asks for a rebuild."""


class Document(NamedTuple):
    """An article as an index takes it: for each index field its terms by position, where ``None`` is a gap.

    ``starts`` says, for each text field, where the word at each position starts in the text as printed.
    """

    article: Article
    terms: Mapping[str, Sequence[str | None]]
    starts: Mapping[str, Sequence[int]] = MappingProxyType({})


def document(article: Article, analyzer: Analyzer) -> Document:
    """Return ``article`` with the terms of each of its index fields."""
    return with_terms(article, (analyzer.analyze(getattr(article, field)) for field in TEXT_FIELDS))


def with_terms(article: Article, texts: Iterable[AnalyzedText]) -> Document:
    """Return ``article`` with the terms of its text fields, which ``texts`` gives in their order."""
    terms: dict[str, Sequence[str | None]] = {}
    starts: dict[str, Sequence[int]] = {}
    for field, found in zip(TEXT_FIELDS, texts, strict=True):
        terms[f"{field}_exact"], terms[f"{field}_stem"], starts[field] = found
    return Document(article, terms, starts)
