"""Tokens and terms: the values that analysis returns."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple, overload


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


class Stage(NamedTuple):
    """One step of the chain for one word: the step's name, its output, and the reason for it."""

    name: str
    output: str
    note: str
