"""Chain for Arabic words: normalized letters are the exact term, the word that it is a form of is the stem."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from analyzers.arabic import lists, model
from analyzers.arabic.letters import FEH, WAW
from analyzers.arabic.lexicon import Lexicon, text_of
from analyzers.arabic.normalizer import normalize, spell
from analyzers.arabic.segmenter import Scores, Segmenter, Split, native_stemmer, scores_of
from analyzers.arabic.user_cache import cached_text, package_digest
from analyzers.chains import Chain
from analyzers.tokens import Stage


@cache
def chain(lexicon: str = "", own_model: str = "") -> Chain:
    """Return the chain for words that hold an Arabic letter.

    It knows the project's lists, the lexicon with the text ``lexicon``, and the model with the text ``own_model`` or,
    where that is empty, the shipped one.
    """
    learned = cache(lambda: model.parse_text(own_model) if own_model else model.shipped_model())
    _, listed = cached_text(f"lists-{package_digest()}.txt", lambda: text_of(lists.entries()))
    texts = (listed, lexicon)
    segmenter = cache(lambda: Segmenter(learned(), Lexicon(*texts)))  # only explaining needs it where C stems

    def stem(spelling: str) -> str:
        return segmenter().split(spelling).term

    def explain_stem(spelling: str) -> tuple[Stage, ...]:
        return _stages_of(segmenter().split(spelling))

    def scores() -> Scores:
        name = f"scores-{package_digest()}-{hashlib.sha256(own_model.encode()).hexdigest()[:16]}.json"
        return Scores(*json.loads(cached_text(name, lambda: json.dumps(scores_of(learned()), ensure_ascii=False))[1]))

    stop_words = _with_conjunctions(lists.STOP_WORDS)
    return Chain(normalize, spell, native_stemmer(scores, texts) or stem, stop_words, explain_stem)


def _with_conjunctions(words: frozenset[str]) -> frozenset[str]:
    joined = {conjunction + word for conjunction in (WAW, FEH) for word in words}
    return words | (joined - lists.WHOLE_WORDS)


def _stages_of(split: Split) -> tuple[Stage, ...]:
    affixes = ", ".join(filter(None, (split.prefix, split.ending)))
    return (
        Stage("affixes", split.core, "affixes" if affixes else "no_affixes", affixes, (split.prefix, split.ending)),
        Stage("reading", split.core, split.reading),
        Stage("stem", split.term, "stem"),
    )
