"""Histograms: every period from the first to the last day, of a unit that fits."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.request import HISTOGRAMS
from indexer.results.histogram import AUTO_BARS, MAX_BARS, fitting_unit, histogram

DAY = datetime.date
SPANS = {"day": 1, "week": 7, "month": 31, "year": 366}


def bars(days: dict[datetime.date, int], unit: str) -> list[tuple[str, str, int]]:
    periods = histogram(days, unit)  # type: ignore[arg-type]
    return [(str(period.first), str(period.last), period.count) for period in periods]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        pytest.param("day", [("2024-12-30", 1), ("2024-12-31", 0), ("2025-01-01", 2)], id="days"),
        pytest.param("week", [("2024-12-30", 3)], id="a week from Monday across the year"),
        pytest.param("month", [("2024-12-01", 1), ("2025-01-01", 2)], id="months"),
        pytest.param("year", [("2024-01-01", 1), ("2025-01-01", 2)], id="years"),
        pytest.param("auto", [("2024-12-30", 1), ("2024-12-31", 0), ("2025-01-01", 2)], id="few days by days"),
    ],
)
def test_periods_have_their_first_day_and_count(unit: str, expected: list[tuple[str, int]]) -> None:
    days = {DAY(2024, 12, 30): 1, DAY(2025, 1, 1): 2}
    assert [(first, count) for first, _, count in bars(days, unit)] == expected


def test_a_month_ends_with_its_last_day() -> None:
    assert bars({DAY(2024, 2, 10): 1, DAY(2024, 3, 1): 1}, "month")[0] == ("2024-02-01", "2024-02-29", 1)


def test_no_day_makes_no_period() -> None:
    assert histogram({}, "auto") == ()


@pytest.mark.parametrize(
    ("days", "unit", "fitting"),
    [
        pytest.param(AUTO_BARS - 1, "auto", "day", id="as many days as fit"),
        pytest.param(AUTO_BARS, "auto", "week", id="a day more"),
        pytest.param(7 * AUTO_BARS, "auto", "month", id="too many weeks"),
        pytest.param(28 * AUTO_BARS, "auto", "year", id="too many months"),
        pytest.param(MAX_BARS - 1, "day", "day", id="days that were asked for"),
        pytest.param(MAX_BARS, "day", "week", id="more days than any histogram has"),
        pytest.param(900_000, "month", "year", id="more months than any histogram has"),
        pytest.param(0, "year", "year", id="a year for one day"),
    ],
)
def test_the_unit_fits(days: int, unit: str, fitting: str) -> None:
    assert fitting_unit(DAY(2000, 1, 1), DAY(2000, 1, 1) + datetime.timedelta(days), unit) == fitting  # type: ignore[arg-type]


@given(days=st.dictionaries(st.dates(), st.integers(1, 5), min_size=1, max_size=8), unit=st.sampled_from(HISTOGRAMS))
def test_periods_follow_each_other_and_count_everything(days, unit) -> None:
    periods = histogram(days, unit)
    assert all(one.last + datetime.timedelta(1) == other.first for one, other in pairwise(periods))
    assert 1 <= len(periods) <= MAX_BARS
    counted = {day: count for day, count in days.items() if periods[0].first <= day}
    assert sum(period.count for period in periods) == sum(counted.values())
    if len(periods) < MAX_BARS:
        assert counted == days
    assert periods[0].count or len(periods) == MAX_BARS
    assert periods[-1].first <= max(days) <= periods[-1].last
