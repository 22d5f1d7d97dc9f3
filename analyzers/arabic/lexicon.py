"""Lexicon of stems: the words they belong to, and the endings they take."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from analyzers.arabic.conjugation import Verb, stems
from analyzers.arabic.letters import HEH, TEH_MARBUTA
from analyzers.arabic.normalizer import normalize

VERB_SIGN: Final = "~"
"""The last character of a verb's term. No word has it, so ``كتب``, books, and ``كتب~``, to write, are two terms."""


class Entry(NamedTuple):
    """A reading of a stem: the slots of suffixes.tsv that it takes, the word's term, and the word's frequency.

    ``weight`` is the natural logarithm of a count in a large corpus of news, to a tenth.
    """

    slots: str
    term: str
    weight: float


BySlot = dict[str, tuple[float, str]]
"""A weight and a term for each slot."""


class Lexicon:
    """Entries by stem, read from texts of one stem a line; a line is parsed on first access.

    ``stems`` is the set of the stems that have entries.

    >>> lexicon = Lexicon.of([("حكوم", Entry("HA", "حكومه", 12.0)), ("حكوم", Entry("HA", "حكومه", 9.0))])
    >>> lexicon.by_slot("حكوم")
    {'A': (12.0, 'حكومه'), 'H': (12.0, 'حكومه')}
    """

    def __init__(self, *texts: str) -> None:
        """Take texts that :func:`text_of` returned; a stem in several texts has the entries of all."""
        self._lines: dict[str, str] = {}
        for line in filter(None, "\n".join(texts).split("\n")):
            stem, _, cells = line.partition("\t")
            known = self._lines.get(stem)
            self._lines[stem] = cells if known is None else f"{known}\t{cells}"
        self.stems = self._lines.keys()
        self._parsed: dict[str, BySlot] = {}

    @classmethod
    def of(cls, entries: Iterable[tuple[str, Entry]]) -> Lexicon:
        """Return the lexicon of entries given with their stems."""
        return cls(text_of(entries))

    def by_slot(self, stem: str) -> BySlot:
        """Return the weight and term of ``stem`` in each slot; empty for a stem without entries.

        Where several words share a slot the most frequent one counts, of equally frequent ones the first in order.
        """
        by_slot = self._parsed.get(stem)
        if by_slot is None:
            line = self._lines.get(stem)
            if line is None:
                return {}
            by_slot = self._parsed[stem] = _parse(line)
        return by_slot

    def __len__(self) -> int:
        return len(self._lines)


def text_of(entries: Iterable[tuple[str, Entry]]) -> str:
    """Return entries as text, one stem a line, in order; of several terms in one slot of a stem the most frequent."""
    best: dict[tuple[str, str], tuple[float, str]] = {}
    for stem, entry in entries:
        for slot in entry.slots:
            candidate = (round(entry.weight, 1), entry.term)
            best[stem, slot] = max(best.get((stem, slot), candidate), candidate)
    grouped: dict[str, dict[tuple[float, str], str]] = {}
    for (stem, slot), (weight, term) in sorted(best.items()):
        terms = grouped.setdefault(stem, {})
        terms[weight, term] = terms.get((weight, term), "") + slot
    return "".join(f"{stem}\t{_cells(terms)}\n" for stem, terms in grouped.items())


def _cells(terms: dict[tuple[float, str], str]) -> str:
    return "\t".join(f"{slots} {term} {weight:g}" for (weight, term), slots in terms.items())


def _parse(line: str) -> BySlot:
    best: BySlot = {}
    for cell in line.split("\t"):
        slots, term, weight = cell.split(" ")
        entry = (float(weight), term)
        for slot in slots:
            if slot not in best or (-entry[0], term) < (-best[slot][0], best[slot][1]):
                best[slot] = entry
    return best


def verb_entries(verb: Verb, term: str, weight: float) -> Iterator[tuple[str, Entry]]:
    """Yield the stems of a verb, whose dictionary form has the exact term ``term``, with their entries."""
    for stem in stems(verb):
        yield stem.letters, Entry(stem.slots, term + VERB_SIGN, weight + math.log(stem.share))


def plural_entries(plural: str, term: str, weight: float) -> Iterator[tuple[str, Entry]]:
    """Yield the stem of a normalized broken plural, of the word with the term ``term``, with its entry."""
    yield (plural[:-1], Entry("T", term, weight)) if plural.endswith(HEH) else (plural, Entry("B", term, weight))


def singular_entries(word: str, weight: float) -> Iterator[tuple[str, Entry]]:
    """Yield the stem of a noun, given as written, with its entry; its term is the whole word, normalized."""
    term = normalize(word)
    yield (term[:-1], Entry("HKA", term, weight)) if word.endswith(TEH_MARBUTA) else (term, Entry("N", term, weight))
