"""Significant terms: the words and names that mark some articles against all articles of the index."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from analyzers import Analyzer, end_of_word
from indexer.query.highlight_terms import HighlightTerms
from indexer.schema import Document

Stems: TypeAlias = tuple[str, ...]
"""One stem, or two side by side."""

BEST_HITS: Final = 100
"""How many of the best hits of a query are read."""

CANDIDATES: Final = 100
"""How many of the most significant words are tried as parts of names."""

LEAST_SHARE: Final = 0.05
"""The least share of the articles that has a significant term; below it, chance speaks."""

NAME_SHARE: Final = 0.6
"""The share of the articles with either of two words that has them side by side, from which on they are one name."""


class SignificantTerm(NamedTuple):
    """A word or name, in its most usual printed form, and why it is significant.

    ``articles`` of those that were read have it, and ``all_articles`` of the index; ``score`` is their JLH score.
    """

    text: str
    articles: int
    all_articles: int
    score: float


class StemmedArticle(NamedTuple):
    """A document, and its stems by position as a list, which is searched faster than encoded terms."""

    document: Document
    stems: list[str | None]


def jlh(share: float, background_share: float) -> float:
    """Return the JLH score of a term: its gain in share times its ratio, 0 unless it is commoner than in all articles.

    Elasticsearch's default for significant terms: the gain alone favours common words, the ratio alone rare ones.

    >>> round(jlh(0.8, 0.1), 3), jlh(0.1, 0.1)
    (5.6, 0.0)
    """
    return (share - background_share) * share / background_share if share > background_share > 0 else 0.0


def common_words(documents: Sequence[StemmedArticle], unwanted: Collection[str]) -> Counter[str]:
    """Return how many of some documents have each stem that is not ``unwanted``, no figure, and not rare here."""
    counts = Counter(stem for document in documents for stem in {*document.stems} if stem)
    least = min(len(documents), max(2, round(LEAST_SHARE * len(documents))))
    return Counter(
        {stem: count for stem, count in counts.items() if count >= least and _is_word(stem) and stem not in unwanted}
    )


def names_among(documents: Sequence[StemmedArticle], counts: Mapping[str, int]) -> Counter[Stems]:
    """Return the pairs of stems in ``counts`` that stand side by side wherever either stands, mostly, with counts.

    A stem is in one pair at most, the commonest.
    """
    pairs: Counter[Stems] = Counter(
        (one, other)
        for document in documents
        for one, other in {*pairwise(document.stems)}
        if one and other and one in counts and other in counts
    )
    names: Counter[Stems] = Counter()
    for pair, count in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        is_name = count >= NAME_SHARE * max(map(counts.__getitem__, pair))
        if is_name and not any(stem in name for name in names for stem in pair):
            names[pair] = count
    return names


def significant(
    documents: Sequence[StemmedArticle], counts: Mapping[Stems, int], articles_with: Mapping[Stems, int], articles: int
) -> Iterator[SignificantTerm]:
    """Yield the terms, the most significant first, that ``counts`` counts in ``documents``.

    ``articles_with`` counts them in an index of so many ``articles``. The words of a name are not told by themselves.
    """
    scores = {
        stems: jlh(count / len(documents), articles_with[stems] / max(articles, 1)) for stems, count in counts.items()
    }
    in_names = {(stem,) for stems in scores if len(stems) > 1 for stem in stems}
    for stems in sorted(scores, key=lambda stems: (-scores[stems], stems)):
        if scores[stems] > 0 and stems not in in_names:
            yield SignificantTerm(_usual_form(documents, stems), counts[stems], articles_with[stems], scores[stems])


def stems_of_query(highlight: HighlightTerms, analyzer: Analyzer) -> frozenset[str]:
    """Return the stems of the words that a query looks for, and of their synonyms."""
    exact = {
        *highlight.exact,
        *(term for run in (*highlight.phrases, *highlight.synonym_phrases) for term in run),
    }
    stems = {terms.stem for term in exact if (terms := analyzer.terms(term))}
    compounds = {stem for run in highlight.compounds for stem in run}
    return frozenset(stems | compounds | {*highlight.stem, *highlight.synonym_stems})


def _is_word(stem: str) -> bool:
    return len(stem) > 1 and any(map(str.isalpha, stem))


def _usual_form(documents: Sequence[StemmedArticle], stems: Stems) -> str:
    """Return the most usual form of a word or name, as printed where it first stands in each document."""
    forms = Counter(form for document in documents if (form := _first_printed(document, stems)))
    return min(forms, key=lambda form: (-forms[form], form))


def _first_printed(document: StemmedArticle, stems: Stems) -> str | None:
    at = -1
    with contextlib.suppress(ValueError):  # it does not occur
        while True:
            at = document.stems.index(stems[0], at + 1)
            if tuple(document.stems[at : at + len(stems)]) == stems:
                return _words(document.document, at, len(stems))
    return None


def _words(document: Document, position: int, words: int) -> str:
    """Return some words of a document as printed, from a position on."""
    field = "body" if position >= document.body_start else "title"
    first = position - document.body_start if field == "body" else position
    starts, text = document.starts[field], getattr(document.article, field)
    return " ".join(text[starts[at] : end_of_word(text, starts[at])] for at in range(first, first + words))
