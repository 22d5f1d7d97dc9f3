"""Lexicon of stems: the words they belong to, and the endings they take."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from analyzers.arabic.conjugation import Verb, stems
from analyzers.arabic.letters import ALEF_HAMZA_ABOVE, HAMZA, TEH_MARBUTA, WAW
from analyzers.arabic.normalizer import HAMZATED_ALEFS, fold, spell
from analyzers.arabic.orthography import hamzated_alef, printed_ways

VERB_SIGN: Final = "~"
"""The last character of a verb's term. No word has it, so ``كتب``, books, and ``كتب~``, to write, are two terms."""


class Entry(NamedTuple):
    """A reading of a stem: the slots of suffixes.tsv that it takes, the word's term, and the word's frequency.

    ``weight`` is the natural logarithm of a count in a large corpus of news, to a tenth. ``alef`` is the first alef of
    the stem that is written with hamza or madda, by which أعداد, numbers, and إعداد, preparation, are told apart; empty
    where there is none.
    """

    slots: str
    term: str
    weight: float
    alef: str = ""


BySlot = dict[str, list[tuple[float, str, str]]]
"""For each slot the weight, the term and the alef of each word that has the stem in it."""


class Lexicon:
    """Entries by stem, read from texts of one stem a line; a line is parsed on first access.

    ``stems`` is the set of the stems that have entries.

    >>> lexicon = Lexicon.of([("حكوم", Entry("HA", "حكومه", 12.0)), ("حكوم", Entry("HA", "حكومه", 9.0))])
    >>> lexicon.by_slot("حكوم")
    {'A': [(12.0, 'حكومه', '')], 'H': [(12.0, 'حكومه', '')]}
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
        """Return the words of ``stem`` in each slot; empty for a stem without entries."""
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
    """Return entries as text, one stem a line, in order.

    Of several terms in one slot of a stem with one alef, the most frequent is kept.
    """
    best: dict[tuple[str, str, str], tuple[float, str]] = {}
    for stem, entry in entries:
        for slot in entry.slots:
            candidate = (round(entry.weight, 1), entry.term)
            best[stem, slot, entry.alef] = max(best.get((stem, slot, entry.alef), candidate), candidate)
    grouped: dict[str, dict[tuple[float, str, str], str]] = {}
    for (stem, slot, alef), (weight, term) in sorted(best.items()):
        terms = grouped.setdefault(stem, {})
        terms[weight, term, alef] = terms.get((weight, term, alef), "") + slot
    return "".join(f"{stem}\t{_cells(terms)}\n" for stem, terms in grouped.items())


def _cells(terms: dict[tuple[float, str, str], str]) -> str:
    return "\t".join(f"{alef}{slots} {term} {weight:g}" for (weight, term, alef), slots in terms.items())


def _parse(line: str) -> BySlot:
    by_slot: BySlot = {}
    for cell in line.split("\t"):
        slots, term, weight = cell.split(" ")
        alef = slots[0] if slots[0] in HAMZATED_ALEFS else ""
        for slot in slots[len(alef) :]:
            by_slot.setdefault(slot, []).append((float(weight), term, alef))
    return by_slot


def entries_of(stem: str, slots: str, term: str, weight: float) -> Iterator[tuple[str, Entry]]:
    """Yield a stem, spelt, with its entry, under each way to print its last letter."""
    alef = hamzated_alef(stem)
    yield from ((printed, Entry(slots, term, weight + score, alef)) for printed, score in printed_ways(stem))


def verb_entries(verb: Verb, weight: float, *, is_noun: bool = False) -> Iterator[tuple[str, Entry]]:
    """Yield the stems of a verb with their entries; one that ``is_noun``, vowels included, has the noun's term."""
    written = spell(verb.perfect)
    word, alef = fold(written), hamzated_alef(written)
    term = word if is_noun or is_geminate(verb) else verb_term(verb.perfect)
    tail = word[written.find(alef) :] if alef else ""
    for stem in stems(verb):
        kept = alef if alef and stem.letters.endswith(tail) else ""
        for printed, score in printed_ways(stem.letters):
            yield printed, Entry(stem.slots, term, weight + math.log(stem.share) + score, kept)


def is_geminate(verb: Verb) -> bool:
    """Return whether a verb of the first form has one letter twice at the end of its root, as ``ردّ``."""
    return verb.vowel != "-" and len(verb.root) == 3 and verb.root[1] == verb.root[2]


def verb_term(perfect: str) -> str:
    """Return the term of a verb by its perfect; a hamza at its end stays one, so that بدأ is not بدا."""
    written = spell(perfect)
    last = HAMZA if written.endswith(ALEF_HAMZA_ABOVE) else ""
    return (fold(written[:-1]) + last if last else fold(written)) + VERB_SIGN


def plural_entries(plural: str, term: str, weight: float) -> Iterator[tuple[str, Entry]]:
    """Yield the stem of a broken plural, spelt, of the word with the term ``term``, with its entry."""
    if plural.endswith(TEH_MARBUTA):
        yield from entries_of(plural[:-1], "T", term, weight)
    else:
        yield from entries_of(plural, "B", term, weight)


def form_entries(form: str, term: str, weight: float) -> Iterator[tuple[str, Entry]]:
    """Yield the stems of an irregular form, spelt, of the word with the term ``term``; one in ة takes its endings."""
    if form.endswith(TEH_MARBUTA):
        yield from entries_of(form[:-1], "H", term, weight)
    else:
        yield from entries_of(form, "B", term, weight)


def singular_entries(word: str, weight: float) -> Iterator[tuple[str, Entry]]:
    """Yield the stem of a noun, given as written, with its entry; its term is the whole word, normalized."""
    spelling = spell(word)
    if spelling.endswith(TEH_MARBUTA):
        yield from entries_of(spelling[:-1], "HKA", fold(spelling), weight)
    else:
        yield from entries_of(spelling, "NV" if spelling.endswith(WAW) else "N", fold(spelling), weight)
