"""Normalizer of words of every script but Arabic: ``normalize``."""

from __future__ import annotations

import unicodedata
from typing import Final

from analyzers.characters import JOINERS

MAX_LETTERS: Final = 64
"""Longer words are cut, which bounds the length of terms."""

_POSSESSIVES: Final = ("'s", "\u2019s")
_ACCENTS = range(0x0300, 0x0370)
_MODIFIER_LETTERS = range(0x02B0, 0x0300)  # signs for hamza and ain among them
_VARIATION_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_HEBREW_POINTS = range(0x0591, 0x05C8)
_REMOVED = dict.fromkeys((*_ACCENTS, *_HEBREW_POINTS, *_MODIFIER_LETTERS, *_VARIATION_SELECTORS, *map(ord, JOINERS)))


def normalize(word: str) -> str:
    """Return ``word`` in lower case without accents, Hebrew points, apostrophes and a final ``'s``; may be empty.

    Marks of other scripts (vowels of Devanagari, dakuten) stay, because they tell words apart. Normalizing is
    idempotent.

    >>> [normalize(word) for word in ("Lebanon's", "Erdoğan", "ʿAbbās", "Qur’an", "Ｆ１６")]
    ['lebanon', 'erdogan', 'abbas', 'quran', 'f16']
    """
    if word.isascii() and word.isalnum():
        return word.lower()[:MAX_LETTERS]
    word = unicodedata.normalize("NFKC", word[: 4 * MAX_LETTERS]).casefold()
    for possessive in _POSSESSIVES:
        word = word.removesuffix(possessive)
    return _letters(_letters(word))[:MAX_LETTERS]


def _letters(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word).translate(_REMOVED)
    kept = "".join(map(_fold, plain))
    return unicodedata.normalize("NFKC", kept).casefold() if any(map(str.isalnum, kept)) else ""


def _fold(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return character if character.isalnum() or unicodedata.category(character).startswith("M") else ""
