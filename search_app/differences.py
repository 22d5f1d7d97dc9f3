"""Differences between two copies of an article, word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

from markupsafe import Markup, escape

MAX_WORDS: Final = 3000
"""So many words of each text are compared: half a second for the worst two; one article in 2,500 has more."""
_MAX_CHUNKS: Final = 2 * MAX_WORDS
_MIN_SAME: Final = 3
"""So many words must be the same between two differences to stand apart: «في» alone makes them harder to read."""

_CHUNK: Final = re.compile(r"\S+")
_NOT_IN_A_WORD: Final = re.compile(r"[\W_]+")
"""Punctuation and vowel signs, which are no letters."""

Side = Literal["both", "one", "other"]


class Word(NamedTuple):
    """A word as printed, with the signs around it; ``key`` is compared, ``opens`` says that it begins a paragraph."""

    text: str
    key: str
    opens: bool


class Stretch(NamedTuple):
    """Words that both texts have, or only one of them; those of both are as the one prints them.

    ``joins``, beside each word of both, says that it begins no paragraph in the other text.
    """

    side: Side
    words: tuple[Word, ...]
    joins: tuple[bool, ...] = ()


class Comparison(NamedTuple):
    """All stretches of two texts in order; ``is_cut`` where only the beginning of a long text was compared."""

    stretches: tuple[Stretch, ...]
    is_cut: bool

    def count(self, side: Side) -> int:
        """Return the number of words of one side."""
        return sum(len(stretch.words) for stretch in self.stretches if stretch.side == side)


def compare(one: str, other: str) -> Comparison:
    """Return what two texts share and what each has alone; case, vowel signs, punctuation and line breaks do not count.

    >>> [(each.side, " ".join(word.text for word in each.words)) for each in compare("قال أمس", "قال: اليوم").stretches]
    [('both', 'قال'), ('one', 'أمس'), ('other', 'اليوم')]
    """
    (first, first_is_cut), (second, second_is_cut) = _words(one), _words(other)
    return Comparison(tuple(_stretches(first, second)), first_is_cut or second_is_cut)


def _words(text: str) -> tuple[list[Word], bool]:
    """Return the first words of a text, and whether there are more; signs that stand alone go with the word before."""
    found: list[tuple[int, str, bool]] = []
    ends: list[int] = []
    is_cut = False
    for number, chunk in enumerate(_CHUNK.finditer(text)):
        if len(found) == MAX_WORDS or number == _MAX_CHUNKS:
            is_cut = True
            break
        opens = not found or "\n" in text[ends[-1] : chunk.start()]
        key = _NOT_IN_A_WORD.sub("", chunk[0]).casefold()
        if key or opens:
            found.append((chunk.start(), key, opens))
            ends.append(chunk.end())
        else:
            ends[-1] = chunk.end()
    words = [Word(text[start:end], key, opens) for (start, key, opens), end in zip(found, ends, strict=True)]
    return words, is_cut


def _stretches(first: Sequence[Word], second: Sequence[Word]) -> Iterator[Stretch]:
    at, other_at = 0, 0
    for start, other_start, size in _same_blocks(first, second):
        if start > at:
            yield Stretch("one", tuple(first[at:start]))
        if other_start > other_at:
            yield Stretch("other", tuple(second[other_at:other_start]))
        at, other_at = start + size, other_start + size
        if size:
            joins = tuple(not word.opens for word in second[other_start:other_at])
            yield Stretch("both", tuple(first[start:at]), joins)


def _same_blocks(first: Sequence[Word], second: Sequence[Word]) -> Iterator[tuple[int, int, int]]:
    """Yield where the same words stand in both texts, and how many, but for a few between two differences; then the ends.

    The matcher passes over words that are more than a hundredth of a text, unless a match leads to them: without that,
    two texts of one repeated word take minutes.
    """
    keys, other_keys = [word.key for word in first], [word.key for word in second]
    ends = len(keys), len(other_keys)
    for block in SequenceMatcher(None, keys, other_keys).get_matching_blocks():
        at_edge = (block.a, block.b) == (0, 0) or (block.a + block.size, block.b + block.size) == ends
        if block.size >= _MIN_SAME or at_edge:
            yield block


def paragraphs(comparison: Comparison, show: Callable[[str], str], labels: Mapping[Side, str]) -> Iterator[Markup]:
    """Yield the compared texts as HTML, a paragraph at a time, in the paragraphs of the one.

    What one text alone has stands in ``del``, what the other has in ``ins``, each after its label for those who hear
    the page. ``show`` is applied to each word before it is escaped.
    """
    pieces: list[Markup] = []
    before: Stretch | None = None
    for stretch in comparison.stretches:
        for part in _parts(stretch, before):
            if part.opens and pieces:
                yield Markup(" ").join(pieces)
                pieces.clear()
            text = escape(" ".join(show(word.text) for word in part.words))
            pieces.append(_ELEMENTS[stretch.side].format(label=labels.get(stretch.side, ""), text=text))
        before = stretch
    if pieces:
        yield Markup(" ").join(pieces)


class _Part(NamedTuple):
    """Words of a stretch that stand in one paragraph; ``opens`` says that they begin it."""

    words: list[Word]
    opens: bool


_ELEMENTS: Final[Mapping[Side, Markup]] = {
    "both": Markup("{text}"),
    "one": Markup('<del><span class="vh">{label} </span>{text}</del>'),
    "other": Markup('<ins><span class="vh">{label} </span>{text}</ins>'),
}


def _parts(stretch: Stretch, before: Stretch | None) -> Iterator[_Part]:
    """Yield the words of a stretch, a paragraph at a time."""
    part = _Part([], stretch.words[0].opens and not (before and _goes_on(before, stretch)))
    for number, word in enumerate(stretch.words):
        if number and word.opens:
            yield part
            part = _Part([], opens=True)
        part.words.append(word)
    yield part


def _goes_on(before: Stretch, stretch: Stretch) -> bool:
    """Return whether a stretch that begins a paragraph in its text goes on in that of the one before.

    So do words of both after a dateline that only the other text has, and what the other text has in the place of the
    beginning of a paragraph.
    """
    if stretch.side == "both":
        return before.side == "other" and stretch.joins[0]
    return before.side == "one" and [word.opens for word in before.words].count(True) == before.words[0].opens == 1
