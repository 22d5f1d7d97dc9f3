"""Assumptions: a plan made simpler for articles that are known to have some terms. It matches as before; scores are lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from indexer.query.plan import AllOf, AndMaybe, AndNot, AnyOf, Family, MatchAll, Plan, Term, TermPhrase, all_of, any_of

Run: TypeAlias = tuple[str, tuple[str, ...]]
"""A term space, and terms of it that stand side by side somewhere in an article; one alone as well."""


def assume(plan: Plan, runs: frozenset[Run]) -> Plan:
    """Return a plan that matches the same of the articles that have all of ``runs``, and costs less.

    >>> word, other = Term("exact", "قمح", 1.0), Term("exact", "لبنان", 1.0)
    >>> assume(any_of([word, other]), frozenset({("exact", ("قمح",))}))
    MatchAll()
    """
    match plan:
        case Term(space, text, _, None) if (space, (text,)) in runs:
            return MatchAll()
        case TermPhrase(space, texts, _, None) if (space, texts) in runs:
            return MatchAll()
        case Family(space, texts, _) if any((space, (text,)) in runs for text in texts):
            return MatchAll()
        case AllOf(parts):
            left = [part for each in parts if not isinstance(part := assume(each, runs), MatchAll)]
            return all_of(left) if left else MatchAll()
        case AnyOf(parts):
            return _assume_any(parts, runs)
        case AndMaybe(required, _):
            return assume(required, runs)
        case AndNot(part, excluded):
            return AndNot(assume(part, runs), excluded)
    return plan


def _assume_any(parts: Sequence[Plan], runs: frozenset[Run]) -> Plan:
    """Return alternatives under the assumption; synonyms are left out where their word is, which is one of them."""
    assumed = [assume(part, runs) for part in parts]
    for part in assumed:
        if isinstance(part, MatchAll):
            return part
        if isinstance(part, AndNot) and isinstance(part.part, MatchAll) and _implies_any(part.excluded, parts):
            return part.part
    return any_of(assumed)


def _implies_any(plan: Plan, others: Sequence[Plan]) -> bool:
    """Return whether every article that ``plan`` matches is certainly matched by one of ``others``."""
    match plan:
        case AnyOf(parts):
            return all(_implies_any(part, others) for part in parts)
        case AllOf(parts):
            return any(_implies_any(part, others) for part in parts)
    return plan in others
