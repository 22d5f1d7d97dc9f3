"""Names in Latin letters that are spelt alike, from the table of names across scripts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from analyzers import read_table
from indexer.suggest.mistakes import mistake_cost

MOST_COST: Final = 0.8
SHORTEST: Final = 5
"""Shorter words are alike to too many names."""


def names_alike(typed: str) -> Iterator[tuple[str, str]]:
    """Yield the names of one Latin word that are spelt nearly as ``typed``, each with its usual Arabic form.

    The words of a form are joined by ``_``.

    >>> dict(names_alike("hizbulla"))["Hizbullah"]
    'حزب_الله'
    """
    word = typed.lower()
    if len(word) < SHORTEST or not word.isascii():
        return
    for key, name, arabic in _names().get(word[0], ()):
        if abs(len(key) - len(word)) <= 1 and 0 < mistake_cost(word, key) <= MOST_COST:
            yield name, arabic


@lru_cache(1)
def _names() -> dict[str, list[tuple[str, str, str]]]:
    """Return the names of one Latin word by their first letter: in small letters, as printed, and in Arabic."""
    names: dict[str, list[tuple[str, str, str]]] = {}
    for arabic, latin in read_table("ar/names_across_scripts.tsv", columns=2):
        for name in latin.split(" "):
            if "_" not in name and name.isascii():
                names.setdefault(name[0].lower(), []).append((name.lower(), name, arabic.split(" ")[0]))
    return names
