"""Which passage of a text shows best what answers a query: where it begins and ends.

A passage shows as many different words of the query as it can; then it opens a sentence. The rules stand here; ``c/``
repeats them to the letter for usual texts, some ten times faster, and is left out where it was not built.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from itertools import takewhile
from operator import or_
from typing import TypeAlias

from analyzers import end_of_word, load_extension, words
from indexer.results.hits import Mark, MarkKind

MAX_WORD_CHARS = 1000
"""A word longer than the passage is shown whole up to here; what is longer is no word, and is cut."""

MAX_OPENINGS = 3
"""How many times each word of a query is tried as the opening of a passage: news says the most important first."""

_LEAD = 4  # in a long sentence a fourth of the passage stands before its first mark
_STOPS = ".!?\N{ARABIC QUESTION MARK}\N{HORIZONTAL ELLIPSIS}\N{ARABIC FULL STOP}"
_CLOSERS = r"\"')\]»”"
# Possessive, and always a match: no run of blanks or stops is read twice.
# It begins with a set of characters, so that the text between is passed over at four times the speed.
_SENTENCE_START = re.compile(rf"[{_STOPS}\n](?:(?<=\n)|[{_CLOSERS}]*+\s)\s*+")
_WORD_START = re.compile(r"(?<=\s)(?=\S)")
_PRINTED = re.compile(r"\S")

Answer: TypeAlias = tuple[MarkKind, str]
"""How a word answers the query, and which of its words."""

Found: TypeAlias = tuple[int, Answer]
"""Where a word starts, and what it answers. Where it ends is looked up for the few that are shown."""

Passage: TypeAlias = tuple[int, int, bool, bool, tuple[Mark, ...]]
"""Where a passage starts and ends, whether anything is printed before and behind it, and its marks, counted from its start."""

_EXACT_WORTH = 0.25
_WORD_BITS = int("01" * 512, 2)  # no query has that many words


_choose_in_c: Callable[[str, list[Found], int, Callable[[str, int], int], type[Mark]], Passage | None] | None
_choose_in_c = load_extension("indexer.results._passages", "choose")


def marks_of(text: str, found: Iterable[Found]) -> tuple[Mark, ...]:
    """Return the whole words of ``text`` that were found."""
    return tuple(Mark(start, end, *answer) for start, answer in found if (end := end_of_word(text, start)))


def choose(text: str, found: list[Found], chars: int) -> Passage:
    """Return the best passage of ``text`` for the words in ``found``, which are in order: as :func:`choose_in_python` does."""
    passage = _choose_in_c(text, found, chars, end_of_word, Mark) if _choose_in_c else None
    return passage or choose_in_python(text, found, chars)


def choose_in_python(text: str, found: list[Found], chars: int) -> Passage:
    """Return the best passage of ``text`` for the words in ``found``, by the rules that ``c/`` repeats."""
    start = _best_start(text, found, chars)
    inside = found[bisect_left(found, (start,)) : bisect_left(found, (start + chars,))]
    ends = [end_of_word(text, first) for first, _ in inside]
    end = _cut_end(text, start, max((start, *(each for each in ends if each <= start + chars))), chars)
    marks = tuple(
        Mark(first - start, last - start, *answer)
        for (first, answer), last in zip(inside, ends, strict=True)
        if first < last <= end
    )
    cut_before, cut_after = _PRINTED.search(text, 0, start), _PRINTED.search(text, end)
    return start, end, cut_before is not None, cut_after is not None, marks


# -- where a passage begins


def _best_start(text: str, found: list[Found], chars: int) -> int:
    return _filled(text, _best_opening(text, found, chars), chars) if found else _first(text)


def _first(text: str) -> int:
    """Return where ``text`` begins, blanks left out."""
    return len(text) - len(text.lstrip())


def _best_opening(text: str, found: list[Found], chars: int) -> int:
    tried = [(mark, _sentence_of(text, mark, chars)) for mark in marks_of(text, _first_of_each(found))]
    passages = _Passages(found, chars)
    best = passages.best({sentence for _, sentence in tried if sentence is not None})
    if best is not None and passages.shows_all(best):
        return best  # it shows every word, and opens a sentence
    others = passages.best({_near(text, mark, sentence, chars) for mark, sentence in tried})
    openings = [each for each in (best, others) if each is not None]
    return max(openings, key=passages.worth) if openings else _first(text)


def _first_of_each(found: list[Found]) -> Iterator[Found]:
    """Yield the first few words of each answer."""
    seen: dict[Answer, int] = {}
    for each in found:
        seen[each[1]] = seen.get(each[1], 0) + 1
        if seen[each[1]] <= MAX_OPENINGS:
            yield each


def _sentence_of(text: str, mark: Mark, chars: int) -> int | None:
    """Return where the sentence of a mark opens; None when that is too long before it to show both."""
    low = max(0, mark.end - chars)
    openings = [found.end() for found in _SENTENCE_START.finditer(text, low, mark.start)]
    return openings[-1] if openings else None if low else _first(text)


def _near(text: str, mark: Mark, sentence: int | None, chars: int) -> int:
    """Return where a passage opens shortly before a mark, at a word of its sentence."""
    word = _WORD_START.search(text, max(sentence or 0, mark.start - chars // _LEAD, mark.end - chars), mark.start)
    return word.start() if word else mark.start


class _Passages:
    """What the passages of a text are worth, by where they open."""

    def __init__(self, found: list[Found], chars: int) -> None:
        self._starts = [start for start, _ in found]
        self._flags = _flags([answer for _, answer in found])
        self._chars = chars
        self._all_alike = len(set(self._flags)) == 1

    def best(self, openings: Iterable[int]) -> int | None:
        """Return the opening whose passage is worth most, then holds most marks, then is the earliest."""
        ranked = [(self.worth(at), self._count(at), -at) for at in openings]
        return -max(ranked)[2] if ranked else None

    def worth(self, opening: int) -> float:
        """Return what the different words shown are worth."""
        return 1.0 if self._all_alike else _worth(self._flags[slice(*self._range(opening))])

    def shows_all(self, opening: int) -> bool:
        """Return whether no passage can be worth more."""
        return self._all_alike or self.worth(opening) == _worth(self._flags)

    def _count(self, opening: int) -> int:
        first, end = self._range(opening)
        return end - first

    def _range(self, opening: int) -> tuple[int, int]:
        return bisect_left(self._starts, opening), bisect_left(self._starts, opening + self._chars)


def _flags(answers: Iterable[Answer]) -> list[int]:
    """Return for each answer the bit of its word and, where it is as typed, that of its letters."""
    bits: dict[Answer, int] = {}
    words: dict[str, int] = {}
    flags = []
    for answer in answers:
        flag = bits.get(answer)
        if flag is None:
            kind, word = answer
            flag = words.setdefault(word, 1 << 2 * len(words))
            flag = bits[answer] = flag * 3 if kind == "exact" else flag
        flags.append(flag)
    return flags


def _worth(flags: list[int]) -> float:
    """Return what marks are worth together: each different word one, and a little more where it stands as typed."""
    seen = reduce(or_, flags, 0)
    words = seen & _WORD_BITS
    return words.bit_count() + _EXACT_WORTH * (seen ^ words).bit_count()


def _filled(text: str, start: int, chars: int) -> int:
    """Return where to begin instead, with all of its marks, if the end of the text leaves the passage short."""
    end = len(text.rstrip())
    earliest, latest = end - chars, end - chars // 2
    if start <= earliest:
        return start
    sentences = [_first(text), *(found.end() for found in _SENTENCE_START.finditer(text))]
    if earliest <= sentences[0]:
        return sentences[0]
    sentence = sentences[min(bisect_left(sentences, earliest), len(sentences) - 1)]
    if earliest <= sentence <= min(start, latest):
        return sentence
    word = _WORD_START.search(text, earliest, start) if start > latest else None
    return word.start() if word else start


# -- where it ends


def _cut_end(text: str, start: int, reach: int, chars: int) -> int:
    """Return the last word end within ``chars`` of ``start``. A word that ends at ``reach`` is kept in any case."""
    limit = start + chars
    if len(text) <= limit:
        return start + len(text[start:].rstrip())
    near = text[start + 1 : limit + 1]
    after_blank = len(near) - len(near.rsplit(None, 1)[-1]) if near[-1:].strip() else len(near)
    end = max(reach, start + after_blank)
    if end == start:
        return _end_without_blanks(text, start, limit)
    return start + len(text[start:end].rstrip())


def _end_without_blanks(text: str, start: int, limit: int) -> int:
    near = takewhile(lambda token: token.start < limit, words(text))
    found = [word for word in near if word.end > start]
    ends = [word.end for word in found if word.end <= limit]
    if ends or not found:
        return ends[-1] if ends else limit
    long = found[0]
    if long.start > start:
        return long.start
    return long.end if long.end - start <= MAX_WORD_CHARS else limit
