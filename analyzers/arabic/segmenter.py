"""Segmenter: splits a normalized word into prefix, stem and ending, and names the word that it is a form of.

A word whose stem is in the lexicon gets the most probable of the readings that its affixes allow: by the probability
of the affixes and the frequency of the word. A word that the lexicon does not explain is split where the model finds
it most probable.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final, Generic, Literal, NamedTuple, TypeVar

from analyzers.arabic.affixes import Affixes, WordClass, affixes
from analyzers.arabic.conjugation import possible_perfects
from analyzers.arabic.letters import ALEF, ALEF_MAKSURA, HEH, NOON, TEH, TEH_MARBUTA, WAW, YEH
from analyzers.arabic.lexicon import VERB_SIGN, Lexicon
from analyzers.arabic.model import Model
from analyzers.arabic.normalizer import MAX_LETTERS, fold
from analyzers.arabic.orthography import HAMZA_IN_PREFIX, NO_HAMZA, ODD_HAMZA, OTHER_HAMZA, alef_score, hamzated_alef
from analyzers.extension import load_extension

if TYPE_CHECKING:
    import analyzers._native as _native

CLASS_PRIORS: Final[dict[WordClass, float]] = {"noun": 0.67, "perfect": 0.16, "imperfect": 0.17}
"""Shares of the classes among forms. Not learned: a bare stem may be of any class, and one would get all."""

LETTER_PRIOR: Final = 0.4
"""The probability of one more letter in an unknown stem. At 1 every word is a stem; from .3 to .5 F1 varies by .01."""

SHORTEST_GUESS: Final = 2
"""The least number of letters in the stem of an unknown word."""

LONGEST_UNSPLIT: Final = 4
"""The most letters of an unknown word that loses nothing but proclitics and ة, and these before a learned stem only."""

_AFTER_WAW: Final = HEH + ALEF + TEH
_ADJECTIVE_ENDINGS: Final = frozenset(
    (HEH, WAW, WAW + NOON, YEH + NOON, ALEF + TEH, TEH + YEH + NOON, TEH + ALEF + NOON)
)
_RELATION: Final = 6.0

AffixKey = tuple[WordClass, str, str]

_UNKNOWN_STEM = math.log(0.01)  # in place of the count of a stem in the model
_KNOWN_ONLY = (
    0.02  # the least share of an ending of known stems, of that of no ending; F1 of train falls by .0004 at .005
)
_LEAST_SHARE = 1e-8
_LOG_LETTER = math.log(LETTER_PRIOR)

# Makes a named tuple without its keyword-aware constructor.
_new = tuple.__new__

Key = TypeVar("Key", bound=str)
Reading = Literal["lexicon", "guess"]


class Split(NamedTuple):
    """The reading of a word: its prefix, stem and ending, the term, and the source of the reading."""

    prefix: str
    core: str
    ending: str
    term: str
    reading: Reading


class AffixScores(Generic[Key]):
    """Scores of prefixes with endings, by slot or word class, laid out for reading a word letter by letter."""

    def __init__(self, scores: Iterable[tuple[str, str, Key, float]]) -> None:
        """Take rows of prefix, ending, slot or class, and score; of rows with the same first three the last counts."""
        self.by_prefix: dict[str, dict[str, dict[Key, float]]] = {}
        """The scores of a prefix, by ending; empty for letters that only begin a prefix."""
        self.is_ending: dict[str, bool] = {}
        """For the last letters of every ending, whether they are an ending themselves."""
        for prefix, ending, key, score in scores:
            for stop in range(len(prefix)):
                self.by_prefix.setdefault(prefix[:stop], {})
            for start in range(len(ending)):
                self.is_ending.setdefault(ending[start + 1 :], False)
            self.by_prefix.setdefault(prefix, {}).setdefault(ending, {})[key] = score
            self.is_ending[ending] = True

    def rows(self) -> Iterator[tuple[str, str, str, float]]:
        """Yield prefix, ending, the first letter of the slot or class, and score."""
        for prefix, endings in self.by_prefix.items():
            for ending, scores in endings.items():
                yield from ((prefix, ending, key[0], score) for key, score in scores.items())


SlotScores = AffixScores[str]
GuessScores = AffixScores[WordClass]


class Segmenter:
    """Splits words with a model and a lexicon.

    >>> from analyzers.arabic.lexicon import Entry
    >>> lexicon = Lexicon.of([("حكوم", Entry("H", "حكومه", 12.0))])
    >>> model = Model({("noun", "", ""): 4.0, ("noun", "و", "ها"): 1.0, ("noun", "و", "تها"): 1.0}, {})
    >>> Segmenter(model, lexicon).split("وحكومتها")
    Split(prefix='و', core='حكوم', ending='تها', term='حكومه', reading='lexicon')
    """

    def __init__(self, model: Model, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._stems = _logarithms(model)
        self._slots = slot_scores(model)
        self._guesses = guess_scores(model)

    def split(self, word: str) -> Split:
        """Return the most probable reading of ``word``, which must be spelt as by ``spell`` and not be empty."""
        folded = fold(word)
        printed = folded[:-1] + word[-1] if word.endswith((TEH_MARBUTA, ALEF_MAKSURA)) else folded
        return self._look_up(word, printed, folded) or self._guess(printed, folded)

    def _look_up(self, word: str, printed: str, folded: str) -> Split | None:
        stems, by_slot = self._lexicon.stems, self._lexicon.by_slot
        best, reading = -math.inf, ("", "", "", "")
        for start, end, scores in cuts(printed, self._slots, shortest=1):
            if (core := printed[start:end]) in stems:
                known, alef = by_slot(core), hamzated_alef(word[start:end])
                odd = HAMZA_IN_PREFIX if hamzated_alef(word[:start]) else 0.0
                for slot in scores:
                    for weight, term, own_alef in known.get(slot, ()):
                        score = scores[slot] + weight + (alef_score(alef, own_alef) + odd)
                        if score > best or (score == best and term < reading[3]):
                            best, reading = score, (folded[:start], core, folded[end:], term)
        return _new(Split, (*reading, "lexicon")) if reading[3] else None

    def _guess(self, printed: str, word: str) -> Split:
        best, split = -math.inf, Split("", word, "", word, "guess")
        for start, end, scores in cuts(printed, self._guesses, shortest=SHORTEST_GUESS):
            core, ending = word[start:end], word[end:]
            bonus = fit(core, printed[start:end], ending)
            if bonus is None or (len(core) < len(word) <= LONGEST_UNSPLIT and not self._is_bare(core, ending)):
                continue
            for word_class, share in scores.items():
                for stem in possible_stems(core, word_class):
                    score = bonus + share + self._stems.get(stem, _UNKNOWN_STEM) + _LOG_LETTER * len(stem)
                    term = stem if word_class == "noun" else stem + VERB_SIGN
                    if score > best or (score == best and term < split.term):
                        best, split = score, Split(word[:start], core, ending, term, "guess")
        return split

    def _is_bare(self, core: str, ending: str) -> bool:
        """Return whether a learned stem has no ending but ة."""
        return core in self._stems and ending in ("", HEH)


def fit(core: str, printed: str, ending: str) -> float | None:
    """Return what is added to the score of a guess because of the letters round its cut; None where it is impossible.

    A printed ة is always an ending, and هات follows only و (فيديوهات). A stem in ي is mostly an adjective of relation,
    which takes the endings of adjectives more often than other stems do.
    """
    if printed.endswith(TEH_MARBUTA) or (ending.startswith(_AFTER_WAW) and not core.endswith(WAW)):
        return None
    return _RELATION if ending in _ADJECTIVE_ENDINGS and core.endswith(YEH) and len(core) > 3 else 0.0


_Row = tuple[str, str, str, float]


class Scores(NamedTuple):
    """What a model scores: affixes by slot and by word class, as :meth:`AffixScores.rows`, and stems."""

    slots: Iterable[_Row]
    guesses: Iterable[_Row]
    stems: dict[str, float]


def scores_of(model: Model) -> Scores:
    """Return the scores of a model, those of stems for words of MAX_LETTERS at most."""
    stems = {stem: count for stem, count in _logarithms(model).items() if len(stem) <= MAX_LETTERS}
    return Scores(tuple(slot_scores(model).rows()), tuple(guess_scores(model).rows()), stems)


def native_stemmer(scores: Callable[[], Scores], lexicon: tuple[str, ...]) -> Callable[[str], str] | None:
    """Return a function that gives the term of :meth:`Segmenter.split`, ten times as fast, from the extension in C.

    ``lexicon`` are the texts that a :class:`Lexicon` is made of. None where the extension is missing.
    """
    native: type[_native.Stemmer] | None = load_extension("analyzers._native", "Stemmer")
    if native is None:
        return None
    slots, guesses, stems = scores()
    alefs = (OTHER_HAMZA, NO_HAMZA, ODD_HAMZA, HAMZA_IN_PREFIX)
    return native(_rows(slots), _rows(guesses), lexicon, stems, _UNKNOWN_STEM, _LOG_LETTER, alefs).stem


def _rows(rows: Iterable[_Row]) -> tuple[_Row, ...]:
    return tuple((prefix, ending, key, score) for prefix, ending, key, score in rows)  # of JSON they are lists


def _logarithms(model: Model) -> dict[str, float]:
    return {stem: math.log(count) for stem, count in model.stems.items() if count > 0}


def cuts(word: str, table: AffixScores[Key], *, shortest: int) -> list[tuple[int, int, dict[Key, float]]]:
    """Return where the stem of ``word`` may start and end by ``table``, with the scores of the affixes round it."""
    possible = []
    ends = _ends(word, table.is_ending, shortest)
    for start in range(len(word) - shortest + 1):
        endings = table.by_prefix.get(word[:start])
        if endings:
            for end, ending in ends:
                if ending in endings and end - start >= shortest:
                    possible.append((start, end, endings[ending]))
        elif endings is None:
            break
    return possible


def _ends(word: str, is_ending: dict[str, bool], shortest: int) -> list[tuple[int, str]]:
    """Return the start of each possible ending of ``word`` with the ending, the shortest first."""
    ends = []
    for end in range(len(word), shortest - 1, -1):
        ending = word[end:]
        is_whole = is_ending.get(ending)
        if is_whole:
            ends.append((end, ending))
        elif is_whole is None:
            break
    return ends


def possible_stems(core: str, word_class: WordClass) -> Iterable[str]:
    """Return the stems that an unknown word without its affixes may have; an imperfect has its perfect's."""
    return possible_perfects(core) if word_class == "imperfect" else (core,)


def slot_scores(model: Model) -> SlotScores:
    """Return the logarithm of the probability of every prefix with every ending in every slot.

    An ending that was not learned, because unknown stems never take it, or that was rare gets a fixed share of the
    probability of no ending.
    """
    learned = shares(model)

    def score(row: Affixes) -> float:
        share = _share_of(learned, row) if row.is_guessed or not row.ending else None
        fixed = learned.get((row.word_class, row.prefix, ""), _LEAST_SHARE)
        return math.log(max(share or 0.0, _KNOWN_ONLY * fixed)) + row.score

    return AffixScores((row.prefix, row.ending, row.slot, score(row)) for row in affixes())


def guess_scores(model: Model) -> GuessScores:
    """Return the logarithm of the probability of every prefix with every ending of an unknown stem in every class."""
    learned = shares(model)
    return AffixScores(
        (
            row.prefix,
            row.ending,
            row.word_class,
            math.log(_share_of(learned, row) or _LEAST_SHARE),
        )
        for row in affixes()
        if row.is_guessed
    )


def _share_of(learned: dict[AffixKey, float], row: Affixes) -> float | None:
    """Return the learned probability of a row; هات was too rare to be learned, and has that of ات."""
    ending = fold(row.ending)
    return learned.get((row.word_class, row.prefix, ending)) or learned.get(
        (row.word_class, row.prefix, ending.removeprefix(HEH) if ending.startswith(_AFTER_WAW) else ending)
    )


def shares(model: Model) -> dict[AffixKey, float]:
    """Return the probability of every affix pair of ``model``, that of its class included."""
    totals: dict[WordClass, float] = dict.fromkeys(CLASS_PRIORS, 0.0)
    for (word_class, _, _), count in model.affixes.items():
        totals[word_class] += count
    return {
        key: max(_LEAST_SHARE, CLASS_PRIORS[key[0]] * count / totals[key[0]]) for key, count in model.affixes.items()
    }
