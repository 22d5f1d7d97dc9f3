"""Lexicon of the package arramooz-pysqlite, compiled once into a file in the user's cache.

The package (Taha Zerrouki, GPL-3) holds 30,000 nouns with their broken plurals, 14,000 verbs, and the counts of 38,000
words in a corpus of news. Compiling takes about a second, reading the file a fraction of one.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from typing import Final, NamedTuple, cast

from analyzers import resources
from analyzers.arabic.conjugation import Verb, Vowel
from analyzers.arabic.letters import ALEF_MAKSURA, TEH_MARBUTA, WAW, YEH
from analyzers.arabic.lexicon import Entry, entries_of, plural_entries, text_of, verb_entries
from analyzers.arabic.normalizer import fold, normalize, spell
from analyzers.arabic.user_cache import cached_text

NAME: Final = "arramooz-pysqlite"
COMPILER_VERSION: Final = 4
"""Raised by one with each change of this module, or of code it calls, that alters the compiled text."""

_UNKNOWN_COUNT = 20  # of a word without a count: the lowest count in the package
_PLURAL_SHARE = 0.5
_AMBIGUOUS_SHARE = 0.1  # of a plural that is spelt like a singular; F1 .018 above that with a share of 1
_FEMININE_SHARE = 0.5  # of an adjective
_UNKNOWN_FEMININE = 5  # the count of a feminine that only the masculine noun tells of: وزيرة
_GREATEST_PLURAL = 12.9  # less than that of a listed plural: أحوال is of حال, not of the preposition حول
_KINDS = {
    "adj": "adjective",
    "adj_comp": "adjective",
    "adj_num": "adjective",
    "adv": "noun",
    "noun": "noun",
    "noun_prop": "name",
    "noun_quant": "noun",
    "verb": "verb",
}

_PARTICLES = "ar/stop_words.txt"  # those of two letters are no nouns, though the package has some: مع

_NOUNS = """
    SELECT unvocalized, wordtype, number, single, broken_plural, mankous, feminable, masculin_plural, feminin_plural
    FROM nouns
"""
_VERBAL_NOUNS = "SELECT unvocalized, wordtype, original FROM nouns WHERE original <> ''"
_COUNTS = "SELECT vocalized, unvocalized, word_type, freq FROM wordfreq"
_VERBS = "SELECT unvocalized, root, future_type, triliteral FROM verbs"


class _Noun(NamedTuple):
    """A noun or adjective of the package: its spelling and the endings it takes."""

    written: str
    is_defective: bool = False
    is_adjective: bool = False
    has_masculine_plural: bool = False
    has_feminine_plural: bool = False
    has_feminine: bool = False


class Source(NamedTuple):
    """A lexicon: its name and version, the text that makes a ``Lexicon``, and the text's SHA-256."""

    name: str
    text: str
    checksum: str


@cache
def installed_lexicon() -> Source | None:
    """Return the lexicon of the installed package, or None when the package is not installed.

    It is read from the cache where the file there is whole; otherwise it is compiled, and the file written. A cache
    that cannot be written is no error: the lexicon is then compiled at every start.
    """
    try:
        version = importlib.metadata.version(NAME)
    except importlib.metadata.PackageNotFoundError:
        return None
    checksum, text = cached_text(f"lexicon-{version}-{_cache_key()}.txt", lambda: text_of(entries()))
    return Source(f"{NAME} {version}", text, checksum)


def entries() -> Iterator[tuple[str, Entry]]:
    """Yield the stems of the package's nouns, names and verbs with their entries, from its two databases."""
    folder = importlib.metadata.distribution(NAME).locate_file("arramooz/data")
    with (
        closing(sqlite3.connect(f"file:{folder}/arabicdictionary.sqlite?mode=ro", uri=True)) as words,
        closing(sqlite3.connect(f"file:{folder}/wordfreq.sqlite?mode=ro", uri=True)) as counts,
    ):
        yield from _Compiler(words, counts).entries()


def _cache_key() -> str:
    """Return a key that changes whenever the same package would be compiled to another text."""
    tables = [list(resources.read_table(name, columns=2)) for name in ("ar/arramooz.tsv", "ar/folds.tsv")]
    tables += [list(resources.read_table(_PARTICLES, columns=1))]
    return hashlib.sha256(f"{COMPILER_VERSION} {tables}".encode()).hexdigest()[:16]


class _Compiler:
    """Reads the package's tables and yields lexicon entries."""

    def __init__(self, words: sqlite3.Connection, counts: sqlite3.Connection) -> None:
        self.words = words
        self.meanings = dict(_meanings())
        self.particles = frozenset(word for word in map(normalize, resources.word_list(_PARTICLES)) if len(word) < 3)
        self.counts: dict[str, Counter[str]] = {kind: Counter() for kind in ("name", "verb", "adjective", "noun")}
        self.usual: dict[str, dict[str, tuple[int, str]]] = {"verb": {}, "noun": {}}
        """The count and the vocalized form of the most frequent verb and noun with a spelling."""
        self.nouns: dict[str, _Noun] = {}
        self.plurals: defaultdict[str, set[str]] = defaultdict(set)
        self._read_counts(counts)
        self._read_nouns()
        self.verbal_nouns = self._verbal_nouns()

    def entries(self) -> Iterator[tuple[str, Entry]]:
        for spelling, noun in self.nouns.items():
            yield from self._noun_entries(spelling, noun)
        for plural, singulars in self.plurals.items():
            for singular in singulars:
                yield from plural_entries(plural, fold(singular), self._weight_of_plural(plural, singular))
        for name, count in self.counts["name"].items():
            yield from entries_of(name, "W", fold(name), math.log(count))
        yield from self._verb_entries()

    def _verbal_nouns(self) -> frozenset[str]:
        """Return the verbs that their verbal noun is spelt like, vowels included, where both are the usual reading."""
        verbs, nouns = self.usual["verb"], self.usual["noun"]
        return frozenset(
            spelling
            for noun, kind, verb in self.words.execute(_VERBAL_NOUNS)
            if self.meanings.get(kind.partition(":")[0]) == "verbal noun"
            and (spelling := spell(noun)) == spell(verb)
            and spelling in verbs
            and verbs[spelling][1] == nouns.get(spelling, (0, ""))[1]
        )

    def _read_counts(self, counts: sqlite3.Connection) -> None:
        for vocalized, written, kind, count in counts.execute(_COUNTS):
            spelling = spell(written)
            if len(spelling) < 2 or count < 1 or kind not in _KINDS or fold(spelling) in self.particles:
                continue
            self.counts[_KINDS[kind]][spelling] += count
            usual = self.usual["verb" if kind == "verb" else "noun"]
            usual[spelling] = max(usual.get(spelling, (0, "")), (count, vocalized))
            if _KINDS[kind] in ("noun", "adjective"):
                self.nouns[spelling] = _Noun(written, _is_defective(vocalized, kind), False, True, True)

    def _read_nouns(self) -> None:
        listed: dict[str, _Noun] = {}
        for written, kind, number, single, broken, *flags in self.words.execute(_NOUNS):
            term = spell(written)
            if self.meanings.get(number) == "broken plural":
                if single:
                    self.plurals[term].add(spell(single))
                continue
            for plural in map(spell, broken.split(";")):
                if len(plural) >= 3:
                    self.plurals[plural].add(term)
            if len(term) >= 2 and fold(term) not in self.particles:
                is_adjective = self.meanings.get(kind.partition(":")[2]) == "adjective"
                noun = _noun(written, is_adjective, *map(bool, flags))
                listed[term] = _merge(listed[term], noun) if term in listed else noun
        for term, noun in listed.items():
            defective = noun.is_defective or (term in self.nouns and self.nouns[term].is_defective)
            self.nouns[term] = noun._replace(is_defective=defective)

    def _noun_entries(self, spelling: str, noun: _Noun) -> Iterator[tuple[str, Entry]]:
        weight, term = self._weight(spelling), fold(spelling)
        is_adjective = self._is_adjective(spelling, noun)
        if noun.written.endswith(TEH_MARBUTA):
            yield from entries_of(spelling[:-1], "HKA", fold(self._masculine(spelling)), weight)
        elif noun.is_defective:
            yield from entries_of(spelling.removesuffix(YEH), "D", term, weight)
        elif noun.written.endswith(ALEF_MAKSURA):
            yield from entries_of(spelling[:-1], "Y", term, weight)
        else:
            sound = "MJ" * (noun.has_masculine_plural or is_adjective) + "A" * (
                noun.has_feminine_plural or is_adjective
            )
            yield from entries_of(spelling, "N" + sound + "V" * spelling.endswith(WAW), term, weight)
        if (is_adjective or noun.has_feminine) and not noun.written.endswith((TEH_MARBUTA, ALEF_MAKSURA)):
            feminines = self.counts["adjective"][spelling] * _FEMININE_SHARE or _UNKNOWN_FEMININE
            yield from entries_of(spelling, "HK", term, math.log(feminines))

    def _verb_entries(self) -> Iterator[tuple[str, Entry]]:
        for written, root, vowel, is_first_form in self.words.execute(_VERBS):
            middle = self.meanings.get(vowel, "u") if is_first_form else "-"
            weight = math.log(self.counts["verb"][spell(written)] or _UNKNOWN_COUNT)
            yield from verb_entries(
                Verb(written, root, cast("Vowel", middle)), weight, is_noun=spell(written) in self.verbal_nouns
            )

    def _count(self, term: str) -> int:
        return self.counts["noun"][term] + self.counts["adjective"][term] or _UNKNOWN_COUNT

    def _weight(self, term: str) -> float:
        return math.log(self._count(term))

    def _weight_of_plural(self, plural: str, singular: str) -> float:
        is_also_singular = plural in self.nouns and self._count(plural) > _UNKNOWN_COUNT
        share = _PLURAL_SHARE * (_AMBIGUOUS_SHARE if is_also_singular else 1)
        return min(_GREATEST_PLURAL, self._weight(singular) + math.log(share))

    def _is_adjective(self, term: str, noun: _Noun) -> bool:
        nouns, adjectives = self.counts["noun"][term], self.counts["adjective"][term]
        return adjectives > nouns or (noun.is_adjective and not nouns)

    def _masculine(self, term: str) -> str:
        """Return the adjective whose feminine is a noun in ``ية``, where it is by far the more frequent of the two."""
        adjective = term[:-1]
        is_nisba = adjective.endswith(YEH) and self.counts["adjective"][adjective] > 10 * self.counts["noun"][term]
        return adjective if is_nisba else term


def _meanings() -> Iterator[tuple[str, str]]:
    for meaning, words in resources.read_table("ar/arramooz.tsv", columns=2):
        yield from ((word, meaning) for word in words.split(";"))


def _noun(written: str, is_adjective: bool, *flags: bool) -> _Noun:
    is_defective, may_be_feminine, masculine_plural, feminine_plural = flags
    return _Noun(
        written,
        is_defective,
        is_adjective and may_be_feminine,
        masculine_plural or is_adjective,
        feminine_plural,
        may_be_feminine,
    )


def _merge(first: _Noun, second: _Noun) -> _Noun:
    return _Noun(first.written, *(one or other for one, other in zip(first[1:], second[1:], strict=True)))


def _is_defective(vocalized: str, kind: str) -> bool:
    """Return whether an adjective has its last yeh only with an article, as ``تالٍ``; a nisba's yeh has a shadda."""
    return _KINDS[kind] == "adjective" and vocalized.endswith(YEH)
