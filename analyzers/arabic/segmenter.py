"""Which prefix, stem and ending a normalized word consists of, and which word it is a form of: ``Segmenter``.

A word whose stem a lexicon has is read with the lexicon: of all readings that its affixes allow the most probable, by
the probability of the affixes and the frequency of the word. A word that no lexicon explains is split where the model
finds it most probable.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple, TypeVar

from analyzers.arabic.affixes import WordClass, affixes
from analyzers.arabic.conjugation import possible_perfects
from analyzers.arabic.lexicon import VERB_SIGN, Lexicon
from analyzers.arabic.model import Model

CLASS_PRIORS: Final[dict[WordClass, float]] = {"noun": 0.67, "perfect": 0.16, "imperfect": 0.17}
"""How many forms are of each class. Given, not learned: a bare stem may be of any, and learning makes it all one."""

LETTER_PRIOR: Final = 0.4
"""The probability of one more letter in an unknown stem. At 1 every word becomes a stem; from .3 to .5 F1 is the same within .01."""

SHORTEST_GUESS: Final = 2
"""The least number of letters in the stem of an unknown word."""

AffixKey = tuple[WordClass, str, str]
SlotScores = dict[str, dict[str, dict[str, float]]]
GuessScores = dict[str, dict[str, dict[WordClass, float]]]

_UNKNOWN_STEM = math.log(0.01)  # against the count of a stem that the model has
_KNOWN_ONLY = 0.02  # the share of an ending that is not guessed, of the word's without ending
_LEAST_SHARE = 1e-8
_LOG_LETTER = math.log(LETTER_PRIOR)
_LONGEST_PREFIX = max(len(row.prefix) for row in affixes())
_LONGEST_ENDING = max(len(row.ending) for row in affixes())

Scores = TypeVar("Scores")
Reading = Literal["lexicon", "guess"]


class Split(NamedTuple):
    """How a word was read: what came off before and after its stem, of which word, and how that was found."""

    prefix: str
    core: str
    ending: str
    term: str
    reading: Reading


class Segmenter:
    """Splits words by a model and a lexicon.

    >>> from analyzers.arabic.lexicon import Entry
    >>> lexicon = Lexicon.of([("حكوم", Entry("H", "حكومه", 12.0))])
    >>> model = Model({("noun", "", ""): 4.0, ("noun", "و", "ها"): 1.0, ("noun", "و", "تها"): 1.0}, {})
    >>> Segmenter(model, lexicon).split("وحكومتها")
    Split(prefix='و', core='حكوم', ending='تها', term='حكومه', reading='lexicon')
    """

    def __init__(self, model: Model, lexicon: Lexicon) -> None:
        self._entries = lexicon.entries
        self._stems = {stem: math.log(count) for stem, count in model.stems.items() if count > 0}
        self._slots = slot_scores(model)
        self._guesses = guess_scores(model)

    def split(self, word: str) -> Split:
        """Return the most probable reading of ``word``, which must be normalized and not empty."""
        return self._known(word) or self._guessed(word)

    def _known(self, word: str) -> Split | None:
        best, found = -math.inf, None
        for start, end, scores in cuts(word, self._slots, shortest=1):
            for slot, term, weight in self._entries(word[start:end]):
                score = scores.get(slot, -math.inf) + weight
                if score > best or (score == best and found is not None and term < found[2]):
                    best, found = score, (start, end, term)
        if found is None:
            return None
        start, end, term = found
        return Split(word[:start], word[start:end], word[end:], term, "lexicon")

    def _guessed(self, word: str) -> Split:
        best, found = -math.inf, Split("", word, "", word, "guess")
        for start, end, scores in cuts(word, self._guesses, shortest=SHORTEST_GUESS):
            for word_class, share in scores.items():
                for stem in possible_stems(word[start:end], word_class):
                    score = share + self._stems.get(stem, _UNKNOWN_STEM) + _LOG_LETTER * len(stem)
                    term = stem if word_class == "noun" else stem + VERB_SIGN
                    if score > best or (score == best and term < found.term):
                        best, found = score, Split(word[:start], word[start:end], word[end:], term, "guess")
        return found


def cuts(word: str, table: dict[str, dict[str, Scores]], *, shortest: int) -> Iterator[tuple[int, int, Scores]]:
    """Yield where a stem of ``word`` may start and end by ``table``, and what the table has for these affixes."""
    length = len(word)
    for start in range(min(_LONGEST_PREFIX, length - shortest) + 1):
        endings = table.get(word[:start])
        if endings is not None:
            for end in range(length, max(start + shortest, length - _LONGEST_ENDING) - 1, -1):
                scores = endings.get(word[end:])
                if scores is not None:
                    yield start, end, scores


def possible_stems(core: str, word_class: WordClass) -> Iterable[str]:
    """Return the stems that an unknown word may have whose affixes are off: an imperfect's is its perfect's."""
    return possible_perfects(core) if word_class == "imperfect" else (core,)


def slot_scores(model: Model) -> SlotScores:
    """Return the logarithm of the probability of every prefix with every ending in every slot.

    An ending that no unknown stem may have was not learned: it is a fixed share of the bare word's.
    """
    learned = shares(model)
    scores: SlotScores = {}
    for word_class, slot, prefix, ending, is_guessed in affixes():
        share = learned.get((word_class, prefix, ending)) if is_guessed or not ending else None
        if share is None:
            share = _KNOWN_ONLY * learned.get((word_class, prefix, ""), _LEAST_SHARE)
        scores.setdefault(prefix, {}).setdefault(ending, {})[slot] = math.log(share)
    return scores


def guess_scores(model: Model) -> GuessScores:
    """Return the logarithm of the probability of every prefix with every ending of an unknown stem in every class."""
    learned = shares(model)
    scores: GuessScores = {}
    for word_class, _, prefix, ending, is_guessed in affixes():
        if is_guessed:
            share = learned.get((word_class, prefix, ending), _LEAST_SHARE)
            scores.setdefault(prefix, {}).setdefault(ending, {})[word_class] = math.log(share)
    return scores


def shares(model: Model) -> dict[AffixKey, float]:
    """Return the probability of every affix pair that ``model`` has, all classes together."""
    totals: dict[WordClass, float] = dict.fromkeys(CLASS_PRIORS, 0.0)
    for (word_class, _, _), count in model.affixes.items():
        totals[word_class] += count
    return {
        key: max(_LEAST_SHARE, CLASS_PRIORS[key[0]] * count / totals[key[0]]) for key, count in model.affixes.items()
    }
