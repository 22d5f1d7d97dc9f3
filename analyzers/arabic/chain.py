"""Chain for Arabic words: normalized letters are the exact term, the word that it is a form of is the stem."""

from __future__ import annotations

from functools import cache
from typing import Final

from analyzers.arabic import lists, model
from analyzers.arabic.letters import FEH, WAW
from analyzers.arabic.lexicon import Lexicon, text_of
from analyzers.arabic.normalizer import normalize, spell
from analyzers.arabic.segmenter import Segmenter, Split, native_stemmer
from analyzers.chains import Chain
from analyzers.tokens import Stage

_READINGS: Final = {
    "lexicon": "the lexicon has this stem, with these affixes",
    "guess": "no lexicon has it: the most probable split of the letters",
}


@cache
def chain(lexicon: str = "", own_model: str = "") -> Chain:
    """Return the chain for words that hold an Arabic letter.

    It knows the project's lists, the lexicon with the text ``lexicon``, and the model with the text ``own_model`` or,
    where that is empty, the shipped one.
    """
    learned = model.parse_text(own_model) if own_model else model.shipped_model()
    texts = (text_of(lists.entries()), lexicon)
    segmenter = cache(lambda: Segmenter(learned, Lexicon(*texts)))  # only explaining needs it where C stems

    def stem(spelling: str) -> str:
        return segmenter().split(spelling).term

    def explain_stem(spelling: str) -> tuple[Stage, ...]:
        return _stages_of(segmenter().split(spelling))

    stop_words = _with_conjunctions(lists.STOP_WORDS)
    return Chain(normalize, spell, native_stemmer(learned, texts) or stem, stop_words, explain_stem)


def _with_conjunctions(words: frozenset[str]) -> frozenset[str]:
    joined = {conjunction + word for conjunction in (WAW, FEH) for word in words}
    return words | (joined - lists.WHOLE_WORDS)


def _stages_of(split: Split) -> tuple[Stage, ...]:
    affixes = " and ".join(filter(None, (split.prefix, split.ending)))
    return (
        Stage("affixes", split.core, f"off: {affixes}" if affixes else "none comes off"),
        Stage("reading", split.core, _READINGS[split.reading]),
        Stage("stem", split.term, "one term for all forms of the word; ~ is a verb's"),
    )
