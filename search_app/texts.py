"""Presentation of article texts as HTML: marked words, text direction, vowel signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from markupsafe import Markup, escape

from indexer import Mark, MarkKind, Snippet, is_language_tag
from search_app.escaping import escape_text

FATHATAN = "\N{ARABIC FATHATAN}"
SUKUN = "\N{ARABIC SUKUN}"
SUPERSCRIPT_ALEF = "\N{ARABIC LETTER SUPERSCRIPT ALEF}"
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

# The eight signs in Unicode order: tanwin, short vowels, shadda, sukun. Hamza above and below are letters, not vowels.
_VOWEL_SIGNS = re.compile(f"[{FATHATAN}-{SUKUN}{SUPERSCRIPT_ALEF}]")
_ARABIC_LETTERS = re.compile("[\N{ARABIC LETTER HAMZA}-\N{ARABIC LETTER YEH}]+")

VOWELLED = 0.25
"""Vowel signs per letter above which a text counts as vowelled; 99.9 % of 8,458 newspaper articles are below .18."""

_RTL_CLASSES = frozenset({"R", "AL"})
_DIRECTION_SAMPLE_CHARS = 2000


class TextPresentation(NamedTuple):
    """Presentation of one text: attributes ``lang`` (empty when unknown) and ``dir``, and whether it is vowelled."""

    lang: str
    direction: str
    vowelled: bool


class NumberedMark(NamedTuple):
    """A mark and its number in the article, from 1; 0 for a mark that gets no id."""

    number: int
    mark: Mark


def presentation_of(text: str, lang: str | None) -> TextPresentation:
    """Return the presentation of ``text``, whose article names the language ``lang``.

    The direction follows the language, or without a known language most of the letters; never the first letter alone.
    """
    tag = lang if lang and is_language_tag(lang) else ""
    return TextPresentation(tag, _direction_of_language(tag) or direction_of(text), is_vowelled(text))


@lru_cache(maxsize=256)
def attributes_of(presentation: TextPresentation, language: str, direction: str) -> Markup:
    """Return the attributes ``lang`` and ``dir`` of a text on a page in ``language`` that runs in ``direction``."""
    lang, own, _ = presentation
    of_language = Markup(' lang="{}"').format(lang) if lang and lang != language else Markup()
    return of_language + (Markup(' dir="{}"').format(own) if own != direction else "")


def direction_of(text: str) -> str:
    """Return ``"ltr"`` or ``"rtl"``, the direction of most letters of ``text``; ``"rtl"`` when it has none.

    >>> direction_of("Levant Ledger"), direction_of("UN: ارتفاع حركة الشحن")
    ('ltr', 'rtl')
    """
    classes = [unicodedata.bidirectional(letter) for letter in text[:_DIRECTION_SAMPLE_CHARS]]
    ltr_letters = classes.count("L")
    return "ltr" if ltr_letters > sum(name in _RTL_CLASSES for name in classes) else "rtl"


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
    signs = len(_VOWEL_SIGNS.findall(text))
    return bool(signs) and signs > VOWELLED * sum(map(len, _ARABIC_LETTERS.findall(text)))


def without_vowels(text: str) -> str:
    """Return ``text`` without its vowel signs.

    >>> without_vowels("كَيْفَ صارَتْ")
    'كيف صارت'
    """
    return _VOWEL_SIGNS.sub("", text)


def one_line(text: str) -> str:
    """Return ``text`` for a window's title: on one line, without control and direction characters."""
    return " ".join("".join(" " if unicodedata.category(letter).startswith("C") else letter for letter in text).split())


class MarkupWriter:
    """Writes texts as HTML with ``<mark>`` elements; everything else in them is escaped.

    ``titles`` gives, for each kind of mark that has a tooltip, a function from the word of the query to that tooltip.
    ``show`` is applied to each piece of text before it is escaped. Offsets of marks count code points of the text.
    """

    def __init__(self, titles: Mapping[MarkKind, Callable[[str], str]], show: Callable[[str], str] = str) -> None:
        self.titles = titles
        self.show = show
        self._attributes: dict[tuple[MarkKind, str], str] = {}

    def write(self, text: str, marks: Sequence[Mark]) -> Markup:
        """Return ``text`` with its ``marks``, in order; overlapping marks and marks outside the text are ignored."""
        return self._write_marks(text, [NumberedMark(0, mark) for mark in marks], offset=0, current=0)

    def write_snippet(self, snippet: Snippet) -> Markup:
        """Return the snippet with its marks, and an ellipsis at each end where text was cut."""
        text = self.write(snippet.text, snippet.marks)
        return Markup(f"{ELLIPSIS * snippet.cut_before}{text}{ELLIPSIS * snippet.cut_after}")  # noqa: S704  # escaped

    def write_paragraphs(self, text: str, marks: Sequence[Mark], *, current: int) -> Iterator[Markup]:
        """Yield the paragraphs of ``text`` that are not blank.

        Marks get the ids m1, m2, …; the one with the number ``current`` (0 for none) is outlined.
        """
        numbered = [NumberedMark(number, mark) for number, mark in enumerate(marks, 1)]
        start = 0
        for paragraph in text.split("\n"):
            end = start + len(paragraph)
            inside = [entry for entry in numbered if start <= entry.mark.start and entry.mark.end <= end]
            if paragraph.strip():
                yield self._write_marks(paragraph, inside, offset=start, current=current)
            start = end + 1

    def _write_marks(self, text: str, numbered: Sequence[NumberedMark], *, offset: int, current: int) -> Markup:
        pieces: list[str] = []
        done = 0
        for entry in numbered:
            start, end = entry.mark.start - offset, entry.mark.end - offset
            if done <= start < end <= len(text):
                pieces += (
                    escape_text(self.show(text[done:start])),
                    self._mark_element(entry, text[start:end], current=current),
                )
                done = end
        return Markup("".join([*pieces, escape_text(self.show(text[done:]))]))  # noqa: S704  # all escaped

    def _mark_element(self, entry: NumberedMark, word: str, *, current: int) -> str:
        attributes = self._attributes_of(entry.mark.kind, entry.mark.word)
        if entry.number:
            attributes += f' id="m{entry.number}"'
        if entry.number and entry.number == current:
            attributes += ' aria-current="true"'
        return f"<mark{attributes}>{escape_text(self.show(word))}</mark>"

    def _attributes_of(self, kind: MarkKind, word: str) -> str:
        """Return the attributes that all marks of a word have, escaped."""
        known = self._attributes.get((kind, word))
        if known is None:
            title = self.titles.get(kind)
            known = f' class="{escape(kind)}" title="{escape(title(word))}"' if title else ""
            self._attributes[kind, word] = known
        return known
