"""Patterns for words: a prefix (``العسكر*``) and a fuzzy word (``gaddafi~``), and the terms of an index that fit.

A prefix in ة fits words with ت for it too, as that letter is written before an ending: ``مدرسة*`` finds «مدرسته».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, Protocol

from analyzers import JOINERS, MARKS, Analyzer, character_class, with_proclitics
from indexer.query import limits
from indexer.query.nodes import Fuzzy, Pattern, Prefix
from indexer.query.notices import Span
from indexer.query.plan import AndMaybe, AnyOf, Family, MatchNone, Plan, Term, all_of
from indexer.ranking.occurrences import Part

MIN_LETTERS_BEHIND_PROCLITICS: Final = 3
"""The least letters of a prefix that is looked for behind the article and proclitics too: «كر» with one is «بكر»."""

_WORD = rf"[^\W\d_](?:[^\W\d_]|[{character_class(MARKS | JOINERS)}])*"
_PATTERN = re.compile(rf"(?P<typed>(?P<text>{_WORD})(?:\*|~(?P<edits>\d*)))\W*")
_ARTICLE: Final = "\N{ARABIC LETTER ALEF}\N{ARABIC LETTER LAM}"
_TEH_MARBUTA: Final = "\N{ARABIC LETTER TEH MARBUTA}"
_TEH: Final = "\N{ARABIC LETTER TEH}"


class TermLookup(Protocol):
    """The terms of an index, each with the number of articles that have it, the commonest first."""

    def terms_with_prefix(self, space: str, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return the terms of a space that begin with ``prefix``."""

    def similar_terms(
        self, space: str, text: str, distance: int, limit: int, *, shared_prefix: int = 0
    ) -> Sequence[tuple[str, int]]:
        """Return the terms of a space within an edit distance of ``text`` that share its first letters."""


class Forms(NamedTuple):
    """The exact terms that fit a pattern, the commonest first, and whether there are more than are looked for.

    ``before`` has the terms of a name in one word before its last part, which is what the pattern is for. ``itself`` is
    the term of a fuzzy word as typed.
    """

    pattern: Pattern
    terms: tuple[str, ...]
    is_cut: bool
    before: tuple[str, ...] = ()
    itself: str = ""

    def plan(self, part: Part | None) -> Plan:
        """Return the plan that finds any of the terms, in one part of an article or in all of it; scored as one word.

        The fuzzy word as typed counts twice, since of the alike ones most are other words.
        """
        if not self.terms:
            return MatchNone()
        before = [Term("exact", text, 1.0, part) for text in self.before]
        found: list[Plan] = [Family("exact", self.terms, 1.0)] if len(self.terms) > 1 or not part else []
        if part:
            places = tuple(Term("exact", text, 0.0 if found else 1.0, part) for text in self.terms)
            found.append(AnyOf(places) if len(places) > 1 else places[0])
        plan = all_of([*before, *found])
        return (
            AndMaybe(plan, Term("exact", self.itself, 1.0, part))
            if len(self.terms) > 1 and self.itself in self.terms
            else plan
        )


def read_pattern(text: str, start: int) -> Pattern | None:
    """Return the pattern that ``text`` is, typed from ``start`` on in a query, or None.

    >>> read_pattern("العسكر*،", 0), read_pattern("ab~", 0), read_pattern("a*", 0)
    (Prefix(text='العسكر', span=Span(start=0, end=7)), Fuzzy(text='ab', edits=1, span=Span(start=0, end=3)), None)
    """
    written = _PATTERN.fullmatch(text)
    if not written:
        return None
    word, edits, span = written["text"], written["edits"], Span(start, start + written.end("typed"))
    letters = sum(map(str.isalpha, word))
    if edits is None:
        return Prefix(word, span) if letters >= limits.MIN_PREFIX_LETTERS else None
    usual = 1 if letters <= limits.MAX_LETTERS_OF_ONE_EDIT else limits.MAX_EDITS
    return Fuzzy(word, min(int(edits[:2] or usual), limits.MAX_EDITS), span)


class FormFinder:
    """Finds the terms that fit the patterns of one query; over all calls, a limited number."""

    def __init__(self, analyzer: Analyzer, lookup: TermLookup | None) -> None:
        self.analyzer = analyzer
        self.lookup = lookup
        self.forms_left = limits.MAX_QUERY_FORMS

    def forms(self, pattern: Pattern) -> Forms:
        """Return the commonest exact terms that fit ``pattern``; none where it has no letter that is searchable."""
        *before, last = [self.analyzer.exact(token.text) for token in self.analyzer.words(pattern.text)] or [""]
        if not last or not self.forms_left or not self.lookup:
            return Forms(pattern, (), is_cut=not self.forms_left)
        limit = min(limits.MAX_FORMS, self.forms_left)
        if isinstance(pattern, Prefix):
            starts = (last, last[:-1] + _TEH) if pattern.text.endswith(_TEH_MARBUTA) else (last,)
            texts = (text for start in starts for text in _behind_proclitics(start))
            found = [self.lookup.terms_with_prefix("exact", text, limit + 1) for text in texts]
        else:
            found = [self.lookup.similar_terms("exact", last, pattern.edits, limit + 1, shared_prefix=1)]
        terms = _commonest(term for terms in found for term in terms)
        self.forms_left -= len(terms[:limit])
        itself = last if isinstance(pattern, Fuzzy) else ""
        return Forms(pattern, terms[:limit], len(terms) > limit, tuple(before), itself)


def _behind_proclitics(prefix: str) -> tuple[str, ...]:
    if prefix.isascii() or len(prefix) < MIN_LETTERS_BEHIND_PROCLITICS:
        return (prefix,)
    definite = () if prefix.startswith(_ARTICLE) else with_proclitics(_ARTICLE + prefix)
    return (*with_proclitics(prefix), *definite)


def _commonest(counts: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """Return each term once, the commonest first, equally common ones by code points."""
    return tuple(term for term, _ in sorted(set(counts), key=lambda count: (-count[1], count[0])))
