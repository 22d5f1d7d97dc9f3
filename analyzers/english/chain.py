"""Chain for words of every script but Arabic: normalized letters are the exact term, Porter's rules give the stem."""

from __future__ import annotations

from typing import Final

from analyzers import resources
from analyzers.chains import Chain
from analyzers.english.normalizer import normalize
from analyzers.english.stemmer import stem
from analyzers.tokens import Stage


def _explain_stem(exact: str) -> tuple[Stage, ...]:
    term = stem(exact)
    note = "no English ending comes off" if term == exact else f"{exact} without its English ending"
    return (Stage("stem", term, note),)


CHAIN: Final = Chain(
    normalize=normalize,
    spell=normalize,
    stem=stem,
    stop_words=frozenset(map(normalize, resources.word_list("en/stop_words.txt"))),
    explain_stem=_explain_stem,
)
"""The analysis of words without an Arabic letter; only the stop list and the stems are English."""
