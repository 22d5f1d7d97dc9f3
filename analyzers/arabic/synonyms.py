"""Synonyms of words of a query: nationalities, months in other traditions, other names, spellings and scripts.

A synonym never merges terms: no index holds one, and a query may do without.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from analyzers.arabic.latin_names import LATIN_ARTICLES, latin_key
from analyzers.arabic.letters import ALEF, BEH, FEH, KAF, LAM, WAW
from analyzers.arabic.numerals import NUMBER
from analyzers.arabic.spelling import other_spellings
from analyzers.arabic.synonym_groups import MIN_LETTERS, Run, SynonymKind, WordAnalyzer, groups_for, not_linked, stem_of

_CONJUNCTIONS: Final = (WAW, FEH)
_PREPOSITIONS: Final = (BEH, KAF, LAM)

_MAX_LATIN_ARTICLES: Final = 2
"""How many Latin articles a name may have beyond those in the table."""


class Synonym(NamedTuple):
    """Other words, as printed, for ``words[start : start + length]`` of a query; each alternative is a run of words.

    ``kind`` says why: ``nationality`` (a country, its people and what is theirs), ``month`` (the month in another
    tradition), ``name`` (another name, also in another script), ``spelling`` (another spelling of a name). The likelier
    alternatives come first. Names and spellings need not exist.
    """

    kind: SynonymKind
    start: int
    length: int
    alternatives: tuple[Run, ...]


def synonyms_of(words: Sequence[str], analyzer: WordAnalyzer) -> tuple[Synonym, ...]:
    """Return the synonyms of ``words`` as typed, in order; no two share a word, and a longer run wins.

    >>> from analyzers.analyzer import analyzer_for
    >>> found = synonyms_of(["حرب", "تشرين", "الأول"], analyzer_for("ar"))
    >>> [(synonym.start, synonym.length, synonym.alternatives[0]) for synonym in found]
    [(1, 2, ('أكتوبر',))]
    """
    table = _table_for(analyzer)
    exacts = [analyzer.exact(word) for word in words]
    synonyms: list[Synonym] = []
    at = 0
    while at < len(words):
        synonym = table.at(words, exacts, at)
        synonyms += [synonym] if synonym else []
        at += synonym.length if synonym else 1
    return tuple(synonyms)


class _SynonymTable:
    """The groups by the exact terms of their members, and by the stems of inflected ones."""

    def __init__(self, analyzer: WordAnalyzer) -> None:
        self._analyzer = analyzer
        self._not_linked = not_linked()
        self._groups, self._by_key, self._by_stem = groups_for(analyzer)
        self._longest = max(key.count(" ") for key in self._by_key) + 1 + _MAX_LATIN_ARTICLES

    def at(self, words: Sequence[str], exacts: Sequence[str], at: int) -> Synonym | None:
        """Return the synonym of the longest run at a word, if any; ``exacts`` are the words' exact terms."""
        for length in range(min(self._longest, len(words) - at), 0, -1):
            for run in _readings(tuple(exacts[at : at + length])):
                number = self._by_key.get(" ".join(latin_key(run)))
                if number is not None and (run not in self._not_linked or self._is_meant(number, words, exacts, at)):
                    return self._synonym(number, run, at, length)
        stem = stem_of(words[at], self._analyzer)
        if (number := self._by_stem.get(stem)) is not None:
            return self._synonym(number, (exacts[at],), at, 1) if (stem,) not in self._not_linked else None
        spellings = other_spellings(exacts[at])
        return Synonym("spelling", at, 1, tuple((spelling,) for spelling in spellings)) if spellings else None

    def _synonym(self, number: int, run: Run, at: int, length: int) -> Synonym | None:
        """Return the other members of a group; a name that holds another one finds no article that the other does not."""
        kind, texts = self._groups[number]
        expansions = [tuple(text.split(" ")) for text in texts]
        others: list[Run] = []
        held = [run]
        for other in sorted(expansions, key=len):
            exact = tuple(filter(None, map(self._analyzer.exact, other)))
            if not any(_contains(exact, shorter) for shorter in held) and not _contains(run, exact):
                others.append(other)
                held.append(exact)
        others.sort(key=expansions.index)
        return Synonym(kind, at, length, tuple(others)) if others else None

    def _is_meant(self, number: int, words: Sequence[str], exacts: Sequence[str], at: int) -> bool:
        """Return whether a word that may be a name is one: an acronym in capitals, or a month beside a date.

        Beside a date means that a number or another month stands there.
        """
        if self._groups[number][0] != "month":
            return words[at].isupper()
        return any(
            NUMBER.fullmatch(exact)
            or ((beside := self._by_key.get(exact)) is not None and self._groups[beside][0] == "month")
            for exact in (*exacts[max(at - 1, 0) : at], *exacts[at + 1 : at + 2])
        )


@lru_cache(maxsize=4)
def _table_for(analyzer: WordAnalyzer) -> _SynonymTable:
    return _SynonymTable(analyzer)


def _contains(longer: Run, run: Run) -> bool:
    return any(longer[at : at + len(run)] == run for at in range(len(longer) - len(run) + 1))


def _readings(run: Run) -> Iterator[Run]:
    """Yield the readings of exact terms side by side as a name: without proclitics or a Latin article before it."""
    first, *others = run
    if run[-1] in LATIN_ARTICLES:
        return
    yield from ((reading, *others) for reading in _without_proclitics(first, shortest=1 if others else MIN_LETTERS))
    if first in LATIN_ARTICLES:
        yield run[1:]


def with_proclitics(exact: str) -> tuple[str, ...]:
    """Return an exact term, and it behind the proclitics with which a newspaper writes a name: «ولحزب الله».

    Of 351 articles that name حزب الله, 33 % have it behind و or ل and 3 % behind ب; only one in ninety has
    another proclitic alone.
    """
    after_lam = LAM + exact.removeprefix(ALEF) if exact.startswith(ALEF + LAM) else LAM + exact
    return (exact, WAW + exact, after_lam, BEH + exact, WAW + after_lam)


def _without_proclitics(exact: str, *, shortest: int) -> Iterator[str]:
    """Yield an exact term, then its rests of ``shortest`` letters without a conjunction, a preposition, or both."""
    yield exact
    bare = [exact[1:]] if exact.startswith(_CONJUNCTIONS) else []
    for word in (exact, *bare):
        if word.startswith(LAM + LAM):
            bare.append(ALEF + word[1:])
        if word.startswith(_PREPOSITIONS):
            bare.append(word[1:])
    yield from (word for word in bare if len(word) >= shortest)
