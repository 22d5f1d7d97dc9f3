"""Arabic names in Latin letters: ``latin_key`` makes one key of their many spellings."""

from __future__ import annotations

from functools import cache
from typing import Final

from analyzers import resources

LATIN_ARTICLES: Final = frozenset(("ad", "al", "an", "ar", "as", "ash", "at", "az", "el", "es", "ul"))
"""The article, as its lam is written before the letters that follow it."""


def latin_key(run: tuple[str, ...]) -> tuple[str, ...]:
    """Return exact terms side by side in one spelling, without the articles inside; Arabic ones stay as they are.

    >>> latin_key(("mohamed", "ben", "salman")), latin_key(("bachar", "al", "assad"))
    (('mohammed', 'bin', 'salman'), ('bashar', 'assad'))
    """
    if len(run) == 1:
        return run
    spellings = _spellings()
    return tuple(spellings.get(term, term) for at, term in enumerate(run) if not at or term not in LATIN_ARTICLES)


@cache
def _spellings() -> dict[str, str]:
    """Return the first spelling of each given name of ``en/given_names.txt`` by its others."""
    rows = [row.split() for row in resources.word_list("en/given_names.txt")]
    return {spelling: first for first, *others in rows for spelling in others}
