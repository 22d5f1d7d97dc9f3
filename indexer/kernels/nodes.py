"""Query tree nodes: the opcodes and operands that the kernels evaluate.

A node is a tuple whose first item is one of the numbers below.

    (TERM, field, scorer, term, weight, part)     the documents with a term in a part of the article
    (TERMS, field, scorer, terms, weights)        any of the terms, anywhere; the sum of their scores
    (PHRASE, field, scorer, terms, slop, weights, part)
                                                  the terms one after another in a part; the sum of their scores
    (ADJACENT, field, scorer, terms, slop, weights, part)
                                                  the same; scored by the number of places
    (SATURATE, field, scorer, node, weight)       matches of the node, whose score is taken for a frequency
    (MASK, mask, score)                           the documents whose byte is not 0
    (SCORED, mask, scores)                        the same documents, each with a score of its own
    (EVERY, score)                                every document
    (NOTHING,)                                    no document
    (AND, node, ...)                              matches of all; the sum of their scores
    (OR, node, ...)                               matches of any; the sum of their scores
    (NOT, a, b)                                   matches of ``a`` that ``b`` does not match; the score of ``a``
    (MAYBE, a, b)                                 matches of ``a``; its score, plus that of ``b`` where it matches
    (CONSTANT, a, score)                          matches of ``a``; always this score

A term scores ``weight * (f / (f + norm) + bonus)`` in the whole document, whatever the part. ``scorer`` is 768 doubles:
``norm`` by length byte, ``f`` by occurrence byte (see :mod:`indexer.ranking.occurrences`) and ``bonus`` by occurrence
byte. Where a frequency is MOST_FREQUENT or more, ``f`` grows by what it is more. ``part`` is TITLE, BODY or ANYWHERE: a
bit of it must be set in the occurrence byte.

The ``terms`` of TERMS are u4 and its weights f8; those of a phrase are tuples. A mask has one byte (u1 or bool) for each
document; the scores of SCORED are f8. AND and OR of no nodes match nothing.

A phrase found at ``o`` places, counting those where its last term stands, scores as ADJACENT the sum of its weights
times ``o / (o + norm)``. SATURATE scores ``weight * s / (s + norm)`` where its node scores ``s``.

A phrase is that of Whoosh: each term is 1 to ``slop`` positions after the one before it, so 1 means next to each other
and 0 matches nothing; order counts, and a word that is in the phrase twice must occur twice. The length of the whole is
not limited. Its score counts all occurrences of each term in the document, also those outside the phrase, and a repeated
word each time. A phrase of one term is that term.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

Node: TypeAlias = tuple[Any, ...]

TERM: Final = 1
TERMS: Final = 2
PHRASE: Final = 3
MASK: Final = 4
EVERY: Final = 5
NOTHING: Final = 6
AND: Final = 7
OR: Final = 8
NOT: Final = 9
MAYBE: Final = 10
CONSTANT: Final = 11
ADJACENT: Final = 12
SATURATE: Final = 13
SCORED: Final = 14

SCORER_ITEMS: Final = 3 * 256

MAX_DOCUMENTS: Final = 65_536
"""The most documents of a segment: their numbers take two bytes."""

MAX_DEPTH: Final = 64
"""How deep a tree may be; deeper ones raise ValueError."""

MAX_NODES: Final = 65_536
"""How many nodes the C kernels take; more raise ValueError."""

MAX_PHRASE: Final = 4096
"""How many words a phrase may have; more raise ValueError."""
