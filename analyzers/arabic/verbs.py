"""Which perfect an imperfect belongs to: ``يستخدم`` is found with ``استخدم``, ``يقول`` with ``قال``."""

from __future__ import annotations

from typing import Final

from analyzers.arabic.letters import ALEF, HAMZA, NOON, SEEN, TEH, WAW, YEH

PREFIXES: Final = frozenset({YEH, TEH, NOON})
"""The letters that an imperfect begins with. The first person's alef begins too many nouns to be one of them."""

_TENTH_FORM = SEEN + TEH
_SHORT_LETTERS = 3
_DERIVED_LETTERS = 4


def is_clearly_imperfect(word: str) -> bool:
    """Return whether the pattern of ``word``, which begins with teh, is one that verbal nouns do not have.

    ``تستخدم``, ``تتعاون``, ``تجتمع`` and ``تؤكد`` are; ``تقدم`` and ``تحقيق`` may be nouns.
    """
    if not word.startswith(TEH):
        return False
    if word.startswith(_TENTH_FORM, 1):
        return len(word) >= 6
    if word.startswith(TEH, 1):
        return len(word) >= 4 and word[3] not in (WAW, YEH)
    if word.startswith(HAMZA, 1):
        return len(word) >= 4
    return len(word) == 5 and word[2] == TEH and word[3] != YEH


def perfect_of(rest: str) -> str:
    """Return the perfect of an imperfect from what ``rest`` its prefix and ending leave.

    The eighth and tenth forms, and the seventh where no third form is meant, get their alef back; a hollow verb its
    long a. A hollow verb with yeh is as often of the fourth form as of the first (18 of 34 in newswire); it is read
    as the fourth: ``يشير`` is ``أشار``.
    """
    if rest.startswith(HAMZA):
        return ALEF + rest[1:]
    if len(rest) == _SHORT_LETTERS:
        return _perfect_of_three_letters(rest)
    if rest.startswith(_TENTH_FORM) and len(rest) > _DERIVED_LETTERS:
        return ALEF + rest
    if len(rest) == _DERIVED_LETTERS and (rest[1] == TEH or (rest[0] == NOON and rest[1] != ALEF)):
        return ALEF + rest
    return rest


def _perfect_of_three_letters(rest: str) -> str:
    first, middle, last = rest[0], rest[1], rest[2]
    if first == TEH:
        return ALEF + rest
    if middle == WAW:
        return first + ALEF + last
    if middle == YEH:
        return ALEF + first + ALEF + last
    return rest
