"""Plans as queries of a cluster: what is only visible in them, since their results are the same."""

from __future__ import annotations

import pytest

from indexer.engines.opensearch.mapping import Json
from indexer.engines.opensearch.plan_compiler import compile_condition, compile_plan
from indexer.query.plan import AndMaybe, AndNot, AnyOf, MatchNone, Plan, Term

STEM, EXACT = Term("stem", "قمح", 1.0), Term("exact", "القمح", 1.0)


def fields(queries: list[Json]) -> list[str]:
    """Return the field of each query for a term, and "bool" for one that has others in it."""
    return [*(next(iter(each["term"])) if "term" in each else "bool" for each in queries)]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param(AnyOf((STEM, EXACT)), ["stem", "stem_early", "exact"], id="a stem has two fields"),
        pytest.param(AnyOf((AnyOf((EXACT, STEM)), EXACT)), ["exact", "stem", "stem_early", "exact"], id="nested"),
        pytest.param(AnyOf((AndMaybe(EXACT, STEM), EXACT)), ["bool", "exact"], id="one that requires stays"),
        pytest.param(AnyOf((AndNot(EXACT, STEM), EXACT)), ["bool", "exact"], id="one that excludes stays"),
        pytest.param(AndMaybe(EXACT, AnyOf((STEM, EXACT))), ["stem", "stem_early", "exact"], id="what only adds"),
    ],
)
def test_alternatives_are_one_flat_list(plan: Plan, expected: list[str]) -> None:
    assert fields(compile_plan(plan)["bool"]["should"]) == expected


def test_one_of_the_alternatives_must_match() -> None:
    for query in (compile_plan(AnyOf((STEM, EXACT))), compile_condition(AnyOf((EXACT, MatchNone())))):
        assert query["bool"]["minimum_should_match"] == 1
    assert compile_plan(AndMaybe(EXACT, AnyOf((STEM, EXACT))))["bool"]["minimum_should_match"] == 0
