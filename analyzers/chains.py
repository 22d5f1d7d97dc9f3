"""Chain of functions that analyses the words of one script."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from analyzers.tokens import Stage, Terms


class Chain(NamedTuple):
    """Pure functions that make the terms of words of one script: word → exact, and word → spelling → stem.

    ``normalize`` returns the exact term of a word, empty when nothing searchable is left of it; ``spell`` returns it
    with as many letters, but with those left that tell stems apart; ``stem`` takes such a spelling; ``stop_words``
    holds exact terms; ``explain_stem`` returns the stages between a spelling and its stem, the last one with the stem.
    """

    normalize: Callable[[str], str]
    spell: Callable[[str], str]
    stem: Callable[[str], str]
    stop_words: frozenset[str]
    explain_stem: Callable[[str], tuple[Stage, ...]]

    def terms(self, word: str) -> Terms | None:
        """Return the terms of ``word``, or None when nothing searchable is left of it."""
        exact = self.normalize(word)
        return Terms(exact, self.stem(self.spell(word))) if exact else None
