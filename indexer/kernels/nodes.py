"""The words of a query tree: what a node may be, for every tier of kernels.

A node is a tuple whose first item is one of the numbers below.

    (TERM, field, norms, term, weight)            weight * tf / (tf + norms[length byte])
    (TERMS, field, norms, terms, weights)         any of the terms; the sum of their scores
    (PHRASE, field, norms, terms, slop, weights)  the terms one after another; the sum of their scores
    (MASK, mask, score)                           documents whose byte is not 0
    (EVERY, score)                                every document
    (NOTHING,)                                    no document
    (AND, node, ...)                              what all find; the sum of their scores
    (OR, node, ...)                               what any finds; the sum of their scores
    (NOT, a, b)                                   what ``a`` finds and ``b`` does not
    (MAYBE, a, b)                                 what ``a`` finds; plus the score of ``b`` where it matches
    (REQUIRE, a, b)                               what both find; the score of ``a``
    (SCALE, a, factor)                            what ``a`` finds; its score times ``factor``
    (CONSTANT, a, score)                          what ``a`` finds; always this score
    (MAX, tiebreak, node, ...)                    what any finds; the best score plus ``tiebreak`` times the others'

``norms`` are 256 doubles, ``terms`` of TERMS u4, its weights f8, a mask u1 or bool of one byte a document. A phrase has
tuples. AND, OR and MAX of no nodes find nothing.

A phrase is Whoosh's: each term stands 1 to ``slop`` positions behind the one before it, so 1 means next to each other,
0 finds nothing, order counts, and a word that occurs twice must stand there twice. Nothing else is asked: the whole may be
as long as it likes. Its score counts each term by all its occurrences in the document, also outside the phrase, and a
repeated word again each time. A phrase of one term is that term.
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
REQUIRE: Final = 11
SCALE: Final = 12
CONSTANT: Final = 13
MAX: Final = 14

MAX_DOCUMENTS: Final = 65_536
"""The most documents of a segment: their numbers take two bytes."""

OVERFLOW_MARK: Final = 255
"""A number in one byte that stands for this or a larger one, which is in an overflow array."""

MAX_DEPTH: Final = 64
"""How deep a tree may be; deeper ones raise ValueError."""

MAX_NODES: Final = 65_536
"""How many nodes the C kernels take; more raise ValueError."""

MAX_PHRASE: Final = 4096
"""How many words a phrase may have; more raise ValueError."""

MAX_DISTANCE: Final = 250
MAX_TERM_BYTES: Final = 65_535
"""The most that ``Field.within`` compares."""
