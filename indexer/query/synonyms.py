"""Synonym expansion: the other words that are looked for with the words of a query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from analyzers import Analyzer, Synonym, has_own_stem, synonyms_of
from indexer.query import limits
from indexer.query.plan import Plan, Term, TermPhrase
from indexer.ranking.occurrences import Part

HasMatches = Callable[[Plan], bool]
"""Returns whether any article matches a plan."""


class Alternative(NamedTuple):
    """A synonym: ``text`` as it is written, and its terms, which stand side by side in one term space."""

    text: str
    space: Literal["exact", "stem"]
    terms: tuple[str, ...]

    def plan(self, boost: float, part: Part | None = None) -> Term | TermPhrase:
        """Return the plan that finds it, in one part of an article or in all of it.

        A phrase scores the sum of its terms, so they share ``boost``; else a long name would weigh most.
        """
        shared = boost / len(self.terms)
        if len(self.terms) == 1:
            return Term(self.space, self.terms[0], shared, part)
        return TermPhrase(self.space, self.terms, shared, part)


@dataclass(frozen=True, slots=True)
class Expansion:
    """The synonyms of ``words[start:end]`` of a query, which were typed as ``typed``."""

    start: int
    end: int
    typed: str
    alternatives: tuple[Alternative, ...]


class SynonymExpander:
    """Finds synonyms of the words of one query; over all calls, a limited number of alternatives."""

    def __init__(self, analyzer: Analyzer, has_matches: HasMatches) -> None:
        self.analyzer = analyzer
        self.has_matches = has_matches
        self.alternatives_left = limits.MAX_QUERY_ALTERNATIVES

    def expansions(self, words: Sequence[str]) -> Iterator[Expansion]:
        """Yield the expansions of ``words``, without alternatives that a word of the query finds anyway."""
        stems = {terms.stem for word in words if (terms := self.analyzer.terms(word))}
        for synonym in synonyms_of(words, self.analyzer):
            limit = min(limits.MAX_ALTERNATIVES, self.alternatives_left)
            alternatives = tuple(islice(self._alternatives(synonym, stems), limit))
            self.alternatives_left -= len(alternatives)
            if alternatives:
                end = synonym.start + synonym.length
                yield Expansion(synonym.start, end, " ".join(words[synonym.start : end]), alternatives)

    def _alternatives(self, synonym: Synonym, stems: set[str]) -> Iterator[Alternative]:
        """Yield the alternatives with terms of their own: no terms twice, and none that a word of the query has."""
        seen: set[tuple[str, ...]] = {(stem,) for stem in stems}
        for words in synonym.alternatives:
            alternative = self._alternative(synonym, words)
            if alternative is None or alternative.terms in seen:
                continue
            if synonym.kind != "spelling" or self._occurs(alternative):
                seen.add(alternative.terms)
                yield alternative

    def _alternative(self, synonym: Synonym, words: tuple[str, ...]) -> Alternative | None:
        """Return the terms to look for, or None for a single stop word, which has no stem."""
        terms = [terms for word in words if (terms := self.analyzer.terms(word))]
        text = " ".join(words)
        # Without its ending, the name of a month is a verb or another noun (مارس, آب); so may a spelling be.
        if len(terms) > 1 or synonym.kind == "month" or (synonym.kind == "spelling" and not has_own_stem(terms[0])):
            return Alternative(text, "exact", tuple(term.exact for term in terms))
        return Alternative(text, "stem", (terms[0].stem,)) if terms and not self.analyzer.is_stop_word(text) else None

    def _occurs(self, alternative: Alternative) -> bool:
        """Return whether another spelling occurs in the index. Such spellings are rare, so this search is cheap."""
        return self.has_matches(alternative.plan(1.0))
