"""Days of the Islamic and the Persian calendar, in names of months or in figures, as days of the Gregorian one.

The calendars are those of hijridate (Umm al-Qura, 1343 to 1500 AH) and jdatetime. A text comes in the canonical form
of :mod:`indexer.dates.periods`: words normalized, digits ASCII, and each month of these calendars as a mark and its number.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Final

HIJRI_MONTH: Final = "§"
JALALI_MONTH: Final = "¤"
OTHER_YEARS: Final = range(1300, 1501)
"""Years of these calendars, which are never read as years AD."""
_MARK: Final = r"(?:[ .,()]{0,3}(?P<mark>JALALI|HIJRI)(?!\w))?"
_GAP: Final = "[ ,./()-]{0,3}"
_NAMED: Final = rf"(?P<calendar>[{HIJRI_MONTH}{JALALI_MONTH}])(?P<month>[0-9]{{1,2}}) "
_DAY, _YEAR = "(?P<day>[0-9]{1,2})", "(?P<year>1[34][0-9]{2}|1500)"
_FORMS: Final = (
    rf"(?<![0-9]){_DAY}{_GAP}{_NAMED}{_GAP}{_YEAR}(?![0-9]){_MARK}",
    rf"{_NAMED}{_GAP}{_DAY}[ ,.-]{{1,3}}{_YEAR}(?![0-9]){_MARK}",
    rf"(?<![0-9]){_YEAR}{_GAP}{_NAMED}{_GAP}{_DAY}(?![0-9]){_MARK}",
    rf"(?<![0-9]){_DAY}(?P<sign> ?[-/.] ?)(?P<month>[0-9]{{1,2}})(?P=sign){_YEAR}(?![0-9]){_MARK}",
    rf"(?<![0-9]){_YEAR}(?P<sign> ?[-/.] ?)(?P<month>[0-9]{{1,2}})(?P=sign){_DAY}(?![0-9]){_MARK}",
)
_MONTH_AND_YEAR: Final = (
    rf"{_NAMED}{_GAP}{_YEAR}{_MARK}",
    rf"{_YEAR}{_GAP}{_NAMED}{_MARK}",
    rf"(?P<month>[0-9]{{1,2}}) ?[-/.] ?{_YEAR}{_MARK}",
    rf"{_YEAR} ?[-/.] ?(?P<month>[0-9]{{1,2}}){_MARK}",
    rf"{_YEAR}{_MARK}",
)

Day = Callable[[int, int, int], datetime.date | None]


class OtherCalendars:
    """Finds days of both calendars; ``hijri`` and ``jalali`` are patterns of the words that mark a year as theirs."""

    def __init__(self, hijri: str, jalali: str) -> None:
        jalali = jalali.replace(r"\s+", r"[\s.]+")  # the mark is an abbreviation of two words
        self._forms, self._periods = (
            tuple(re.compile(form.replace("HIJRI", hijri).replace("JALALI", jalali)) for form in forms)
            for forms in (_FORMS, _MONTH_AND_YEAR)
        )
        self._is_jalali = re.compile(jalali).fullmatch

    def split(self, canonical: str, *, is_persian: bool) -> tuple[datetime.date | None, str]:
        """Return the first day of these calendars in a text, and the text without their days.

        In figures without a mark a day counts only where one calendar alone gives a day that has been: Persian text is
        in the Persian one. None stands for a day that could be either, or that no calendar has.
        """
        found = [match for form in self._forms if (match := form.search(canonical))]
        if not found:
            return None, canonical
        first = min(found, key=re.Match.start)
        for form in self._forms:
            canonical = form.sub(" ", canonical)
        return self._day(first.groupdict(), is_persian), canonical

    def month_or_year(
        self, canonical: str, *, is_persian: bool
    ) -> tuple[datetime.date | None, datetime.date | None] | None:
        """Return the first and last day of the month or year that a text is, or None for any other text.

        A year without a mark or a month is Islamic, in Persian text Persian. A month that no calendar has gives no days.
        """
        text = canonical.strip(" ,.") + " "
        match = next(
            (match for form in self._periods if (match := form.match(text)) and match.end() >= len(text) - 1), None
        )
        if not match:
            return None
        parts = match.groupdict()
        day = self._calendar_of(parts) or (jalali_day if is_persian else hijri_day)
        year, month = int(parts["year"]), int(parts.get("month") or 1)
        months = 1 if parts.get("month") else 12
        following = day(year + (month + months > 12), (month + months - 1) % 12 + 1, 1)
        return day(year, month, 1), following - datetime.timedelta(days=1) if following else None

    def _calendar_of(self, parts: dict[str, str]) -> Day | None:
        """Return the calendar that the name of a month or the mark behind a year names, or None."""
        if name := parts.get("calendar"):
            return hijri_day if name == HIJRI_MONTH else jalali_day
        if mark := parts.get("mark"):
            return jalali_day if self._is_jalali(mark) else hijri_day
        return None

    def _day(self, parts: dict[str, str], is_persian: bool) -> datetime.date | None:
        figures = int(parts["year"]), int(parts["month"]), int(parts["day"])
        if day := self._calendar_of(parts) or (jalali_day if is_persian else None):
            return day(*figures)
        tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
        days = [day for day in (hijri_day(*figures), jalali_day(*figures)) if day and day <= tomorrow]
        return days[0] if len(days) == 1 else None


def hijri_day(year: int, month: int, day: int) -> datetime.date | None:
    """Return a day of the calendar of Umm al-Qura, or None where it has no such day.

    >>> hijri_day(1445, 8, 25)
    datetime.date(2024, 3, 6)
    """
    try:
        import hijridate  # few queries have such a date, and each of these takes 10 ms

        return datetime.date(*hijridate.Hijri(year, month, day).to_gregorian().datetuple())
    except (ValueError, OverflowError):
        return None


def jalali_day(year: int, month: int, day: int) -> datetime.date | None:
    """Return a day of the Persian calendar, or None where it has no such day.

    >>> jalali_day(1402, 12, 16)
    datetime.date(2024, 3, 6)
    """
    try:
        import jdatetime

        found: datetime.date = jdatetime.date(year, month, day).togregorian()
    except (ValueError, OverflowError):
        return None
    return found
