"""Words of a text, with offsets: printed words, those cut into their words that stand for several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from analyzers.arabic.compounds import first_part
from analyzers.arabic.normalizer import normalize
from analyzers.characters import ARABIC_LETTERS, JOINERS, MARKS, WORD_SIGNS, character_class
from analyzers.tokenizer import WORD
from analyzers.tokens import Token

MAX_CODE_PARTS: Final = 4
"""Most runs of letters and of digits that a code has (``H1N1``); what has more is no word that anybody reads."""

_INSIDE = character_class(MARKS | JOINERS)
_RUN = re.compile(rf"\d[\d{_INSIDE}]*+|\D++")
_DIGIT_IN_WORD = re.compile(rf"\D\d|\d[{_INSIDE}]*+[^\W\d]").search

_MAX_KEPT_CHARS: Final = 32

# Makes a named tuple without its keyword-aware constructor.
_new = tuple.__new__


def words(text: str) -> Iterator[Token]:
    """Yield the words of ``text`` in order, with offsets into it as printed.

    Vowel marks, tatweel, ZWNJ, ZWJ and direction controls inside a word stay inside it; before and after it they are
    left out, except the marks of its last letter. Arabic letters never share a word with other scripts, and with
    digits only as proclitics (``و6``, ``الـ11``; ``مجموعة20`` is two words, whose space is missing). A simple number
    (``1,200``, ``1.5``, ``٣٫٥``) is one word, and so are ``don't`` and ``ארה"ב``. Every word holds at least one letter
    or digit. What may as well be printed in several words is several words: a compound name (``عبدالعزيز``), a code
    (``F16``), and a word sign (``ﷺ``), whose words have the offsets of the sign.

    >>> [(token.text, token.start, token.end) for token in words("CNNبالعربية: 1,200")]
    [('CNN', 0, 3), ('بالعربية', 3, 11), ('1,200', 13, 18)]
    >>> [(token.text, token.start) for token in words("وعبدُالعزيز F16")]
    [('وعبدُ', 0), ('العزيز', 5), ('F', 12), ('16', 13)]
    """
    position = 0
    for match in WORD.finditer(text):
        printed = match.group()
        for word, start, end in (_kept_parts_of if len(printed) <= _MAX_KEPT_CHARS else parts_of)(printed):
            yield _new(Token, (word, position, match.start() + start, match.start() + end))
            position += 1


def parts_of(word: str) -> tuple[tuple[str, int, int], ...]:
    """Return the words that a printed word stands for, each with its start and end in it; most words are one."""
    first = word[0]
    if first in WORD_SIGNS:
        return tuple((part, 0, len(word)) for part in WORD_SIGNS[first].split(" "))
    if first in ARABIC_LETTERS:
        bounds = _compound_bounds(word)
    elif _DIGIT_IN_WORD(word):
        bounds = [run.start() for run in _RUN.finditer(word)]
    else:
        bounds = [0]
    matches = [WORD.match(word, *bound) for bound in zip(bounds, [*bounds[1:], len(word)], strict=True)]
    if len(matches) > MAX_CODE_PARTS or not all(matches):
        return ((word, 0, len(word)),)
    return tuple((match.group(), match.start(), match.end()) for match in matches if match)


# The words of titles and queries come again and again: to cut one takes ten times as long as to look it up.
_kept_parts_of = lru_cache(1 << 13)(parts_of)


def _compound_bounds(word: str) -> list[int]:
    """Return the offset at which each part of a compound name begins: [0] for any other word."""
    bounds, exact = [0], normalize(word)
    while letters := first_part(exact):
        bound = _offset_of(exact[letters:], word, bounds[-1])
        if not bound:
            break
        bounds.append(bound)
        exact = exact[letters:]
    return bounds


def _offset_of(exact: str, word: str, after: int) -> int:
    """Return the offset of the letter of ``word`` from which on its exact term is ``exact``; 0 where there is none."""
    return next(
        (at for at in range(len(word) - 1, after, -1) if normalize(word[at:]) == exact and normalize(word[at])), 0
    )
