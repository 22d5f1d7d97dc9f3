"""Which words of a text answer a query, and which passage shows them best.

Everything is ranges over the text as printed; whoever shows them adds the markup and escapes. Time
grows with the length of the text, whatever stands in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, takewhile
from types import MappingProxyType

from analyzers import Analyzer, Word
from indexer.query.planner import Wanted
from indexer.results.hits import Mark, MarkKind, Snippet

SNIPPET_CHARS = 200
MAX_WORD_CHARS = 1000
"""A word longer than the passage is shown whole up to here; what is longer is no word, and is cut."""

_LEAD = 4  # in a long sentence a fourth of the passage stands before its first mark
_STOPS = ".!?\N{ARABIC QUESTION MARK}\N{HORIZONTAL ELLIPSIS}\N{ARABIC FULL STOP}"
_CLOSERS = r"\"')\]»”"
# Possessive, and always a match: no run of blanks or stops is read twice.
_SENTENCE_START = re.compile(rf"(?:[{_STOPS}][{_CLOSERS}]*+\s|\n)\s*+")
_WORD_START = re.compile(r"(?<=\s)(?=\S)")
_BLANK = re.compile(r"\s")

_KIND_WORTH: Mapping[MarkKind, float] = MappingProxyType({"exact": 0.25, "form": 0.0, "alias": 0.0})


def find_marks(text: str, wanted: Wanted, analyzer: Analyzer) -> tuple[Mark, ...]:
    """Return the whole printed words of ``text`` that answer the query, in order."""
    if not (wanted.exact or wanted.stem or wanted.phrases):
        return ()
    words = analyzer.stream(text)
    if not (wanted.phrases or wanted.aliases):
        return tuple(_single_marks(words, wanted))
    kept = list(words)
    # The later ones count: a word of an alias may be one of the query, and a phrase is meant as typed.
    ways = (_alias_marks(kept, wanted), _single_marks(kept, wanted), _phrase_marks(kept, wanted))
    marks = {mark.start: mark for mark in chain(*ways)}
    return tuple(marks[start] for start in sorted(marks))


def _single_marks(words: Iterable[Word], wanted: Wanted) -> Iterator[Mark]:
    for token, terms, _ in words:
        if (typed := wanted.exact.get(terms.exact)) is not None:
            yield Mark(token.start, token.end, "exact", typed)
        elif (typed := wanted.stem.get(terms.stem)) is not None:
            yield Mark(token.start, token.end, "form", typed)
        elif (typed := wanted.alias.get(terms.stem)) is not None:
            yield Mark(token.start, token.end, "alias", typed)


def _phrase_marks(words: list[Word], wanted: Wanted) -> Iterator[Mark]:
    """Yield a mark for each word of a phrase, where all of them stand side by side."""
    exacts = [terms.exact for _, terms, _ in words]
    for phrase, typed in wanted.phrases.items():
        marked = 0  # a phrase may overlap itself: «يوما بعد يوم بعد يوم»
        for at in _places(phrase, exacts, words):
            for place in range(max(at, marked), at + len(phrase)):
                token = words[place].token
                yield Mark(token.start, token.end, "exact", typed[place - at])
            marked = at + len(phrase)


def _alias_marks(words: list[Word], wanted: Wanted) -> Iterator[Mark]:
    """Yield a mark for each word of an alias that is compared by its letters, where all of them stand side by side."""
    exacts = [terms.exact for _, terms, _ in words]
    for alias, typed in wanted.aliases.items():
        for at in _places(alias, exacts, words):
            yield from (Mark(token.start, token.end, "alias", typed) for token, _, _ in words[at : at + len(alias)])


def _places(phrase: tuple[str, ...], exacts: list[str], words: list[Word]) -> Iterator[int]:
    """Yield where ``phrase`` begins among ``words``, whose exact terms are ``exacts``."""
    for at in (at for at, exact in enumerate(exacts) if exact == phrase[0]):
        end = at + len(phrase)
        if tuple(exacts[at:end]) == phrase and _side_by_side(words[at:end]):
            yield at


def _side_by_side(words: list[Word]) -> bool:
    return words[-1].token.position - words[0].token.position == len(words) - 1


def whole(text: str, wanted: Wanted, analyzer: Analyzer) -> Snippet:
    """Return all of ``text`` with its marks."""
    return Snippet(text, find_marks(text, wanted, analyzer))


def best_passage(text: str, wanted: Wanted, analyzer: Analyzer, *, chars: int = SNIPPET_CHARS) -> Snippet:
    """Return about ``chars`` characters of ``text`` that answer the query best, cut at word ends.

    The passage with the most different words of the query wins, then the one that opens a
    sentence, then more marks, then the earlier. Without any, it is the beginning of the text. It
    is longer than ``chars`` only where its one word is.
    """
    marks = find_marks(text, wanted, analyzer)
    start = _best_start(text, marks, chars)
    reach = max((mark.end for mark in marks if start <= mark.start and mark.end <= start + chars), default=start)
    end = _cut_end(text, start, reach, analyzer, chars)
    inside = (mark for mark in marks if start <= mark.start and mark.end <= end)
    shifted = tuple(mark._replace(start=mark.start - start, end=mark.end - start) for mark in inside)
    before, after = text[:start].strip(), text[end:].strip()
    return Snippet(text[start:end], shifted, start, cut_before=bool(before), cut_after=bool(after))


# -- where a passage begins


def _best_start(text: str, marks: tuple[Mark, ...], chars: int) -> int:
    sentences = [_after_blanks(text), *(found.end() for found in _SENTENCE_START.finditer(text))]
    openings = _openings(text, marks, sentences, chars)
    window = _Window(marks)
    best, best_worth = sentences[0], (0.0, False, 0, 0)
    for at in sorted(openings):
        window.move(at, at + chars)
        worth = (window.worth, openings[at], window.end - window.first, -at)
        if worth > best_worth:
            best, best_worth = at, worth
    return _filled(text, best, sentences, chars) if marks else best


def _after_blanks(text: str) -> int:
    return len(text) - len(text.lstrip())


def _openings(text: str, marks: tuple[Mark, ...], sentences: list[int], chars: int) -> dict[int, bool]:
    """Return where a passage may begin, and whether a sentence does: for each mark, its sentence and shortly before."""
    openings: dict[int, bool] = {}
    for mark in marks:
        sentence = sentences[bisect_right(sentences, mark.start) - 1]
        lead = max(sentence, mark.start - chars // _LEAD, mark.end - chars)
        word = _WORD_START.search(text, lead, mark.start)
        openings.setdefault(word.start() if word else mark.start, False)
        if mark.end - sentence <= chars:
            openings[sentence] = True
    return openings


class _Window:
    """The marks between two places that only ever move forward, and what they are worth.

    Each different word of the query is worth one, and a little more where it stands as typed.
    """

    def __init__(self, marks: tuple[Mark, ...]) -> None:
        self.marks = marks
        self.first = self.end = 0
        self.worth = 0.0
        self._seen: Counter[tuple[str, str]] = Counter()

    def move(self, start: int, end: int) -> None:
        """Hold the marks that lie wholly between ``start`` and ``end``."""
        while self.end < len(self.marks) and self.marks[self.end].end <= end:
            self._count(self.marks[self.end], 1)
            self.end += 1
        while self.first < self.end and self.marks[self.first].start < start:
            self._count(self.marks[self.first], -1)
            self.first += 1

    def _count(self, mark: Mark, step: int) -> None:
        for kind, worth in (("any", 1.0), (mark.kind, _KIND_WORTH[mark.kind])):
            before = self._seen[mark.word, kind]
            self._seen[mark.word, kind] = before + step
            self.worth += worth * (bool(before + step) - bool(before))


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


def _cut_end(text: str, start: int, reach: int, analyzer: Analyzer, chars: int) -> int:
    """Return the last word end within ``chars`` of ``start``. A word that ends at ``reach`` is kept in any case."""
    limit = start + chars
    if len(text) <= limit:
        return start + len(text[start:].rstrip())
    blanks = [blank.start() for blank in _BLANK.finditer(text, start + 1, limit + 1)]
    end = max([reach, *blanks[-1:]])
    if end == start:
        return _end_without_blanks(text, start, limit, analyzer)
    return start + len(text[start:end].rstrip())


def _end_without_blanks(text: str, start: int, limit: int, analyzer: Analyzer) -> int:
    near = takewhile(lambda token: token.start < limit, analyzer.words(text))
    words = [word for word in near if word.end > start]
    ends = [word.end for word in words if word.end <= limit]
    if ends or not words:
        return ends[-1] if ends else limit
    long = words[0]
    if long.start > start:
        return long.start
    return long.end if long.end - start <= MAX_WORD_CHARS else limit
