"""Cost of mistakes: how unlikely it is that somebody who means one word types another."""

from __future__ import annotations

from importlib import resources
from itertools import accumulate, pairwise
from typing import Final

from analyzers import read_table

# Tuned by hand on 150 misspellings of common words; see benchmarks/search/corrections.py.
SUBSTITUTION: Final = 1.0
NEIGHBOUR_KEY: Final = 0.7
SOUNDS_ALIKE: Final = 0.5
MISSING_LETTER: Final = 0.8
DOUBLED_LETTER: Final = 0.4
VOWEL: Final = 0.6
SWAPPED_LETTERS: Final = 0.6
FIRST_LETTER: Final = 0.3
"""Added for a mistake in the first letter, which people seldom make."""


def _letter_pairs() -> tuple[dict[frozenset[str], float], frozenset[str]]:
    """Return the cost of each pair of letters that are easily mistaken, and the vowels."""
    costs: dict[frozenset[str], float] = {}
    vowels: set[str] = set()
    for how, letters in read_table("misspellings.tsv", columns=2, root=resources.files("indexer") / "data"):
        if how == "vowels":
            vowels.update(letters)
            continue
        cost = SOUNDS_ALIKE if how == "sound" else NEIGHBOUR_KEY
        for pair in map(frozenset, pairwise(letters)):
            costs[pair] = min(cost, costs.get(pair, cost))
    return costs, frozenset(vowels)


_PAIRS, _VOWELS = _letter_pairs()


def mistake_cost(typed: str, meant: str) -> float:
    """Return the cost of typing ``typed`` for ``meant``: the cheapest series of mistakes, 0 for the same text.

    A Damerau-Levenshtein distance whose steps are weighed.

    >>> mistake_cost("الانتخبات", "الانتخابات") < mistake_cost("الانتحابات", "الانتخابات") < mistake_cost("الانتشابات", "الانتخابات")
    True
    """
    extra, missing = _gap_costs(typed), _gap_costs(meant)
    before: list[float] = []
    row = [*accumulate(missing, initial=0.0)]
    for at, char in enumerate(typed):
        two_before, before, row = before, row, [row[0] + extra[at]]
        for place, letter in enumerate(meant):
            cost = min(
                before[place] + _substitution_cost(char, letter, first=at == 0 == place),
                before[place + 1] + extra[at],
                row[place] + missing[place],
            )
            if at and place and char != letter and typed[at - 1] == letter and meant[place - 1] == char:
                cost = min(cost, two_before[place - 1] + SWAPPED_LETTERS)
            row.append(cost)
    return row[-1]


def _substitution_cost(char: str, letter: str, *, first: bool) -> float:
    if char == letter:
        return 0.0
    return _PAIRS.get(frozenset((char, letter)), SUBSTITUTION) + FIRST_LETTER * first


def _gap_costs(word: str) -> list[float]:
    """Return the cost of each letter that one word has and the other lacks."""
    costs = [VOWEL if letter in _VOWELS else MISSING_LETTER for letter in word]
    for at, (before, letter) in enumerate(pairwise(word), 1):
        if before == letter:
            costs[at] = DOUBLED_LETTER
    return [costs[0] + FIRST_LETTER, *costs[1:]] if costs else []
