"""Which affixes and stems a language has, learned from texts without labels: ``learn``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from analyzers import tokenizer
from analyzers.arabic.model import Model
from analyzers.arabic.normalizer import normalize
from analyzers.arabic.segmenter import (
    LETTER_PRIOR,
    SHORTEST_GUESS,
    AffixKey,
    GuessScores,
    cuts,
    guess_scores,
    possible_stems,
    shares,
)
from analyzers.characters import ARABIC_LETTERS

LEAST_SEEN: Final = 4
"""Rarer forms are not learned from: half of them are misprints."""

ROUNDS: Final = 6
LONGEST_FORM: Final = 20

_Readings = list[tuple[str, AffixKey]]


def learn(texts: Iterable[str], *, least_seen: int = LEAST_SEEN, rounds: int = ROUNDS) -> Model:
    """Return the model that makes the forms of ``texts`` most probable; each form counts once, however often it is seen.

    Expectation and maximisation in turns: the readings of each form share it by their probability, then each affix pair
    and each stem is as probable as the shares that it got. A stem has one probability in all classes, so that the
    noun's, the perfect's and the imperfect's forms support each other. Texts are read once; a million words take a
    second, and each round on 140,000 forms another.
    """
    possible = guess_scores(Model({}, {}))
    readings = [found for form in forms(texts, least_seen) if (found := _readings(form, possible))]
    model = Model(
        affixes=dict.fromkeys((affixes for found in readings for _, affixes in found), 1.0),
        stems=dict.fromkeys((stem for found in readings for stem, _ in found), 1.0),
    )
    for _ in range(rounds):
        model = _expected(readings, _probabilities(model))
    return model


def forms(texts: Iterable[str], least_seen: int = LEAST_SEEN) -> list[str]:
    """Return the normalized Arabic forms that ``texts`` hold at least ``least_seen`` times, in order."""
    printed: Counter[str] = Counter()
    for text in texts:
        printed.update(tokenizer.WORD.findall(text))
    normalized: Counter[str] = Counter()
    for form, count in printed.items():
        if form[0] in ARABIC_LETTERS and (word := normalize(form)).isalpha() and len(word) <= LONGEST_FORM:
            normalized[word] += count
    return sorted(word for word, count in normalized.items() if count >= least_seen)


def _readings(form: str, possible: GuessScores) -> _Readings:
    return [
        (stem, (word_class, form[:start], form[end:]))
        for start, end, classes in cuts(form, possible, shortest=SHORTEST_GUESS)
        for word_class in classes
        for stem in possible_stems(form[start:end], word_class)
    ]


def _probabilities(model: Model) -> Model:
    total = sum(model.stems.values())
    return Model(
        affixes=shares(model),
        stems={stem: count / total * LETTER_PRIOR ** len(stem) for stem, count in model.stems.items()},
    )


def _expected(readings: list[_Readings], probable: Model) -> Model:
    """Return how many forms each affix pair and each stem has when every form is divided among its readings."""
    expected = Model(dict.fromkeys(probable.affixes, 0.0), dict.fromkeys(probable.stems, 0.0))
    for found in readings:
        scores = [probable.stems[stem] * probable.affixes[affixes] for stem, affixes in found]
        total = sum(scores)
        for (stem, affixes), score in zip(found, scores, strict=True):
            expected.stems[stem] += score / total
            expected.affixes[affixes] += score / total
    return expected
