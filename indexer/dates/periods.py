"""Dates and periods written in Arabic or English text.

Month names come from the analyzers, the other words of dates from ``data/date_words.tsv``. A text is first brought to
one canonical form (letters normalized, digits ASCII, each month as ``@`` and its number), so that a handful of patterns
reads every language and every tradition of month names. No text raises an error.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable
from functools import lru_cache, partial
from importlib import resources
from typing import NamedTuple

from analyzers import JOINERS, MARKS, character_class, month_names, normalize, read_table
from indexer.dates.calendars import HIJRI_MONTH, JALALI_MONTH, OTHER_YEARS, OtherCalendars

MAX_DATE_CHARS = 200
"""Enough for a date with its label, weekday and time; a longer text is not read as a date."""
MAX_CONTEXT_CHARS = 20_000
"""How much of an article is searched for «today, Sunday»: news has it in the first paragraphs."""

_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NO_MONTH = 0  # for two month names side by side that contradict each other


class Period(NamedTuple):
    """A stretch of whole days, both ends included."""

    first: datetime.date
    last: datetime.date


class _WrittenDay(NamedTuple):
    """A day written in a text: its offsets in the canonical form, and the days it can mean, the likelier first."""

    start: int
    end: int
    readings: tuple[datetime.date, ...]


def read_date(text: str, *, context: str = "", now: datetime.datetime | None = None) -> datetime.date | None:
    """Return the first full date (day, month and year) in ``text``, or None; :func:`read_date_and_doubt` says how.

    >>> read_date("الأحد، 11 شباط/فبراير 2024")
    datetime.date(2024, 2, 11)
    """
    return read_date_and_doubt(text, context=context, now=now)[0]


def read_date_and_doubt(
    text: str, *, context: str = "", now: datetime.datetime | None = None
) -> tuple[datetime.date | None, bool]:
    """Return the first full date in ``text``, or None, and whether its day and month could also be exchanged.

    The time of day and its zone are ignored. In ``11/02/2024`` the day comes first, unless only the other order is a
    date, or a weekday decides: one named in ``text``, or one that ``context`` (the article) names together with a word
    like today. Days of the Islamic and the Persian calendar count where there is no Gregorian one, numbers as seconds or
    milliseconds since 1970, and words like «3 hours ago» from ``now``, when it is given.

    >>> read_date_and_doubt("02/11/2024"), read_date_and_doubt("02/11/2024", context="في بيروت، اليوم الأحد")
    ((datetime.date(2024, 11, 2), True), (datetime.date(2024, 2, 11), False))
    """
    if _ISO_DAY.fullmatch(text):  # nearly all files write days so
        is_other = int(text[:4]) in OTHER_YEARS
        return _split_calendars(text)[0] if is_other else _day(int(text[:4]), int(text[5:7]), int(text[8:])), False
    if (machine := _MACHINE.fullmatch(text.strip()[:MAX_DATE_CHARS])) and (day := _machine_day(machine)):
        return day, False
    other, canonical = _split_calendars(text)
    written = _find_day(canonical)
    if written:
        return _choose_reading(written, canonical, context)
    return other or (_relative_day(canonical, now) if now else None), False


def find_date(line: str, *, context: str = "") -> datetime.date | None:
    """Return the date in ``line`` if the line is nothing but that date with a label, weekday and time; else None.

    >>> find_date("نُشر في: 2024-02-11 10:30")
    datetime.date(2024, 2, 11)
    >>> find_date("منذ 11 شباط 2024 والمدينة بلا ماء") is None
    True
    """
    if len(line) > MAX_DATE_CHARS:
        return None
    other, canonical = _split_calendars(line)
    written = _find_day(canonical)
    if not written:
        return other if other and _is_beside_date(canonical) else None
    if not _is_beside_date(canonical[: written.start]) or not _is_beside_date(canonical[written.end :]):
        return None
    return _choose_reading(written, canonical, context)[0]


def read_period(text: str, *, today: datetime.date) -> Period | None:
    """Return the period that the whole of ``text`` names, or None: a day, month, year, or a word such as yesterday.

    A month without a year is the latest that has begun. A year from 1300 to 1500 is of the Islamic calendar, or of the
    Persian one in Persian text or where a mark says so.

    Last week is the seven days before ``today``, and this week those up to it, since the countries of the region begin
    their weeks on three different days; last month and last year are those of the calendar.

    >>> read_period("شباط 2024", today=datetime.date(2024, 3, 1))
    Period(first=datetime.date(2024, 2, 1), last=datetime.date(2024, 2, 29))
    """
    if len(text) > MAX_DATE_CHARS:
        return None
    relative = date_words("period").get(" ".join(_WORD.findall(normalize_words(text))))
    if relative:
        unit, offset = relative.split()
        return _relative(unit, int(offset), today)
    if day := find_date(text):
        return Period(day, day)
    canonical = _to_canonical(text)
    other = _other_calendars().month_or_year(canonical, is_persian=_PERSIAN.search(text) is not None)
    if other:
        return Period(other[0], other[1]) if other[0] and other[1] else None
    return _month_or_year(canonical) or _latest_month(text, canonical, today)


# --- the canonical form ------------------------------------------------------------------------------------------

_PRINTED_WORD = re.compile(rf"[\w{character_class(MARKS | JOINERS)}]+")
_WORD = re.compile(r"[^\W_]+")
_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys("@§¤", " "),
        "\N{ARABIC COMMA}": ",",
        "\N{ARABIC DATE SEPARATOR}": "/",
        **dict.fromkeys("\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}", "-"),
    }
)
_TWO_MONTHS = re.compile(r"@([0-9]+) ?[/(,-]? ?@([0-9]+)(?: ?\))?")
_NUMBERED_MONTH = re.compile(r"(?<!\w)(كانون|تشرين) ?([12])(?![0-9])")
_MONTH_MARKS = {"month": "@", "hijri_month": HIJRI_MONTH, "jalali_month": JALALI_MONTH}
_PERSIAN = re.compile("[۰-۹پچژگی]")


def _to_canonical(text: str) -> str:
    return _split_calendars(text)[1]


def _split_calendars(text: str) -> tuple[datetime.date | None, str]:
    """Return the day of another calendar in ``text``, if there is one, and the canonical form of the rest."""
    text = text[:MAX_DATE_CHARS]
    is_persian = _PERSIAN.search(text) is not None
    text = _NUMBERED_MONTH.sub(r"\1\2 ", normalize_words(text).translate(_PUNCTUATION))
    text = _TIME.sub(" ", text)
    for kind, mark in _MONTH_MARKS.items():
        text = _whole_words(kind).sub(partial(_mark_month, kind, mark), text)
    text = _whole_words("filler").sub(" ", text)
    day, text = _other_calendars().split(" ".join(text.split()), is_persian=is_persian)
    return day, _TWO_MONTHS.sub(_merge_months, " ".join(text.split()))


def _mark_month(kind: str, mark: str, name: re.Match[str]) -> str:
    return f" {mark}{date_words(kind)[' '.join(name.group().split())]} "


@lru_cache
def _other_calendars() -> OtherCalendars:
    return OtherCalendars(_any_of(date_words("hijri")), _any_of(date_words("jalali")))


def _merge_months(twins: re.Match[str]) -> str:
    one, other = twins.groups()
    return f"@{one if one == other else _NO_MONTH} "


def normalize_words(text: str) -> str:
    """Return ``text`` with each word normalized, and everything between the words unchanged."""
    return _PRINTED_WORD.sub(lambda match: normalize(match.group()), text)


@lru_cache
def date_words(kind: str) -> dict[str, str]:
    """Return the words of one kind in ``data/date_words.tsv``, normalized, with their values."""
    table = read_table("date_words.tsv", columns=3, root=resources.files("indexer") / "data")
    months = (("month", name, str(number)) for name, number in month_names().items())
    return {normalize_words(word): value for row_kind, word, value in (*table, *months) if row_kind == kind}


@lru_cache
def _publication_weekday() -> re.Pattern[str]:
    relative, weekday = (_any_of(date_words(kind)) for kind in ("relative", "weekday"))
    return re.compile(rf"(?<!\w)({relative})\W{{1,3}}({weekday})(?!\w)")


@lru_cache
def _whole_words(kind: str) -> re.Pattern[str]:
    """Return the pattern of the whole words of a vocabulary, where digits may touch: ``2024م``, ``11feb``."""
    return re.compile(rf"(?<![^\W\d_])(?:{_any_of(date_words(kind))})(?![^\W\d_])")


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


# --- days --------------------------------------------------------------------------------------------------------

_GAP = "[ ,./()-]{0,3}"
_BEFORE, _AFTER = r"(?<![0-9])(?<![0-9][-/.])", r"(?![0-9])(?![-/.][0-9])"
_YEAR, _MONTH, _DAY = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{1,2})", "(?P<day>[0-9]{1,2})"
_NAMED_MONTH = rf"@{_MONTH}(?![0-9])"
_ORDINAL = "(?:st|nd|rd|th)?"
_DAYS = tuple(
    re.compile(_BEFORE + pattern + _AFTER)
    for pattern in (
        rf"{_YEAR}(?P<mark> ?[-/.] ?){_MONTH}(?P=mark){_DAY}",
        rf"(?P<one>[0-9]{{1,2}})(?P<mark> ?[-/.] ?)(?P<other>[0-9]{{1,2}})(?P=mark){_YEAR}",
        rf"{_DAY}{_ORDINAL}{_GAP}{_NAMED_MONTH}{_GAP}{_YEAR}",
        rf"{_NAMED_MONTH}{_GAP}{_DAY}{_ORDINAL}[ ,.-]{{1,3}}{_YEAR}",
        rf"{_YEAR}{_GAP}{_NAMED_MONTH}{_GAP}{_DAY}",
        r"(?P<one>[0-9]{1,2})(?P<mark>[-/.])(?P<other>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{2})",
        rf"{_DAY} ?- ?{_NAMED_MONTH} ?- ?(?P<year>[0-9]{{2}})",
    )
)
_FIRST_YEAR_OF_1900S = 70  # as C and Python read years of two digits
_MACHINE = re.compile(
    r"(?P<day>(?:19|20)[0-9]{6})(?:t?[0-9]{4,6}z?)?|(?:/Date\()?(?P<epoch>-?[0-9]{9,10}|-?[0-9]{12,13})(?:\.[0-9]+)?(?:[+-][0-9]{4})?(?:\)/)?"
    r"|(?P<week>[0-9]{4}-?W[0-9]{2}-?[1-7])",
    re.IGNORECASE,
)


def _machine_day(written: re.Match[str]) -> datetime.date | None:
    """Return the day that programs write without a sign between figures: 20240306, or seconds since 1970, in UTC."""
    try:
        if written["day"] or written["week"]:
            return datetime.date.fromisoformat(written["day"] or written["week"].upper())
        number = int(written["epoch"])
        seconds = number // 1000 if abs(number) > _MOST_SECONDS else number
        return (_EPOCH + datetime.timedelta(seconds=seconds)).date()
    except (ValueError, OverflowError):
        return None


_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MOST_SECONDS = 10**11


def _relative_day(canonical: str, now: datetime.datetime) -> datetime.date | None:
    """Return the day that «3 hours ago» or «yesterday» names, counted from ``now``; weeks are seven days."""
    found = next(filter(None, (pattern.search(canonical) for pattern in _ago())), None)
    try:
        if found:
            unit, count = date_words("ago")[" ".join(found["unit"].split())].split()
            return (now - datetime.timedelta(**{unit: int(found["count"] or 1) * int(count)})).date()
        word = next((date_words("period")[each] for each in _word_runs(canonical) if each in date_words("period")), "")
        unit, _, offset = word.partition(" ")
        return now.date() + datetime.timedelta(days=int(offset)) if unit == "day" else None
    except OverflowError:
        return None


@lru_cache
def _ago() -> tuple[re.Pattern[str], ...]:
    units = rf"(?:(?P<count>[0-9]{{1,4}}) )?(?:an? )?(?P<unit>{_any_of(date_words('ago'))})"
    return re.compile(rf"(?<!\w)(?:منذ|قبل) {units}(?!\w)"), re.compile(rf"(?<!\w){units} ago(?!\w)")


def _word_runs(canonical: str) -> list[str]:
    words = _WORD.findall(canonical)
    return [" ".join(words[first : first + size]) for size in (2, 1) for first in range(len(words) - size + 1)]


_TIME = re.compile(
    r"(?:(?<=[0-9])t)?(?<![0-9])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?![0-9])"
    r" ?(?:[+-][0-9]{2}:?[0-9]{2}(?![0-9])|(?:z|utc|gmt|eet|eest|ast|cet)(?!\w))?"
)


def _find_day(canonical: str) -> _WrittenDay | None:
    matches = [match for pattern in _DAYS if (match := pattern.search(canonical))]
    if not matches:
        return None
    first = min(matches, key=re.Match.start)
    return _WrittenDay(first.start(), first.end(), _readings(first.groupdict()))


def _readings(parts: dict[str, str]) -> tuple[datetime.date, ...]:
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < _FIRST_YEAR_OF_1900S else 1900
    if "month" in parts:
        orders = [(int(parts["day"]), int(parts["month"]))]
    else:
        one, other = int(parts["one"]), int(parts["other"])
        orders = [(one, other), (other, one)]
    days = (_day(year, month, day) for day, month in orders)
    return tuple(dict.fromkeys(day for day in days if day))


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day) if year not in OTHER_YEARS else None
    except ValueError:
        return None


def _choose_reading(written: _WrittenDay, canonical: str, context: str) -> tuple[datetime.date | None, bool]:
    """Return the reading that fits a weekday of the text or its context, else the likeliest, and whether it may err."""
    if len(written.readings) > 1:
        weekday = _weekday_beside(canonical)
        weekday = _weekday_of_publication(context[:MAX_CONTEXT_CHARS]) if weekday is None else weekday
        for day in written.readings:
            if day.weekday() == weekday:
                return day, False
    return written.readings[0] if written.readings else None, len(written.readings) > 1


def _weekday_beside(canonical: str) -> int | None:
    names = date_words("weekday")
    return next((int(names[word]) for word in _WORD.findall(canonical) if word in names), None)


@lru_cache(maxsize=1)  # a page may have many dates, all in one context
def _weekday_of_publication(context: str) -> int | None:
    """Return the weekday (0 is Monday) on which a text like «اليوم الأحد» was published, or None.

    A weekday without a word like today may be that of a past or coming day.
    """
    match = _publication_weekday().search(normalize_words(context))
    if not match:
        return None
    relative, weekday = match.groups()
    return (int(date_words("weekday")[weekday]) - int(date_words("relative")[relative])) % 7


def _is_beside_date(canonical: str) -> bool:
    known = (date_words("beside"), date_words("weekday"))
    return all(any(word in words for words in known) for word in _WORD.findall(_TIME.sub(" ", canonical)))


# --- months, years, and words for them ----------------------------------------------------------------------------

_MONTHS_OR_YEARS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR} ?[-/.] ?{_MONTH}",
        rf"{_MONTH} ?[-/.] ?{_YEAR}",
        rf"{_NAMED_MONTH}{_GAP}{_YEAR}",
        rf"{_YEAR}{_GAP}{_NAMED_MONTH}",
        _YEAR,
    )
)


_MONTH_ALONE = re.compile(rf"([@{HIJRI_MONTH}{JALALI_MONTH}])[0-9]{{1,2}}")


def _month_or_year(canonical: str) -> Period | None:
    text = canonical.strip(" ,.")
    for pattern in _MONTHS_OR_YEARS:
        if match := pattern.fullmatch(text):
            parts = match.groupdict()
            year = int(parts["year"])
            return _whole_month(year, int(parts["month"])) if "month" in parts else _whole_year(year)
    return None


def _latest_month(text: str, canonical: str, today: datetime.date) -> Period | None:
    """Return the latest month of a name without a year that has begun, or None for any other text."""
    mark = _MONTH_ALONE.fullmatch(canonical)
    if not mark:
        return None
    years = {"@": today.year, HIJRI_MONTH: (today.year - 621) * 33 // 32, JALALI_MONTH: today.year - 621}
    latest = years[mark[1]] + 1
    periods = (read_period(f"{text} {year}", today=today) for year in range(latest, latest - 4, -1))
    return next((period for period in periods if period and period.first <= today), None)


def _relative(unit: str, offset: int, today: datetime.date) -> Period | None:
    if unit == "year":
        return _whole_year(today.year + offset)
    if unit == "month":
        year, month = divmod(today.year * 12 + today.month - 1 + offset, 12)
        return _whole_month(year, month + 1)
    days = 7 if unit == "week" else 1
    try:
        first = today + datetime.timedelta(days=days * offset or 1 - days)
        return Period(first, first + datetime.timedelta(days=days - 1))
    except OverflowError:
        return None


def _whole_month(year: int, month: int) -> Period | None:
    first = _day(year, month, 1)
    return Period(first, first.replace(day=calendar.monthrange(year, month)[1])) if first else None


def _whole_year(year: int) -> Period | None:
    first, last = _day(year, 1, 1), _day(year, 12, 31)
    return Period(first, last) if first and last else None
