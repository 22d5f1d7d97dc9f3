"""Lines of a scraped page: text, words for comparing, and whether they are prose."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from analyzers import normalize, words
from indexer.ingest.cleaning import clean_line

PROSE_WORDS = 20
"""A line with this many words is prose, however it ends; headlines and navigation are shorter."""
SENTENCE_WORDS = 8
"""A line with this many words is prose if it ends like a sentence."""
_SENTENCE_ENDS = (".", "!", "?", ":", "…", "\N{ARABIC QUESTION MARK}")
COPYRIGHT_WORD = "copyrightsign"
"""The word that stands for the sign ©."""
_MAX_KNOWN_CHARS = 64
"""Longer pieces between two blanks are no words of a language, and are not kept."""
_CLOSING_MARKS = "\"'”’»)]"


class Line(NamedTuple):
    """One line of a page as printed, and its normalized words."""

    text: str
    words: tuple[str, ...]

    @property
    def is_prose(self) -> bool:
        """Whether the line is prose rather than a headline, a caption or navigation."""
        is_sentence = self.text.rstrip(_CLOSING_MARKS).endswith(_SENTENCE_ENDS)
        return len(self.words) >= (SENTENCE_WORDS if is_sentence else PROSE_WORDS)


def line_of(text: str) -> Line:
    """Return ``text`` as a line, each run of white space one blank."""
    text = clean_line(text)
    return Line(text, words_of(text))


def lines_of(text: str) -> list[Line]:
    """Return the lines of ``text`` that have words; lines of blanks or punctuation only are left out."""
    return [line for line in map(line_of, text.split("\n")) if line.words]


def words_of(text: str) -> tuple[str, ...]:
    """Return the normalized words of ``text`` for comparing: no vowel signs, punctuation or variants of letters.

    >>> words_of("«الأحد»، 11 شباط")
    ('الاحد', '11', 'شباط')
    """
    chunks = text.replace("\N{COPYRIGHT SIGN}", f" {COPYRIGHT_WORD} ").split()
    return tuple(
        word for chunk in chunks for word in (_known_words if len(chunk) <= _MAX_KNOWN_CHARS else _words_in)(chunk)
    )


def _words_in(chunk: str) -> tuple[str, ...]:
    return tuple(normal for token in words(chunk) if (normal := normalize(token.text)))


_known_words = lru_cache(maxsize=2**14)(_words_in)


def find_phrase(words: tuple[str, ...], phrase: tuple[str, ...]) -> int | None:
    """Return the index at which ``phrase`` begins in ``words``, or None.

    >>> find_phrase(("جميع", "الحقوق", "محفوظه"), ("الحقوق", "محفوظه"))
    1
    """
    last = len(words) - len(phrase)
    return next((start for start in range(last + 1) if words[start : start + len(phrase)] == phrase), None)
