"""Learning of a model of affixes and stems from texts without labels."""

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
    fit,
    guess_scores,
    possible_stems,
    shares,
)
from analyzers.characters import ARABIC_LETTERS

LEAST_SEEN: Final = 4
"""Forms that are seen less often are left out: half of them are misprints."""

ROUNDS: Final = 6
LONGEST_FORM: Final = 20

_Readings = list[tuple[str, AffixKey]]


def learn_model(texts: Iterable[str], *, least_seen: int = LEAST_SEEN, rounds: int = ROUNDS) -> Model:
    """Return the model that makes the forms of ``texts`` most probable; each form counts once, however frequent.

    This is expectation maximisation: each form is divided among its readings by their probability, then each affix
    pair and each stem gets the probability of its shares. A stem has one probability in all classes, so that the
    forms of the noun, the perfect and the imperfect support each other. Texts are read once. A million words take a
    second, and so does a round on 140,000 forms.
    """
    possible = guess_scores(Model({}, {}))
    readings = [some for form in forms(texts, least_seen) if (some := _readings(form, possible))]
    model = Model(
        affixes=dict.fromkeys((affixes for some in readings for _, affixes in some), 1.0),
        stems=dict.fromkeys((stem for some in readings for stem, _ in some), 1.0),
    )
    for _ in range(rounds):
        model = _expected_counts(readings, _probabilities(model))
    return model


def forms(texts: Iterable[str], least_seen: int = LEAST_SEEN) -> list[str]:
    """Return the normalized Arabic forms that occur at least ``least_seen`` times in ``texts``, in order."""
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
        if fit(form[start:end], form[start:end], form[end:]) is not None
        for word_class in classes
        for stem in possible_stems(form[start:end], word_class)
    ]


def _probabilities(model: Model) -> Model:
    total = sum(model.stems.values())
    return Model(
        affixes=shares(model),
        stems={stem: count / total * LETTER_PRIOR ** len(stem) for stem, count in model.stems.items()},
    )


def _expected_counts(readings: list[_Readings], probable: Model) -> Model:
    """Return the number of forms of each affix pair and each stem when every form is divided among its readings."""
    expected = Model(dict.fromkeys(probable.affixes, 0.0), dict.fromkeys(probable.stems, 0.0))
    for of_form in readings:
        scores = [probable.stems[stem] * probable.affixes[affixes] for stem, affixes in of_form]
        total = sum(scores)
        for (stem, affixes), score in zip(of_form, scores, strict=True):
            expected.stems[stem] += score / total
            expected.affixes[affixes] += score / total
    return expected
