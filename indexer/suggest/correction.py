"""Correction of a query: for words that hardly any article has, the words of the index that were probably meant."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from analyzers import Analyzer, Token
from indexer.engines import SearchEngine
from indexer.query.keyboards import other_layout
from indexer.query.plan import AllOf, EngineRequest, Plan, Term, TermPhrase
from indexer.results.alternatives import Change
from indexer.suggest.latin_names import names_alike
from indexer.suggest.mistakes import mistake_cost
from indexer.suggest.printed_words import PrintedWords
from indexer.suggest.transliteration import arabic_spellings

RARE: Final = 3
"""A word that more articles have as it is typed is right."""
SHORTEST: Final = 3
MAX_WORDS: Final = 12
"""Longer queries are pasted texts, whose words are right."""
MAX_CANDIDATES: Final = 150
MAX_COMPARED: Final = 12

# With 3 a mistake that is one step unlikelier must be a word that is a thousand times commoner.
COST_WEIGHT: Final = 3.0
SPACE_COST: Final = 0.7
"""A space that is missing or too much."""
OTHER_SCRIPT_COST: Final = 0.4
LETTER_COST: Final = 0.08
"""For each step by which a letter is an unlikelier one for the Latin letter."""
CERTAIN_COST: Final = 0.8
"""The highest cost at which a word is corrected of which articles have other forms."""
SURE_COST: Final = 0.5
"""The highest cost at which a word is corrected that an article has as it is typed."""
MIN_RATIO: Final = 20
"""How many times commoner than such a word its correction must be."""
MIN_SHARE: Final = -5.4
"""The least logarithm of the share of articles that have a correction, at no cost; a word of 30,017 articles is offered
for a mistake of .8 from 30 articles on, for one of .4 from two on."""


class Candidate(NamedTuple):
    """Terms that may be meant, side by side; how many articles have them, and the cost of the mistake."""

    terms: tuple[str, ...]
    articles: int
    cost: float
    words: int = 1
    """How many words of the query they stand for."""
    text: str = ""
    """How they are printed, where that is known."""

    @property
    def score(self) -> float:
        """The higher the likelier."""
        return math.log10(self.articles) - COST_WEIGHT * self.cost


class Corrector:
    """Corrects queries by the words of an index."""

    def __init__(self, engine: SearchEngine, analyzer: Analyzer, printed: PrintedWords) -> None:
        self._engine = engine
        self._analyzer = analyzer
        self._printed = printed

    def changes(self, query: str, looked_for: frozenset[str]) -> tuple[Change, ...]:
        """Return the changes that correct ``query``, in order; ``looked_for`` are the exact terms that must be in it."""
        words = [token for token in self._analyzer.words(query) if self._analyzer.exact(token.text) in looked_for]
        if not 0 < len(words) <= MAX_WORDS:
            return ()
        counts = self._totals([plan for word in words for plan in self._plans_of(word)])
        printed = counts[::2]
        known = [max(pair) for pair in zip(printed, counts[1::2], strict=True)]
        is_known = any(count for word, count in zip(words, known, strict=True) if self._may_be_wrong(word))
        if not is_known and (whole := self._in_other_layout(query)):
            return (whole,)
        changes: list[Change] = []
        for at, word in enumerate(words):
            if printed[at] > RARE or (changes and word.start < changes[-1].end) or not self._may_be_wrong(word):
                continue
            context = [self._plans_of(other)[1] for place, other in enumerate(words) if place != at and known[place]]
            most_cost = SURE_COST if printed[at] else CERTAIN_COST if known[at] else math.inf
            if best := self._best(words, at, known[at], most_cost, context):
                last = words[at + best.words - 1]
                meant = best.text or " ".join(map(self._printed.of, best.terms))
                changes.append(Change(word.start, last.end, query[word.start : last.end], meant))
        return tuple(changes)

    def _may_be_wrong(self, word: Token) -> bool:
        letters = self._analyzer.exact(word.text)
        return (
            len(letters) >= SHORTEST
            and not any(map(str.isdigit, letters))
            and not self._analyzer.is_stop_word(word.text)
        )

    def _plans_of(self, word: Token) -> tuple[Plan, Plan]:
        terms = self._analyzer.terms(word.text)
        exact, stem = (terms.exact, terms.stem) if terms else (word.text, word.text)
        return Term("exact", exact, 1.0), Term("stem", stem, 1.0)

    def _totals(self, plans: Sequence[Plan]) -> tuple[int, ...]:
        return self._engine.totals([EngineRequest(plan) for plan in plans])

    def _in_other_layout(self, query: str) -> Change | None:
        """Return the change of all of a query that was typed with another keyboard layout, None where it was not.

        Then each part of it between blanks is one word of the index; signs would cut others into pieces, «hg''vr».
        """
        meant = other_layout(query)
        terms = [self._analyzer.exact(word.text) for word in self._analyzer.words(meant)]
        if len(terms) != len(query.split()) or max(map(len, terms), default=0) < SHORTEST or not all(terms):
            return None
        counts = self._totals([Term("exact", term, 1.0) for term in terms])
        return Change(0, len(query), query, meant) if min(counts) else None

    # -- candidates

    def _best(
        self, words: Sequence[Token], at: int, known: int, most_cost: float, context: Sequence[Plan]
    ) -> Candidate | None:
        """Return the likeliest candidate for a word that ``known`` articles have, None where it is best as it is."""
        exact = self._analyzer.exact(words[at].text)
        candidates = [*self._spellings(exact, known)]
        if not known:
            others = (*_divided_words(exact), *self._joined_words(words, at), *self._other_scripts(words[at].text))
            candidates += self._occurring(others)
        if known:
            candidates = [each for each in candidates if each.cost <= most_cost and each.articles >= MIN_RATIO * known]
        least = math.log10(max(self._engine.stats().articles, 1)) + MIN_SHARE
        candidates = [each for each in candidates if each.score >= least]
        candidates.sort(key=lambda each: -each.score)
        return max(self._beside(candidates[:MAX_COMPARED], context), key=lambda each: each.score, default=None)

    def _beside(self, candidates: Sequence[Candidate], context: Sequence[Plan]) -> Sequence[Candidate]:
        """Return the candidates with the number of articles that have the other words too, where any does."""
        if not context or not candidates:
            return candidates
        plans = [AllOf((_plan_of(each.terms), *context)) for each in candidates]
        counted = zip(candidates, self._totals(plans), strict=True)
        return [each._replace(articles=together) for each, together in counted if together] or candidates

    def _spellings(self, exact: str, known: int) -> Iterator[Candidate]:
        """Yield terms spelt alike."""
        distance = 1 if len(exact) < 4 else 2
        for term, articles in self._engine.similar_terms("exact", exact, distance, MAX_CANDIDATES):
            cost = mistake_cost(exact, term)
            if term != exact and articles > known and cost <= _most_cost(max(len(exact), len(term))):
                yield Candidate((term,), articles, cost)

    def _joined_words(self, words: Sequence[Token], at: int) -> Iterator[Candidate]:
        """Yield the word that a word and the next one are without the space between them."""
        if at + 1 < len(words) and words[at + 1].start - words[at].end == 1:
            joined = self._analyzer.exact(words[at].text + words[at + 1].text)
            yield Candidate((joined,), 0, SPACE_COST, words=2)

    def _other_scripts(self, typed: str) -> Iterator[Candidate]:
        """Yield what a word is in Arabic letters that was typed by its sound, and names alike."""
        exact = self._analyzer.exact
        costs = {exact(spelling): cost for spelling, cost in arabic_spellings(typed)}
        for term, cost in costs.items():
            yield Candidate((term,), 0, OTHER_SCRIPT_COST + LETTER_COST * cost)
        for name, arabic in names_alike(typed):
            run = tuple(exact(word) for word in arabic.split("_"))
            yield Candidate(run, 0, mistake_cost(typed.lower(), name.lower()), text=name)

    def _occurring(self, candidates: Sequence[Candidate]) -> Iterator[Candidate]:
        """Yield those of ``candidates`` that any article has, with how many have them."""
        possible = [each for each in candidates if each.terms and all(each.terms)]
        counts = self._totals([_plan_of(each.terms) for each in possible]) if possible else ()
        for each, articles in zip(possible, counts, strict=True):
            if articles:
                yield each._replace(articles=articles)


def _divided_words(exact: str) -> Iterator[Candidate]:
    """Yield the two words that a word is whose space is missing; how many articles have them is not known yet."""
    for at in range(2, len(exact) - 1):
        yield Candidate((exact[:at], exact[at:]), 0, SPACE_COST)


def _plan_of(terms: tuple[str, ...]) -> Plan:
    return Term("exact", terms[0], 1.0) if len(terms) == 1 else TermPhrase("exact", terms, 1.0)


def _most_cost(letters: int) -> float:
    """Return the highest cost at which a word of so many letters is still the same word."""
    return 0.7 if letters <= 4 else 0.8 if letters <= 6 else 1.2 if letters <= 8 else 1.6
