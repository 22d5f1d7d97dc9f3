"""What a word of a text is, and what is known of it: ``Token``, ``Terms``, ``Word``, ``TermsByPosition``, ``Stage``."""

from __future__ import annotations

from typing import NamedTuple


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


class TermsByPosition(NamedTuple):
    """The words of a text, one for each position: their terms, None where there is none, and where they start."""

    exact: list[str | None]
    stems: list[str | None]
    starts: list[int]


class Stage(NamedTuple):
    """One step of the chain for one word: its name, what came out, and why."""

    name: str
    output: str
    note: str
