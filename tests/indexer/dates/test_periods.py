"""Dates and periods that texts name."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from indexer.dates.calendars import OTHER_YEARS
from indexer.dates.periods import MAX_DATE_CHARS, Period, find_date, read_date, read_period

SUNDAY = datetime.date(2024, 2, 11)
TODAY = datetime.date(2024, 3, 1)
LONG_AGO, FAR_AWAY = datetime.date.min, datetime.date.max


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("2024-02-11", id="ISO"),
        pytest.param("2024-02-11T23:30:00+02:00", id="ISO with a zone: the day as written"),
        pytest.param("2024-02-11T00:10:00.123Z", id="ISO in UTC with milliseconds"),
        pytest.param("2024-02-11 08:15", id="ISO with a space"),
        pytest.param("2024/02/11", id="year first, slashes"),
        pytest.param("2024.2.11", id="year first, points"),
        pytest.param("11/02/2024", id="day first by default"),
        pytest.param("11-2-2024", id="hyphens"),
        pytest.param("11.02.2024", id="points"),
        pytest.param("11 / 02 / 2024", id="spaces round slashes"),
        pytest.param("11\N{EN DASH}02\N{EN DASH}2024", id="en dashes"),
        pytest.param("١١/٠٢/٢٠٢٤", id="Arabic-Indic digits"),
        pytest.param("۱۱/۰۲/۲۰۲۴", id="Persian digits"),
        pytest.param("\u200f١١\u200f/\u200f٢\u200f/\u200f٢٠٢٤", id="direction marks as browsers write them"),
        pytest.param("١١\N{ARABIC DATE SEPARATOR}٢\N{ARABIC DATE SEPARATOR}٢٠٢٤", id="Arabic date separator"),
        pytest.param("11 شباط 2024", id="Levant month"),
        pytest.param("11 فبراير 2024", id="Gulf month"),
        pytest.param("11 فيفري 2024", id="Maghreb month"),
        pytest.param("١١ شُبَاط ٢٠٢٤", id="vowel marks"),
        pytest.param("11 شبـــاط 2024", id="tatweel"),
        pytest.param("11 شباط/فبراير 2024", id="both names, slash"),
        pytest.param("11 شباط (فبراير) 2024", id="both names, parentheses"),
        pytest.param("11 شباط - فبراير 2024", id="both names, hyphen"),
        pytest.param("الأحد 11 شباط/فبراير 2024", id="weekday"),
        pytest.param("الأحد، 11 فبراير 2024", id="weekday and comma"),
        pytest.param("11 من شباط عام 2024", id="of the year"),
        pytest.param("11 فبراير 2024م", id="Gregorian mark"),
        pytest.param("11 شباط، 2024", id="comma before the year"),
        pytest.param("11-شباط-2024", id="hyphens round a name"),
        pytest.param("2024 فبراير 11", id="year first, name"),
        pytest.param("11 Feb 2024", id="English short"),
        pytest.param("11-Feb-2024", id="English short, hyphens"),
        pytest.param("11 FEBRUARY 2024", id="English capitals"),
        pytest.param("February 11, 2024", id="American"),
        pytest.param("Feb. 11th, 2024", id="American ordinal"),
        pytest.param("11th of February 2024", id="English ordinal"),
        pytest.param("Sun, 11 Feb 2024 23:15:00 -0800", id="RFC 2822"),
        pytest.param("Sunday, 02/11/2024", id="month first, for its weekday"),
        pytest.param("02/11/2024 الأحد", id="month first, for its Arabic weekday"),
        pytest.param("1 شعبان 1445 هـ الموافق 11 فبراير 2024", id="Hijri before"),
        pytest.param("11 فبراير 2024 م - 1 شعبان 1445 هـ", id="Hijri after"),
        pytest.param("نُشر في: 11/02/2024 10:30 ص", id="label and time"),
        pytest.param("آخر تحديث: الأحد 11 شباط 2024 - 10:30 بتوقيت غرينتش", id="label, weekday, time, zone"),
        pytest.param("Published on 11 Feb 2024 at 10:30 GMT", id="English label"),
    ],
)
def test_a_day_is_read_in_every_form_and_is_all_that_its_line_says(written):
    assert read_date(written) == SUNDAY
    assert find_date(written) == SUNDAY
    assert read_period(written, today=TODAY) == Period(SUNDAY, SUNDAY)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        pytest.param("7 تشرين الأول (أكتوبر) 2023", datetime.date(2023, 10, 7), id="two words and a twin"),
        pytest.param("3 كانون  الثاني 2020", datetime.date(2020, 1, 3), id="two words, two spaces"),
        pytest.param("9 آب 1999", datetime.date(1999, 8, 9), id="short name"),
        pytest.param("02/13/2024", datetime.date(2024, 2, 13), id="no thirteenth month: month first"),
        pytest.param("13/02/2024", datetime.date(2024, 2, 13), id="no thirteenth month: day first"),
        pytest.param("الأربعاء 05/05/2021", datetime.date(2021, 5, 5), id="both orders are one day"),
        pytest.param("29/02/2024", datetime.date(2024, 2, 29), id="leap day"),
        pytest.param("الاثنين 11/02/2024", SUNDAY, id="a weekday that fits neither order"),
    ],
)
def test_other_days(written, day):
    assert read_date(written) == day


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="empty"),
        pytest.param("30 شباط 2024", id="30 February"),
        pytest.param("29/02/2023", id="no leap year"),
        pytest.param("2024-13-13", id="no such month"),
        pytest.param("00/00/0000", id="zeros"),
        pytest.param("11 شباط/مارس 2024", id="two names of two months"),
        pytest.param("11 @2 2024", id="the inner form is not a way in"),
        pytest.param("11 شباط", id="no year"),
        pytest.param("شباط 2024", id="no day"),
        pytest.param("1906", id="year only"),
        pytest.param("11/02/1402", id="a year of two calendars"),
        pytest.param("1402/11/02", id="a year of two calendars, first"),
        pytest.param("31/02/1445 هـ", id="no such Hijri day"),
        pytest.param("11/02/1310 هـ", id="Hijri before the calendar of Umm al-Qura"),
        pytest.param("11 @8 1445", id="the inner form of a Hijri day"),
        pytest.param("12.11.02.2024", id="a number with points"),
        pytest.param("123411/02/2024", id="a longer number before"),
        pytest.param("11/02/20245", id="a longer number after"),
        pytest.param("११/०२/२०२४", id="digits of other scripts"),
    ],
)
def test_no_day(written):
    assert read_date(written) is None
    assert find_date(written) is None


@pytest.mark.parametrize(
    ("context", "day"),
    [
        pytest.param("في بيروت، اليوم الأحد، اجتمعت اللجنة", SUNDAY, id="today, Sunday"),
        pytest.param("أعلنت اليوم (الأحد) نتائجها", SUNDAY, id="parentheses"),
        pytest.param("وصل الوفد أمس السبت إلى عدن", SUNDAY, id="yesterday, Saturday"),
        pytest.param("The council met today, Sunday", SUNDAY, id="English"),
        pytest.param("وصل أمس الأول الأحد", datetime.date(2024, 11, 2), id="two days ago is no yesterday"),
        pytest.param("يجتمعون الأحد المقبل", datetime.date(2024, 11, 2), id="a weekday alone says nothing"),
        pytest.param("قالت اليوم الثلاثاء", datetime.date(2024, 11, 2), id="fits neither order"),
        pytest.param("", datetime.date(2024, 11, 2), id="nothing"),
    ],
)
def test_the_text_decides_between_two_orders(context, day):
    assert read_date("02/11/2024", context=context) == day


def test_the_context_never_changes_a_day_that_has_one_reading():
    assert read_date("2024-02-11", context="اليوم الثلاثاء") == SUNDAY


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("منذ 11 شباط 2024 والمدينة بلا ماء", id="a sentence"),
        pytest.param("11 - 12 شباط 2024", id="two days"),
        pytest.param("بيروت 5 - 11 شباط 2024", id="a score or a span"),
        pytest.param("11 شباط 2024 " + "، " * MAX_DATE_CHARS, id="too long"),
    ],
)
def test_a_line_that_says_more_is_no_date_line(line):
    assert find_date(line) is None
    assert read_period(line, today=TODAY) is None


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        pytest.param("2024", "2024-01-01", "2024-12-31", id="year"),
        pytest.param("٢٠٢٤", "2024-01-01", "2024-12-31", id="year, Arabic-Indic"),
        pytest.param("عام 2024", "2024-01-01", "2024-12-31", id="the year"),
        pytest.param("9999", "9999-01-01", "9999-12-31", id="last year there is"),
        pytest.param("2024-02", "2024-02-01", "2024-02-29", id="ISO month"),
        pytest.param("02/2024", "2024-02-01", "2024-02-29", id="month first"),
        pytest.param("شباط 2024", "2024-02-01", "2024-02-29", id="Levant"),
        pytest.param("شباط/2024", "2024-02-01", "2024-02-29", id="slash"),
        pytest.param("شباط/فبراير 2024", "2024-02-01", "2024-02-29", id="both names"),
        pytest.param("تشرين الثاني 2023", "2023-11-01", "2023-11-30", id="two words"),
        pytest.param("Feb 2024", "2024-02-01", "2024-02-29", id="English"),
        pytest.param("December, 9999", "9999-12-01", "9999-12-31", id="last month there is"),
        pytest.param("1436", "2014-10-25", "2015-10-13", id="Islamic year"),
        pytest.param("عام 1436 هـ", "2014-10-25", "2015-10-13", id="Islamic year with a mark"),
        pytest.param("شعبان 1445", "2024-02-11", "2024-03-10", id="Islamic month"),
        pytest.param("ذو الحجة 1436", "2015-09-14", "2015-10-13", id="last Islamic month of a year"),
        pytest.param("8/1445", "2024-02-11", "2024-03-10", id="Islamic month in figures"),
        pytest.param("1445-08", "2024-02-11", "2024-03-10", id="Islamic year first"),
        pytest.param("1445 شعبان", "2024-02-11", "2024-03-10", id="Islamic month last"),
        pytest.param("25/8/1445", "2024-03-06", "2024-03-06", id="Islamic day"),
        pytest.param("1394 هـ ش", "2015-03-21", "2016-03-19", id="Persian year with a mark"),
        pytest.param("۱۳۹۴", "2015-03-21", "2016-03-19", id="Persian year in Persian figures"),
        pytest.param("خرداد 1394", "2015-05-22", "2015-06-21", id="Persian month"),
        pytest.param("اليوم", "2024-03-01", "2024-03-01", id="today"),
        pytest.param("أمس", "2024-02-29", "2024-02-29", id="yesterday"),
        pytest.param("امس", "2024-02-29", "2024-02-29", id="yesterday, bare alef"),
        pytest.param("أول أمس", "2024-02-28", "2024-02-28", id="the day before"),
        pytest.param("today", "2024-03-01", "2024-03-01", id="today in English"),
        pytest.param("Yesterday", "2024-02-29", "2024-02-29", id="yesterday in English"),
        pytest.param("الأسبوع الماضي", "2024-02-23", "2024-02-29", id="last week"),
        pytest.param("last  week", "2024-02-23", "2024-02-29", id="last week in English"),
        pytest.param("هذا الأسبوع", "2024-02-24", "2024-03-01", id="this week"),
        pytest.param("الشهر الجاري", "2024-03-01", "2024-03-31", id="this month"),
        pytest.param("this year", "2024-01-01", "2024-12-31", id="this year"),
        pytest.param("ليلة أمس", "2024-02-29", "2024-02-29", id="last night"),
        pytest.param("الشهر الماضي", "2024-02-01", "2024-02-29", id="last month"),
        pytest.param("last month", "2024-02-01", "2024-02-29", id="last month in English"),
        pytest.param("العام الماضي", "2023-01-01", "2023-12-31", id="last year"),
        pytest.param("السنة الماضية", "2023-01-01", "2023-12-31", id="last year, other word"),
        pytest.param("last year", "2023-01-01", "2023-12-31", id="last year in English"),
    ],
)
def test_periods(written, first, last):
    assert read_period(written, today=TODAY) == (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="empty"),
        pytest.param("0000", id="no year zero"),
        pytest.param("20245", id="five digits"),
        pytest.param("2024-13", id="no such month"),
        pytest.param("13/1445", id="no such Islamic month"),
        pytest.param("1310", id="before the tables of the Islamic calendar"),
        pytest.param("شباط/آذار 2024", id="two months"),
        pytest.param("انتخابات 2024", id="a year among words"),
        pytest.param("30/02/2024", id="30 February"),
    ],
)
def test_no_period(written):
    assert read_period(written, today=TODAY) is None


@pytest.mark.parametrize(
    ("written", "today"),
    [
        pytest.param("أمس", LONG_AGO, id="before the first day"),
        pytest.param("الأسبوع الماضي", LONG_AGO, id="before the first week"),
        pytest.param("الشهر الماضي", LONG_AGO, id="before the first month"),
        pytest.param("last year", LONG_AGO, id="before the first year"),
    ],
)
def test_there_is_nothing_before_the_calendar(written, today):
    assert read_period(written, today=today) is None


FORMS = (
    "{0.year:04}-{0.month:02}-{0.day:02}",
    "{0.year:04}/{0.month}/{0.day}",
    "{0.day} {1} {0.year:04}",
    "{1} {0.day}, {0.year:04}",
    "نُشر في: {0.day} {1} {0.year:04}",
)
MONTHS = {
    "Levant": "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول",
    "Gulf": "يناير,فبراير,مارس,أبريل,مايو,يونيو,يوليو,أغسطس,سبتمبر,أكتوبر,نوفمبر,ديسمبر",
    "Maghreb": "جانفي,فيفري,مارس,أفريل,ماي,جوان,جويلية,أوت,سبتمبر,أكتوبر,نوفمبر,ديسمبر",
    "English": "January,February,March,April,May,June,July,August,September,October,November,December",
    "short": "Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec",
}


@settings(deadline=None)
@given(st.dates(), st.sampled_from(FORMS), st.sampled_from([names.split(",") for names in MONTHS.values()]))
@example(LONG_AGO, FORMS[0], MONTHS["English"].split(","))
@example(FAR_AWAY, FORMS[2], MONTHS["Levant"].split(","))
def test_every_day_is_read_back(day, form, months):
    assume(day.year not in OTHER_YEARS)
    written = form.format(day, months[day.month - 1])
    assert read_date(written) == find_date(written) == day
    assert read_period(written, today=TODAY) == (day, day)


DATE_LIKE = st.text(st.sampled_from("0123456789٠١٢٣ /-.,،:@()TZهـم شباط فبراير الأحد اليوم أمس last month"))


@settings(deadline=None)
@given(st.one_of(st.text(), DATE_LIKE), st.one_of(st.text(), DATE_LIKE), st.dates())
def test_no_text_raises_an_error(text, context, today):
    day = find_date(text, context=context)
    assert day is None or day == read_date(text, context=context)
    period = read_period(text, today=today)
    assert period is None or period.first <= period.last
