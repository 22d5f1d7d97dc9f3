"""Chain for numbers: ``normalize_number`` gives both terms."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from analyzers.arabic.letters import ALEF, BEH, FEH, KAF, LAM, TATWEEL, WAW
from analyzers.chains import Chain
from analyzers.tokenizer import NUMBER_PROCLITICS
from analyzers.tokens import Stage

MAX_DIGITS: Final = 64

NUMBER: Final = re.compile(rf"(?:{NUMBER_PROCLITICS})?+(\d++(?:[.,\u066b\u066c]\d++)*+)")
"""A whole number or a decimal one, with or without proclitics and thousands separators, in any script's digits."""

_PROCLITIC_LETTERS = ALEF + BEH + FEH + KAF + LAM + WAW + TATWEEL
_THOUSANDS = re.compile(r"[,\u066c](?=\d{3}(?!\d))")
_DECIMAL = re.compile(r"[,\u066b\u066c]")


def normalize_number(number: str) -> str:
    """Return a number in ASCII digits, without thousands separators and with a point for its decimals.

    Proclitics come off. A comma before exactly three digits separates thousands; before any other number of digits it
    is a decimal comma, as in the Maghreb.

    >>> [normalize_number(number) for number in ("1,200", "١٬٢٠٠", "٣٫٥", "1,5", "٢٠٢٤", "و6", "الـ11")]
    ['1200', '1200', '3.5', '1.5', '2024', '6', '11']
    """
    number = number.lstrip(_PROCLITIC_LETTERS)
    digits = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in number[: 2 * MAX_DIGITS])
    return _DECIMAL.sub(".", _THOUSANDS.sub("", digits))[:MAX_DIGITS]


CHAIN: Final = Chain(
    normalize=normalize_number,
    spell=normalize_number,
    stem=str,
    stop_words=frozenset(),
    explain_stem=lambda exact: (Stage("stem", exact, "number"),),
)
"""The chain for words that match ``NUMBER``."""
