"""Chains for words of every script but Arabic: normalized letters are the exact term, Porter's rules give the stem.

An acronym in capitals has no ending: its letters are the stem too.
"""

from __future__ import annotations

import re
from typing import Final

from analyzers import resources
from analyzers.chains import Chain
from analyzers.english.normalizer import normalize
from analyzers.english.stemmer import stem
from analyzers.tokens import Stage

_ACRONYM = re.compile("[A-Z]{2,6}(?:['\u2019]s)?")


def chain_for(word: str) -> Chain:
    """Return the chain for a printed word: that of acronyms for two to six capitals, as ISIS.

    >>> [chain_for(word).terms(word) for word in ("ISIS", "WHO", "NEWS's")]
    [Terms(exact='isis', stem='isis'), Terms(exact='who', stem='who'), Terms(exact='news', stem='news')]
    """
    return _ACRONYMS if _ACRONYM.fullmatch(word) else CHAIN


def _explain_stem(exact: str) -> tuple[Stage, ...]:
    term = stem(exact)
    return (Stage("stem", term, "no_english_ending" if term == exact else "english_ending", exact),)


CHAIN: Final = Chain(
    normalize=normalize,
    spell=normalize,
    stem=stem,
    stop_words=frozenset(map(normalize, resources.word_list("en/stop_words.txt"))),
    explain_stem=_explain_stem,
)
"""The analysis of words without an Arabic letter; only the stop list and the stems are English."""

_ACRONYMS: Final = Chain(
    normalize=normalize,
    spell=normalize,
    stem=str,
    stop_words=frozenset(),
    explain_stem=lambda exact: (Stage("stem", exact, "acronym"),),
)
