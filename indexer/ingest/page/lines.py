"""What a line of a scraped page is: its text, its words for comparing, and whether it is running text."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from analyzers import normalize, words
from indexer.ingest.cleaning import clean_line

PROSE_WORDS = 20
"""A line of so many words is running text whatever it ends in; headlines and navigation are shorter."""
SENTENCE_WORDS = 8
"""A line of so many words that ends as a sentence is running text, too."""
_SENTENCE_ENDS = (".", "!", "?", ":", "…", "\N{ARABIC QUESTION MARK}")
COPYRIGHT_WORD = "copyrightsign"
"""What the sign © is as a word."""
_normal = lru_cache(maxsize=2**14)(normalize)
_CLOSING_MARKS = "\"'”’»)]"


class Line(NamedTuple):
    """One line of a page as printed, and its normalized words."""

    text: str
    words: tuple[str, ...]

    @property
    def is_prose(self) -> bool:
        """Whether the line is running text rather than a headline, a caption or navigation."""
        is_sentence = self.text.rstrip(_CLOSING_MARKS).endswith(_SENTENCE_ENDS)
        return len(self.words) >= (SENTENCE_WORDS if is_sentence else PROSE_WORDS)


def line_of(text: str) -> Line:
    """Return ``text`` as a line, its white space of every kind collapsed."""
    text = clean_line(text)
    return Line(text, words_of(text))


def lines_of(text: str) -> list[Line]:
    """Return the lines of ``text`` that have words; lines of blanks or of punctuation only are left out."""
    return [line for line in map(line_of, text.split("\n")) if line.words]


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of ``text`` as they are compared: without marks, punctuation and variants of letters.

    >>> words_of("«الأحد»، 11 شباط")
    ('الاحد', '11', 'شباط')
    """
    spelled_out = text.replace("\N{COPYRIGHT SIGN}", f" {COPYRIGHT_WORD} ")
    return tuple(normal for token in words(spelled_out) if (normal := _normal(token.text)))


def holds(words: tuple[str, ...], phrase: tuple[str, ...]) -> int | None:
    """Return where ``phrase`` begins in ``words``, or None.

    >>> holds(("جميع", "الحقوق", "محفوظه"), ("الحقوق", "محفوظه"))
    1
    """
    last = len(words) - len(phrase)
    return next((start for start in range(last + 1) if words[start : start + len(phrase)] == phrase), None)
