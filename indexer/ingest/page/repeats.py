"""Which lines of a scraped page say again what another line says: the title, and quotes pulled out of the text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import NamedTuple

from indexer.ingest.page.lines import Line, words_of

MAX_TITLE_CHARS = 500
_MAX_TITLE_WORDS = 30
_SENTENCE_WORDS = 12  # a first line of so many words that ends in a full stop is a paragraph
_SITE_SUFFIX = re.compile(r"(?P<title>.*\S) ?[|–—•-] (?P<site>[^|]{2,60})")
_LINES_WITH_TITLE = 5

MIN_QUOTE_WORDS = 5
"""Shorter lines are headings: their words are bound to occur in the text."""
MAX_QUOTE_WORDS = 40
_MAX_HEAD_WORDS = 8  # «ممثل الاتحاد: …»: who says it, in other words than the text has
_SHARE_OF_WORDS = 0.8
_SHARE_OF_RUNS = 0.5
_RUN = 3
_MAX_LINES_OF_RUN = 20  # only the first so many are remembered: the work stays linear

_Words = tuple[str, ...]


class Headline(NamedTuple):
    """The title of a page, the site it names after the title, and the lines that are left."""

    title: str
    site: str | None
    rest: list[Line]


def split_headline(lines: list[Line]) -> Headline:
    """Return the title, once, and the lines that do not repeat it; no title if the first line is a paragraph.

    Of «العنوان | الموقع» followed by «العنوان» alone, the first names the site.
    """
    if not lines:
        return Headline("", None, [])
    first, *rest = lines
    if suffix := _SITE_SUFFIX.fullmatch(first.text[: MAX_TITLE_CHARS + 1]):
        title = words_of(suffix["title"])
        printed = next((line for line in rest[:_LINES_WITH_TITLE] if line.words == title), None)
        if printed:
            return Headline(printed.text, suffix["site"].strip(), _without(rest, first.words, title))
    others = _without(rest, first.words)
    if len(first.text) > MAX_TITLE_CHARS or not (len(others) < len(rest) or _is_headline(first)):
        return Headline("", None, lines)
    return Headline(first.text, None, others)


def without_repeats(lines: list[Line]) -> list[Line]:
    """Return the lines without those that repeat another one, or a part of a longer one.

    Marks and punctuation do not count, and a few words may differ: a line is a repeat when half of its runs of
    three words and four fifths of its words stand in one other line. Who speaks, before a colon, may be put in
    other words.
    """
    once = _each_once(lines)
    index = _RunIndex(once)
    return [
        line for number, line in enumerate(once) if not any(index.is_elsewhere(q, number) for q in _quotes_in(line))
    ]


def _without(lines: list[Line], *dropped: _Words) -> list[Line]:
    return [line for line in lines if line.words not in dropped]


def _is_headline(line: Line) -> bool:
    return len(line.words) < (_SENTENCE_WORDS if line.text.endswith(".") else _MAX_TITLE_WORDS)


def _each_once(lines: list[Line]) -> list[Line]:
    seen: set[_Words] = set()
    once = []
    for line in lines:
        if len(line.words) < MIN_QUOTE_WORDS or line.words not in seen:
            once.append(line)
        seen.add(line.words)
    return once


def _quotes_in(line: Line) -> list[_Words]:
    """Return what of a line may be a quote: all of it, and what follows «speaker:»; nothing of a long paragraph."""
    head, _, said = line.text.partition(":")
    quotes = [line.words, words_of(said) if len(words_of(head)) <= _MAX_HEAD_WORDS else ()]
    return [words for words in quotes if len(words) >= MIN_QUOTE_WORDS and len(line.words) <= MAX_QUOTE_WORDS]


class _RunIndex:
    """In which lines each run of words stands."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.vocabularies = [frozenset(line.words) for line in lines]
        self.places: defaultdict[_Words, list[int]] = defaultdict(list)
        for number, line in enumerate(lines):
            for run in _runs(line.words):
                if len(self.places[run]) < _MAX_LINES_OF_RUN:
                    self.places[run].append(number)

    def is_elsewhere(self, words: _Words, own: int) -> bool:
        """Return whether a longer line than ``words``, other than their ``own``, says them, too."""
        runs = _runs(words)
        shared = Counter(number for run in runs for number in self.places.get(run, ()))
        return any(
            number != own
            and count >= _SHARE_OF_RUNS * len(runs)
            and len(self.lines[number].words) > len(words)
            and len(self.vocabularies[number] & set(words)) >= _SHARE_OF_WORDS * len(set(words))
            for number, count in shared.items()
        )


def _runs(words: _Words) -> set[_Words]:
    return {words[start : start + _RUN] for start in range(len(words) - _RUN + 1)}
