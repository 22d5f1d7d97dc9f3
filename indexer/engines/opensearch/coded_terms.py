"""Coded terms: the terms of an article as numbers in a vocabulary, and the frequencies that its scored fields have.

Nearly all articles come with the numbers of whoever analysed them. An article whose title and body were analysed apart
gets numbers in a vocabulary of :class:`TermCoder`.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from analyzers import EncodedTerms
from indexer.engines.opensearch.mapping import EARLY_K1, EARLY_SPACES
from indexer.ranking import weights
from indexer.ranking.occurrences import STEP_BOUNDS, step_of
from indexer.schema import SPACES, Document

NO_TERM: Final = 0
"""The number of a gap in every vocabulary."""


class CodedTerms(NamedTuple):
    """The terms of an article: for each space their numbers in ``vocabulary`` by position.

    ``frequencies`` has, for each space, every number once, with the weighted frequency of its term.
    """

    vocabulary: list[str | None]
    ids: Mapping[str, array[int]]
    frequencies: Mapping[str, dict[int, int]]
    body_start: int


class TermCoder:
    """Codes the terms of articles; the vocabulary that it keeps itself has only what came without numbers."""

    def __init__(self) -> None:
        self._own: list[str | None] = [None]
        self._own_ids: dict[str | None, int] = {None: NO_TERM}

    def code(self, document: Document) -> CodedTerms:
        """Return the terms of an article, those of all spaces in one vocabulary."""
        given = [document.terms[space] for space in SPACES]
        coded = [terms for terms in given if isinstance(terms, EncodedTerms)]
        if len(coded) == len(SPACES) and all(terms.vocabulary is coded[0].vocabulary for terms in coded):
            vocabulary, ids = coded[0].vocabulary, dict(zip(SPACES, (terms.term_ids for terms in coded), strict=True))
        else:
            vocabulary, ids = self._own, dict(zip(SPACES, map(self._encode, given), strict=True))
        start = document.body_start
        frequencies = {
            space: weighted_frequencies(numbers[:start].tolist(), numbers[start:].tolist())
            for space, numbers in ids.items()
        }
        return CodedTerms(vocabulary, ids, frequencies, start)

    def _encode(self, terms: Sequence[str | None]) -> array[int]:
        for term in terms:
            if term not in self._own_ids:
                self._own_ids[term] = len(self._own)
                self._own.append(term)
        return array("I", map(self._own_ids.__getitem__, terms))


def weighted_frequencies(title: Sequence[int], body: Sequence[int]) -> dict[int, int]:
    """Return the weighted frequency of each term of an article, as a whole number; there may be gaps.

    >>> weighted_frequencies([1, 0, 2], [2, 3, 3])
    {1: 2, 2: 3, 3: 2}
    """
    counts = Counter(title)
    for each in counts:
        counts[each] = round(weights.weighted_frequency(counts[each], in_title=True))
    counts.update(body)
    counts.pop(NO_TERM, None)
    return dict(counts)


def early_frequencies(title: Sequence[int], body: Sequence[int]) -> dict[int, int]:
    """Return the frequency of each term of an article in the early field, by its first place in the body."""
    found = dict.fromkeys(title, 1)
    found.update(dict.fromkeys(body[STEP_BOUNDS[-1] :], _EARLY[-1]))
    for bound, end, frequency in _STEPS:
        found.update(dict.fromkeys(body[bound:end], frequency))
    found.pop(NO_TERM, None)
    return found


def _early_frequency(step: int) -> int:
    """Return the frequency that Lucene's BM25 with EARLY_K1 turns into the bonus of a step; at least 1."""
    bonus = weights.early_bonus(EARLY_SPACES[0], step)
    return max(1, round(EARLY_K1 * bonus / (1 - bonus)))


_EARLY: Final = tuple(_early_frequency(step) for step in range(1, step_of(STEP_BOUNDS[-1]) + 1))
# The steps from the last but one to the first, so that of several places of a term the first one counts.
_STEPS: Final = tuple(zip(STEP_BOUNDS[:-1], STEP_BOUNDS[1:], _EARLY[:-1], strict=True))[::-1]
