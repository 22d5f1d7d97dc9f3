"""Which words of a text answer a query, and which passage shows them best.

Everything is ranges over the text as printed; whoever shows them adds the markup and escapes. Time
grows with the length of the text, whatever stands in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import takewhile
from operator import or_

from analyzers.tokenizer import end_of_word, words
from indexer.query.planner import Wanted
from indexer.results.hits import Mark, MarkKind, Snippet
from indexer.results.places import Places

SNIPPET_CHARS = 200
MAX_WORD_CHARS = 1000
"""A word longer than the passage is shown whole up to here; what is longer is no word, and is cut."""

_LEAD = 4  # in a long sentence a fourth of the passage stands before its first mark
_STOPS = ".!?\N{ARABIC QUESTION MARK}\N{HORIZONTAL ELLIPSIS}\N{ARABIC FULL STOP}"
_CLOSERS = r"\"')\]»”"
# Possessive, and always a match: no run of blanks or stops is read twice.
# It begins with a set of characters, so that the text between is passed over at four times the speed.
_SENTENCE_START = re.compile(rf"[{_STOPS}\n](?:(?<=\n)|[{_CLOSERS}]*+\s)\s*+")
_WORD_START = re.compile(r"(?<=\s)(?=\S)")
_BLANK = re.compile(r"\s")

_Answer = tuple[MarkKind, str]
"""How a word answers the query, and which of its words."""

_Found = tuple[int, int, MarkKind, str]
"""A mark: start, end and answer."""

_EXACT_WORTH = 0.25
_WORD_BITS = int("01" * 512, 2)  # no query has that many words


def find_marks(text: str, field: str, wanted: Wanted, places: Places) -> tuple[Mark, ...]:
    """Return the whole printed words that answer the query, in order, in ``text``: the text field ``field`` of an article."""
    return tuple(map(Mark._make, _found(text, field, wanted, places)))


def _found(text: str, field: str, wanted: Wanted, places: Places) -> list[_Found]:
    """Return the marks of :func:`find_marks` as plain tuples: there are many, and few of them are shown."""
    answers = _answers(field, wanted, places)
    if not answers:
        return []
    positions = sorted(answers)
    found = zip(places.starts(field, positions), positions, strict=True)
    return [
        (start, end, *answers[position])
        for start, position in found
        if start >= 0 and (end := end_of_word(text, start))
    ]


def _answers(field: str, wanted: Wanted, places: Places) -> dict[int, _Answer]:
    """Return what the word at each position answers, where it answers anything.

    The later ones count: a word of an alias may be one of the query, and a phrase is meant as typed.
    """
    exact, stem = f"{field}_exact", f"{field}_stem"
    answers: dict[int, _Answer] = {}
    for alias, typed in wanted.aliases.items():
        for at in _runs(alias, exact, places):
            answers.update(dict.fromkeys(range(at, at + len(alias)), ("alias", typed)))
    singles: tuple[tuple[str, MarkKind, Mapping[str, str]], ...] = (
        (stem, "alias", wanted.alias),
        (stem, "form", wanted.stem),
        (exact, "exact", wanted.exact),
    )
    for index_field, kind, terms in singles:
        for term, typed in terms.items():
            answers.update(dict.fromkeys(places.positions(index_field, term), (kind, typed)))
    for phrase, typed_words in wanted.phrases.items():
        marked = 0  # a phrase may overlap itself: «يوما بعد يوم بعد يوم»
        for at in _runs(phrase, exact, places):
            answers.update(
                (place, ("exact", typed_words[place - at])) for place in range(max(at, marked), at + len(phrase))
            )
            marked = at + len(phrase)
    return answers


def _runs(terms: tuple[str, ...], field: str, places: Places) -> list[int]:
    """Return the positions where ``terms`` begin to stand side by side."""
    starts = set(places.positions(field, terms[0]))
    for offset, term in enumerate(terms[1:], 1):
        if not starts:
            break
        starts &= {position - offset for position in places.positions(field, term)}
    return sorted(starts)


def whole(text: str, field: str, wanted: Wanted, places: Places) -> Snippet:
    """Return all of ``text``, an article's text field ``field``, with its marks."""
    return Snippet(text, find_marks(text, field, wanted, places))


def best_passage(text: str, field: str, wanted: Wanted, places: Places, *, chars: int = SNIPPET_CHARS) -> Snippet:
    """Return about ``chars`` characters of ``text`` that answer the query best, cut at word ends.

    The passage with the most different words of the query wins, then the one that opens a
    sentence, then more marks, then the earlier. Without any, it is the beginning of the text. It
    is longer than ``chars`` only where its one word is.
    """
    found = _found(text, field, wanted, places)
    start = _best_start(text, found, chars)
    reach = max((mark[1] for mark in found if start <= mark[0] and mark[1] <= start + chars), default=start)
    end = _cut_end(text, start, reach, chars)
    inside = (mark for mark in found if start <= mark[0] and mark[1] <= end)
    marks = tuple(Mark(first - start, last - start, kind, word) for first, last, kind, word in inside)
    before, after = text[:start].strip(), text[end:].strip()
    return Snippet(text[start:end], marks, start, cut_before=bool(before), cut_after=bool(after))


# -- where a passage begins


def _best_start(text: str, marks: list[_Found], chars: int) -> int:
    first = len(text) - len(text.lstrip())
    if not marks:
        return first
    together = _sentence_of_all(text, marks, chars)
    if together is not None and together + chars <= len(text.rstrip()):
        return together
    sentences = [first, *(found.end() for found in _SENTENCE_START.finditer(text))]
    return _filled(text, _best_opening(text, marks, sentences, chars), sentences, chars)


def _sentence_of_all(text: str, marks: list[_Found], chars: int) -> int | None:
    """Return where the sentence of the first mark opens, if a passage from there holds all marks: none is better."""
    first, end = marks[0][0], marks[-1][1]
    if end - first > chars:
        return None
    openings = [found.end() for found in _SENTENCE_START.finditer(text, max(0, end - chars), first)]
    return openings[-1] if openings else None


def _best_opening(text: str, marks: list[_Found], sentences: list[int], chars: int) -> int:
    passages = _Passages(marks, chars)
    best = passages.best(_sentence_openings(marks, sentences, chars))
    if best is not None and passages.worth(best) == _worth(passages.flags):
        return best  # it shows every word, and opens a sentence
    others = passages.best(_openings_near(text, marks, sentences, chars))
    found = [each for each in (best, others) if each is not None]
    return max(found, key=passages.worth) if found else sentences[0]


class _Passages:
    """What the passages of a text are worth, by where they open."""

    def __init__(self, marks: list[_Found], chars: int) -> None:
        self.flags = _flags(marks)
        self._starts = [mark[0] for mark in marks]
        self._ends = [mark[1] for mark in marks]
        self._chars = chars

    def best(self, openings: Iterable[int]) -> int | None:
        """Return the opening whose passage is worth most, then holds most marks, then is the earliest."""
        ranked = [(_worth(within), len(within), -at) for at in openings if (within := self._within(at))]
        return -max(ranked)[2] if ranked else None

    def worth(self, opening: int) -> float:
        """Return what the different words shown are worth."""
        return _worth(self._within(opening))

    def _within(self, opening: int) -> list[int]:
        return self.flags[bisect_left(self._starts, opening) : bisect_right(self._ends, opening + self._chars)]


def _sentence_openings(marks: list[_Found], sentences: list[int], chars: int) -> Iterable[int]:
    """Return where the sentences of marks open that reach their marks."""
    own = ((sentences[bisect_right(sentences, mark[0]) - 1], mark[1]) for mark in marks)
    return dict.fromkeys(sentence for sentence, end in own if end - sentence <= chars)


def _openings_near(text: str, marks: list[_Found], sentences: list[int], chars: int) -> Iterable[int]:
    """Return where passages open shortly before each mark, at a word of its sentence."""
    openings: dict[int, None] = {}
    for start, end, _, _ in marks:
        sentence = sentences[bisect_right(sentences, start) - 1]
        word = _WORD_START.search(text, max(sentence, start - chars // _LEAD, end - chars), start)
        openings[word.start() if word else start] = None
    return openings


def _flags(marks: list[_Found]) -> list[int]:
    """Return for each mark the bit of its word and, where it stands as typed, that of its letters."""
    bits: dict[str, int] = {}
    for _, _, _, word in marks:
        bits.setdefault(word, 1 << 2 * len(bits))
    return [bits[word] * 3 if kind == "exact" else bits[word] for _, _, kind, word in marks]


def _worth(flags: list[int]) -> float:
    """Return what marks are worth together: each different word one, and a little more where it stands as typed."""
    seen = reduce(or_, flags, 0)
    words = seen & _WORD_BITS
    return words.bit_count() + _EXACT_WORTH * (seen ^ words).bit_count()


def _filled(text: str, start: int, sentences: list[int], chars: int) -> int:
    """Return where to begin instead, with all of its marks, if the end of the text leaves the passage short."""
    end = len(text.rstrip())
    earliest, latest = end - chars, end - chars // 2
    if start <= earliest:
        return start
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
