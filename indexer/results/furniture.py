"""Site furniture: what a site puts around an article, such as tags, links, titles of other articles and its own again.

Furniture stands at the ends of a body. It is found by its form, and by labels from ``data/page_words.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from itertools import islice
from typing import Final, NamedTuple

from analyzers import normalize, read_table

MAX_TAIL: Final = 1000
"""How many characters furniture may take at the end; never more than half of a body."""

_SHORT_LINE: Final = 80  # characters of a line that is no paragraph
_AND: Final = "و"  # a sentence goes on with it, a headline hardly begins with it
_LABEL_CHARS: Final = 60
_LABEL_WORDS: Final = 5
_MIN_TITLE_WORDS: Final = 3  # an article may well repeat a shorter one, which is a name
_MAX_REPEATS: Final = 8
_STOPS: Final = ".!?\N{ARABIC QUESTION MARK}\N{HORIZONTAL ELLIPSIS}"
_CLOSERS: Final = "\"'»”)]"
_ANY_STOP: Final = f"[{_STOPS}]"
_ANY_CLOSER: Final = f"[{re.escape(_CLOSERS)}]"
_BREAK: Final = re.compile(rf"(?:{_ANY_STOP}|{_ANY_CLOSER})[\s/]+")
_ADDRESS: Final = re.compile(r"(?:[^\n:]{0,60}:\s*)?(?:https?://|www\.|[\w.+-]{1,60}@\w)")
_PRINTED: Final = re.compile(r"\S")
_WORD: Final = re.compile(r"\w[\w\u064b-\u0652]{0,30}")  # no label is longer
_SENTENCE_CLOSERS: Final = _STOPS + _CLOSERS + ":،"
_APART: Final = re.compile(rf"{_ANY_CLOSER}*(?:\s*{_ANY_STOP}+\s*|\s*\n\s*|\s*$)")


class Prose(NamedTuple):
    """Where the prose of a body starts and ends, and the ranges between in which the title is repeated."""

    start: int
    end: int
    repeats: tuple[tuple[int, int], ...]

    def has(self, offset: int) -> bool:
        """Return whether a word at this offset is in the prose."""
        if not self.start <= offset < self.end:
            return False
        return not self.repeats or not any(first <= offset < end for first, end in self.repeats)


def may_show_furniture(text: str, title: str, start: int, end: int) -> bool:
    """Return whether furniture is possible between two offsets of a body; :func:`find_prose` takes ten times as long."""
    if end > _tail_start(text) or (title and text.find(title, start, end) >= 0):
        return True
    word = _WORD.match(text, start)
    return word is not None and _normalize(word[0]) in _first_words("line")


def find_prose(text: str, title: str) -> Prose:
    """Return where the prose of a body is: all of the body where nothing else is left."""
    repeats = tuple(islice(_repeats(text, title.strip()), _MAX_REPEATS))
    start, end = _head_end(text, repeats), _prose_end(text, repeats)
    return Prose(start, end, repeats) if text[start:end].strip() else Prose(0, len(text), ())


def _repeats(text: str, title: str) -> Iterator[tuple[int, int]]:
    """Yield where the title stands apart: a line, a sentence, or the end of one after a colon."""
    if len(title.split()) < _MIN_TITLE_WORDS:
        return
    at = text.find(title)
    while at >= 0:
        end = at + len(title)
        before = text[max(at - 2, 0) : at].rstrip(" ")
        apart = _APART.match(text, end)
        if apart and (not before or before[-1] in f":\n{_STOPS}"):
            yield at, apart.end()
        at = text.find(title, end)


def _head_end(text: str, repeats: tuple[tuple[int, int], ...]) -> int:
    """Return the end of the title, or of labels of navigation, with which a text begins; 0 without any."""
    at = len(text) - len(text.lstrip())
    if repeats and repeats[0][0] == at:
        at = repeats[0][1]
    label_ends = list(islice(_labels_from(text, at), _MAX_REPEATS))
    if len(label_ends) > 1 or (label_ends and text[label_ends[0] - 1] == "\n"):
        at = label_ends[-1]
    return at if text[:at].strip() else 0


def _labels_from(text: str, at: int) -> Iterator[int]:
    """Yield where the next word begins behind each label of navigation, from an offset on."""
    while (word := _WORD.match(text, at)) and _normalize(word[0]) in _first_words("line"):
        words = list(islice(_WORD.finditer(text, at, at + _LABEL_CHARS), _LABEL_WORDS))
        normal = tuple(_normalize(word[0]) for word in words)
        count = max((count for count in range(1, len(words) + 1) if normal[:count] in _labels("line")), default=0)
        if not count:
            return
        at = _next_printed(text, words[count - 1].end(), len(text))
        yield at


# -- the end


def _tail_start(text: str) -> int:
    return max(len(text) - MAX_TAIL, len(text) // 2)


def _prose_end(text: str, repeats: tuple[tuple[int, int], ...]) -> int:
    """Return the end of the text without furniture: line after line from the last one, and what ends the last line."""
    tail, end = _tail_start(text), len(text.rstrip())
    while (line := max(text.rfind("\n", 0, end) + 1, tail)) < end:
        opening = _opening_of_furniture(text, line, end, repeats)
        if opening == end:
            opening = _opening_of_short_lines(text, tail, end)
        if opening == end:
            break
        end = len(text[:opening].rstrip())
    return end


def _opening_of_short_lines(text: str, tail: int, end: int) -> int:
    """Return where the short lines begin that follow the last paragraph: signatures, and titles of other articles.

    ``end`` where they are a list that the paragraph announces, or where there is no paragraph in the tail.
    """
    at = end
    while (
        (line := text.rfind("\n", tail, at) + 1) and at - line <= _SHORT_LINE and text[at - 1] not in _SENTENCE_CLOSERS
    ):
        if text[line] == _AND:
            return end
        at = len(text[: line - 1].rstrip())
    return at if tail < at and text[at - 1] in _STOPS + _CLOSERS else end


def _opening_of_furniture(text: str, start: int, end: int, repeats: tuple[tuple[int, int], ...]) -> int:
    """Return where, behind the last sentence of a line, a label, an address or the title opens; ``end`` without any."""
    at = _last_sentence_end(text, start, end)
    if at == end:
        is_short = text[start - 1 : start] == "\n" and end - start <= _SHORT_LINE
        return start if is_short and _has_label(text, start) else end
    breaks = [at] if at == 0 or at > start or text[at - 1] == "\n" else []
    for opening in (*breaks, *(each.end() for each in _BREAK.finditer(text, at, end))):
        opening = _next_printed(text, opening, end)
        behind_label = opening + _LABEL_CHARS
        if opening < end and (
            _has_label(text, opening)
            or _ADDRESS.match(text, opening, end)
            or any(opening <= first <= behind_label for first, _ in repeats)
        ):
            return opening
    return end


def _last_sentence_end(text: str, start: int, end: int) -> int:
    """Return the end of the last full stop that ends a sentence: not that of «د.», and not «..»; ``start`` without any."""
    at = end
    while (at := text.rfind(".", start, at)) >= 0:
        behind = at + 1 + len(text[at + 1 : at + 3]) - len(text[at + 1 : at + 3].lstrip(_CLOSERS))
        is_word = text[max(at - 5, 0) : at].rstrip(f" {_CLOSERS}")[-2:].isalnum()
        if is_word and (behind >= end or text[behind].isspace()):
            return min(behind, end)
    return start


def _next_printed(text: str, at: int, end: int) -> int:
    printed = _PRINTED.search(text, at, end)
    return printed.start() if printed else end


def _has_label(text: str, at: int) -> bool:
    """Return whether the words at an offset are a label, such as «سمات», or «وسوم» with a colon or on its own line."""
    first = _WORD.search(text, at, at + _LABEL_CHARS)
    if first is None or _normalize(first[0]) not in _first_words(None):
        return False
    words = list(islice(_WORD.finditer(text, at, at + _LABEL_CHARS), _LABEL_WORDS))
    normal = tuple(_normalize(word[0]) for word in words)
    for count, word in enumerate(words, 1):
        label = normal[:count]
        if label in _labels("tail") or label in _labels("phrase"):
            return True
        if label in _labels("section") and text[word.end() : word.end() + 2].strip(" ")[:1] in (":", "\n", ""):
            return True
    return normal in _labels("line")


_normalize = lru_cache(maxsize=1 << 12)(normalize)


@lru_cache
def _labels(kind: str | None) -> frozenset[tuple[str, ...]]:
    """Return the words of the labels of a kind, or of all."""
    rows = read_table("page_words.tsv", columns=2, root=resources.files("indexer") / "data")
    return frozenset(
        tuple(map(normalize, _WORD.findall(label))) for row_kind, label in rows if kind in (row_kind, None)
    )


@lru_cache
def _first_words(kind: str | None) -> frozenset[str]:
    """Return the first words of the labels of a kind, or of all."""
    return frozenset(label[0] for label in _labels(kind) if label)
