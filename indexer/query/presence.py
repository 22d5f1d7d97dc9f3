"""Presence of a query in an index: whether it is an id, and which of its parts are in no article.

Both are asked for at once, since each call of an engine on other machines is a request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from indexer.query.plan import AnyOf, EngineRequest, Plan, Term
from indexer.query.planner import QueryPart
from indexer.schema import ID_FIELD

Totals = Callable[[Sequence[EngineRequest]], Sequence[int]]
"""Returns how many articles each of some searches matches."""


class Presence(NamedTuple):
    """What an index has of a query.

    ``missing`` are its parts that no article has; of an id they are not looked for.
    """

    is_id: bool
    missing: tuple[QueryPart, ...]


def presence(totals: Totals, article_id: str, parts: Mapping[QueryPart, Plan]) -> Presence:
    """Return the presence of a query; an ``article_id`` of no letters is none.

    A part that one of its terms finds is in some article, and a single term is looked up fastest. Where it finds none,
    the part is looked for once more, as a whole.
    """
    ids = [EngineRequest(Term(ID_FIELD, article_id, 1.0), limit=0)] if article_id else []
    asked = [*(EngineRequest(_one_term(plan), limit=0) for plan in parts.values()), *ids]
    found = [*totals(asked)] if asked else []
    if ids and found.pop():
        return Presence(is_id=True, missing=())
    absent = {part: plan for (part, plan), total in zip(parts.items(), found, strict=True) if not total}
    return Presence(is_id=False, missing=_without_match(totals, absent))


def _without_match(totals: Totals, parts: Mapping[QueryPart, Plan]) -> tuple[QueryPart, ...]:
    """Return those of ``parts`` that match no article, where one term of each does not."""
    again = {part: plan for part, plan in parts.items() if _one_term(plan) is not plan}
    counted = totals([EngineRequest(plan, limit=0) for plan in again.values()]) if again else ()
    present = {part for part, total in zip(again, counted, strict=True) if total}
    return tuple(part for part in parts if part not in present)


def _one_term(plan: Plan) -> Plan:
    return plan.parts[-1] if isinstance(plan, AnyOf) else plan
