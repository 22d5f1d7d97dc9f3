"""Affixes that a word may carry: the tables ``prefixes.tsv`` and ``suffixes.tsv``, normalized."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache
from typing import Final, Literal, NamedTuple, get_args

from analyzers import resources
from analyzers.arabic.letters import ALEF, LAM
from analyzers.arabic.normalizer import spell
from analyzers.arabic.orthography import printed_ways

WordClass = Literal["noun", "perfect", "imperfect"]
CLASSES: Final[tuple[WordClass, ...]] = get_args(WordClass)

_PRONOUN_ROW = "pronoun"
_ARTICLES = (ALEF + LAM, LAM + LAM)


class Affixes(NamedTuple):
    """A prefix and an ending that a word may carry together, and the ending's slot.

    A slot, named by one letter, is a set of endings that go with the same stems; ``is_guessed`` says whether stems that
    are in no lexicon may take it.
    """

    word_class: WordClass
    slot: str
    prefix: str
    ending: str
    is_guessed: bool
    score: float
    """What is added to a score because the ending is printed in another way."""


class _Slot(NamedTuple):
    letter: str
    word_class: WordClass
    is_guessed: bool
    endings: tuple[str, ...]


@cache
def affixes() -> tuple[Affixes, ...]:
    """Return every prefix with every ending that may follow it; each ending in all ways to print it."""
    table = tuple(resources.records("ar/suffixes.tsv", columns=4, make=_slot))
    pronouns = {slot.is_guessed: slot.endings for slot in table if slot.letter == _PRONOUN_ROW}
    return tuple(
        Affixes(slot.word_class, slot.letter, prefix, printed, slot.is_guessed and is_guessed, score)
        for slot in table
        if slot.letter != _PRONOUN_ROW
        for ending, follows_article, is_guessed in _with_pronouns(slot.endings, pronouns)
        for printed, score in printed_ways(ending)
        for prefix in prefixes(slot.word_class)
        if follows_article or not prefix.endswith(_ARTICLES)
    )


@cache
def pronouns() -> tuple[str, ...]:
    """Return the pronouns that stand at the end of a noun or a particle."""
    rows = resources.records("ar/suffixes.tsv", columns=4, make=_slot)
    return next(slot.endings for slot in rows if slot.letter == _PRONOUN_ROW and slot.is_guessed)


@cache
def prefixes(word_class: WordClass) -> tuple[str, ...]:
    """Return all prefixes of words of one class; for nouns and perfects the first is empty.

    >>> prefixes("perfect")
    ('', 'ف', 'ل', 'و', 'ول')
    """
    table = resources.records("ar/prefixes.tsv", columns=3, make=prefix_row)
    rows = [(position, choices) for row_class, position, choices in table if row_class == word_class]
    whole = [prefix for position, choices in rows if position == 0 for prefix in choices]
    joined = ("".join(parts) for parts in itertools.product(*(choices for position, choices in rows if position)))
    return tuple(dict.fromkeys((*joined, *whole)))


def _with_pronouns(endings: tuple[str, ...], pronouns: dict[bool, tuple[str, ...]]) -> Iterator[tuple[str, bool, bool]]:
    """Yield each ending, whether it may follow an article, and whether an unknown stem may take its pronoun."""
    for ending in endings:
        if ending.endswith("+"):
            for is_guessed, row in pronouns.items():
                yield from ((ending[:-1] + pronoun, False, is_guessed) for pronoun in row)
        else:
            yield ending.removeprefix("="), not ending.startswith("="), True


def prefix_row(word_class: str, position: str, choices: str) -> tuple[WordClass, int, tuple[str, ...]]:
    """Return the class, the place and the prefixes of a row of prefixes.tsv; raises ValueError for a malformed row."""
    return class_named(word_class), int(position), tuple(map(_letters, choices.split(" ")))


def _slot(letter: str, word_class: str, known: str, endings: str) -> _Slot:
    if known not in ("guess", "known"):
        raise ValueError(f"{known!r}; expected guess or known")
    return _Slot(letter, class_named(word_class), known == "guess", tuple(map(_letters, endings.split(" "))))


def _letters(cell: str) -> str:
    """Return the letters of one affix, normalized, between the signs of the table."""
    start, end = "=" * cell.startswith("="), "+" * cell.endswith("+")
    return start + spell(cell) + end


def class_named(name: str) -> WordClass:
    """Return the word class called ``name``; raises ValueError when there is none."""
    for word_class in CLASSES:
        if name == word_class:
            return word_class
    raise ValueError(f"word class {name!r}; expected {', '.join(CLASSES)}")
