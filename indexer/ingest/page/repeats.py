"""Repetitions in a scraped page: the title printed again, and pull quotes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import NamedTuple

from indexer.ingest.page.lines import Line, words_of

MAX_TITLE_CHARS = 500
_MAX_TITLE_WORDS = 30
_SENTENCE_WORDS = 12  # a first line of this many words that ends in a full stop is a paragraph
_SITE_SUFFIX = re.compile(r"(?P<title>.*\S) ?[|–—•-] (?P<site>[^|]{2,60})")
_LINES_WITH_TITLE = 5

MIN_QUOTE_WORDS = 5
"""Shorter lines are headings: their words nearly always occur in the text too."""
MAX_QUOTE_WORDS = 40
_MAX_HEAD_WORDS = 8  # «ممثل الاتحاد: …»: who says it, in other words than the text has
_SHARE_OF_WORDS = 0.8
_SHARE_OF_RUNS = 0.5
_RUN = 3
_MAX_LINES_OF_RUN = 20  # of a run of words only its first lines are indexed, which bounds the work

_Words = tuple[str, ...]


class Headline(NamedTuple):
    """The title of a page, the name of the site printed behind it, and the remaining lines."""

    title: str
    site: str | None
    rest: list[Line]


def split_headline(lines: list[Line]) -> Headline:
    """Return the title and the lines that do not repeat it; the title is empty if the first line is a paragraph.

    A first line «العنوان | الموقع» gives the name of the site if one of the next lines is «العنوان» alone.
    """
    if not lines:
        return Headline("", None, [])
    first, *rest = lines
    if suffix := _SITE_SUFFIX.fullmatch(first.text[: MAX_TITLE_CHARS + 1]):
        title = words_of(suffix["title"])
        title_line = next((line for line in rest[:_LINES_WITH_TITLE] if line.words == title), None)
        if title_line:
            return Headline(title_line.text, suffix["site"].strip(), _without(rest, first.words, title))
    others = _without(rest, first.words)
    if len(first.text) > MAX_TITLE_CHARS or not (len(others) < len(rest) or _is_headline(first)):
        return Headline("", None, lines)
    return Headline(first.text, None, others)


def without_repeats(lines: list[Line]) -> list[Line]:
    """Return ``lines`` without those that repeat another line, or a part of a longer one.

    Vowel signs and punctuation do not count, and a few words may differ: a line is a repeat when half of its runs of
    three words and four fifths of its words occur in one other line. The words before a colon, which name the speaker,
    may differ altogether.
    """
    distinct = _drop_duplicates(lines)
    index = _RunIndex(distinct)
    return [
        line
        for number, line in enumerate(distinct)
        if not any(index.is_repeated(quote, number) for quote in _possible_quotes(line))
    ]


def _without(lines: list[Line], *dropped: _Words) -> list[Line]:
    return [line for line in lines if line.words not in dropped]


def _is_headline(line: Line) -> bool:
    return len(line.words) < (_SENTENCE_WORDS if line.text.endswith(".") else _MAX_TITLE_WORDS)


def _drop_duplicates(lines: list[Line]) -> list[Line]:
    """Return ``lines`` without the second copy of any that is long enough to be no heading."""
    seen: set[_Words] = set()
    distinct = []
    for line in lines:
        if len(line.words) < MIN_QUOTE_WORDS or line.words not in seen:
            distinct.append(line)
        seen.add(line.words)
    return distinct


def _possible_quotes(line: Line) -> list[_Words]:
    """Return the parts of a line that may be a pull quote: all of it, and the words after «speaker:»."""
    head, _, said = line.text.partition(":")
    quotes = [line.words, words_of(said) if len(words_of(head)) <= _MAX_HEAD_WORDS else ()]
    return [words for words in quotes if len(words) >= MIN_QUOTE_WORDS and len(line.words) <= MAX_QUOTE_WORDS]


class _RunIndex:
    """An inverted index from runs of three words to the lines that contain them."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.vocabularies = [frozenset(line.words) for line in lines]
        self.lines_of_run: defaultdict[_Words, list[int]] = defaultdict(list)
        for number, line in enumerate(lines):
            for run in _runs(line.words):
                if len(self.lines_of_run[run]) < _MAX_LINES_OF_RUN:
                    self.lines_of_run[run].append(number)

    def is_repeated(self, words: _Words, own: int) -> bool:
        """Return whether a line longer than ``words``, other than line ``own``, says nearly the same."""
        runs = _runs(words)
        shared = Counter(number for run in runs for number in self.lines_of_run.get(run, ()))
        return any(
            number != own
            and count >= _SHARE_OF_RUNS * len(runs)
            and len(self.lines[number].words) > len(words)
            and len(self.vocabularies[number] & set(words)) >= _SHARE_OF_WORDS * len(set(words))
            for number, count in shared.items()
        )


def _runs(words: _Words) -> set[_Words]:
    return {words[start : start + _RUN] for start in range(len(words) - _RUN + 1)}
