"""Normalizer of words in Arabic script: ``normalize``."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from analyzers import resources
from analyzers.arabic.letters import ALEF_HAMZA_ABOVE, ALEF_HAMZA_BELOW, ALEF_MADDA, ALEF_MAKSURA, TEH_MARBUTA
from analyzers.characters import JOINERS, MARKS

MAX_LETTERS: Final = 64
"""Longer words are cut, which bounds the length of terms."""

_ARABIC_INDIC_DIGITS = range(0x0660, 0x066A)
_PERSIAN_DIGITS = range(0x06F0, 0x06FA)

# Hamza and madda written as marks change the letter below them, so they are removed after composition.
_COMBINING_HAMZA = "\u0653\u0654\u0655"

_REMOVED = dict.fromkeys(map(ord, JOINERS | MARKS - set(_COMBINING_HAMZA)))
_FOLDS: dict[int, str] = {
    **{ord(letter): folded for letter, folded in resources.read_table("ar/folds.tsv", columns=2)},
    **{code: str(code % 16) for code in (*_ARABIC_INDIC_DIGITS, *_PERSIAN_DIGITS)},
}


HAMZATED_ALEFS: Final = ALEF_MADDA + ALEF_HAMZA_ABOVE + ALEF_HAMZA_BELOW
KEPT: Final = HAMZATED_ALEFS + TEH_MARBUTA + ALEF_MAKSURA
"""The letters that ``spell`` does not fold."""

_KEPT_FOLDS = {ord(letter): _FOLDS[ord(letter)] for letter in KEPT}
_SPELT = {code: folded for code, folded in _FOLDS.items() if code not in _KEPT_FOLDS}


def normalize(word: str) -> str:
    """Return the letters and digits of ``word`` in one spelling; empty when it has none.

    In this order: vowel marks, superscript alef, Quranic signs, tatweel, ZWNJ and direction controls are removed;
    presentation forms become plain letters (NFKC), letters with a high hamza those with hamza above, two Farsi yehs ئی
    as in رئیس, upper case lower case; the letters of ``data/ar/folds.tsv`` are folded (hamza on and below alef, alef
    maksura, teh marbuta, seats of hamza, Persian and Urdu letters); Arabic and Persian digits become ASCII; all but
    letters and digits is removed. Normalizing is idempotent.

    >>> normalize("الدُّوَلُ"), normalize("إيران"), normalize("مسئول"), normalize("۲۰۲۴")
    ('الدول', 'ايران', 'مسءول', '2024')
    """
    return word.translate(_FOLDED) if _is_plain(word) else _normalize(word)


def spell(word: str) -> str:
    """Return ``word`` as :func:`normalize` does, but with its alefs with hamza or madda, teh marbuta, alef maksura.

    These letters tell words apart that ``normalize`` makes one: أعداد and إعداد, فكرة and فكره, قوى and قوي. ``fold``
    removes the difference.

    >>> spell("الإعْدَادُ"), spell("فِكْرَة"), fold(spell("فكرة")) == normalize("فكرة")
    ('الإعداد', 'فكرة', True)
    """
    return word.translate(_SPELT) if _is_plain(word) else _normalize(word, _SPELT)


def fold(spelling: str) -> str:
    """Return the normalized word of a spelling."""
    return spelling.translate(_KEPT_FOLDS)


# NFKC gives ٵ as alef and a high hamza; like a hamza above, it belongs to the alef, waw or yeh before it.
_HIGH_HAMZA = re.compile("(?<=[\u0627\u0648\u064a])\u0674")
# Persian prints رییس or رئیس; two Farsi yehs are no hamza in the Arabic pattern of تغییر.
_FARSI_YEHS = re.compile("(?<!^\u062a.)\u06cc\u06cc")


def _normalize(word: str, folds: dict[int, str] = _FOLDS) -> str:
    bare = word.translate(_REMOVED)[: 4 * MAX_LETTERS]
    plain = unicodedata.normalize("NFKC", bare)
    plain = unicodedata.normalize("NFC", _HIGH_HAMZA.sub("\u0654", plain))
    plain = _FARSI_YEHS.sub("\u0626\u06cc", plain).casefold().translate(folds)
    return "".join(filter(str.isalnum, plain.translate(_REMOVED)))[:MAX_LETTERS]


# Nearly all words of an Arabic text have only letters of the Arabic alphabet, each of which is folded whatever its
# neighbours are: a third of the time.
PLAIN_LETTERS: Final = "".join(map(chr, (*range(0x0621, 0x063B), *range(0x0641, 0x064B))))
PLAIN_MARKS: Final = "".join(map(chr, range(0x064B, 0x0653)))
"""The vowel marks, which are removed from any word."""

_FOLDED = {ord(letter): folded for letter in PLAIN_LETTERS if (folded := _normalize(letter)) != letter}
_is_plain = re.compile(f"[{PLAIN_LETTERS}]{{0,{MAX_LETTERS}}}").fullmatch
