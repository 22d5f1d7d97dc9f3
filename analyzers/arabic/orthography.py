"""Ways to print one word: without a hamza, with ه for ة, with ى for ي."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analyzers.arabic.letters import ALEF_MAKSURA, HEH, TEH_MARBUTA, YEH
from analyzers.arabic.normalizer import HAMZATED_ALEFS, fold

# What is added to the score of a reading, a logarithm, for a word that is printed otherwise than its stem is spelt.
# Its first alef with hamza or madda has another of the three; has none; has one that the stem has not.
OTHER_HAMZA, NO_HAMZA, ODD_HAMZA = -6.0, -3.0, -0.5
HAMZA_IN_PREFIX = -3.0
"""The article is printed with a hamza: ألف is a thousand before it is the article and a rest."""
# Its last letter is another: ة is printed ه in haste, ى for every last ي in Egypt, ي for ى seldom.
_LAST_LETTERS: Final = {TEH_MARBUTA: (HEH, 0.0), ALEF_MAKSURA: (YEH, -1.0), YEH: (ALEF_MAKSURA, -1.0)}


def printed_ways(spelling: str) -> Iterator[tuple[str, float]]:
    """Yield a spelling folded but for its last letter, then with the letter that may stand for that, each with a score.

    >>> list(printed_ways("مأساة"))
    [('ماساة', 0.0), ('ماساه', 0.0)]
    """
    rest, last = fold(spelling[:-1]), spelling[-1:]
    if last not in _LAST_LETTERS:
        yield fold(spelling), 0.0
        return
    other, score = _LAST_LETTERS[last]
    yield from ((rest + last, 0.0), (rest + other, score))


def hamzated_alef(spelling: str) -> str:
    """Return the first alef of ``spelling`` that has a hamza or madda, or an empty string."""
    return next((letter for letter in spelling if letter in HAMZATED_ALEFS), "")


def alef_score(printed: str, own: str) -> float:
    """Return what is added to the score of a stem whose alef is ``own`` where the alef ``printed`` stands for it."""
    if printed == own:
        return 0.0
    return OTHER_HAMZA if printed and own else NO_HAMZA if own else ODD_HAMZA
