"""Presence of the parts of a query in an index: which of them are in no article.

They are asked for at once, since each call of an engine on other machines is a request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from indexer.query.plan import AnyOf, EngineRequest, Plan
from indexer.query.planner import QueryPart

Totals = Callable[[Sequence[EngineRequest]], Sequence[int]]
"""Returns how many articles each of some searches matches."""


def missing_parts(totals: Totals, parts: Mapping[QueryPart, Plan]) -> tuple[QueryPart, ...]:
    """Return those of some parts of a query that no article has.

    A part that one of its terms finds is in some article, and a single term is looked up fastest. Where it finds none,
    the part is looked for once more, as a whole.
    """
    absent = _without_match(totals, {part: _one_term(plan) for part, plan in parts.items()})
    again = {part: plan for part, plan in parts.items() if part in absent and _one_term(plan) is not plan}
    absent -= again.keys() - _without_match(totals, again)
    return tuple(part for part in parts if part in absent)


def _without_match(totals: Totals, parts: Mapping[QueryPart, Plan]) -> set[QueryPart]:
    """Return those of ``parts`` that match no article."""
    counted = totals([EngineRequest(plan, limit=0) for plan in parts.values()]) if parts else ()
    return {part for part, total in zip(parts, counted, strict=True) if not total}


def _one_term(plan: Plan) -> Plan:
    return plan.parts[-1] if isinstance(plan, AnyOf) else plan
