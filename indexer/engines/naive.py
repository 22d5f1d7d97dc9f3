"""Naive counting and scoring in one document, for the memory engine: written to be obviously right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from indexer.query.filters import Filter
from indexer.query.plan import TermsFilter
from indexer.ranking import weights
from indexer.ranking.occurrences import Part, step_of
from indexer.schema import Document

Scores = dict[str, float]
"""The score of each matching article, by id."""


def sum_of(parts: list[Scores], combine: Callable[..., set[str]]) -> Scores:
    """Return the summed scores of the articles that ``combine``, of sets of ids, leaves."""
    return {id_: sum(part.get(id_, 0.0) for part in parts) for id_ in combine(*(set(part) for part in parts))}


def terms_of(document: Document, space: str, part: Part | None) -> Sequence[str | None]:
    """Return the terms of a part of an article by position, or of all of it."""
    terms, body_start = document.terms[space], document.body_start
    return {None: terms, "title": terms[:body_start], "body": terms[body_start:]}[part]


def term_score(document: Document, space: str, text: str, mean_length: float) -> float:
    """Return the score of a term that stands in a document, without its idf."""
    terms, body = document.terms[space], terms_of(document, space, "body")
    step = step_of(body.index(text)) if text in body else 0
    bm25 = weights.bm25(weighted_frequency(document, space, text), length(terms), mean_length)
    return bm25 + weights.early_bonus(space, step)


def weighted_frequency(document: Document, space: str, text: str) -> float:
    """Return the frequency of a term in a document, with the weight of its place in the title; 0 where it lacks it."""
    in_title = text in terms_of(document, space, "title")
    return weights.weighted_frequency(document.terms[space].count(text), in_title=in_title)


def length(terms: Sequence[str | None]) -> int:
    """Return how many terms there are, gaps left out."""
    return sum(term is not None for term in terms)


def count_phrase(terms: Sequence[str | None], texts: tuple[str, ...]) -> int:
    """Return at how many places ``texts`` stand side by side."""
    return sum(tuple(terms[at : at + len(texts)]) == texts for at in range(len(terms) - len(texts) + 1))


def edits(one: str, other: str) -> int:
    """Return the Levenshtein distance of two texts."""
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        before, row = row, [at]
        for place, letter in enumerate(other, 1):
            row.append(min(row[-1] + 1, before[place] + 1, before[place - 1] + (char != letter)))
    return row[-1]


def accepts(condition: Filter, document: Document) -> bool:
    """Return whether a document passes a filter of its columns or its date."""
    if isinstance(condition, TermsFilter):
        return not condition.values.isdisjoint(document.values(condition.column))
    article = document.article
    if article.date is None:
        return condition.first is None and condition.last is None
    return (condition.first or article.date) <= article.date <= (condition.last or article.date)


def first_stems(documents: Iterable[Document]) -> dict[str, str | None]:
    """Return, for each exact term of some documents, the stem with which it first stands."""
    stems: dict[str, str | None] = {}
    for document in documents:
        for exact, stem in zip(document.terms["exact"], document.terms["stem"], strict=True):
            if exact:
                stems.setdefault(exact, stem)
    return stems
