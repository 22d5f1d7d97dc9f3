"""Compounds in queries: words side by side that are one name or one code, with their spellings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from analyzers.arabic.compounds import SON, is_compound, other_spelling
from analyzers.arabic.normalizer import HAMZATED_ALEFS, normalize, spell
from analyzers.codes import LONGEST_ACRONYM, code_length, code_spellings

_JOINED_CODE: Final = re.compile(rf"(?!واس|كاس|فاس|[بلكوف]ار|باكس)[وف]?[بلك]?(?P<letter>[ا{HAMZATED_ALEFS}]\w+)")
"""The name of a letter behind a conjunction and a preposition; not the agency واس, a cup, Fes, a bar, a box."""


class Compound(NamedTuple):
    """Words ``start`` to ``start + length`` of a query that are one name or code, and every spelling to look for."""

    start: int
    length: int
    spellings: tuple[tuple[str, ...], ...]


def usual_spelling(words: Sequence[str]) -> list[str]:
    """Return the words of a query with each name joined that stays one word, and each code in Latin letters.

    >>> usual_spelling(["في", "حضر", "موت", "إف", "16"])
    ['في', 'حضرموت', 'f', '16']

    A code loses the conjunction and the preposition before it, as «وبإف 16» does.
    """
    usual: list[str] = []
    exact, at = [normalize(_without_proclitics(words, at)) for at in range(len(words))], 0
    while at < len(words):
        length = code_length(exact[at:])
        if length and not exact[at].isascii():
            usual += code_spellings(exact[at : at + length])[0]
        elif usual and other_spelling((normalize(usual[-1]), exact[at])):
            usual[-1] += words[at]
            length = 1
        else:
            length = length or 1
            usual += words[at : at + length]
        at += length
    return usual


def _without_proclitics(words: Sequence[str], at: int) -> str:
    """Return the word at ``at``, and where a code begins with it, this without what is joined to its first letter."""
    written = _JOINED_CODE.fullmatch(spell(words[at]))
    code = [normalize(written["letter"]), *map(normalize, words[at + 1 : at + 1 + LONGEST_ACRONYM])] if written else []
    return code[0] if code_length(code) else words[at]


def compounds(words: Sequence[str], is_stop_word: Callable[[str], bool]) -> Iterator[Compound]:
    """Yield the compounds among the normalized words of a query in usual spelling, in order; they do not overlap.

    A name with a stop word has no stem to look for: of أم درمان only the second word counts. بن begins a name only
    where none precedes it, since «محمد بن سلمان» is one name of three words.

    >>> [(each.start, each.spellings) for each in compounds(["زيارة", "ابو", "مازن"], lambda word: False)]
    [(1, (('ابو', 'مازن'),))]
    """
    at = 0
    while at < len(words):
        found = _compound_at(words, at, is_stop_word)
        if found:
            yield found
        at += found.length if found else 1


def _compound_at(words: Sequence[str], at: int, is_stop_word: Callable[[str], bool]) -> Compound | None:
    if length := code_length(words[at:]):
        return Compound(at, length, code_spellings(words[at : at + length]))
    if other := other_spelling(words[at : at + 1]):
        return Compound(at, 1, ((words[at],), other))
    length = 1
    while at + length < len(words) and is_compound(words[at + length - 1], words[at + length]):
        length += 1
    parts = tuple(words[at : at + length])
    if length == 1 or (at and parts[0] == SON) or any(map(is_stop_word, parts)):
        return None
    return Compound(at, length, (parts,))
