"""Compound names: those printed in one word or in two, as عبدالعزيز and عبد العزيز.

Both spellings get the terms of two words, except where a part is another common word: حضرموت stays one word, or every
حضرموت would be found by موت, death; a query looks for its two spellings. Every function takes normalized words; the
first part may have proclitics.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

from analyzers import resources
from analyzers.arabic.normalizer import normalize

GOD: Final = normalize("الله")
_FAITH: Final = normalize("الدين")
_ARTICLE: Final = normalize("ال")
_FATHER: Final = normalize("أبو")
SON: Final = normalize("بن")

SHORTEST_NAME: Final = 3
"""Letters of a second part, its article not counted: with two, تلالها (its hills) would be تل and الها."""


def _words_by_kind() -> dict[str, set[str]]:
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for kind, words in resources.read_table("ar/compounds.tsv", columns=2):
        kinds[kind].add(" ".join(map(normalize, words.split(" "))))
    return kinds


_KINDS: Final = _words_by_kind()
_PAIRS: Final = frozenset(tuple(pair.split(" ")) for pair in _KINDS["pair"])
_WHOLE: Final = {pair.replace(" ", ""): pair.index(" ") for pair in _KINDS["whole"]}
_FIRST_PARTS: Final = frozenset(_KINDS["article"] | _KINDS["kunya"] | {first for first, _ in _PAIRS})
_LONGEST_FIRST: Final = max(map(len, _FIRST_PARTS))

_CONJUNCTIONS: Final = ("", "و", "ف")
_PROCLITICS: Final = tuple(one + other for other in ("", "ب", "ل", "ك") for one in _CONJUNCTIONS)
_WITH_ARTICLE: Final = tuple(one + other for other in ("ال", "بال", "كال", "لل") for one in _CONJUNCTIONS)

# أبو before these endings is a form of أب, أبوة, أبواب or أبواق, or a foreign name (أبولو, أبوجا).
_NO_NAME = re.compile(r"[يت]?(?:ه|ها|هم|هن|هما|ك|كم|كن|نا|ي|ين|ا)|ي[نهت]\w*|ا[بق]\w*|ل?لو\w*|جا|رت\w*")


def _second_parts(first: str) -> str:
    """Return an expression for the second parts of names with a first part, but for names behind a kunya."""
    seconds = [f"{second}$" for each, second in sorted(_PAIRS) if each == first]
    if first in _KINDS["article"]:
        seconds.append(rf"{_ARTICLE}\w{{{SHORTEST_NAME}}}")
    if first == _FATHER:
        seconds.append(rf"\w{{{SHORTEST_NAME}}}")
    return "|".join(seconds)


def _any_of(words: Iterable[str]) -> str:
    """Return an expression for words, those with the same first letter together: most words fail at the first of a dozen."""
    by_letter = groupby(sorted(words), key=itemgetter(0))
    return "|".join(f"{letter}(?:{'|'.join(word[1:] for word in some)})" for letter, some in by_letter)


_FIRST_AND_SECOND: Final = _any_of(
    f"{first}(?:{seconds})" for first in _FIRST_PARTS if (seconds := _second_parts(first))
)
_KUNYA_AND_NAME: Final = f"(?:{_any_of(_KINDS['kunya'] - {_FATHER})})(?:{_ARTICLE})?(?:{_any_of(_KINDS['name'])})$"

may_be_compound: Final = re.compile(
    rf"[وف]?(?:[بك]?(?:{_ARTICLE})?|لل?)(?:{_FIRST_AND_SECOND}|{_KUNYA_AND_NAME})"
    rf"|.{{3,}}+(?<=[{GOD[-1]}{_FAITH[-1]}])(?:(?<={GOD})|(?<={_FAITH}))"
).match
"""Returns a match for each word of which :func:`first_part` is not 0, and for few others, in a fraction of its time."""


def is_compound(first: str, second: str) -> bool:
    """Return whether two words side by side, the first perhaps with proclitics, are one name.

    >>> is_compound("وعبد", "العزيز"), is_compound("ابو", "مازن"), is_compound("عبد", "جديد")
    (True, True, False)
    """
    return any(_joins(proclitic, word, second) for proclitic, word in _without_proclitics(first))


def other_spelling(words: Sequence[str]) -> tuple[str, ...]:
    """Return the other spelling of a name of one or two words that stays as it is printed, () where there is none.

    >>> other_spelling(["بحضرموت"]), other_spelling(["بحضر", "موت"]), other_spelling(["امريكا"])
    (('بحضر', 'موت'), ('بحضرموت',), ())
    """
    word = "".join(words)
    for proclitic, rest in _without_proclitics(word) if len(words) <= 2 else ():
        at = len(proclitic) + _WHOLE.get(rest, -len(word))
        if at > 0 and words[0] in (word, word[:at]):
            return (word[:at], word[at:]) if len(words) == 1 else (word,)
    return ()


def first_part(word: str) -> int:
    """Return how many letters of ``word`` are the first part of a compound name, 0 where it is none.

    The rest may be a compound itself: ``ابوعبدالله`` is ابو and عبدالله.

    >>> [first_part(word) for word in ("عبدالعزيز", "ونيويورك", "لنصرالله", "ابواب", "والله", "امريكا")]
    [3, 4, 4, 0, 0, 0]
    """
    if not may_be_compound(word) or other_spelling([word]):
        return 0
    for proclitic, rest in _without_proclitics(word):
        for length in range(2, _LONGEST_FIRST + 1):
            first, second = rest[:length], rest[length:]
            if _joins(proclitic, first, second) or (first == _FATHER and _is_name(proclitic, second)):
                return len(proclitic) + length
    before_god = len(word) - len(GOD)
    return before_god if word.endswith(GOD) and before_god >= SHORTEST_NAME else 0


def _without_proclitics(word: str) -> list[tuple[str, str]]:
    """Return each way to cut proclitics off ``word``: what comes off, perhaps nothing, and the rest."""
    return [(some, word[len(some) :]) for some in _PROCLITICS + _WITH_ARTICLE if word.startswith(some)]


def _joins(proclitic: str, first: str, second: str) -> bool:
    """Return whether the lists have ``first`` and ``second`` as parts of a name. A kunya (أبو مازن) has no article."""
    bare = second.removeprefix(_ARTICLE)
    return (
        (first in _KINDS["article"] and bare != second and len(bare) >= SHORTEST_NAME)
        or (first in _KINDS["kunya"] and proclitic in _PROCLITICS and not _KINDS["name"].isdisjoint((second, bare)))
        or (second == GOD and first in _KINDS["god"])
        or (second == _FAITH and first in _KINDS["faith"])
        or (first, second) in _PAIRS
    )


def _is_name(proclitic: str, second: str) -> bool:
    """Return whether what follows أبو in one word is a name, though no list has it (أبوختالة)."""
    return proclitic in _CONJUNCTIONS and len(second) >= SHORTEST_NAME and not _NO_NAME.fullmatch(second)
