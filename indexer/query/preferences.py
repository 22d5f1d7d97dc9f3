"""Preferences: what adds to the score of articles that the bare words of a query find, and finds none itself.

An article with neighbouring words of a short query side by side is preferred, and one that lacks a word but has an alike
one, of its family.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from analyzers import Analyzer
from indexer.query.plan import Adjacent, AndMaybe, AndNot, AnyOf, Family, Plan, Term
from indexer.ranking import weights

FamilyOf = Callable[[str], tuple[str, ...]]
"""Returns the commonest stems of an index that are alike to a stem."""

# nDCG@10 of longer queries falls by .001 to .005 with neighbours preferred.
MAX_PAIR_WORDS: Final = 3
"""How many content words a query may have for its neighbours to count."""


class Preferences:
    """Adds preferences to plans, for the same words the same ones; without ``family`` only those for neighbours."""

    def __init__(self, analyzer: Analyzer, family: FamilyOf | None) -> None:
        self.analyzer = analyzer
        self.family = family
        self._parts = cache(lambda words: (*self._pairs(words), *self._families(words)))

    def added_to(self, plan: Plan, words: Sequence[str]) -> Plan:
        """Return ``plan``, which finds the bare ``words``, with what is preferred of its matches."""
        parts: tuple[Plan, ...] = self._parts(tuple(words))
        if not parts:
            return plan
        return AndMaybe(plan, AnyOf(parts) if len(parts) > 1 else parts[0])

    def _pairs(self, words: Sequence[str]) -> Iterator[Plan]:
        """Yield the pairs of neighbouring content words; a name of two words may have a stop word, as علي is."""
        content = sum(not self.analyzer.is_stop_word(word) for word in words)
        if not 1 <= content <= MAX_PAIR_WORDS:
            return
        pairs = [pair for pair in pairwise(words) if pair[0] != pair[1]]
        if len(words) > 2:
            pairs = [pair for pair in pairs if not any(map(self.analyzer.is_stop_word, pair))]
        for pair in pairs:
            space = "exact" if any(map(self.analyzer.is_stop_word, pair)) else "stem"
            terms = tuple(getattr(terms, space) for word in pair if (terms := self.analyzer.terms(word)))
            if len(terms) == len(pair):
                yield Adjacent(space, terms, weights.PAIR_WEIGHT / len(pairs))

    def _families(self, words: Sequence[str]) -> Iterator[Plan]:
        """Yield the family of each content word where the word itself is missing."""
        content = [word for word in words if not self.analyzer.is_stop_word(word)]
        stems = dict.fromkeys(terms.stem for word in content if (terms := self.analyzer.terms(word)))
        # A single word that is missing is found by its synonyms alone, and their order stays.
        if self.family is None or len(stems) < 2:
            return
        boost = weights.FAMILY_WEIGHT * weights.SPACE_WEIGHTS["stem"]
        for stem in stems:
            if members := self.family(stem):
                # The stem itself is listed for its idf: a family counts no more than its commonest member.
                yield AndNot(Family("stem", (stem, *members), boost), Term("stem", stem, 0.0))
