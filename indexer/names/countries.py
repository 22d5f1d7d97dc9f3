"""Countries that an article is about: counted by the names of places, peoples and leaders, by a gazetteer.

The gazetteer is, of the analyzers' data, ``ar/countries.tsv`` (names, nationalities, capitals) and ``ar/places.tsv``
(cities, leaders, ambiguous names). Codes are those of ISO 3166-1.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress, count
from typing import Final

from analyzers import EncodedTerms, normalize, read_table, with_proclitics

MAX_COUNTRIES: Final = 3
MIN_WEIGHT: Final = 2
"""A country named once, and neither in the title nor at the beginning, is no subject of the article."""
MIN_SHARE: Final = 0.34
"""Nor is one that is named a third as often as the first."""
MAX_WORDS: Final = 200
"""How many words of a body are read."""
LEAD_WORDS: Final = 40
"""A name in the title and one in so many first words of the body count double."""

_NISBA_ENDINGS: Final = ("", "ه", "ا", "ون", "ين", "ان", "ات", "تين")
_AL: Final = "ال"
_YEH: Final = "ي"
_REGION: Final = "x-"
_NO_COUNTRY: Final = "no"


@dataclass(frozen=True, slots=True, eq=False)
class _Name:
    """What a name tells: one of ``codes``, or with none that it names no country.

    A weak one counts only where something else names the same country.
    """

    codes: tuple[str, ...]
    is_weak: bool = False


_Names = dict[tuple[str, ...], _Name]


_Longer = dict[str | None, tuple[tuple[tuple[str, ...], _Name], ...]]
"""By their second word, the names of several words: the words after it and what they tell, the longest first."""

_Entry = tuple[_Name | None, _Longer]
"""What a word tells as a name, and the longer names that it begins."""


def countries_of(title: Sequence[str | None], body: Sequence[str | None]) -> tuple[str, ...]:
    """Return the codes of at most three countries that an article is about, the most important first.

    ``title`` and ``body`` are exact terms by position.
    """
    weights: dict[_Name, int] = {}
    for name, _ in _names_in(title):
        weights[name] = weights.get(name, 0) + 2
    for name, position in _names_in(body[:MAX_WORDS]):
        weights[name] = weights.get(name, 0) + (2 if position < LEAD_WORDS else 1)
    if not weights:
        return ()
    totals = _by_country(weights)
    ranked = sorted(totals, key=totals.__getitem__, reverse=True)[:MAX_COUNTRIES]
    return tuple(code for code in ranked if totals[code] >= max(MIN_WEIGHT, MIN_SHARE * totals[ranked[0]]))


def country_names(code: str) -> tuple[str, ...]:
    """Return the names of a country: first in Arabic, then in English, then all others with its nationalities.

    >>> country_names("EG")[:2], country_names("ZZ")
    (('مصر', 'Egypt'), ())
    """
    return _names_of_countries().get(code, ())


def _by_country(weights: Mapping[_Name, int]) -> dict[str, int]:
    """Return the weight of each country; a name of several countries counts for the one that is named most."""
    totals: dict[str, int] = {}
    unclear = []
    for name, weight in weights.items():
        if name.is_weak or len(name.codes) > 1:
            unclear.append((name, weight))
        else:
            totals[name.codes[0]] = totals.get(name.codes[0], 0) + weight
    if len(unclear) > 1:
        unclear.sort(key=lambda pair: pair[0].is_weak)
    for name, weight in unclear:
        code = max(name.codes, key=lambda each: totals.get(each, 0))
        if code in totals or not name.is_weak:
            totals[code] = totals.get(code, 0) + weight
    return totals


def _names_in(terms: Sequence[str | None]) -> Iterator[tuple[_Name, int]]:
    """Yield each name in a text with its position; of names that begin at one word the longest."""
    if not isinstance(terms, EncodedTerms):
        terms = EncodedTerms(array("I", range(len(terms))), list(terms))
    ids, vocabulary, entries = terms.term_ids, terms.vocabulary, _names_of_vocabulary.entries(terms.vocabulary)
    end, last = 0, len(ids) - 1
    for position in compress(count(), map(entries.__contains__, ids)):
        if position < end:
            continue
        name, longer = entries[ids[position]]
        end = position + 1
        if longer and position < last and (candidates := longer.get(vocabulary[ids[end]])):
            for rest, longer_name in candidates:
                if not rest or tuple(terms[end + 1 : end + 1 + len(rest)]) == rest:
                    name, end = longer_name, end + 1 + len(rest)
                    break
        if name and name.codes:
            yield name, position


class _NamesOfVocabulary:
    """The terms with which a name begins, by id, of the vocabulary that was asked for last."""

    def __init__(self) -> None:
        self._known: tuple[list[str | None], dict[int, _Entry], int] = [], {}, 0

    def entries(self, vocabulary: list[str | None]) -> dict[int, _Entry]:
        """Return the names by term id; of one vocabulary only the terms that are new since the last call are looked up."""
        known, entries, first = self._known
        if known is not vocabulary:
            entries, first = {}, 0
        if first < (end := len(vocabulary)):
            gazetteer = _gazetteer()
            entries |= {at: gazetteer[term] for at in range(first, end) if (term := vocabulary[at]) in gazetteer}
            self._known = vocabulary, entries, end  # after the update: another thread may look the same terms up
        return entries


_names_of_vocabulary: Final = _NamesOfVocabulary()


# -- the gazetteer


@cache
def _gazetteer() -> dict[str | None, _Entry]:
    """Return, by a word, what it tells and the longer names that it begins."""
    known = _all_names()
    singles = {words[0]: name for words, name in known.items() if len(words) == 1}  # بروس is no form of روس
    longer: dict[str, _Longer] = {}
    for (first, *others), name in sorted(known.items(), key=lambda pair: -len(pair[0])):
        for word in _with_proclitics(first):
            if others:
                names = longer.setdefault(word, {})
                names[others[0]] = (*names.get(others[0], ()), (tuple(others[1:]), name))
            else:
                singles.setdefault(word, name)
    return {word: (singles.get(word), longer.get(word, {})) for word in {*singles, *longer}}


def _all_names() -> _Names:
    """Return the names by their exact terms; a row of places.tsv goes before one of countries.tsv, weak before strong."""
    rows = {row[0]: row for row in read_table("ar/countries.tsv", 6)}
    names: _Names = {}
    for code, called, nationalities, people, capitals, english in rows.values():
        if not code.startswith(_REGION):
            plain = (*_split(called), *_split(capitals), *_split(english), *_with_article(_split(people)))
            names |= dict.fromkeys((*plain, *_inflections(_split(nationalities))), _Name((code,)))
    places = [*read_table("ar/places.tsv", 3)]
    for codes, strong, _ in places:
        told = () if codes == _NO_COUNTRY else tuple(codes.split())
        plain = tuple(name for cell in strong.split() for name in _places(cell, rows))
        names |= dict.fromkeys((*plain, *_inflections(filter(_is_nisba, plain))), _Name(told))
    for codes, _, weak in places:
        nisbas = (each for name in _split(weak) for each in (_with_article((name,)) if _is_nisba(name) else (name,)))
        names |= dict.fromkeys(nisbas, _Name((codes,), is_weak=True))
    return names


def _split(cell: str) -> tuple[tuple[str, ...], ...]:
    """Return the exact terms of the names in a cell: spaces part them, and _ joins the words of one."""
    return tuple(tuple(map(normalize, name.split("_"))) for name in cell.split() if name != "-")


def _places(cell: str, rows: dict[str, tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Return the name that a cell is, or the names and capitals of the region that it stands for."""
    if not cell.startswith(_REGION):
        return _split(cell)
    _, called, _, _, capitals, english = rows[cell]
    return (*_split(called), *_split(capitals), *_split(english))


def _is_nisba(name: tuple[str, ...]) -> bool:
    return len(name) == 1 and name[0].endswith(_YEH) and not name[0].startswith(_AL)


def _with_article(names: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    for name in names:
        yield name
        if len(name) == 1 and not name[0].startswith(_AL):
            yield (_AL + name[0],)


def _inflections(nationalities: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield the forms of nationalities, also of those in two words (كوري شمالي), with and without the article."""
    for nationality in nationalities:
        for ending in _NISBA_ENDINGS:
            for article in ("", _AL):
                yield tuple(f"{article}{word}{ending}" for word in nationality)


def _with_proclitics(word: str) -> tuple[str, ...]:
    """Return a word as it may be written in a text: behind conjunctions and prepositions, in English as a plural."""
    return (word, f"{word}s") if word.isascii() else with_proclitics(word)


@cache
def _names_of_countries() -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for code, called, nationalities, _, _, english in read_table("ar/countries.tsv", 6):
        if not code.startswith(_REGION):
            cells = (called.split(), english.split(), nationalities.replace("-", "").split())
            ordered = (cells[0][0], cells[1][0], *cells[0], *cells[1], *cells[2])
            names[code] = tuple(dict.fromkeys(name.replace("_", " ") for name in ordered))
    return names
