"""Synonym expansion: the other words that are looked for with the words of a query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress
from typing import Final, Literal, NamedTuple, TypeAlias

from analyzers import Analyzer, Synonym, Terms, has_own_stem, synonyms_of, with_proclitics
from indexer.query import limits
from indexer.query.plan import Plan, Term, TermPhrase, any_of
from indexer.ranking.occurrences import Part

MIN_LETTERS_BEHIND_PROCLITICS: Final = 4
"""The least letters of a single word that is looked for with proclitics too: ابل (آبل) with one is بابل."""

HasMatches = Callable[[Sequence[Plan]], Sequence[bool]]
"""Returns for each plan whether any article matches it; it is asked for many at once, since each call costs something."""

_KINDS_OF_NAMES: Final = ("name", "spelling")


Run: TypeAlias = tuple[str, tuple[str, ...]]
"""A term space, and terms that stand side by side in it."""


class Alternative(NamedTuple):
    """A synonym: ``text`` as it is written, and ``runs``, terms that stand side by side in one term space.

    In the exact space an Arabic name has a run for each way in which proclitics stand before it. ``words`` are the terms
    of each of its words.
    """

    text: str
    space: Literal["exact", "stem"]
    runs: tuple[tuple[str, ...], ...]
    words: tuple[Terms, ...]

    def among(self, runs: frozenset[Run]) -> Alternative:
        """Return the alternative with those of its runs that are among ``runs``, which may be none."""
        return self._replace(runs=tuple(run for run in self.runs if (self.space, run) in runs))

    def plan(self, part: Part | None = None) -> Plan:
        """Return the plan that finds its runs, in one part of an article or in all of it, and scores nothing."""
        return any_of(
            Term(self.space, run[0], 0.0, part) if len(run) == 1 else TermPhrase(self.space, run, 0.0, part)
            for run in self.runs
        )


@dataclass(frozen=True, slots=True)
class Expansion:
    """The synonyms of ``words[start:end]`` of a query, which were typed as ``typed``; the likelier ones come first.

    Of a country and its nationality the first is the country; the other is no name of the same thing.
    """

    start: int
    end: int
    typed: str
    alternatives: tuple[Alternative, ...]
    is_nationality: bool


class SynonymExpander:
    """Finds synonyms of the words of one query, of the same words once: a query is planned twice."""

    def __init__(
        self, analyzer: Analyzer, has_matches: HasMatches, is_wanted: Callable[[str], bool] = lambda typed: True
    ) -> None:
        """Leave out the synonyms of words, as they were typed, that are not wanted."""
        self.analyzer = analyzer
        self.has_matches = has_matches
        self.is_wanted = is_wanted
        self._found = cache(self._find)

    def expansions(self, words: Sequence[str], most: int = limits.MAX_QUERY_ALTERNATIVES) -> Iterator[Expansion]:
        """Yield the expansions of ``words``, with ``most`` alternatives, none that a word of the query finds anyway."""
        for synonym, occurring in self._found(tuple(words)):
            typed = " ".join(words[synonym.start : synonym.start + synonym.length])
            if not self.is_wanted(typed):
                continue
            alternatives = occurring[: min(limits.MAX_ALTERNATIVES, most)]
            most -= len(alternatives)
            if alternatives:
                end, is_nationality = synonym.start + synonym.length, synonym.kind == "nationality"
                yield Expansion(synonym.start, end, typed, alternatives, is_nationality)

    def _find(self, words: tuple[str, ...]) -> list[tuple[Synonym, tuple[Alternative, ...]]]:
        """Return the synonyms of ``words`` with those of their alternatives that may be in an article."""
        stems = {terms.stem for word in words if (terms := self.analyzer.terms(word))}
        found = [(synonym, [*self._alternatives(synonym, stems)]) for synonym in synonyms_of(words, self.analyzer)]
        names = [each for synonym, some in found if synonym.kind in _KINDS_OF_NAMES for each in some]
        runs = self._occurring_runs(names) if names else frozenset()
        return [
            (synonym, tuple(kept for each in some if (kept := each.among(runs)).runs))
            if synonym.kind in _KINDS_OF_NAMES
            else (synonym, tuple(some))
            for synonym, some in found
        ]

    def _alternatives(self, synonym: Synonym, stems: set[str]) -> Iterator[Alternative]:
        """Yield the alternatives with terms of their own: no terms twice, and none that a word of the query has."""
        seen: set[tuple[str, ...]] = {(stem,) for stem in stems}
        for words in synonym.alternatives:
            terms = [terms for word in words if (terms := self.analyzer.terms(word))]
            if not terms or (len(terms) == 1 and (terms[0].stem,) in seen):
                continue
            alternative = self._alternative(synonym, words, terms)
            if alternative is None or alternative.runs[0] in seen:
                continue
            seen.add(alternative.runs[0])
            yield alternative

    def _alternative(self, synonym: Synonym, words: tuple[str, ...], terms: Sequence[Terms]) -> Alternative | None:
        """Return the terms to look for, or None for a single stop word, which has no stem."""
        text = " ".join(words)
        if len(terms) > 1 or _is_exact(synonym, terms[0]):
            return Alternative(text, "exact", _runs(tuple(term.exact for term in terms)), tuple(terms))
        return (
            Alternative(text, "stem", ((terms[0].stem,),), tuple(terms))
            if not self.analyzer.is_stop_word(text)
            else None
        )

    def _occurring_runs(self, alternatives: Sequence[Alternative]) -> frozenset[Run]:
        """Return the runs that occur in the index. Most forms of a name are rare, so these searches are cheap."""
        plans = {(each.space, run): each._replace(runs=(run,)).plan() for each in alternatives for run in each.runs}
        return frozenset(compress(plans, self.has_matches([*plans.values()])))


def _is_exact(synonym: Synonym, terms: Terms) -> bool:
    """Return whether one word is looked for in its exact letters: its stem may be another word.

    Without its ending, the name of a month is a verb or another noun (مارس, آب); so may any name be (الأسد, Hamas).
    """
    if synonym.kind == "month":
        return True
    return synonym.kind in ("name", "spelling") and (terms.exact.isascii() or not has_own_stem(terms))


def _runs(exact: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return exact terms side by side, and them with proclitics; a short word alone may be another word with them."""
    if "".join(exact).isascii() or (len(exact) == 1 and len(exact[0]) < MIN_LETTERS_BEHIND_PROCLITICS):
        return (exact,)
    return tuple((first, *exact[1:]) for first in with_proclitics(exact[0]))
