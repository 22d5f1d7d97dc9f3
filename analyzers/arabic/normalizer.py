"""Which letters a word of Arabic script is compared by: ``normalize``."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from analyzers import resources
from analyzers.characters import JOINERS, MARKS

MAX_LETTERS: Final = 64
"""Longer words are compared by their first letters: no text can make terms without bound."""

_ARABIC_INDIC_DIGITS = range(0x0660, 0x066A)
_PERSIAN_DIGITS = range(0x06F0, 0x06FA)

# Hamza and madda written as marks decide the letter below them; they go after composition, not before.
_COMBINING_HAMZA = "\u0653\u0654\u0655"

_UNPRINTED = dict.fromkeys(map(ord, JOINERS | MARKS - set(_COMBINING_HAMZA)))
_FOLDS: dict[int, str] = {
    **{ord(letter): folded for letter, folded in resources.read_table("ar/folds.tsv", columns=2)},
    **{code: str(code % 16) for code in (*_ARABIC_INDIC_DIGITS, *_PERSIAN_DIGITS)},
}


def normalize(word: str) -> str:
    """Return the letters and digits of ``word`` in their one spelling; empty when it has none.

    In this order: vowel marks, superscript alef, Quranic signs, tatweel, ZWNJ and direction controls go; presentation
    forms become plain letters (NFKC) and capitals small; the letters of ``data/ar/folds.tsv`` are folded (hamza on
    and below alef, alef maksura, teh marbuta, seats of hamza, Persian and Urdu letters); Arabic and Persian digits
    become ASCII; whatever is neither letter nor digit goes. Normalizing again changes nothing.

    >>> normalize("الدُّوَلُ"), normalize("إيران"), normalize("مسئول"), normalize("۲۰۲۴")
    ('الدول', 'ايران', 'مسءول', '2024')
    """
    return word.translate(_FOLDED) if _is_plain(word) else _normalize(word)


def _normalize(word: str) -> str:
    bare = word.translate(_UNPRINTED)[: 4 * MAX_LETTERS]
    plain = unicodedata.normalize("NFKC", bare).casefold().translate(_FOLDS)
    return "".join(filter(str.isalnum, plain.translate(_UNPRINTED)))[:MAX_LETTERS]


# Nearly all words of an Arabic text are letters of the Arabic alphabet alone: each becomes one letter whatever its
# neighbours are, in a third of the time.
PLAIN_LETTERS: Final = "".join(map(chr, (*range(0x0621, 0x063B), *range(0x0641, 0x064B))))
PLAIN_MARKS: Final = "".join(map(chr, range(0x064B, 0x0653)))
"""The vowel marks: a word is compared without them, whatever its letters are."""

_FOLDED = {ord(letter): folded for letter in PLAIN_LETTERS if (folded := _normalize(letter)) != letter}
_is_plain = re.compile(f"[{PLAIN_LETTERS}]{{0,{MAX_LETTERS}}}").fullmatch
