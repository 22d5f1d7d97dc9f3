"""How an Arabic word becomes terms: normalized it is the exact term, without affixes the stem."""

from __future__ import annotations

from typing import Final

from analyzers.arabic.affixes import KNOWN_STEMS, OWN_LETTER_WORDS, STOP_WORDS
from analyzers.arabic.letters import FEH, WAW
from analyzers.arabic.normalizer import normalize
from analyzers.arabic.stemmer import Split, light_stem, split
from analyzers.chains import Chain
from analyzers.tokens import Stage

_READINGS: Final = {
    "known": "a stop word, a name or an irregular form: the lists decide",
    "noun": "read as a noun, an adjective or a perfect: at most one pronoun and one ending come off",
    "verb": "read as an imperfect: given the letters of its perfect",
}


def _with_conjunctions(words: frozenset[str]) -> frozenset[str]:
    joined = {conjunction + word for conjunction in (WAW, FEH) for word in words}
    return words | (joined - OWN_LETTER_WORDS - KNOWN_STEMS.keys())


def _explain_stem(exact: str) -> tuple[Stage, ...]:
    reading = split(exact)
    return (
        Stage("proclitics", reading.core, _note_on_proclitics(reading)),
        Stage("reading", reading.core, _READINGS[reading.reading]),
        Stage("stem", reading.stem, "one term for all forms of the word"),
    )


def _note_on_proclitics(reading: Split) -> str:
    return f"{reading.proclitics} comes off" if reading.proclitics else "none comes off"


CHAIN: Final = Chain(
    normalize=normalize,
    stem=light_stem,
    stop_words=_with_conjunctions(STOP_WORDS),
    explain_stem=_explain_stem,
)
"""The analysis of words that hold an Arabic letter."""
