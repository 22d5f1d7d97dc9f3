"""Ranges of days: two periods around two dots, lengths of time up to today, months without a year."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.dates.periods import date_words
from indexer.dates.ranges import read_range

TODAY = datetime.date(2024, 3, 31)


def days(text, today=TODAY):
    found = read_range(text, today=today)
    return found and f"{found.first or ''}..{found.last or ''}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2024-02", "2024-02-01..2024-02-29", id="a period"),
        pytest.param("2024-01..2024-02", "2024-01-01..2024-02-29", id="months"),
        pytest.param("أمس .. اليوم", "2024-03-30..2024-03-31", id="words with blanks"),
        pytest.param("1436..1437", "2014-10-25..2016-10-01", id="Hijri years"),
        pytest.param("2024-02..", "2024-02-01..", id="no end"),
        pytest.param("..2024-02", "..2024-02-29", id="no beginning"),
        pytest.param("2024..2023", "2024-01-01..2023-12-31", id="the wrong way round"),
        pytest.param("P7D", "2024-03-24..2024-03-31", id="days"),
        pytest.param("p2w", "2024-03-17..2024-03-31", id="weeks in small letters"),
        pytest.param("P1M", "2024-02-29..2024-03-31", id="a shorter month"),
        pytest.param("P1Y2M", "2023-01-31..2024-03-31", id="years and months"),
        pytest.param("آخر 7 أيام", "2024-03-24..2024-03-31", id="last days"),
        pytest.param("آخر ٧ أيام", "2024-03-24..2024-03-31", id="Arabic digits"),
        pytest.param("آخر ثلاثة أشهر", "2023-12-31..2024-03-31", id="a number in words"),
        pytest.param("آخر شهرين", "2024-01-31..2024-03-31", id="a dual"),
        pytest.param("Last 3 weeks", "2024-03-10..2024-03-31", id="English"),
        pytest.param("past two years", "2022-03-31..2024-03-31", id="English in words"),
        pytest.param("منذ 3 أسابيع", "2024-03-10..", id="since"),
        pytest.param("3 أسابيع", "2024-03-10..2024-03-31", id="a length alone"),
        pytest.param("مارس", "2024-03-01..2024-03-31", id="the month that has begun"),
        pytest.param("April", "2023-04-01..2023-04-30", id="the latest month that has begun"),
        pytest.param("رمضان", "2024-03-11..2024-04-09", id="a Hijri month"),
        pytest.param("شوال", "2023-04-21..2023-05-20", id="a Hijri month that is to come"),
        pytest.param("شهريور", "2023-08-23..2023-09-22", id="a Persian month"),
        pytest.param("..", None, id="dots alone"),
        pytest.param("2024..x", None, id="no second date"),
        pytest.param("x..2024", None, id="no first date"),
        pytest.param("P", None, id="an empty duration"),
        pytest.param("P99999D", None, id="too many digits"),
        pytest.param("P9999Y", None, id="before the calendar"),
        pytest.param("آخر 99999 يوم", None, id="too many digits in words"),
        pytest.param("آخر أسبوع", "2024-03-24..2024-03-31", id="a singular"),
        pytest.param("past month", "2024-02-29..2024-03-31", id="a singular in English"),
        pytest.param("منذ شهر", "2024-02-29..", id="since, and a singular"),
        pytest.param("منذ عام 2011", "2011-01-01..", id="since a year"),
        pytest.param("since March 2023", "2023-03-01..", id="since a month"),
        pytest.param("منذ أمس", "2024-03-30..", id="since yesterday"),
        pytest.param("الجمعة الماضي", "2024-03-29..2024-03-29", id="the latest Friday"),
        pytest.param("last Sunday", "2024-03-24..2024-03-24", id="a weekday, seven days ago on that day"),
        pytest.param("الجمعة القادم", None, id="a weekday to come"),
        pytest.param("شهر", None, id="a singular alone"),
        pytest.param("آخر يوم", None, id="the last day of something"),
        pytest.param("آخر أيام", None, id="no number"),
        pytest.param("آخر", None, id="no unit at all"),
        pytest.param("آخر 7 بيوت", None, id="no unit"),
        pytest.param("آخر سبع بيوت", None, id="no unit behind a word"),
        pytest.param("آخر كثير أيام", None, id="no number in words"),
        pytest.param("منذ 3 أسابيع فقط", None, id="more words"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_read_range(text, expected):
    assert days(text) == expected


def test_every_unit_and_number_is_read():
    for unit, value in date_words("length").items():
        kind, per_word = value.replace("one", "1").split()
        assert days(f"last 2 {unit}") == days(f"last {2 * int(per_word)} {kind}")
    for word, number in date_words("number").items():
        assert days(f"last {word} days") == days(f"last {number} days")


@given(st.text(st.one_of(st.characters(), st.sampled_from("P0123456789DWMY.- آخرمنذأيام")), max_size=30))
def test_any_text_is_read_or_none(text):
    found = read_range(text, today=TODAY)
    assert found is None or found.first or found.last
