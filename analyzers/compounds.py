"""Compounds in queries: words side by side that are one name or one code, with their spellings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from analyzers.arabic.compounds import SON, is_compound, other_spelling
from analyzers.arabic.normalizer import normalize
from analyzers.codes import code_length, code_spellings


class Compound(NamedTuple):
    """Words ``start`` to ``start + length`` of a query that are one name or code, and every spelling to look for."""

    start: int
    length: int
    spellings: tuple[tuple[str, ...], ...]


def join_names(words: Sequence[str]) -> list[str]:
    """Return ``words`` with the names joined that stay one word in an index.

    >>> join_names(["في", "حضر", "موت"])
    ['في', 'حضرموت']
    """
    joined: list[str] = []
    for word in words:
        if joined and other_spelling((normalize(joined[-1]), normalize(word))):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def compounds(words: Sequence[str], is_stop_word: Callable[[str], bool]) -> Iterator[Compound]:
    """Yield the compounds among the normalized words of a query, its names joined, in order; they do not overlap.

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
