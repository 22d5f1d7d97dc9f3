"""Ranges of days in queries: two periods with ``..`` between them, and lengths of time up to today."""

from __future__ import annotations

import calendar
import datetime
import re
from functools import lru_cache
from typing import NamedTuple

from indexer.dates.periods import date_words, normalize_words, read_period

_RANGE = re.compile(r"(?P<first>.*?)\.\.(?P<last>.*)", re.DOTALL)
_DURATION = re.compile(r"p(?=[0-9])(?:([0-9]{1,4})y)?(?:([0-9]{1,4})m)?(?:([0-9]{1,4})w)?(?:([0-9]{1,4})d)?")
_MAX_DIGITS = 4


class DayRange(NamedTuple):
    """The days from ``first`` to ``last``, both included; ``None`` leaves a side open."""

    first: datetime.date | None
    last: datetime.date | None


def read_range(text: str, *, today: datetime.date) -> DayRange | None:
    """Return the days that the whole of ``text`` names, or None.

    A period as :func:`~indexer.dates.periods.read_period` reads it, two of them around ``..`` of which one may be missing, a
    duration of ISO 8601 (``P7D``) or one in words («آخر 7 أيام», last 3 weeks), which end today, or a beginning
    («منذ 3 أسابيع»). The number may be left out only where the word for the unit is a dual («آخر شهرين»).

    >>> today = datetime.date(2024, 3, 31)
    >>> read_range("2024-01..2024-02", today=today)
    DayRange(first=datetime.date(2024, 1, 1), last=datetime.date(2024, 2, 29))
    >>> read_range("منذ شهر واحد", today=today) is None, read_range("P1M", today=today).first
    (True, datetime.date(2024, 2, 29))
    """
    if sides := _RANGE.fullmatch(text.strip()):
        return _between(sides["first"].strip(), sides["last"].strip(), today)
    if period := read_period(text, today=today):
        return DayRange(*period)
    words = normalize_words(text).split()
    if duration := _DURATION.fullmatch("".join(words)):
        years, months, weeks, days = (int(count or 0) for count in duration.groups())
        return _since(today, years * 12 + months, weeks * 7 + days, last=today)
    return _in_words(words, today) if words else None


def _between(first: str, last: str, today: datetime.date) -> DayRange | None:
    """Return the days from one period to the end of another; an empty text leaves its side open."""
    begin, end = (read_period(text, today=today) for text in (first, last))
    if (first and not begin) or (last and not end) or not (begin or end):
        return None
    return DayRange(begin.first if begin else None, end.last if end else None)


def _in_words(words: list[str], today: datetime.date) -> DayRange | None:
    begins = words[0] in date_words("since")
    match words[1:] if words[0] in begin_words() else words:
        case [count, unit]:
            number = count if count.isdecimal() else date_words("number").get(count, "")
        case [unit] if date_words("length").get(unit, "").endswith("2"):
            number = "1"
        case _:
            return None
    kind, _, per_word = date_words("length").get(unit, "").partition(" ")
    if not kind or not 0 < len(number) <= _MAX_DIGITS:
        return None
    amount = int(number) * int(per_word)
    months, days = {"days": (0, 1), "weeks": (0, 7), "months": (1, 0), "years": (12, 0)}[kind]
    return _since(today, months * amount, days * amount, last=None if begins else today)


@lru_cache
def begin_words() -> frozenset[str]:
    """Return the normalized words with which a length of time in words begins: last, «منذ»."""
    return frozenset((*date_words("last"), *date_words("since")))


def _since(today: datetime.date, months: int, days: int, *, last: datetime.date | None) -> DayRange | None:
    """Return the days from that many months and days before ``today`` on; a day that a month lacks is its last one."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    try:
        day = min(today.day, calendar.monthrange(year, month + 1)[1])
        return DayRange(datetime.date(year, month + 1, day) - datetime.timedelta(days=days), last)
    except (ValueError, OverflowError, calendar.IllegalMonthError):
        return None
