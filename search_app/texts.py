"""How the text of an article is shown: its marks, its direction, its vowel signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from markupsafe import Markup, escape

from indexer import Mark, MarkKind, Snippet

FATHATAN = "\N{ARABIC FATHATAN}"
SUKUN = "\N{ARABIC SUKUN}"
SUPERSCRIPT_ALEF = "\N{ARABIC LETTER SUPERSCRIPT ALEF}"
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

# The eight signs in Unicode order: tanwin, short vowels, shadda, sukun. Hamza above and below are letters, not vowels.
_VOWEL_SIGNS = re.compile(f"[{FATHATAN}-{SUKUN}{SUPERSCRIPT_ALEF}]")
_ARABIC_LETTERS = re.compile("[\N{ARABIC LETTER HAMZA}-\N{ARABIC LETTER YEH}]")

VOWELLED = 0.25
"""Vowel signs per letter from which a text counts as vowelled: 99.9 % of 8,458 newspaper articles stay below .18."""

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_RTL_CLASSES = frozenset({"R", "AL"})
_READ_FOR_DIRECTION = 2000


class Look(NamedTuple):
    """How one text is to be shown: attributes ``lang`` (may be empty) and ``dir``, and whether it is vowelled."""

    lang: str
    direction: str
    vowelled: bool


class Place(NamedTuple):
    """A mark of a running text and its number, from 1."""

    number: int
    mark: Mark


def look_of(text: str, lang: str | None) -> Look:
    """Return how ``text`` is to be shown, by the language it is said to have, never by its first letter."""
    tag = lang if lang and _LANGUAGE_TAG.fullmatch(lang) else ""
    return Look(tag, _direction_of_language(tag) or direction_of(text), is_vowelled(text))


def direction_of(text: str) -> str:
    """Return the direction most letters of ``text`` have.

    >>> direction_of("Levant Ledger"), direction_of("UN: ارتفاع حركة الشحن")
    ('ltr', 'rtl')
    """
    classes = [unicodedata.bidirectional(letter) for letter in text[:_READ_FOR_DIRECTION]]
    rightward = classes.count("L")
    return "ltr" if rightward and rightward > sum(name in _RTL_CLASSES for name in classes) else "rtl"


@lru_cache(maxsize=256)
def _direction_of_language(tag: str) -> str:
    try:
        return str(Locale.parse(tag, sep="-").text_direction) if tag else ""
    except (ValueError, UnknownLocaleError):
        return ""


def is_vowelled(text: str) -> bool:
    """Return whether ``text`` is printed with its vowel signs.

    >>> is_vowelled("كَيْفَ صارَتْ مِرْآةً لِلْحَياة"), is_vowelled("تحذّر من مخاطر السيول")
    (True, False)
    """
    return len(_VOWEL_SIGNS.findall(text)) > VOWELLED * len(_ARABIC_LETTERS.findall(text))


def without_vowels(text: str) -> str:
    """Return ``text`` without its vowel signs.

    >>> without_vowels("كَيْفَ صارَتْ")
    'كيف صارت'
    """
    return _VOWEL_SIGNS.sub("", text)


def web_address(url: str | None) -> str | None:
    """Return ``url`` if it may become a link: http or https, with a host, and nothing that hides in it.

    >>> web_address("https://news.example/a?b=1"), web_address("javascript:alert(1)")
    ('https://news.example/a?b=1', None)
    """
    if not url or any(letter.isspace() or unicodedata.category(letter).startswith("C") for letter in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def one_line(text: str) -> str:
    """Return ``text`` for a window's title: no line breaks and no characters that steer direction."""
    return " ".join("".join(" " if unicodedata.category(letter).startswith("C") else letter for letter in text).split())


class Pen:
    """Writes texts with their marks as HTML; everything that is not a mark is escaped.

    ``titles`` says, for the kinds of marks that have a tooltip, what it is for a word of the query. ``show`` is applied to each piece of text before it is escaped.
    """

    def __init__(self, titles: Mapping[MarkKind, Callable[[str], str]], show: Callable[[str], str] = str) -> None:
        self.titles = titles
        self.show = show

    def marked(self, text: str, marks: Sequence[Mark]) -> Markup:
        """Return ``text`` with ``marks`` lit up; what is no mark within ``text`` is left out."""
        return self._write(text, [Place(0, mark) for mark in marks], offset=0, current=0)

    def snippet(self, snippet: Snippet) -> Markup:
        """Return the snippet with its marks, and an ellipsis where text was left out."""
        before, after = ELLIPSIS * snippet.cut_before, ELLIPSIS * snippet.cut_after
        return Markup("{}{}{}").format(before, self.marked(snippet.text, snippet.marks), after)

    def paragraphs(self, text: str, marks: Sequence[Mark], *, current: int) -> Iterator[Markup]:
        """Yield the paragraphs of ``text`` that are not blank; marks get the ids m1, m2, … and ``current`` is outlined."""
        places = [Place(number, mark) for number, mark in enumerate(marks, 1)]
        start = 0
        for paragraph in text.split("\n"):
            end = start + len(paragraph)
            inside = [place for place in places if start <= place.mark.start and place.mark.end <= end]
            if paragraph.strip():
                yield self._write(paragraph, inside, offset=start, current=current)
            start = end + 1

    def _write(self, text: str, places: Sequence[Place], *, offset: int, current: int) -> Markup:
        pieces: list[Markup] = []
        done = 0
        for place in places:
            start, end = place.mark.start - offset, place.mark.end - offset
            if done <= start < end <= len(text):
                pieces += (escape(self.show(text[done:start])), self._mark(place, text[start:end], current=current))
                done = end
        return Markup("").join([*pieces, escape(self.show(text[done:]))])

    def _mark(self, place: Place, word: str, *, current: int) -> Markup:
        attributes: dict[str, str] = {}
        if title := self.titles.get(place.mark.kind):
            attributes |= {"class": place.mark.kind, "title": title(place.mark.word)}
        if place.number:
            attributes["id"] = f"m{place.number}"
        if place.number and place.number == current:
            attributes["aria-current"] = "true"
        written = Markup("").join(Markup(' {}="{}"').format(*pair) for pair in attributes.items())
        return Markup("<mark{}>{}</mark>").format(written, self.show(word))
