"""Codes of letters and digits, as F-16, and their spellings: F16, F 16, اف 16."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, product
from typing import Final

from analyzers import resources
from analyzers.arabic.normalizer import normalize

MAX_SPELLINGS: Final = 4
"""Most Arabic spellings of a code that are looked for."""
LONGEST_ACRONYM: Final = 3
"""Letters of a code that are spoken one by one, and so may be spelt by their Arabic names."""

# Two words side by side are a code: a word and a small number, an acronym and any number, a number and a letter.
_CODE = re.compile(r"[a-z]{1,10} \d{1,3}|[a-z]{1,3} \d{4}|\d{1,3} [a-z]")


def _names_of_letters() -> dict[str, tuple[str, ...]]:
    rows = resources.read_table("ar/letter_names.tsv", columns=2)
    return {letter: tuple(map(normalize, names.split(" "))) for letter, names in rows}


_NAMES: Final = _names_of_letters()
_OTHER_WORDS: Final = frozenset(
    map(normalize, ("أم", "إن", "ال"))
)  # «أم 4 أطفال» is no M4; beside another letter it is
_LETTERS: Final = {name: letter for letter, names in _NAMES.items() for name in names}


def code_length(words: Sequence[str]) -> int:
    """Return how many of ``words`` from the first on are one code, 0 where they begin with none.

    >>> [code_length(words) for words in (["f", "16"], ["h", "1", "n", "1"], ["اف", "16"], ["vote", "2016"])]
    [2, 4, 2, 0]
    """
    length = 1
    while length < len(words) and _CODE.fullmatch(f"{words[length - 1]} {words[length]}"):
        length += 1
    return length if length > 1 else _spoken_length(words)


def _spoken_length(words: Sequence[str]) -> int:
    """Return the length of a code whose letters are spelt by their Arabic names. The last word is its number."""
    for at, word in enumerate(words[: LONGEST_ACRONYM + 1]):
        if word not in _LETTERS:
            is_code = at > (words[0] in _OTHER_WORDS) and re.fullmatch(r"\d{1,4}", word)
            return at + 1 if is_code else 0
    return 0


def code_spellings(words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the spellings of a code, the one in Latin letters first; every spelling gives the same ones.

    >>> code_spellings(["f", "16"]) == code_spellings(["اف", "16"])
    True
    """
    *letters, number = words
    acronym = "".join(_LETTERS.get(letter, letter) for letter in letters)
    if len(acronym) > LONGEST_ACRONYM or not all(letter in _NAMES for letter in acronym):
        return (tuple(words),)
    spoken = islice(product(*(_NAMES[letter] for letter in acronym)), MAX_SPELLINGS)
    return ((acronym, number), *((*names, number) for names in spoken if not _OTHER_WORDS.issuperset(names)))
