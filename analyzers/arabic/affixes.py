"""Affixes that a word may carry: the tables ``prefixes.tsv`` and ``suffixes.tsv``, normalized."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache
from typing import Final, Literal, NamedTuple, get_args

from analyzers import resources
from analyzers.arabic.letters import ALEF, LAM
from analyzers.arabic.normalizer import normalize, spell

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


class _Slot(NamedTuple):
    letter: str
    word_class: WordClass
    is_guessed: bool
    endings: tuple[str, ...]


@cache
def affixes() -> tuple[Affixes, ...]:
    """Return every prefix with every ending that may follow it; one with a teh marbuta also with a heh instead."""
    table = tuple(resources.records("ar/suffixes.tsv", columns=4, make=_slot))
    pronouns = next(slot.endings for slot in table if slot.letter == _PRONOUN_ROW)
    return tuple(
        Affixes(slot.word_class, slot.letter, prefix, spelling, slot.is_guessed)
        for slot in table
        if slot.letter != _PRONOUN_ROW
        for ending, follows_article in _with_pronouns(slot.endings, pronouns)
        for spelling in dict.fromkeys((ending, normalize(ending)))
        for prefix in prefixes(slot.word_class)
        if follows_article or not prefix.endswith(_ARTICLES)
    )


@cache
def prefixes(word_class: WordClass) -> tuple[str, ...]:
    """Return all prefixes of words of one class; for nouns and perfects the first is empty.

    >>> prefixes("perfect")
    ('', 'ف', 'ل', 'و', 'ول')
    """
    table = resources.records("ar/prefixes.tsv", columns=3, make=prefix_row)
    choices_by_position = [choices for row_class, choices in table if row_class == word_class]
    return tuple(dict.fromkeys("".join(parts) for parts in itertools.product(*choices_by_position)))


def _with_pronouns(endings: tuple[str, ...], pronouns: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    for ending in endings:
        if ending.endswith("+"):
            yield from ((ending[:-1] + pronoun, False) for pronoun in pronouns)
        else:
            yield ending.removeprefix("="), not ending.startswith("=")


def prefix_row(word_class: str, position: str, choices: str) -> tuple[WordClass, tuple[str, ...]]:
    """Return the class and the prefixes of a row of prefixes.tsv; raises ValueError for a malformed row."""
    int(position)
    return class_named(word_class), tuple(map(_letters, choices.split(" ")))


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
