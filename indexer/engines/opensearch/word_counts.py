"""Word counts: how many of some articles have each term, and the stem with which an exact term first stands.

Terms come as numbers in a vocabulary, so that counting is a few operations on arrays an article; only in the end are
the counts of all vocabularies put together.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Final, NamedTuple

import numpy as np

from indexer.engines.opensearch.term_fields import CodedTerms
from indexer.schema import SPACES
from indexer.storage.segment.arrays import Array

_NONE_YET: Final = np.iinfo(np.int64).max


class WordCount(NamedTuple):
    """A term of a space, how many articles have it, and of an exact term the stem with which it first stands, if any."""

    space: str
    term: str
    articles: int
    stem: str | None


class WordCounts:
    """Counts the terms of articles, in the order in which they come."""

    def __init__(self) -> None:
        self._articles = 0
        self._vocabularies: dict[int, _Vocabulary] = {}

    def add(self, terms: CodedTerms) -> None:
        """Count the terms of an article."""
        counts = self._vocabularies.get(id(terms.vocabulary))
        if counts is None:
            counts = self._vocabularies[id(terms.vocabulary)] = _Vocabulary(terms.vocabulary)
        counts.add(terms, self._articles)
        self._articles += 1

    def __iter__(self) -> Iterator[WordCount]:
        """Yield each term of each space once, in no order."""
        for space in SPACES:
            yield from map(WordCount, repeat(space), *self._merge(space))

    def _merge(self, space: str) -> tuple[list[str], list[int], list[str | None]]:
        """Return the terms of a space, and for each the number of its articles and the stem with which it first stands."""
        places: dict[str, int] = {}
        counts = [vocabulary.counts(space) for vocabulary in self._vocabularies.values()]
        of_vocabularies = [[places.setdefault(term, len(places)) for term in each.terms] for each in counts]
        articles = np.zeros(len(places), np.int64)
        first = np.full(len(places), _NONE_YET)
        stems = np.full(len(places), None, object)
        for at, each in zip(of_vocabularies, counts, strict=True):
            articles[at] += each.articles
            earlier = each.first < first[at]
            here = np.array(at, np.int64)[earlier]
            first[here] = each.first[earlier]
            stems[here] = each.stems[earlier]
        return list(places), articles.tolist(), stems.tolist()


class _Counts(NamedTuple):
    """Terms of a vocabulary: how many articles have each, the number of the first of these, and its stem there."""

    terms: list[str]
    articles: Array
    first: Array
    stems: Array


class _Vocabulary:
    """The counts of the terms of one vocabulary, by their numbers there."""

    def __init__(self, terms: list[str | None]) -> None:
        self._terms = terms  # kept, so that no other vocabulary gets its identity
        self._articles = {space: np.zeros(0, np.int64) for space in SPACES}
        self._first = np.zeros(0, np.int64)
        self._stems = np.zeros(0, np.uint32)

    def add(self, terms: CodedTerms, article: int) -> None:
        """Count the terms of an article, given its number."""
        self._grow()
        for space, texts in terms.texts.items():
            self._articles[space][texts.numbers] += 1
        exact, stems = (np.frombuffer(terms.numbers[space], np.uint32) for space in ("exact", "stem"))
        stems = np.append(stems, np.zeros(len(exact), stems.dtype))[: len(exact)]  # as many places as the other space
        is_new = self._first[exact] == _NONE_YET
        ids = exact[is_new][::-1]  # of a term that comes again the first place is written last
        self._stems[ids] = stems[is_new][::-1]
        self._first[ids] = article

    def _grow(self) -> None:
        missing = len(self._terms) - len(self._first)
        if missing > 0:
            more = missing + len(self._terms) // 4
            self._articles = {
                space: np.append(each, np.zeros(more, np.int64)) for space, each in self._articles.items()
            }
            self._first = np.append(self._first, np.full(more, _NONE_YET))
            self._stems = np.append(self._stems, np.zeros(more, np.uint32))

    def counts(self, space: str) -> _Counts:
        """Return the counts of the terms of a space; only exact terms have stems."""
        ids = np.flatnonzero(self._articles[space])
        stems = self._stems[ids] if space == "exact" else np.zeros(len(ids), np.uint32)
        return _Counts(
            [self._terms[number] or "" for number in ids.tolist()],
            self._articles[space][ids],
            self._first[ids],
            np.array([self._terms[number] for number in stems.tolist()], object),
        )
