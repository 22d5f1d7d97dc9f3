"""Families of stems: stems that look alike, such as those of a verb and its noun, or of two spellings of a name.

Two stems are alike when the Dice coefficient of their pieces, 2·shared / (own + other), is MIN_DICE or more. It finds
what a stemmer leaves apart: يحتج beside احتجاج, an unknown prefix, a slip of the pen.
"""

from __future__ import annotations

from typing import Final

MIN_DICE: Final = 0.6

FAMILY_SIZE: Final = 5
"""How many members of a family are looked for: the commonest."""

MAX_STEMS: Final = 32_768
"""How many stems of an index may be members: the commonest."""

MIN_LETTERS: Final = 3
PADDING: Final = "  "
_HOMOGRAPH_SIGN: Final = "~"


def letters_of(stem: str) -> str:
    """Return the letters to compare of a stem; "" for one that has no family: with a digit, or too short.

    >>> letters_of("احتجاج"), letters_of("2015"), letters_of("عن")
    ('احتجاج', '', '')
    """
    letters = stem.rstrip(_HOMOGRAPH_SIGN)
    return letters if len(letters) >= MIN_LETTERS and letters.isalpha() else ""


def pieces(letters: str) -> frozenset[str]:
    """Return the different runs of three letters of a word with two blanks on each side.

    >>> sorted(pieces("قمح"))
    ['  ق', ' قم', 'ح  ', 'قمح', 'مح ']
    """
    padded = PADDING + letters + PADDING
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def is_alike(one: str, other: str) -> bool:
    """Return whether two stems belong to one family."""
    letters = letters_of(one), letters_of(other)
    if not all(letters):
        return False
    own, others = map(pieces, letters)
    return 2 * len(own & others) >= MIN_DICE * (len(own) + len(others))
