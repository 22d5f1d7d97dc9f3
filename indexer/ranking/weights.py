"""Ranking weights and formula: BM25F over title and body as one text, and a bonus for words that stand early.

A term scores in a document ``idf * (bm25 + early)``: its frequencies in title and body are weighted and added, then
saturated once, with one inverse document frequency and one length (Robertson, Zaragoza & Taylor 2004, "Simple BM25
Extension to Multiple Weighted Fields"). Every engine scores by this module.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from indexer.ranking.occurrences import middle_of

# nDCG@10 on arcd, xquad_ar, ki_ant and ki_saudinewsnet (docs/quality.md): .25 is the best weight of the
# exact space, 0 and .35 both lose on average.
SPACE_WEIGHTS: Mapping[str, float] = MappingProxyType({"stem": 0.75, "exact": 0.25})
"""A stem match counts three times an exact one; the exact space corrects what stemming conflates."""

TITLE_WEIGHT = 2.0
"""A word in the title counts as often as this many in the body."""

# nDCG@10 without synonyms, and with synonyms at .2, .4 and .6: arcd .8506, .8510, .8520, .8530; xquad_ar .9542, .9539, .9546,
# .9548; ki_ant .8601, .8622, .8627, .8642; ki_saudinewsnet .7214, .7225, .7221, .7213. .4 is the most that lowers none.
LINK_WEIGHT = 0.4
"""The weight of a synonym, such as a nationality for its country, relative to the word itself."""

# The first ten articles that the two names of a pair share (benchmarks/retrieval/alias_pairs.py): .482 with LINK_WEIGHT and
# each form scored by itself; scored as typed .74 with .6, .79 with .8 and .81 with 1.2. With more than .8 some Arabic name
# comes before the Latin one that was typed (iPhone).
OTHER_SCRIPT_WEIGHT = 0.8
"""The weight of an Arabic name for one typed in Latin letters, which few Arabic articles have."""

WORD_OF_NAME_WEIGHT = 0.2
"""The weight of one word of a name in Latin letters that is known in Arabic: an article with Obama may mean Barack Obama."""

# nDCG@10 by benchmarks/retrieval/tune.py without and with families of alike letters (with those of one root as well):
# arcd .8646, .8686 (.8706); xquad_ar .9565, .9615 (.9619); ki_ant .8399, .8420 (.8432). Letters need no lexicon.
FAMILY_WEIGHT = 0.5
"""The weight of a word's family, in articles that lack the word, relative to the word itself."""

# adhoc_saudi .7761 without, .8125 with; arcd .8656, .8646; of 513 articles with a whole name of two words, 450 and 495 come
# among the first ten.
PAIR_WEIGHT = 0.8
"""The weight of neighbouring query words that stand side by side, shared among the pairs of a query."""

# Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework", eq. 3.15. With k1 .75 nDCG@10 is .8677 on arcd and
# .9583 on xquad_ar (benchmarks/retrieval/run.py); Whoosh and Lucene default to 1.2.
K1 = 0.75
B = 0.75

EARLY_WEIGHTS: Mapping[str, float] = MappingProxyType({"stem": 0.35, "exact": 0.0})
"""The bonus, by term space, of a word that is the first of the body; news says the most important first."""

EARLY_DECAY = 20
"""At this place in the body the bonus is half of what it is at the first."""


def idf(documents: int, frequency: int) -> float:
    """Return the inverse document frequency of a term found in ``frequency`` of ``documents`` documents; never negative.

    This is Lucene's form. Whoosh's ``log(N / (n + 1)) + 1`` gives common words too much: .0023 worse on xquad_ar.
    """
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def weighted_frequency(frequency: int, *, in_title: bool) -> float:
    """Return the frequency of a term in a document, title and body, with the weight of its place in the title."""
    return frequency + (TITLE_WEIGHT - 1) * in_title


def bm25(frequency: float, length: float, mean_length: float) -> float:
    """Return the saturated frequency of a term, without its idf.

    ``length`` counts all terms of the document in the term space; ``mean_length`` is the mean over all documents.
    """
    return frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length / mean_length))


def adjacency(places: int) -> float:
    """Return what standing side by side at so many places of a document scores, without the idf of the words."""
    return places / (places + K1)


def early_bonus(space: str, step: int) -> float:
    """Return what a term adds whose first place in the body is in ``step``; 0 for step 0, a term that is not there."""
    return EARLY_WEIGHTS[space] / (1 + middle_of(step) / EARLY_DECAY) if step else 0.0


def recency(age: float, half_life: float) -> float:
    """Return the share of its score that an article keeps: all on its day, never less than half.

    What may be lost halves with each half-life; both are in days. Takes arrays of numpy as well.

    >>> recency(0, 30), recency(30, 30), recency(math.inf, 30)
    (1.0, 0.75, 0.5)
    """
    share: float = (1 + 0.5 ** (age / half_life)) / 2
    return share
