"""Text typed in the wrong keyboard layout: ``hgpv;m`` for «الحركة», «اثممخ» for hello."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import Literal, get_args

from analyzers import read_table

Keyboard = Literal["pc", "mac"]
KEYBOARDS: tuple[Keyboard, ...] = get_args(Keyboard)

_ARABIC = re.compile(r"[\u0621-\u064a]")
_LATIN = re.compile(r"[A-Za-z]")


def other_layout(text: str, keyboard: Keyboard = "pc") -> str:
    """Return what the same keys type in the other layout: Arabic where most letters are Latin, else American.

    Characters that no key of the layout types stay. A key that types two letters («لا») is read as one.

    >>> other_layout("hgpv;m"), other_layout("اثممخ"), other_layout("hgndhq", "mac")
    ('الحركة', 'hello', 'الرياض')
    """
    to_arabic = len(_LATIN.findall(text)) > len(_ARABIC.findall(text))
    keys = _to_arabic(keyboard) if to_arabic else _to_latin(keyboard)
    return _any_of(keyboard, to_arabic=to_arabic).sub(lambda typed: keys[typed.group()], text)


@lru_cache
def _to_arabic(keyboard: Keyboard) -> dict[str, str]:
    """Return the Arabic letters of each key; a capital that has none of its own stands for the small letter."""
    table = read_table("keyboards.tsv", columns=3, root=resources.files("indexer") / "data")
    keys = {key: letters for name, key, letters in table if name == keyboard}
    return {key.upper(): letters for key, letters in keys.items() if key.isalpha()} | keys


@lru_cache
def _to_latin(keyboard: Keyboard) -> dict[str, str]:
    keys = sorted(_to_arabic(keyboard).items(), reverse=True)  # of two keys the small letter counts
    return {letters: key for key, letters in sorted(keys, key=lambda key: key[0].islower())}


@lru_cache
def _any_of(keyboard: Keyboard, *, to_arabic: bool) -> re.Pattern[str]:
    keys = _to_arabic(keyboard) if to_arabic else _to_latin(keyboard)
    return re.compile("|".join(map(re.escape, sorted(keys, key=len, reverse=True))))
