"""Which other words are looked for with the words of a query, because they mean the same: ``SynonymExpander``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from analyzers import Analyzer, Synonym, has_own_stem, synonyms_of
from indexer.query import limits
from indexer.query.plan import Plan, Term, TermPhrase
from indexer.schema import TEXT_FIELDS

HasMatches = Callable[[Plan], bool]
"""Whether anything in an index answers a plan."""


class Alternative(NamedTuple):
    """Other words to look for: ``text`` as people write it, and its terms, side by side in one term space."""

    text: str
    space: Literal["exact", "stem"]
    terms: tuple[str, ...]

    def plan(self, field: str, boost: float) -> Term | TermPhrase:
        """Return how to find it in one text field; its words share the ``boost``, or a long name would count most."""
        name, shared = f"{field}_{self.space}", boost / len(self.terms)
        return Term(name, self.terms[0], shared) if len(self.terms) == 1 else TermPhrase(name, self.terms, shared)


@dataclass(frozen=True, slots=True)
class Linked:
    """``words[start:end]`` of a query, as ``typed``, and what else is looked for with them."""

    start: int
    end: int
    typed: str
    alternatives: tuple[Alternative, ...]


class SynonymExpander:
    """Finds the links of a query's words; all calls together give a bounded number of alternatives."""

    def __init__(self, analyzer: Analyzer, has_matches: HasMatches) -> None:
        self.analyzer = analyzer
        self.has_matches = has_matches
        self.left = limits.MAX_LINKED

    def links(self, words: Sequence[str]) -> Iterator[Linked]:
        """Yield the links of ``words`` that lead to anything that is not looked for already."""
        stems = {terms.stem for word in words if (terms := self.analyzer.terms(word))}
        for link in synonyms_of(words, self.analyzer):
            room = min(limits.MAX_ALTERNATIVES, self.left)
            chosen = tuple(islice(self._alternatives(link, stems), room))
            self.left -= len(chosen)
            if chosen:
                end = link.start + link.length
                yield Linked(link.start, end, " ".join(words[link.start : end]), chosen)

    def _alternatives(self, link: Synonym, stems: set[str]) -> Iterator[Alternative]:
        """Yield the alternatives of ``link`` with terms of their own: each terms once, and none that a word has."""
        seen: set[tuple[str, ...]] = {(stem,) for stem in stems}
        for run in link.alternatives:
            found = self._alternative(link, run)
            if found and found.terms not in seen and (link.kind != "spelling" or self._is_there(found)):
                seen.add(found.terms)
                yield found

    def _alternative(self, link: Synonym, run: tuple[str, ...]) -> Alternative | None:
        """Return how a run of words is looked for, or None for a stop word alone: it has no stem."""
        terms = [found for word in run if (found := self.analyzer.terms(word))]
        text = " ".join(run)
        # The name of a month is a verb or another noun as soon as its endings come off (مارس, آب), and a spelling may be.
        if len(terms) > 1 or link.kind == "month" or (link.kind == "spelling" and not has_own_stem(terms[0])):
            return Alternative(text, "exact", tuple(each.exact for each in terms))
        return Alternative(text, "stem", (terms[0].stem,)) if terms and not self.analyzer.is_stop_word(text) else None

    def _is_there(self, found: Alternative) -> bool:
        """Return whether another spelling occurs at all; it is rare, so looking costs little."""
        return any(self.has_matches(found.plan(name, 1.0)) for name in TEXT_FIELDS)
