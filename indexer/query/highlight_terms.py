"""Terms to mark in the hits of a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

TermMatch: TypeAlias = tuple[Literal["exact", "form", "alias"], str]
"""How a term matches a query (a mark's kind), and the word or words of the query that it matches."""


@dataclass(frozen=True)
class HighlightTerms:
    """Terms to mark in an article, each with the word of the query that it matches.

    ``exact`` and ``stem`` are terms of the query's words, ``phrases`` exact terms side by side with their words.
    ``compounds`` are stems side by side, with the name or code of the query whose forms they are.
    ``synonym_stems`` are stems, and ``synonym_phrases`` exact terms side by side, of the query's synonyms.
    """

    exact: dict[str, str] = field(default_factory=dict)
    stem: dict[str, str] = field(default_factory=dict)
    phrases: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    compounds: dict[tuple[str, ...], str] = field(default_factory=dict)
    synonym_stems: dict[str, str] = field(default_factory=dict)
    synonym_phrases: dict[tuple[str, ...], str] = field(default_factory=dict)

    # A word may match several: as typed goes before another form of the word, and that before a synonym.

    @cached_property
    def exact_matches(self) -> dict[str, TermMatch]:
        """What a word with an exact term matches."""
        return {term: ("exact", word) for term, word in self.exact.items()}

    @cached_property
    def stem_matches(self) -> dict[str, TermMatch]:
        """What a word with a stem matches, unless its exact term does."""
        synonyms: dict[str, TermMatch] = {stem: ("alias", typed) for stem, typed in self.synonym_stems.items()}
        return synonyms | {stem: ("form", word) for stem, word in self.stem.items()}

    @cached_property
    def term_matches(self) -> tuple[tuple[str, dict[str, TermMatch]], ...]:
        """The term spaces, the later one goes before, and what a word with a term of it matches."""
        return ("stem", self.stem_matches), ("exact", self.exact_matches)
