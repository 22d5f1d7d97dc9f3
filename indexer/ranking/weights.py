"""Ranking weights and the BM25 formula: term spaces, fields and synonyms."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

# nDCG@10 on arcd, xquad_ar, ki_ant and ki_saudinewsnet (docs/quality.md): .25 is the best weight of the
# exact space, 0 and .35 both lose on average.
SPACE_WEIGHTS: Mapping[str, float] = MappingProxyType({"stem": 0.75, "exact": 0.25})
"""A stem match counts three times an exact one; the exact space corrects what stemming conflates."""

# A title is short, so its words score high already: arcd has .853 at 1, .852 at 1.1, .849 at 1.25.
FIELD_BOOSTS: Mapping[str, float] = MappingProxyType({"title": 1.1, "body": 1.0})
"""A word in the title says more about an article than one in its body."""

# nDCG@10 without synonyms, and with synonyms at .2, .4 and .6: arcd .8506, .8510, .8520, .8530; xquad_ar .9542, .9539, .9546,
# .9548; ki_ant .8601, .8622, .8627, .8642; ki_saudinewsnet .7214, .7225, .7221, .7213. .4 is the most that lowers none.
LINK_WEIGHT = 0.4
"""The weight of a synonym, such as a nationality for its country, relative to the word itself."""

# Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework", eq. 3.15. On the four collections
# k1 .9 with b .75 beats 1.2 (Whoosh, Lucene) by .001 on average, and b .5 by .005.
K1 = 0.9
B: Mapping[str, float] = MappingProxyType({"title": 0.5, "body": 0.75})


def idf(documents: int, frequency: int) -> float:
    """Return the inverse document frequency of a term found in ``frequency`` of ``documents`` documents; never negative.

    This is Lucene's form. Whoosh's ``log(N / (n + 1)) + 1`` gives common words too much: .0023 worse on xquad_ar.
    """
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def bm25(idf: float, frequency: float, length: float, mean_length: float, b: float) -> float:
    """Return the score of one term in one field of one document.

    ``frequency`` counts the term in the field, ``length`` all terms of the field; ``mean_length`` is their mean over
    all documents, and ``b`` the share of length normalisation (0 to 1).
    """
    return idf * frequency * (K1 + 1) / (frequency + K1 * (1 - b + b * length / mean_length))
