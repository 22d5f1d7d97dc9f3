"""Filters of a query: the date and column conditions that apply to all of it, and how several are combined."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from typing import Final, TypeAlias

from indexer.query.nodes import And, Column, DateClause, Node, Sequence, ValueClause
from indexer.query.plan import DateRange, TermsFilter

Condition: TypeAlias = DateClause | ValueClause
Filter: TypeAlias = DateRange | TermsFilter
Values: TypeAlias = frozenset[str]

_SEVERAL_VALUES: Final = frozenset({"author", "country"})
"""The columns of which an article may have several values."""


def lift_conditions(root: Node | None) -> tuple[tuple[Condition, ...], Node | None]:
    """Return the conditions that apply to the whole query, and the rest of it (None when nothing is left)."""
    if isinstance(root, DateClause | ValueClause):
        return (root,), None
    if not isinstance(root, Sequence | And):
        return (), root
    conditions = tuple(part for part in root.parts if isinstance(part, DateClause | ValueClause))
    rest = tuple(part for part in root.parts if part not in conditions)
    if len(rest) == 1:
        # A single word beside a condition is ranked like any bare word.
        return conditions, rest[0]
    return conditions, type(root)(rest) if rest else None


def match_any(filters: Iterable[Filter]) -> tuple[Filter, ...]:
    """Combine filters side by side in a query: any value of a column; dates must be within every range."""
    return _combine(filters, operator.or_)


def match_all(filters: Iterable[Filter]) -> tuple[Filter, ...]:
    """Combine filters that must all hold: one for dates, and one for each column with one value an article.

    An article may have both of two authors or countries, so those filters stay apart.
    """
    every = tuple(filters)
    apart = [each for each in every if isinstance(each, TermsFilter) and each.column in _SEVERAL_VALUES]
    combined = _combine((each for each in every if each not in apart), operator.and_)
    return (*combined, *dict.fromkeys(apart))


def contradictions(combined: Iterable[Filter]) -> Iterator[str]:
    """Yield "date" or the column of each of some combined filters that nothing can pass."""
    for condition in combined:
        if isinstance(condition, TermsFilter):
            if not condition.values:
                yield condition.column
        elif condition.first and condition.last and condition.first > condition.last:
            yield "date"


def _combine(filters: Iterable[Filter], combine_values: Callable[[Values, Values], Values]) -> tuple[Filter, ...]:
    ranges: list[DateRange] = []
    columns: dict[Column, Values] = {}
    for condition in filters:
        if isinstance(condition, DateRange):
            ranges.append(condition)
        else:
            values = columns.get(condition.column, condition.values)
            columns[condition.column] = combine_values(values, condition.values)
    dates = [reduce(common_days, ranges)] if ranges else []
    return (*dates, *(TermsFilter(column, values) for column, values in columns.items()))


def common_days(a: DateRange, b: DateRange) -> DateRange:
    """Return the days in both ranges."""
    firsts = [day for day in (a.first, b.first) if day]
    lasts = [day for day in (a.last, b.last) if day]
    return DateRange(max(firsts, default=None), min(lasts, default=None))
