"""Character sets of words, for regular expressions, from the Unicode database.

Three sets matter. A *letter* begins a word. A *mark* belongs to the letter before it: vowels, Quranic signs, accents.
A *joiner* may stand inside a word, but not at either end: tatweel, ZWNJ, direction controls.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain, groupby

from pyarabic.araby import TATWEEL

# Blocks that hold Arabic letters: Arabic, Supplement, Extended-B and -A, the two of presentation forms, mathematical.
_ARABIC_BLOCKS = (
    range(0x0600, 0x0700),
    range(0x0750, 0x0780),
    range(0x0870, 0x0900),
    range(0xFB50, 0xFE00),
    range(0xFE70, 0xFF00),
    range(0x1EE00, 0x1EF00),
)

# All marks of Unicode are in these ranges; scanning no more keeps the start of a command short.
_RANGES_WITH_MARKS = (
    *(range(0x0300, 0x3100), range(0xA600, 0xAC00), range(0xFB00, 0xFE30), range(0x10100, 0x12000)),
    *(range(0x13400, 0x13500), range(0x16100, 0x17000), range(0x1BC00, 0x1BD00), range(0x1CF00, 0x1EA00)),
    range(0xE0100, 0xE01F0),
)

# Small waw and small yeh are letters to Unicode but vowel signs to a reader of the Quran.
_SMALL_LETTERS = (0x06E5, 0x06E6)

WORD_SIGNS = {
    "\ufdfa": "صلى الله عليه وسلم",
    "\ufdfb": "جل جلاله",
    "\ufdfc": "ريال",
    "\ufdfd": "بسم الله الرحمن الرحيم",
    "\ufdfe": "سبحانه وتعالى",
    "\ufdff": "عز وجل",
    "\ufd40": "رحمه الله",
    "\ufd41": "رضي الله عنه",
    "\ufd42": "رضي الله عنها",
    "\ufd43": "رضي الله عنهم",
    "\ufd44": "رضي الله عنهما",
    "\ufd45": "رضي الله عنهن",
    "\ufd46": "صلى الله عليه وآله",
    "\ufd47": "عليه السلام",
    "\ufd48": "عليهم السلام",
    "\ufd49": "عليهما السلام",
    "\ufd4a": "عليه الصلاة والسلام",
    "\ufd4b": "قدس سره",
    "\ufd4c": "صلى الله عليه وآله وسلم",
    "\ufd4d": "عليها السلام",
    "\ufd4e": "تبارك وتعالى",
    "\ufd4f": "رحمهم الله",
    "\ufdcf": "سلامه علينا",
}
"""Signs that stand for words, with their words: those that Unicode names, in the order of use."""

SOFT_HYPHEN = "\u00ad"
_ZERO_WIDTH = "\u200c\u200d\u2060\ufeff"  # ZWNJ, ZWJ, word joiner, byte order mark
_DIRECTION = "\u061c\u200e\u200f" + "".join(map(chr, chain(range(0x202A, 0x202F), range(0x2066, 0x206A))))

JOINERS = frozenset(TATWEEL + SOFT_HYPHEN + _ZERO_WIDTH + _DIRECTION)
"""Characters that are ignored inside a word and left out at its ends."""


def _is_spacing_mark(character: str) -> bool:
    """Return whether a presentation form is only a vowel sign, on a space or on a tatweel."""
    decomposed = unicodedata.normalize("NFKC", character)
    return all(part in JOINERS or part.isspace() or unicodedata.combining(part) for part in decomposed)


def _marks() -> Iterator[str]:
    yield from (each for each in map(chr, chain(*_RANGES_WITH_MARKS)) if unicodedata.category(each)[0] == "M")
    yield from map(chr, _SMALL_LETTERS)
    for code in chain(range(0xFC5E, 0xFC64), range(0xFCF2, 0xFCF5), range(0xFE70, 0xFE80)):
        if code == 0xFE73 or _is_spacing_mark(chr(code)):  # U+FE73 is the tail of a letter
            yield chr(code)


MARKS = frozenset(_marks())
"""Characters that belong to the letter before them, and their spacing forms."""

ARABIC_LETTERS = frozenset(
    character
    for character in map(chr, chain(*_ARABIC_BLOCKS))
    if character.isalpha() and character not in MARKS and character not in JOINERS and character not in WORD_SIGNS
)
"""Letters of the Arabic script, of every language and in every presentation form."""


def character_class(characters: Iterable[str]) -> str:
    r"""Return ``characters`` as the inside of a regular expression's ``[…]``, in ranges.

    >>> character_class("dabcz-")
    '\\-a-dz'
    """
    codes = sorted(map(ord, characters))
    runs = (list(run) for _, run in groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0]))
    return "".join(_as_range(run[0][1], run[-1][1]) for run in runs)


def _as_range(first: int, last: int) -> str:
    # The characters themselves: to read a number for each takes most of the time in which an expression is compiled.
    return re.escape(chr(first)) + (f"-{re.escape(chr(last))}" if last > first else "")
