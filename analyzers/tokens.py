"""What a word of a text is, and what is known of it: ``Token``, ``Terms``, ``Word``, ``AnalyzedText``, ``Stage``."""

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
    """A token with its terms; ``is_stop`` says that the word is too common to tell texts apart."""

    token: Token
    terms: Terms
    is_stop: bool


class EncodedTerms(Sequence[str | None]):
    """Terms by position, ``None`` for a gap: their ``term_ids`` in a ``vocabulary``, which texts share and which grows.

    ``vocabulary[0]`` is None, and no term stands in it twice.

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
    def __getitem__(self, at: int) -> str | None: ...
    @overload
    def __getitem__(self, at: slice) -> EncodedTerms: ...
    def __getitem__(self, at: int | slice) -> str | EncodedTerms | None:
        if isinstance(at, slice):
            return EncodedTerms(self.term_ids[at], self.vocabulary)
        return self.vocabulary[self.term_ids[at]]

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # a sequence that equals lists

    def __repr__(self) -> str:
        return f"EncodedTerms of {list(self)}"


class AnalyzedText(NamedTuple):
    """The words of a text, one for each position: their terms, None where there is none, and where they start."""

    exact: EncodedTerms
    stems: EncodedTerms
    starts: array[int]


class Stage(NamedTuple):
    """One step of the chain for one word: its name, what came out, and why."""

    name: str
    output: str
    note: str
