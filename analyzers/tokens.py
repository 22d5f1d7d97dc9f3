"""Tokens and terms: the values that analysis returns."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple, overload


class Token(NamedTuple):
    """A word as printed: ``text`` is exactly ``source[start:end]``; ``position`` counts words from 0."""

    text: str
    position: int
    start: int
    end: int


class Terms(NamedTuple):
    """The two terms of a word: ``exact``, its normalized letters, and ``stem``, its conflation class.

    Neither is ever empty or holds white space, and ``stem`` is never longer than ``exact``.
    """

    exact: str
    stem: str


class Word(NamedTuple):
    """A token with its terms; ``is_stop`` is true for a word too common to tell texts apart."""

    token: Token
    terms: Terms
    is_stop: bool


class EncodedTerms(Sequence[str | None]):
    """Terms by position, None for a gap, stored as ``term_ids`` (uint32): indices into ``vocabulary``.

    Many texts share a vocabulary, which grows. ``vocabulary[0]`` is None, and no term stands in it twice.

    >>> terms = EncodedTerms(array("I", [2, 0, 1]), [None, "بيروت", "وزير"])
    >>> list(terms), terms[2]
    (['وزير', None, 'بيروت'], 'بيروت')
    """

    __slots__ = ("term_ids", "vocabulary")

    def __init__(self, term_ids: array[int], vocabulary: list[str | None]) -> None:
        self.term_ids = term_ids
        self.vocabulary = vocabulary

    def __len__(self) -> int:
        return len(self.term_ids)

    def __iter__(self) -> Iterator[str | None]:
        return map(self.vocabulary.__getitem__, self.term_ids)

    @overload
    def __getitem__(self, index: int) -> str | None: ...
    @overload
    def __getitem__(self, index: slice) -> EncodedTerms: ...
    def __getitem__(self, index: int | slice) -> str | EncodedTerms | None:
        if isinstance(index, slice):
            return EncodedTerms(self.term_ids[index], self.vocabulary)
        return self.vocabulary[self.term_ids[index]]

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # a sequence that equals lists

    def __repr__(self) -> str:
        return f"EncodedTerms of {list(self)}"


class AnalyzedText(NamedTuple):
    """The words of a text by position: exact terms and stems, None where a word has none, and start offsets."""

    exact: EncodedTerms
    stems: EncodedTerms
    starts: array[int]


REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "printed": "as printed: {0} characters",
        "nothing": "nothing searchable is left",
        "folded": "one spelling for all: marks and joiners off, letters and digits folded",
        "affixes": "off: {0}",
        "no_affixes": "none comes off",
        "lexicon": "the lexicon has this stem, with these affixes",
        "guess": "no lexicon has it: the most probable split of the letters",
        "stem": "one term for all forms of the word; ~ is a verb's",
        "number": "numbers are not stemmed",
        "english_ending": "{0} without its English ending",
        "no_english_ending": "no English ending comes off",
        "acronym": "an acronym in capitals keeps its letters, and is no stop word",
        "stop_word": "too common to tell articles apart: kept for phrases only",
    }
)
"""What a stage does, in English, by code; ``{0}`` stands for what it does it to."""


class Stage(NamedTuple):
    """One step of the chain for one word: the step's name, its output, and a code of ``REASONS`` for the reason.

    ``affixes`` are the prefix and the ending that come off, either of them empty, where that is the step.
    """

    name: str
    output: str
    reason: str
    detail: str = ""
    affixes: tuple[str, str] = ("", "")

    @property
    def note(self) -> str:
        """The reason in English."""
        return REASONS[self.reason].format(self.detail)
