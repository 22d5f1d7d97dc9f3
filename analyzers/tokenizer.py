"""Tokenizer: the rules by which a text is cut into printed words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pyarabic.araby import ALEF, BEH, FEH, KAF, LAM, TATWEEL, WAW

from analyzers.characters import ARABIC_LETTERS, JOINERS, MARKS, WORD_SIGNS, character_class

NUMBER_PROCLITICS: Final = (
    rf"(?:[{WAW}{FEH}]?(?:[{BEH}{KAF}]?{ALEF}{LAM}|{LAM}{LAM}|[{BEH}{KAF}{LAM}])|[{WAW}{FEH}]){TATWEEL}*+"
)
"""Expression for what Arabic writes onto a number: conjunction, preposition, article (``و6``, ``الـ11``)."""

_LAST_OF_BASIC_PLANE = "\uffff"


def _class(characters: Iterable[str]) -> str:
    # A character class without characters above the basic plane is compiled to a table: 1.4 times the speed.
    return character_class(character for character in characters if character <= _LAST_OF_BASIC_PLANE)


_A = _class(ARABIC_LETTERS)
_M = _class(MARKS)
_RARE_M = character_class(mark for mark in MARKS if mark > _LAST_OF_BASIC_PLANE)
_J = _class(JOINERS)
_SIGNS = "".join(WORD_SIGNS)
_HEBREW = "\u05d0-\u05ea"

# Letters and digits of any other script: \w without the characters that have a rule of their own here.
_OTHER = rf"[^\W_{_A}{_M}{_J}{_SIGNS}]"
_POINT = r"[.,\u066b]"

_NUMBER = rf"""(?:
          \d{{1,3}}+ (?: [,\u066c] \d{{3}} )++ (?: [.\u066b] \d++ )?+  # 1,200 and 1,200.5
        | \d++ (?: {_POINT} \d++ )?+                                  # 15, 1.5 and ٣٫٥
      ) (?! {_POINT}?\d | {_OTHER} ) [{_M}]*+                          # but 1.2.3 and 1.5b are several words"""

# Every repetition is possessive, so that no text can make the expression backtrack.
WORD = re.compile(
    rf"""
    (?=[\w{_SIGNS}]) (?:
      {NUMBER_PROCLITICS} {_NUMBER}                                           # and 6
    | [{_A}] [{_A}{_M}]*+ (?: [{_J}]++ [{_A}{_M}]++ | [{_RARE_M}]++ [{_A}{_M}]*+ )*+
    | (?<! \d{_POINT} ) (?= \d++[.,\u066b\u066c] ) {_NUMBER}
    | {_OTHER}++ (?:
          {_OTHER}++ | [{_M}]++ | [{_RARE_M}]++
        | [{_J}]++ (?= [{_M}] | {_OTHER} )
        | ['\u2019] (?= {_OTHER} )                                     # don't
        | (?<= [{_HEBREW}\u05b0-\u05c7] ) ["'\u2019\u05f3\u05f4] (?= [{_HEBREW}] )  # abbreviations
      )*+
    | [{_SIGNS}] [{_M}]*+
    )
    """,
    re.VERBOSE,
)
"""One printed word: a run of Arabic letters, a number, a run of letters and digits of other scripts, a word sign."""


def chunks(text: str) -> list[str]:
    r"""Return ``text`` split at each space and line feed.

    No word holds a space or a line feed, and no rule of :data:`WORD` looks beyond one: the words of the chunks are the
    words of the text. Most chunks are one word, and splitting costs a tenth of matching words.

    >>> chunks("في  بيروت.\n")
    ['في', '', 'بيروت.', '']
    """
    return text.replace("\n", " ").split(" ")


def end_of_word(text: str, start: int) -> int:
    """Return the end offset of the printed word of ``text`` that starts at ``start``; 0 where none starts."""
    word = WORD.match(text, start)
    return word.end() if word else 0
