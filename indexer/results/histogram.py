"""Histograms over time: the hits of each day, week, month or year, without gaps."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from indexer.request import PERIODS, Histogram, PeriodUnit

AUTO_BARS: Final = 60
"""The most periods that ``auto`` makes: about what a page shows side by side."""

MAX_BARS: Final = 400
"""The most periods of any histogram: the days of a year and more. A finer unit than fits gives way to a coarser one."""


@dataclass(frozen=True, slots=True)
class PeriodCount:
    """The number of articles from the day ``first`` to the day ``last``, both inclusive."""

    first: datetime.date
    last: datetime.date
    count: int


def histogram(days: Mapping[datetime.date, int], unit: Histogram) -> tuple[PeriodCount, ...]:
    """Return how many articles there are of each period, from the first to the last of ``days``, in order.

    ``auto`` takes the finest unit that makes at most AUTO_BARS periods. Weeks begin on Monday (ISO 8601). Of more than
    MAX_BARS years the last are told.

    >>> months = histogram({datetime.date(2024, 1, 31): 2, datetime.date(2024, 3, 1): 1}, "month")
    >>> [(str(month.first), str(month.last), month.count) for month in months]
    [('2024-01-01', '2024-01-31', 2), ('2024-02-01', '2024-02-29', 0), ('2024-03-01', '2024-03-31', 1)]
    """
    if not days:
        return ()
    first, last = min(days), max(days)
    fitting = fitting_unit(first, last, unit)
    counts = first_days(days, fitting)
    return tuple(PeriodCount(*period, counts.get(period[0], 0)) for period in periods_between(first, last, fitting))


def first_days(days: Mapping[datetime.date, int], unit: PeriodUnit) -> dict[datetime.date, int]:
    """Return how many articles there are of each period that has any, by its first day."""
    counts: dict[datetime.date, int] = {}
    for day, count in days.items():
        first = _FIRST_OF[unit](day)
        counts[first] = counts.get(first, 0) + count
    return counts


def fitting_unit(first: datetime.date, last: datetime.date, unit: Histogram) -> PeriodUnit:
    """Return ``unit``, or the finest coarser one that does not make too many periods between two days."""
    most = AUTO_BARS if unit == "auto" else MAX_BARS
    finest = PERIODS.index("day" if unit == "auto" else unit)
    fitting = (each for each in PERIODS[finest:] if (last - first).days // _LEAST_DAYS[each] < most)
    return next(fitting, "year")


def periods_between(
    first: datetime.date, last: datetime.date, unit: PeriodUnit
) -> tuple[tuple[datetime.date, datetime.date], ...]:
    """Return the first and the last day of each period that has a day from ``first`` to ``last``; the last MAX_BARS."""
    first_of = _FIRST_OF[unit]
    start, periods = first_of(first), []
    while True:
        end = _last_of(start, first_of)
        periods.append((start, end))
        if end >= last:
            return tuple(periods[-MAX_BARS:])
        start = end + _DAY


def _last_of(start: datetime.date, first_of: Callable[[datetime.date], datetime.date]) -> datetime.date:
    """Return the last day of the period that begins with ``start``; time ends with the year 9999."""
    for days in _LENGTHS:
        if datetime.date.max - start < datetime.timedelta(days):
            return datetime.date.max
        following = start + datetime.timedelta(days)
        if first_of(following) != start:
            return first_of(following) - _DAY
    raise AssertionError(f"{start}: a period of more than a year")


def _first_of_week(day: datetime.date) -> datetime.date:
    return datetime.date.fromordinal(max(day.toordinal() - day.weekday(), 1))


_DAY: Final = datetime.timedelta(1)
_FIRST_OF: Final[dict[PeriodUnit, Callable[[datetime.date], datetime.date]]] = {
    "day": lambda day: day,
    "week": _first_of_week,
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
_LEAST_DAYS: Final[dict[PeriodUnit, int]] = {"day": 1, "week": 7, "month": 28, "year": 365}
_LENGTHS: Final = (1, 7, 31, 366)
"""Days within which the next period has begun, but not the one after it, by unit."""
