"""Passage selection: finds the slice of a text that shows the words of a query best.

A passage shows as many different words of the query as it can; among equal ones it opens with a sentence. The rules are
in this module; ``kernels/c/passage_*.c`` repeats them exactly for common texts, several times faster, and is left out
where it was not built.
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
"""A word longer than the passage is shown whole up to this length; a longer one is no word, and is cut."""

MAX_OPENINGS = 3
"""How many occurrences of each word are tried as the opening of a passage: news says the most important things first."""

_LEAD = 4  # in a long sentence a fourth of the passage stands before its first mark
_STOPS = ".!?\N{ARABIC QUESTION MARK}\N{HORIZONTAL ELLIPSIS}\N{ARABIC FULL STOP}"
_CLOSERS = r"\"')\]»”"
# Possessive, and always a match: no run of blanks or stops is read twice.
# It begins with a set of characters, so that the text between is scanned at four times the speed.
_SENTENCE_START = re.compile(rf"[{_STOPS}\n](?:(?<=\n)|[{_CLOSERS}]*+\s)\s*+")
_WORD_START = re.compile(r"(?<=\s)(?=\S)")
_PRINTED = re.compile(r"\S")

Answer: TypeAlias = tuple[MarkKind, str]
"""How a word answers the query, and which of the query's words it answers."""

MatchedWord: TypeAlias = tuple[int, Answer]
"""The offset of a matching word, and its answer. Its end is looked up only for the few that are shown."""

Passage: TypeAlias = tuple[int, int, bool, bool, tuple[Mark, ...]]
"""Start and end of a passage, whether printed text precedes and follows it, and its marks, with offsets from its start."""

_EXACT_WORTH = 0.25
_WORD_BITS = int("01" * 512, 2)  # no query has that many words

_choose_in_c: Callable[[str, list[MatchedWord], int, Callable[[str, int], int], type[Mark]], Passage | None] | None
_choose_in_c = load_extension("indexer.kernels._native", "choose_passage")


def marks_of(text: str, matches: Iterable[MatchedWord]) -> tuple[Mark, ...]:
    """Return a mark for each matched word of ``text``, covering the whole printed word."""
    return tuple(Mark(start, end, *answer) for start, answer in matches if (end := end_of_word(text, start)))


def choose_passage(text: str, matches: list[MatchedWord], chars: int) -> Passage:
    """Return the best passage of about ``chars`` characters of ``text``; ``matches`` are in order of their offsets."""
    passage = _choose_in_c(text, matches, chars, end_of_word, Mark) if _choose_in_c else None
    return passage or choose_passage_in_python(text, matches, chars)


def choose_passage_in_python(text: str, matches: list[MatchedWord], chars: int) -> Passage:
    """Return what :func:`choose_passage` does; the C code repeats this and is compared with it."""
    start = _best_start(text, matches, chars)
    inside = matches[bisect_left(matches, (start,)) : bisect_left(matches, (start + chars,))]
    ends = [end_of_word(text, offset) for offset, _ in inside]
    end = _cut_end(text, start, max((start, *(end for end in ends if end <= start + chars))), chars)
    marks = tuple(
        Mark(first - start, last - start, *answer)
        for (first, answer), last in zip(inside, ends, strict=True)
        if first < last <= end
    )
    cut_before, cut_after = _PRINTED.search(text, 0, start), _PRINTED.search(text, end)
    return start, end, cut_before is not None, cut_after is not None, marks


# -- where a passage begins


def _best_start(text: str, matches: list[MatchedWord], chars: int) -> int:
    return _pull_back(text, _best_opening(text, matches, chars), chars) if matches else _text_start(text)


def _text_start(text: str) -> int:
    """Return the offset of the first printed character."""
    return len(text) - len(text.lstrip())


def _best_opening(text: str, matches: list[MatchedWord], chars: int) -> int:
    tried = [(mark, _sentence_start(text, mark, chars)) for mark in marks_of(text, _first_occurrences(matches))]
    scores = _PassageScores(matches, chars)
    sentence = scores.best({sentence for _, sentence in tried if sentence is not None})
    if sentence is not None and scores.shows_all(sentence):
        return sentence
    word = scores.best({_word_opening(text, mark, sentence, chars) for mark, sentence in tried})
    openings = [opening for opening in (sentence, word) if opening is not None]
    return max(openings, key=scores.worth) if openings else _text_start(text)


def _first_occurrences(matches: list[MatchedWord]) -> Iterator[MatchedWord]:
    """Yield the first few matches of each answer."""
    seen: dict[Answer, int] = {}
    for match in matches:
        seen[match[1]] = seen.get(match[1], 0) + 1
        if seen[match[1]] <= MAX_OPENINGS:
            yield match


def _sentence_start(text: str, mark: Mark, chars: int) -> int | None:
    """Return the offset of the sentence that has a mark; None when it is too far back to show both."""
    low = max(0, mark.end - chars)
    openings = [start.end() for start in _SENTENCE_START.finditer(text, low, mark.start)]
    return openings[-1] if openings else None if low else _text_start(text)


def _word_opening(text: str, mark: Mark, sentence: int | None, chars: int) -> int:
    """Return the offset of a word of the mark's sentence, a little before the mark."""
    word = _WORD_START.search(text, max(sentence or 0, mark.start - chars // _LEAD, mark.end - chars), mark.start)
    return word.start() if word else mark.start


class _PassageScores:
    """Scores of passages by their start: the worth of the words that they show."""

    def __init__(self, matches: list[MatchedWord], chars: int) -> None:
        self._starts = [start for start, _ in matches]
        self._flags = _answer_bits([answer for _, answer in matches])
        self._chars = chars
        self._all_alike = len(set(self._flags)) == 1

    def best(self, openings: Iterable[int]) -> int | None:
        """Return the start whose passage is worth most, then has most marks, then is earliest; None without starts."""
        ranked = [(self.worth(at), self._count(at), -at) for at in openings]
        return -max(ranked)[2] if ranked else None

    def worth(self, opening: int) -> float:
        """Return the worth of the different words that are shown."""
        return 1.0 if self._all_alike else _worth(self._flags[slice(*self._range(opening))])

    def shows_all(self, opening: int) -> bool:
        """Return whether no passage can be worth more."""
        return self._all_alike or self.worth(opening) == _worth(self._flags)

    def _count(self, opening: int) -> int:
        first, end = self._range(opening)
        return end - first

    def _range(self, opening: int) -> tuple[int, int]:
        return bisect_left(self._starts, opening), bisect_left(self._starts, opening + self._chars)


def _answer_bits(answers: Iterable[Answer]) -> list[int]:
    """Return two bits for each answer: the lower one for its word, the upper one where it stands as typed."""
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
    """Return one for each different word, and _EXACT_WORTH more for each that stands as typed."""
    seen = reduce(or_, flags, 0)
    words = seen & _WORD_BITS
    return words.bit_count() + _EXACT_WORTH * (seen ^ words).bit_count()


def _pull_back(text: str, start: int, chars: int) -> int:
    """Return an earlier start, with all of its marks, where the text ends before the passage is full."""
    end = len(text.rstrip())
    earliest, latest = end - chars, end - chars // 2
    if start <= earliest:
        return start
    sentences = [_text_start(text), *(match.end() for match in _SENTENCE_START.finditer(text))]
    if earliest <= sentences[0]:
        return sentences[0]
    sentence = sentences[min(bisect_left(sentences, earliest), len(sentences) - 1)]
    if earliest <= sentence <= min(start, latest):
        return sentence
    word = _WORD_START.search(text, earliest, start) if start > latest else None
    return word.start() if word else start


# -- where it ends


def _cut_end(text: str, start: int, reach: int, chars: int) -> int:
    """Return the last word end within ``chars`` of ``start``; a word that ends at ``reach`` is kept in any case."""
    limit = start + chars
    if len(text) <= limit:
        return start + len(text[start:].rstrip())
    near = text[start + 1 : limit + 1]
    after_blank = len(near) - len(near.rsplit(None, 1)[-1]) if near[-1:].strip() else len(near)
    end = max(reach, start + after_blank)
    if end == start:
        return _end_in_unbroken_text(text, start, limit)
    return start + len(text[start:end].rstrip())


def _end_in_unbroken_text(text: str, start: int, limit: int) -> int:
    near = takewhile(lambda token: token.start < limit, words(text))
    after = [word for word in near if word.end > start]
    ends = [word.end for word in after if word.end <= limit]
    if ends or not after:
        return ends[-1] if ends else limit
    long = after[0]
    if long.start > start:
        return long.start
    return long.end if long.end - start <= MAX_WORD_CHARS else limit
