"""Which conflation class a normalized word belongs to: ``light_stem``.

A word is read from the outside in: conjunction, then article or preposition, then the verb's prefix or the noun's
endings. Where a letter may be an affix or the word's own, short lists of words decide, not the letter.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from analyzers.arabic import verbs
from analyzers.arabic.affixes import (
    KNOWN_STEMS,
    OWN_LETTER_WORDS,
    WHOLE_WORDS,
    Prefix,
    Suffix,
    by_last_letter,
    prefixes,
    suffixes,
)
from analyzers.arabic.letters import ALEF, FEH, KAF, LONG_VOWELS, MEEM, NOON, SEEN, TEH, WAW, YEH

_CONJUNCTIONS: Final = prefixes("conjunction")
_ARTICLES: Final = prefixes("article")
_ARTICLE_TEXTS: Final = tuple(article.text for article in _ARTICLES)
_PREPOSITIONS: Final = prefixes("preposition")
_CONSTRUCTS: Final = suffixes("construct")
_PRONOUNS: Final = by_last_letter(suffixes("pronoun"))
_ENDINGS: Final = by_last_letter(suffixes("ending"))

# Endings of an imperfect, with the pronouns that short verbs keep no three letters before.
_VERB_ENDINGS: Final = tuple(
    suffix.text for suffix in (*suffixes("pronoun"), *suffixes("ending")) if not suffix.becomes
)

_FUTURE_LETTERS: Final = 5
_IMPERFECT_LETTERS: Final = 4


Reading = Literal["known", "noun", "verb"]


class Split(NamedTuple):
    """How a word was read: what came off before it, what was left, as what that was read, and its stem."""

    proclitics: str
    core: str
    reading: Reading
    stem: str


def light_stem(word: str) -> str:
    """Return the conflation class of ``word``, which must be normalized; never empty, never longer than the word.

    Off come a conjunction, then an article or a preposition, then one pronoun and one ending, each only where the
    tables of ``data/ar`` and the conditions in this module allow it; an imperfect becomes its perfect. A word that
    is in ``KNOWN_STEMS``, as it is or once affixes are off, has the stem given there.

    >>> [light_stem(word) for word in ("والصحفيون", "حكومتها", "وزير", "للغه", "سيستخدمون")]
    ['صحفي', 'حكوم', 'وزير', 'لغ', 'استخدم']
    """
    return split(word).stem


def split(word: str) -> Split:
    """Return how :func:`light_stem` reads ``word``.

    >>> split("وبالقانون")
    Split(proclitics='وبال', core='قانون', reading='known', stem='قانون')
    """
    rest = _without(_CONJUNCTIONS, word)
    core = _without_article(rest)
    if core != rest:
        return _read(word, core, is_verb=False)
    core = _without(_PREPOSITIONS, rest)
    if _is_future(core):
        return _read(word, core[1:], is_verb=True)
    return _read(word, core, is_verb=_is_imperfect(core))


def _read(word: str, core: str, *, is_verb: bool) -> Split:
    proclitics = word[: len(word) - len(core)]
    if core in KNOWN_STEMS:
        return Split(proclitics, core, "known", KNOWN_STEMS[core])
    if is_verb:
        return Split(proclitics, core, "verb", _verb_stem(core))
    return Split(proclitics, core, "noun", _noun_stem(core))


def _noun_stem(word: str) -> str:
    rest = _without_ending(word)
    return KNOWN_STEMS.get(rest, rest)


def _verb_stem(word: str) -> str:
    for rest in (word[1:], _without_verb_ending(word)):
        if YEH + rest in KNOWN_STEMS:
            return KNOWN_STEMS[YEH + rest]
        if rest in KNOWN_STEMS:
            return KNOWN_STEMS[rest]
    return verbs.perfect_of(_without_verb_ending(word))


def _without_verb_ending(word: str) -> str:
    """Return an imperfect without its prefix and its ending; two letters may be left where they are a known verb's."""
    rest = word[1:]
    for ending in _VERB_ENDINGS if rest.endswith(_VERB_ENDINGS) else ():
        if rest.endswith(ending) and YEH + rest[: -len(ending)] in KNOWN_STEMS:
            return rest[: -len(ending)]
    return _without_ending(rest) if len(word) > _IMPERFECT_LETTERS else rest


# --- what stands before the word


def _without_article(word: str) -> str:
    if not word.startswith(_ARTICLE_TEXTS) or word in KNOWN_STEMS:
        return word
    if not word.startswith(ALEF) and _keeps_its_lam(word[1:]):
        return word[1:]  # للغة is ل and لغة, بالتزام is ب and التزام
    article = next(article for article in _ARTICLES if word.startswith(article.text))
    rest = word[len(article.text) :]
    if rest not in KNOWN_STEMS and _without_ending(word) in WHOLE_WORDS:
        return word  # ألفان is ألف
    return rest if len(rest) >= article.leaves else word


def _keeps_its_lam(word: str) -> bool:
    return word in KNOWN_STEMS or _without_ending(word) in WHOLE_WORDS or _begins_with_its_own_letter(word)


def _without(proclitics: tuple[Prefix, ...], word: str) -> str:
    if word in KNOWN_STEMS or word in OWN_LETTER_WORDS:
        return word
    for proclitic in proclitics:
        if word.startswith(proclitic.text) and _comes_off(proclitic, word[len(proclitic.text) :]):
            return word[len(proclitic.text) :]
    return word


def _comes_off(proclitic: Prefix, rest: str) -> bool:
    if rest in KNOWN_STEMS or rest.isdecimal():
        return True
    if len(rest) < proclitic.leaves or _begins_with_its_own_letter(proclitic.text + rest):
        return False
    if proclitic.text == FEH:
        return rest.startswith(_ARTICLE_TEXTS) or _is_future(rest)
    if proclitic.text == KAF:
        return rest[0] == MEEM
    return True


def _begins_with_its_own_letter(word: str) -> bool:
    return not _OWN_LETTER_STEMS.isdisjoint((word, _without_ending(word), word.removesuffix(YEH)))


def _is_future(word: str) -> bool:
    return (
        word.startswith(SEEN)
        and word not in KNOWN_STEMS
        and word[1:2] in verbs.PREFIXES
        and (len(word) >= _FUTURE_LETTERS or word[1:] in KNOWN_STEMS)
        and not _begins_with_its_own_letter(word)
    )


def _is_imperfect(word: str) -> bool:
    if word.startswith(YEH):
        return len(word) >= _IMPERFECT_LETTERS and not _begins_with_its_own_letter(word)
    return verbs.is_clearly_imperfect(word) or (
        word[:1] in verbs.PREFIXES and YEH + _without_verb_ending(word) in KNOWN_STEMS
    )


# --- what stands after it


def _without_ending(word: str) -> str:
    for pronoun in _PRONOUNS.get(word[-1:], ()):
        if word.endswith(pronoun.text) and _pronoun_comes_off(pronoun, word[: -len(pronoun.text)]):
            return _without_construct(word[: -len(pronoun.text)])
    for ending in _ENDINGS.get(word[-1:], ()):
        if word.endswith(ending.text) and _ending_comes_off(ending, word[: -len(ending.text)]):
            return word[: -len(ending.text)] + ending.becomes
    return word


def _without_construct(word: str) -> str:
    for ending in _CONSTRUCTS:
        if word.endswith(ending.text) and len(word) - len(ending.text) >= ending.leaves and word not in KNOWN_STEMS:
            return word[: -len(ending.text)]
    return word


def _pronoun_comes_off(pronoun: Suffix, rest: str) -> bool:
    if len(rest) < pronoun.leaves:
        return False
    if pronoun.text == NOON + ALEF:
        return rest[-1] not in LONG_VOWELS  # قانونا is an accusative
    return len(pronoun.text) == 1 or rest[-1] != ALEF or len(rest) > pronoun.leaves  # مساهم, تراكم


def _ending_comes_off(ending: Suffix, rest: str) -> bool:
    if len(rest) < ending.leaves:
        return False
    if ending.text == TEH:
        return rest[-1] not in LONG_VOWELS  # بيروت, تصويت
    if ending.text in (WAW + NOON, YEH + NOON):
        return not _is_verbal_noun_with_noon(rest, ending.text)
    return True


def _is_verbal_noun_with_noon(rest: str, ending: str) -> bool:
    """Return whether this is ``تحسين`` or ``تعاون``: second and sixth form of a root that ends in noon."""
    return rest.startswith(TEH) and len(rest) == 3 and (ending[0] == YEH or rest[2] == ALEF)


_OWN_LETTER_STEMS: Final = OWN_LETTER_WORDS | frozenset(map(_without_ending, OWN_LETTER_WORDS))
