"""Transliteration by rule: how a word in Latin letters may be spelt in Arabic ones. An index says which spelling exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from heapq import nsmallest
from importlib import resources
from typing import Final

from analyzers import read_table

MAX_SPELLINGS: Final = 200
_MAX_KEPT: Final = 200
_SPLIT_COST: Final = 3
"""The cost of reading two letters apart that stand for one, as sh."""

_ARTICLE: Final = re.compile(r"(?:al|el)-?(?=[a-z']{3})")


def _table() -> dict[str, tuple[str, ...]]:
    rows = read_table("transliteration.tsv", columns=2, root=resources.files("indexer") / "data")
    return {latin: tuple("" if each == "-" else each for each in arabic.split(" ")) for latin, arabic in rows}


_LETTERS: Final = _table()
_LONGEST_LETTER: Final = max(map(len, _LETTERS))


def arabic_spellings(word: str) -> tuple[tuple[str, int], ...]:
    """Return the likelier Arabic spellings of a word in Latin letters, each with its cost; () for any other word.

    The cost is the sum of the places that its letters have among those possible.

    >>> dict(arabic_spellings("alrasheed"))["الرشيد"], arabic_spellings("7"), arabic_spellings("قمح")
    (0, (), ())
    """
    latin = word.lower().replace("-", "")
    if not re.fullmatch(r"[a-z'0-9]{3,14}", latin) or not re.search("[a-z]", latin):
        return ()
    spelt = [*_spellings(latin)]
    if article := _ARTICLE.match(latin):
        spelt += [(cost, "ال" + rest) for cost, rest in _spellings(latin[article.end() :])]
    best: dict[str, int] = {}
    for cost, text in sorted(spelt):
        best.setdefault(text, cost)
    return tuple(best.items())[:MAX_SPELLINGS]


def _spellings(latin: str) -> Iterator[tuple[int, str]]:
    """Yield spellings with a cost each: the sum of the places of their letters in the rows of the table."""
    states: list[list[tuple[int, str]]] = [[(0, "")]] + [[] for _ in latin]
    for at in range(len(latin)):
        states[at] = nsmallest(_MAX_KEPT, set(states[at]))
        apart = 0
        for length in range(min(_LONGEST_LETTER, len(latin) - at), 0, -1):
            choices = _choices(latin, at, length)
            for place, arabic in enumerate(choices):
                states[at + length] += [(cost + apart + place, text + arabic) for cost, text in states[at]]
            apart = _SPLIT_COST if choices else 0
    return iter(nsmallest(_MAX_KEPT, set(states[-1])))


def _choices(latin: str, at: int, length: int) -> tuple[str, ...]:
    """Return the Arabic letters for a piece of a word; a doubled consonant is one letter."""
    piece = latin[at : at + length]
    if length == 2 and piece[0] == piece[1] and piece[0] not in "aeiou":
        return _LETTERS.get(piece[0], ())
    return _LETTERS.get(("^" if at == 0 else "") + piece) or _LETTERS.get(piece, ())
