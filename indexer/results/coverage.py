"""Coverage: how many articles of a query appeared in each period, in all and by source, beside all articles there."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from indexer.request import PeriodUnit
from indexer.results.histogram import first_days, periods_between

CoverageBy: TypeAlias = Literal["source"]

MAX_SOURCES: Final = 20
"""How many sources are told apart, those with the most articles of the query."""

Days: TypeAlias = Mapping[datetime.date, int]
"""How many articles there are of each day."""


@dataclass(frozen=True, slots=True)
class PeriodShare:
    """The articles from the day ``first`` to the day ``last``: ``count`` of the query among ``articles`` in all."""

    first: datetime.date
    last: datetime.date
    count: int
    articles: int

    @property
    def share(self) -> float:
        """The share of the query in all articles of the period, 0 where there are none."""
        return self.count / self.articles if self.articles else 0.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of a query: its ``total`` of dated articles, and its share in each period of a ``unit``, in order.

    ``sources`` has the same periods for each source, that with the most articles first.
    """

    total: int
    unit: PeriodUnit
    periods: tuple[PeriodShare, ...]
    sources: Mapping[str, tuple[PeriodShare, ...]] = field(default_factory=dict)


def shares(
    days: Days, all_days: Days, unit: PeriodUnit, first: datetime.date, last: datetime.date
) -> tuple[PeriodShare, ...]:
    """Return the share of ``days`` in ``all_days`` for each period that has a day from ``first`` to ``last``."""
    counts, all_counts = first_days(days, unit), first_days(all_days, unit)
    return tuple(
        PeriodShare(start, end, counts.get(start, 0), all_counts.get(start, 0))
        for start, end in periods_between(first, last, unit)
    )
