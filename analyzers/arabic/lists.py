"""The project's own word lists as lexicon entries: stop words, names, irregular words, broken plurals, verbs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, cast, get_args

from analyzers import resources
from analyzers.arabic.affixes import affixes, pronouns
from analyzers.arabic.conjugation import Verb, Vowel, stems
from analyzers.arabic.letters import ALEF, ALEF_MAKSURA, LAM, TEH_MARBUTA, WAW, YEH
from analyzers.arabic.lexicon import Entry, entries_of, form_entries, plural_entries, singular_entries, verb_entries
from analyzers.arabic.normalizer import fold, normalize, spell

# Weights of listed words, as in Entry: as if each were among the few hundred most frequent words of the lexicon. Stop
# words, names, irregular forms and plurals weigh more, so that none of their letters is taken for an affix; with plurals
# as other words F1 falls by .001 on two sets of lemmas.
LISTED: Final = 12.0
CERTAIN: Final = 13.0

# So light that a word of the lexicon wins where it is common: حوثيين stays a plural though places.tsv has it, and قطاعي
# the sector with a pronoun. Of 178,000 forms of three corpora 200 get another stem by it, 20 of them a worse one.
PLACE: Final = 7.0
_SHORTEST_PLACE: Final = 3
_LOST_ENDINGS: Final = (YEH + ALEF, YEH + TEH_MARBUTA, ALEF, TEH_MARBUTA, ALEF_MAKSURA, WAW)
"""What a place loses before the ending of its nisba: سوريا, سوري."""

_PRONOUN: Final = "+"


def _with_pronouns(row: str) -> Iterator[str]:
    """Yield the spellings of a row of stop_words.txt."""
    word = spell(row)
    yield word
    if row.endswith(_PRONOUN):
        before = word[:-1] + YEH if word.endswith(ALEF_MAKSURA) else word
        yield from (before + pronoun for pronoun in pronouns())


_PARTICLES: Final = {
    form: normalize(word.removesuffix(_PRONOUN))
    for word in resources.word_list("ar/stop_words.txt")
    for form in _with_pronouns(word)
}
"""The spellings of the stop words, each with the term of the word without its pronoun."""

STOP_WORDS: Final = frozenset(map(fold, _PARTICLES))
"""Words too common to tell articles apart, without conjunctions before them."""

WHOLE_WORDS: Final = frozenset(
    normalize(word) for name in ("ar/names.txt", "ar/whole_words.txt") for word in resources.word_list(name)
)
"""Names and words that begin or end with the letters of an affix but carry none."""


def entries() -> Iterator[tuple[str, Entry]]:
    """Yield the stems of all lists with their entries."""
    yield from _whole_word_entries()
    for singular, plurals in resources.read_table("ar/broken_plurals.tsv", columns=2):
        yield from singular_entries(singular, LISTED)
        for plural in plurals.split(" "):
            yield from plural_entries(spell(plural), normalize(singular), CERTAIN)
    for word, forms in resources.read_table("ar/irregular.tsv", columns=2):
        yield from singular_entries(word, CERTAIN)
        for form in (word, *forms.split(" ")):
            yield from form_entries(spell(form), normalize(word), CERTAIN)
    for verb, is_noun in _verbs():
        is_certain = is_noun or normalize(verb.perfect) in STOP_WORDS
        yield from verb_entries(verb, CERTAIN if is_certain else LISTED, is_noun=is_noun)
    yield from _place_entries()


def _whole_word_entries() -> Iterator[tuple[str, Entry]]:
    for name in ("ar/names.txt", "ar/whole_words.txt"):
        for word in map(spell, resources.word_list(name)):
            yield from entries_of(word, "W", fold(word), CERTAIN)
    verb_forms = _forms_of_stop_verbs()
    for word, term in _PARTICLES.items():
        if fold(word) not in verb_forms:
            yield from entries_of(word, "x", term, CERTAIN)


def _place_entries() -> Iterator[tuple[str, Entry]]:
    """Yield the stems of places and of their nisbas, the adjectives in ي, with their entries."""
    rows = tuple(resources.read_table("ar/countries.tsv", columns=6))
    more = (cell for row in resources.read_table("ar/places.tsv", columns=3) if row[0] != "no" for cell in row[1:])
    places = dict.fromkeys(_places(more), PLACE) | dict.fromkeys(_places(row[1] + " " + row[4] for row in rows), LISTED)
    nationalities = tuple(_places(row[2] for row in rows))
    nisbas = dict.fromkeys(map(nisba_of, places), PLACE) | dict.fromkeys(nationalities, LISTED)
    for nisba, weight in nisbas.items():
        places.pop(nisba + TEH_MARBUTA, None)  # سورية is Syrian as well; السعودية, with its article, is the country
        yield from entries_of(nisba, "NMJAHK", fold(nisba), weight)
    for place, weight in places.items():
        yield from entries_of(place.removeprefix(ALEF + LAM), "W", fold(place.removeprefix(ALEF + LAM)), weight)


def _places(cells: Iterable[str]) -> Iterator[str]:
    """Yield the places of one word in cells of names, spelt."""
    for name in " ".join(cells).split(" "):
        if name.isalpha() and not name.isascii() and len(name.removeprefix(ALEF + LAM)) >= _SHORTEST_PLACE:
            yield spell(name)


def nisba_of(place: str) -> str:
    """Return the adjective in ي of a place, spelt, without its article.

    >>> [nisba_of(place) for place in ("بيروت", "سوريا", "مصراتة", "هانوي")]
    ['بيروتي', 'سوري', 'مصراتي', 'هانوي']
    """
    bare = place.removeprefix(ALEF + LAM)
    if bare.endswith(YEH):
        return bare
    ending = next(filter(bare.endswith, _LOST_ENDINGS), "")
    return bare.removesuffix(ending) + YEH


@cache
def _verbs() -> tuple[tuple[Verb, bool], ...]:
    return tuple(resources.records("ar/verbs.tsv", columns=3, make=_verb))


def _forms_of_stop_verbs() -> frozenset[str]:
    """Return the forms of verbs that are stop words, كان and ليس, which are read as verbs and not as whole words."""
    stems_and_slots = {
        (stem.letters, slot)
        for verb, _ in _verbs()
        if normalize(verb.perfect) in STOP_WORDS
        for stem in stems(verb)
        for slot in stem.slots
    }
    return frozenset(
        row.prefix + letters + row.ending for letters, slot in stems_and_slots for row in affixes() if row.slot == slot
    )


def _verb(perfect: str, root: str, cell: str) -> tuple[Verb, bool]:
    """Return the verb of a row, and whether the noun with its letters has its meaning."""
    vowel = cell.removesuffix("=")
    if vowel not in get_args(Vowel):
        raise ValueError(f"vowel {vowel!r}; expected {', '.join(get_args(Vowel))}")
    return Verb(perfect, root, cast("Vowel", vowel)), vowel != cell
