"""Conjugation of verbs to stems, with the rules of hollow, defective, assimilated and hamzated verbs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from analyzers.arabic.letters import ALEF, ALEF_HAMZA_ABOVE, ALEF_MADDA, ALEF_MAKSURA, HAMZA, NOON, SEEN, TEH, WAW, YEH
from analyzers.arabic.normalizer import normalize

Vowel = Literal["a", "i", "u", "-"]

_LONG = {"a": ALEF, "i": YEH, "u": WAW, "-": ALEF}
_ROOT_LONG: Final = frozenset({WAW, YEH})
_TENTH_FORM = ALEF + SEEN + TEH

# How often a rare form is meant where another verb has the same spelling, against 1 for common forms: jussives (يقل)
# and passives (يقام) of hollow verbs, passives of assimilated ones (يوجد). F1 on two sets of lemmas: +.001 and +.003
# by the passives, less than .001 by the jussives.
_JUSSIVE = 0.05
_PASSIVE = 0.1
_PASSIVE_OF_DERIVED = 0.5
_WITH_WAW = 0.3


class Verb(NamedTuple):
    """A verb: its perfect as in a dictionary, its root, and the imperfect's vowel (``-`` beyond the first form)."""

    perfect: str
    root: str
    vowel: Vowel


class Stem(NamedTuple):
    """The rest of some forms without affixes: ``slots`` of suffixes.tsv, ``share`` of their uses from 0 to 1."""

    letters: str
    slots: str
    share: float = 1.0


def stems(verb: Verb) -> Iterator[Stem]:
    """Yield the stems of the perfect and the imperfect of ``verb``, third person, with passives that differ in letters.

    >>> [stem.letters for stem in stems(Verb("قال", "قول", "u"))]
    ['قال', 'قيل', 'قول', 'قال', 'قل', 'قل']
    """
    word = normalize(verb.perfect)
    if len(word) < 2 or len(verb.root) < 2:
        return
    if len(word) >= 3 and word[-1] in (ALEF, YEH) and verb.root[-1] in _ROOT_LONG:
        yield from _defective(verb, word)
    elif len(word) >= 3 and word[-2] == ALEF and verb.root[1] in _ROOT_LONG and (len(word) == 3 or word[0] == ALEF):
        yield from _hollow(verb, word)
    else:
        yield Stem(word, "abcde")
        yield from (Stem(rest, "fg", share) for rest, share in _after_prefix(verb, word))


def _hollow(verb: Verb, word: str) -> Iterator[Stem]:
    start, last = word[:-2], word[-1]
    is_first, is_eighth = len(word) == 3, len(word) == 5
    yield Stem(word, "abcde")
    if not is_eighth:
        yield Stem(start + YEH + last, "ac", _PASSIVE if is_first else 1.0)
    rest = start if is_first else start.removeprefix(ALEF)
    active = _LONG[verb.vowel] if is_first else ALEF if is_eighth else YEH
    yield Stem(rest + active + last, "fg")
    if active != ALEF:
        yield Stem(rest + ALEF + last, "fg", _PASSIVE if is_first else _PASSIVE_OF_DERIVED)
    yield Stem(rest + last, "f", _JUSSIVE)
    yield Stem(start + last, "i", _JUSSIVE)


def _defective(verb: Verb, word: str) -> Iterator[Stem]:
    start = word[:-1]
    if word[-1] == ALEF:
        yield from (Stem(word, "ab"), Stem(start, "cd"), Stem(start + WAW, "e"))
    elif verb.perfect.endswith(ALEF_MAKSURA):
        yield from (Stem(start + ALEF_MAKSURA, "a"), Stem(word, "e"), Stem(start + ALEF, "b"), Stem(start, "cd"))
    else:
        yield from (Stem(word, "abcde"), Stem(start, "c"))
    if not word.endswith(YEH) or verb.perfect.endswith(ALEF_MAKSURA):
        yield from (Stem(start + YEH, "a", _PASSIVE), Stem(start + YEH, "bc"))
    has_maksura = verb.vowel == "a" or (verb.vowel == "-" and word.startswith(TEH))
    last = WAW if verb.vowel == "u" else ALEF_MAKSURA if has_maksura else YEH
    for rest, share in _after_prefix(verb, word):
        yield from _defective_imperfect(rest[:-1], last, share)


def _defective_imperfect(start: str, last: str, share: float) -> Iterator[Stem]:
    if last == WAW:
        yield from (Stem(start + WAW, "fh", share), Stem(start + YEH, "f", share))
    else:
        yield from (Stem(start + last, "f", share), Stem(start + YEH, "g", share), Stem(start + ALEF, "f", share))
    yield Stem(start, "g", share)
    if len(start) >= 2:
        yield Stem(start, "f", share)


def _after_prefix(verb: Verb, word: str) -> tuple[tuple[str, float], ...]:
    """Return what may follow the prefix of the imperfect, with the last letter of the perfect, each with its share."""
    if verb.perfect.startswith(ALEF_MADDA):
        return ((HAMZA + word[1:], 1.0), (HAMZA + word, 1.0))
    if verb.vowel != "-":
        return _after_prefix_of_first_form(verb, word)
    if word.startswith(ALEF) and (len(word) >= 4 or verb.root[0] not in (HAMZA, ALEF_HAMZA_ABOVE)):
        return ((word[1:], 1.0),)
    if word.startswith(ALEF):
        return ((HAMZA + word[1:], 1.0),)
    return ((word, 1.0),)


def _after_prefix_of_first_form(verb: Verb, word: str) -> tuple[tuple[str, float], ...]:
    if word.startswith(WAW) and verb.vowel == "i":
        return ((word[1:], 1.0), (word, _WITH_WAW))
    if word.startswith(WAW) and verb.vowel == "a":
        return ((word[1:], 1.0), (word, 1.0))
    return ((word, 1.0),)


def possible_perfects(rest: str) -> Iterator[str]:
    """Yield the perfects that an unknown imperfect may belong to, given what remains without its prefix and ending.

    >>> list(possible_perfects("جتمع")), list(possible_perfects("قول"))
    (['جتمع', 'اجتمع'], ['قول', 'اقول', 'قال'])
    """
    yield rest
    if len(rest) == 2:
        yield WAW + rest
    elif len(rest) == 3:
        yield from _perfects_of_three_letters(rest)
    elif rest.startswith(SEEN + TEH):
        yield ALEF + (rest[:-2] + ALEF + rest[-1] if len(rest) == 5 and rest[3] == YEH else rest)
    elif len(rest) == 4 and (rest[1] == TEH or rest[0] == NOON):
        yield ALEF + rest


def _perfects_of_three_letters(rest: str) -> Iterator[str]:
    first, middle, last = rest[0], rest[1], rest[2]
    if last != WAW:
        yield ALEF + rest
    if middle in _ROOT_LONG:
        yield first + ALEF + last
    if middle == YEH:
        yield ALEF + first + ALEF + last
    if last == WAW:
        yield first + middle + ALEF
    if first == HAMZA:
        yield ALEF + rest[1:]
