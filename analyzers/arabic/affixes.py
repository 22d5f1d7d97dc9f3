"""Which affixes words may carry, and which words only look as if they did: the tables of ``data/ar``, normalized."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, get_args

from analyzers import resources
from analyzers.arabic.normalizer import normalize

PrefixKind = Literal["conjunction", "article", "preposition"]
SuffixKind = Literal["pronoun", "construct", "ending"]

NOTHING: Final = "-"


class Prefix(NamedTuple):
    """A proclitic that comes off when at least ``leaves`` letters are left."""

    kind: str
    text: str
    leaves: int


class Suffix(NamedTuple):
    """An ending that gives way to ``becomes`` when at least ``leaves`` letters stand before it."""

    kind: str
    text: str
    becomes: str
    leaves: int


def prefixes(kind: PrefixKind) -> tuple[Prefix, ...]:
    """Return the proclitics of one kind, longest first."""
    table = resources.records("ar/prefixes.tsv", columns=3, make=_prefix)
    return tuple(sorted((prefix for prefix in table if prefix.kind == kind), key=_longest_first))


def suffixes(kind: SuffixKind) -> tuple[Suffix, ...]:
    """Return the endings of one kind, longest first."""
    table = resources.records("ar/suffixes.tsv", columns=4, make=_suffix)
    return tuple(sorted((suffix for suffix in table if suffix.kind == kind), key=_longest_first))


def _prefix(kind: str, text: str, leaves: str) -> Prefix:
    return Prefix(_one_of(kind, get_args(PrefixKind)), normalize(text), int(leaves))


def _suffix(kind: str, text: str, becomes: str, leaves: str) -> Suffix:
    replacement = "" if becomes == NOTHING else normalize(becomes)
    return Suffix(_one_of(kind, get_args(SuffixKind)), normalize(text), replacement, int(leaves))


def _one_of(kind: str, kinds: tuple[str, ...]) -> str:
    if kind not in kinds:
        raise ValueError(f"kind {kind!r}; expected {', '.join(kinds)}")
    return kind


def _longest_first(affix: Prefix | Suffix) -> tuple[int, str]:
    return -len(affix.text), affix.text


def by_last_letter(table: Iterable[Suffix]) -> dict[str, tuple[Suffix, ...]]:
    """Return the endings under the letter that each ends in, in their order: few words end in one that any has."""
    grouped: dict[str, tuple[Suffix, ...]] = {}
    for suffix in table:
        grouped[suffix.text[-1]] = (*grouped.get(suffix.text[-1], ()), suffix)
    return grouped


def normalized(words: Iterable[str]) -> frozenset[str]:
    """Return ``words`` as they are compared."""
    return frozenset(map(normalize, words))


def _irregular() -> dict[str, str]:
    rows = resources.rows("ar/irregular.tsv", columns=2)
    return {normalize(form): normalize(stem) for stem, forms in rows for form in (stem, *forms.split(" "))}


STOP_WORDS: Final = normalized(resources.word_list("ar/stop_words.txt"))
"""Words so common that they tell no article from another; without conjunctions before them."""

WHOLE_WORDS: Final = normalized(resources.word_list("ar/whole_words.txt"))
"""Names and words that begin or end like an affix but carry none."""

KNOWN_STEMS: Final[dict[str, str]] = {
    **{word: word for word in STOP_WORDS | WHOLE_WORDS},
    **_irregular(),
}
"""The stem of each word that no rule decides: whole words keep all letters, irregular forms have that of their class."""

OWN_LETTER_WORDS: Final = normalized(resources.word_list("ar/own_letter.txt"))
"""Words whose first letter looks like a proclitic but is their own."""
