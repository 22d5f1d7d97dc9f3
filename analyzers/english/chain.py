"""How a word of any script but Arabic becomes terms: normalized it is both, until there is an English stemmer."""

from __future__ import annotations

from typing import Final

from analyzers import resources
from analyzers.chains import Chain, explain_same, same
from analyzers.english.normalizer import normalize

CHAIN: Final = Chain(
    normalize=normalize,
    stem=same,
    stop_words=frozenset(map(normalize, resources.word_list("en/stop_words.txt"))),
    explain_stem=explain_same,
)
"""The analysis of words without an Arabic letter; only the stop list is English."""
