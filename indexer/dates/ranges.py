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
_SINGULAR = "one"  # in place of how many of its unit a word of date_words.tsv means
_TODAY = "day 0"


class DayRange(NamedTuple):
    """The days from ``first`` to ``last``, both included; ``None`` leaves a side open."""

    first: datetime.date | None
    last: datetime.date | None


def read_range(text: str, *, today: datetime.date) -> DayRange | None:
    """Return the days that the whole of ``text`` names, or None.

    A period as :func:`~indexer.dates.periods.read_period` reads it, two of them around ``..`` of which one may be missing, a
    duration of ISO 8601 (``P7D``) or one in words («آخر 7 أيام», last 3 weeks), which end today, or a beginning
    («منذ 3 أسابيع», since 2011). The number may be left out where the word for the unit is a dual («آخر شهرين») or, behind last or
    since, a singular («منذ شهر»). A weekday («الجمعة الماضي», last Friday) is the latest one before today.

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
    if words and words[0] in date_words("since") and (period := read_period(" ".join(words[1:]), today=today)):
        return DayRange(period.first, None)
    if duration := _DURATION.fullmatch("".join(words)):
        years, months, weeks, days = (int(count or 0) for count in duration.groups())
        return _since(today, years * 12 + months, weeks * 7 + days, last=today)
    return (_in_words(words, today) or _past_weekday(words, today)) if words else None


def _between(first: str, last: str, today: datetime.date) -> DayRange | None:
    """Return the days from one period to the end of another; an empty text leaves its side open."""
    begin, end = (read_period(text, today=today) for text in (first, last))
    if (first and not begin) or (last and not end) or not (begin or end):
        return None
    return DayRange(begin.first if begin else None, end.last if end else None)


def _in_words(words: list[str], today: datetime.date) -> DayRange | None:
    begins = words[0] in date_words("since")
    is_begun = words[0] in length_beginnings()
    *numbers, unit = words[is_begun:] or [""]
    kind, _, per_word = date_words("length").get(unit, "").partition(" ")
    needs_no_number = ("2", _SINGULAR) if is_begun else ("2",)
    match numbers:
        case [count]:
            number = count if count.isdecimal() else date_words("number").get(count, "")
        case [] if per_word in needs_no_number:
            number = "1"
        case _:
            return None
    if not kind or not 0 < len(number) <= _MAX_DIGITS:
        return None
    amount = int(number) * (1 if per_word == _SINGULAR else int(per_word))
    months, days = {"days": (0, 1), "weeks": (0, 7), "months": (1, 0), "years": (12, 0)}[kind]
    return _since(today, months * amount, days * amount, last=None if begins else today)


def _past_weekday(words: list[str], today: datetime.date) -> DayRange | None:
    names = [word for word in words if word not in date_words("past")]
    weekday = date_words("weekday").get(names[0]) if len(names) == 1 and len(words) == 2 else None
    if weekday is None:
        return None
    day = today - datetime.timedelta(days=(today.weekday() - int(weekday) - 1) % 7 + 1)
    return DayRange(day, day)


@lru_cache
def length_beginnings() -> frozenset[str]:
    """Return the normalized words with which a length of time in words begins: last, «منذ»."""
    return frozenset((*date_words("last"), *date_words("since")))


def is_singular_length(text: str) -> bool:
    """Return whether a text ends in the singular of a unit, as «آخر شهر» does, which is also the last month of several."""
    return date_words("length").get(normalize_words(text).split()[-1], "").endswith(_SINGULAR)


@lru_cache
def days_beginnings() -> frozenset[str]:
    """Return the normalized words with which days in words may begin: «منذ», yesterday, a weekday; not today.

    «اليوم» is most often part of the name of a paper or a channel.
    """
    periods = (name.split()[0] for name, value in date_words("period").items() if value != _TODAY)
    return length_beginnings() | date_words("weekday").keys() | frozenset(periods)


def _since(today: datetime.date, months: int, days: int, *, last: datetime.date | None) -> DayRange | None:
    """Return the days from that many months and days before ``today`` on; a day that a month lacks is its last one."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    try:
        day = min(today.day, calendar.monthrange(year, month + 1)[1])
        return DayRange(datetime.date(year, month + 1, day) - datetime.timedelta(days=days), last)
    except (ValueError, OverflowError, calendar.IllegalMonthError):
        return None
