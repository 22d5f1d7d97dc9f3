"""Links: the plan that finds the synonyms of words of a query, and scores them as if they had been typed.

An article scores by the first synonym that it has, and by none where it has the words of the query themselves: one with
both names, as «تشرين الأول/أكتوبر», does not count the month twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from analyzers import Terms
from indexer.query.plan import Adjacent, AndMaybe, AndNot, Plan, Term, any_of
from indexer.query.preferences import MAX_PAIR_WORDS
from indexer.query.synonyms import Alternative, Expansion
from indexer.ranking import weights
from indexer.ranking.occurrences import Part

Counts = Callable[[str], bool]
"""Returns whether a word, given by its exact term, tells texts apart."""


def is_transliterated(typed: str, alternative: Alternative) -> bool:
    """Return whether words were typed in Latin letters that a synonym writes in others."""
    return typed.isascii() and not alternative.text.isascii()


def plan_links(expansion: Expansion, original: Plan, part: Part | None, counts: Counts) -> Plan:
    """Return the plan for the synonyms of an expansion, in articles where ``original`` finds nothing."""
    found = [alternative.plan(part) for alternative in expansion.alternatives]
    typed = len([*filter(counts, expansion.typed.split())]) or 1
    plans: list[Plan] = []
    for at, alternative in enumerate(expansion.alternatives):
        words = [terms for terms in alternative.words if counts(terms.exact)] or alternative.words
        # A name of many words would count for more than the one that was typed.
        is_name = is_transliterated(expansion.typed, alternative) and not (at and expansion.is_nationality)
        own = weights.OTHER_SCRIPT_WEIGHT if is_name else weights.LINK_WEIGHT
        weight = own * min(1.0, typed / len(words))
        scored = AndMaybe(found[at], _as_typed(alternative, words, weight, counts))
        plans.append(AndNot(scored, any_of([original, *found[:at]])))
    return any_of(plans)


def _as_typed(alternative: Alternative, words: Sequence[Terms], weight: float, counts: Counts) -> Plan:
    """Return the plan that scores the words of a synonym, and its neighbours, as those of a query."""
    plans: list[Plan] = [
        Term(space, getattr(terms, space), weight * share)
        for terms in dict.fromkeys(words)
        for space, share in weights.SPACE_WEIGHTS.items()
    ]
    pairs = [pair for pair in pairwise(alternative.words) if pair[0] != pair[1]]
    if len(alternative.words) <= MAX_PAIR_WORDS:
        plans += [_pair(pair, weight * weights.PAIR_WEIGHT / len(pairs), counts) for pair in pairs]
    return any_of(plans)


def _pair(pair: tuple[Terms, Terms], weight: float, counts: Counts) -> Adjacent:
    space = "stem" if all(counts(terms.exact) for terms in pair) else "exact"
    return Adjacent(space, tuple(getattr(terms, space) for terms in pair), weight)
