"""Parsing: the tree of a query, and the notices about what was assumed or ignored."""

from __future__ import annotations

import datetime
from typing import get_args

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from analyzers import analyzer_for
from indexer.names.addresses import address_key
from indexer.query import limits
from indexer.query.nodes import (
    And,
    Column,
    DateClause,
    Fuzzy,
    Identifier,
    InField,
    Not,
    Or,
    Phrase,
    Preferred,
    Prefix,
    Proximity,
    Sequence,
    ValueClause,
    Word,
    only_excludes,
)
from indexer.query.notices import NoticeCode
from indexer.query.parser import IndexContent, parse, parse_words

TODAY = datetime.date(2024, 3, 1)
YEAR = DateClause(datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))
FEBRUARY = DateClause(datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))


def split(text):
    analyzer = analyzer_for("ar")
    return analyzer.printed_words(text)


CONTENT = IndexContent(
    has_value=lambda column, name: name in ("الرصيف", "دفتر الجبل", "ثقافة", "سمير", "Samir") or "أ" in name,
    has_id=lambda article_id: article_id == "snn-07",
    has_address=lambda address: address_key(address) == address_key("https://news.example/a?q=1"),
)


def read(query, *undone):
    return parse(query, split_words=split, today=TODAY, content=CONTENT, undone=frozenset(undone))


def codes(query):
    return [notice.code for notice in read(query).notices]


def words(*texts):
    return tuple(map(Word, texts))


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        pytest.param("قمح", Word("قمح"), id="word"),
        pytest.param("أسعار القمح", Sequence(words("أسعار", "القمح")), id="words"),
        pytest.param("«أسعار القمح»", Phrase(("أسعار", "القمح")), id="phrase"),
        pytest.param("«القمح»", Phrase(("القمح",)), id="phrase of a word"),
        pytest.param("أ AND ب", And(words("أ", "ب")), id="and"),
        pytest.param("أ و ب", And(words("أ", "ب")), id="Arabic and"),
        pytest.param("أ OR ب OR ج", Or(words("أ", "ب", "ج")), id="or"),
        pytest.param("أ أو ب", Or(words("أ", "ب")), id="Arabic or"),
        pytest.param("NOT أ", Not(Word("أ")), id="not"),
        pytest.param("ليس أ", Not(Word("أ")), id="Arabic not"),
        pytest.param("أ OR ب AND ج", Or((Word("أ"), And(words("ب", "ج")))), id="and binds tighter than or"),
        pytest.param("أ AND NOT ب OR ج", Or((And((Word("أ"), Not(Word("ب")))), Word("ج"))), id="not binds tightest"),
        pytest.param(
            "أ ب OR ج د", Sequence((Word("أ"), Or(words("ب", "ج")), Word("د"))), id="an operator joins its neighbours"
        ),
        pytest.param("(أ OR ب) AND ج", And((Or(words("أ", "ب")), Word("ج"))), id="group"),
        pytest.param("أ AND (ب ج)", And((Word("أ"), Sequence(words("ب", "ج")))), id="group of bare words as operand"),
        pytest.param("أ (ب ج) د", Sequence(words("أ", "ب", "ج", "د")), id="parentheses alone mean nothing"),
        pytest.param("شباط/فبراير", Sequence(words("شباط", "فبراير")), id="slash between bare words"),
        pytest.param("شباط/فبراير AND أ", And(words("شباط", "فبراير", "أ")), id="slash in an operand: both"),
        pytest.param("أ OR شباط/فبراير", Or((Word("أ"), And(words("شباط", "فبراير")))), id="slash beside or: both"),
        pytest.param("title:شباط/فبراير", InField("title", And(words("شباط", "فبراير"))), id="slash in a field: both"),
        pytest.param("-شباط/فبراير", Not(And(words("شباط", "فبراير"))), id="slash excluded: both"),
    ],
)
def test_words_phrases_and_operators(query, meaning):
    assert read(query).root == meaning


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        pytest.param("-أ", Not(Word("أ")), id="word"),
        pytest.param("-«أ ب»", Not(Phrase(("أ", "ب"))), id="phrase"),
        pytest.param("-(أ OR ب)", Not(Or(words("أ", "ب"))), id="group"),
        pytest.param("-source:الرصيف", Not(ValueClause("source", "الرصيف")), id="condition"),
        pytest.param("-title:أ", Not(InField("title", Word("أ"))), id="field"),
        pytest.param("title:-أ", Not(InField("title", Word("أ"))), id="inside a field"),
        pytest.param("title:(-أ)", Not(InField("title", Word("أ"))), id="inside the group of a field"),
        pytest.param("NOT NOT أ", Word("أ"), id="twice"),
        pytest.param("NOT -أ", Word("أ"), id="twice, two ways"),
        pytest.param("-(-أ)", Word("أ"), id="twice, nested"),
        pytest.param("NOT NOT NOT أ", Not(Word("أ")), id="three times"),
        pytest.param(
            "NOT أ AND NOT ب ج",
            Sequence((Not(Word("أ")), Not(Word("ب")), Word("ج"))),
            id="exclusions leave bare words bare",
        ),
    ],
)
def test_exclusions(query, meaning):
    assert read(query).root == meaning


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        pytest.param("title:أ ب", Sequence((InField("title", Word("أ")), Word("ب"))), id="title"),
        pytest.param("عنوان:أ", InField("title", Word("أ")), id="Arabic title"),
        pytest.param("نص:«أ ب»", InField("body", Phrase(("أ", "ب"))), id="phrase in the body"),
        pytest.param("title:(أ ب)", InField("title", Sequence(words("أ", "ب"))), id="words in the title"),
        pytest.param("title:(أ OR ب)", InField("title", Or(words("أ", "ب"))), id="either in the title"),
        pytest.param("title:AND", InField("title", Word("AND")), id="an operator as a value is a word"),
        pytest.param("source:الرصيف،", ValueClause("source", "الرصيف"), id="source with a comma"),
        pytest.param("المصدر:«دفتر الجبل»", ValueClause("source", "دفتر الجبل"), id="source of two words"),
        pytest.param("مصدر:(دفتر الجبل)", ValueClause("source", "دفتر الجبل"), id="source in parentheses"),
        pytest.param(
            "مصدر:(دفتر (الجبل)) أ",
            Sequence((ValueClause("source", "دفتر (الجبل)"), Word("أ"))),
            id="parentheses in a name",
        ),
        pytest.param("قسم:ثقافة", ValueClause("category", "ثقافة"), id="category"),
        pytest.param("كاتب:سمير", ValueClause("author", "سمير"), id="author"),
        pytest.param("author:Samir", ValueClause("author", "Samir"), id="author in English"),
        pytest.param("سنة:2024", YEAR, id="year"),
        pytest.param("سنة:٢٠٢٤", YEAR, id="Arabic digits"),
        pytest.param("date:شباط/2024", FEBRUARY, id="month"),
        pytest.param("date:«شباط 2024»", FEBRUARY, id="month as a phrase"),
        pytest.param("date:(شباط 2024)", FEBRUARY, id="month in parentheses"),
        pytest.param("من:2024-02", DateClause(datetime.date(2024, 2, 1), None), id="from"),
        pytest.param("حتى:2024-02", DateClause(None, datetime.date(2024, 2, 29)), id="to the end of a month"),
        pytest.param("منذ:أمس", DateClause(datetime.date(2024, 2, 29), None), id="yesterday"),
    ],
)
def test_fields_and_conditions(query, meaning):
    assert read(query).root == meaning


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        pytest.param('"أ ب"~6', Proximity(("أ", "ب"), 6, exact=True), id="phrase with a distance"),
        pytest.param('"أ ب"~', Proximity(("أ", "ب"), 10, exact=True), id="phrase with a tilde alone"),
        pytest.param('"أ"~6', Phrase(("أ",)), id="phrase of one word"),
        pytest.param('"أ ب"~c', Sequence((Phrase(("أ", "ب")), Word("c"))), id="a tilde before a word"),
        pytest.param('title:"أ ب"~6', InField("title", Proximity(("أ", "ب"), 6, exact=True)), id="in a field"),
        pytest.param('-"أ ب"~6', Not(Proximity(("أ", "ب"), 6, exact=True)), id="excluded"),
        pytest.param("أ NEAR ب", Proximity(("أ", "ب"), 10, exact=False), id="operator"),
        pytest.param("أ قرب ب", Proximity(("أ", "ب"), 10, exact=False), id="Arabic operator"),
        pytest.param(
            'أ ب ج د ه "ز ح"~3',
            Sequence((*words(*"أبجده"), Proximity(("ز", "ح"), 3, exact=True))),
            id="a distance in a text",
        ),
        pytest.param("أ NEAR/3 ب NEAR/6 ج", Proximity(("أ", "ب", "ج"), 6, exact=False), id="three words"),
        pytest.param("أ/ب NEAR ج", Proximity(("أ", "ب", "ج"), 10, exact=False), id="slash in an operand"),
        pytest.param('"أ" NEAR ب', Proximity(("أ", "ب"), 10, exact=True), id="a quoted word"),
        pytest.param(
            '"أ ب" NEAR ج',
            And((Phrase(("أ", "ب")), Proximity(("أ", "ب", "ج"), 10, exact=True))),
            id="a phrase near a word",
        ),
        pytest.param("(أ OR ب) NEAR ج", And((Or(words("أ", "ب")), Word("ج"))), id="near a group: and"),
        pytest.param("أ NEAR title:ب", And((Word("أ"), InField("title", Word("ب")))), id="near a field: and"),
        pytest.param("title:(أ NEAR ب)", InField("title", Proximity(("أ", "ب"), 10, exact=False)), id="inside a field"),
        pytest.param(
            "NOT أ NEAR ب AND ج",
            And((Not(Proximity(("أ", "ب"), 10, exact=False)), Word("ج"))),
            id="binds tighter than not",
        ),
        pytest.param("NEAR أ", Word("أ"), id="nothing before"),
        pytest.param("أ NEAR", Word("أ"), id="nothing after"),
        pytest.param("أ NEAR AND ب", And(words("أ", "ب")), id="an operator after"),
        pytest.param(
            "انفجار قرب المطار الدولي", Sequence(words(*"انفجار قرب المطار الدولي".split())), id="a preposition"
        ),
    ],
)
def test_nearness(query, meaning):
    assert read(query).root == meaning


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        pytest.param("العسكر*", Prefix("العسكر"), id="prefix"),
        pytest.param("عسـكَر*،", Prefix("عسـكَر"), id="vowelled, before a comma"),
        pytest.param("أ عس* ب", Sequence((Word("أ"), Prefix("عس"), Word("ب"))), id="two letters"),
        pytest.param("title:عسكر*", InField("title", Prefix("عسكر")), id="in a field"),
        pytest.param("-عسكر*", Not(Prefix("عسكر")), id="excluded"),
        pytest.param("عَ*", Word("عَ"), id="one letter"),
        pytest.param("*كر", Word("كر"), id="star in front"),
        pytest.param("ع*ر", Sequence(words("ع", "ر")), id="star in the middle"),
        pytest.param("2015*", Word("2015"), id="digits"),
        pytest.param("قذافي~", Fuzzy("قذافي", 2), id="fuzzy"),
        pytest.param("كرزي~", Fuzzy("كرزي", 1), id="a short word"),
        pytest.param("كرزي~2", Fuzzy("كرزي", 2), id="edits"),
        pytest.param("كرزي~٢", Fuzzy("كرزي", 2), id="Arabic digits"),
        pytest.param("قذافي~99999999", Fuzzy("قذافي", 2), id="too many edits"),
        pytest.param("~قذافي", Word("قذافي"), id="tilde in front"),
        pytest.param("أ ب ج د ه عسكر*", Sequence((*words(*"أبجده"), Prefix("عسكر"))), id="in a text"),
    ],
)
def test_patterns(query, meaning):
    assert read(query).root == meaning


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        pytest.param("=كأس", Phrase(("كأس",)), id="word"),
        pytest.param('="كأس العالم"', Phrase(("كأس", "العالم")), id="phrase"),
        pytest.param('-="بالنار"', Not(Phrase(("بالنار",))), id="excluded"),
        pytest.param("-=بالنار", Not(Phrase(("بالنار",))), id="excluded without quotation marks"),
        pytest.param("title:=كأس", InField("title", Phrase(("كأس",))), id="in a field"),
        pytest.param("أ=ب", Sequence(words("أ", "ب")), id="inside a word"),
        pytest.param("= أ", Word("أ"), id="before a blank"),
        pytest.param('=" أ', Word("أ"), id="before a mark that quotes nothing"),
        pytest.param("==أ", Word("أ"), id="two"),
        pytest.param("أ ب ج د ه =كأس", Sequence(words("أ", "ب", "ج", "د", "ه", "كأس")), id="in a text"),
        pytest.param(
            'أ ب ج د ه ="كأس"',
            Sequence((*words("أ", "ب", "ج", "د", "ه", "كأس"), Preferred(Phrase(("كأس",))))),
            id="quoted in a text",
        ),
    ],
)
def test_exact_words(query, meaning):
    assert read(query).root == meaning


LAST_WEEK = DateClause(datetime.date(2024, 2, 23), TODAY)
YESTERDAY = DateClause(datetime.date(2024, 2, 29), datetime.date(2024, 2, 29))
DAYS_BEFORE = DateClause(datetime.date(2024, 2, 23), datetime.date(2024, 2, 29))


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        pytest.param("2024-01..2024-12", YEAR, id="range"),
        pytest.param("أ 2024..2024،", Sequence((Word("أ"), YEAR)), id="range beside a word"),
        pytest.param("-2024-01..2024-12", Sequence(words("2024", "01", "2024", "12")), id="minus before digits"),
        pytest.param("NOT 2024..2024", Not(YEAR), id="excluded range"),
        pytest.param("date:2024-01..2024-12", YEAR, id="range in a field"),
        pytest.param("date:2024-12..", DateClause(datetime.date(2024, 12, 1), None), id="open range"),
        pytest.param("1..2", Sequence(words("1", "2")), id="no years"),
        pytest.param("قتل..ثم", Sequence(words("قتل", "ثم")), id="two dots"),
        pytest.param("آخر 7 أيام", LAST_WEEK, id="length"),
        pytest.param("أ ب آخر ٧ أيام", Sequence((*words("أ", "ب"), LAST_WEEK)), id="length at the end"),
        pytest.param("last 7 days أ", Sequence((LAST_WEEK, Word("أ"))), id="length at the beginning"),
        pytest.param("أ منذ أيام", Sequence(words("أ", "منذ", "أيام")), id="no number"),
        pytest.param("أ منذ أسبوع", Sequence((Word("أ"), DateClause(datetime.date(2024, 2, 23), None))), id="singular"),
        pytest.param("آخر شهر أ", Sequence(words("آخر", "شهر", "أ")), id="the last month of something"),
        pytest.param("أ ب أمس", Sequence((*words("أ", "ب"), YESTERDAY)), id="yesterday"),
        pytest.param("البارحة", YESTERDAY, id="yesterday alone"),
        pytest.param("last night أ", Sequence((YESTERDAY, Word("أ"))), id="two words at the beginning"),
        pytest.param("أ الأسبوع الماضي", Sequence((Word("أ"), DAYS_BEFORE)), id="last week"),
        pytest.param("أ الخميس الماضي", Sequence((Word("أ"), YESTERDAY)), id="a weekday"),
        pytest.param(
            "أ منذ 2011", Sequence((Word("أ"), DateClause(datetime.date(2011, 1, 1), None))), id="since a year"
        ),
        pytest.param(
            "أ نهاية الشهر الجاري", Sequence(words("أ", "نهاية", "الشهر", "الجاري")), id="the end of the month"
        ),
        pytest.param("أ اليوم", Sequence(words("أ", "اليوم")), id="a paper of today"),
        pytest.param("أ ب ج أمس", Sequence(words("أ", "ب", "ج", "أمس")), id="yesterday beside three words"),
        pytest.param(
            "أ منذ أسبوعين",
            Sequence((Word("أ"), DateClause(datetime.date(2024, 2, 16), None))),
            id="dual",
        ),
        pytest.param("أ آخر 7 أيام ب", Sequence(words("أ", "آخر", "7", "أيام", "ب")), id="in the middle"),
        pytest.param("أ في آخر 7 أيام", Sequence(words("أ", "في", "آخر", "7", "أيام")), id="behind a preposition"),
        pytest.param("أ/ب ج آخر 7 أيام", Sequence(words("أ", "ب", "ج", "آخر", "7", "أيام")), id="beside three words"),
        pytest.param("منذ:P7D", DateClause(datetime.date(2024, 2, 23), None), id="duration"),
        pytest.param("date:«آخر 7 أيام»", LAST_WEEK, id="quoted length"),
        pytest.param("أ ب ج د ه 2024..2024", Sequence(words("أ", "ب", "ج", "د", "ه", "2024", "2024")), id="in a text"),
        pytest.param(
            "(2024..2024 OR أ) ب ج د ه ز",
            Sequence((Or((YEAR, Word("أ"))), *words(*"بجدهز"))),
            id="an operand in parentheses in a text",
        ),
        pytest.param("id:snn-07", Identifier("snn-07"), id="id"),
        pytest.param('رقم:"snn-07"', Identifier("snn-07"), id="quoted id"),
        pytest.param("أ ب ج د ه id:snn-07", Sequence(words(*"أبجده", "id", "snn", "07")), id="id in a text"),
        pytest.param("رقم:12 أ", Sequence(words("رقم", "12", "أ")), id="no such id"),
    ],
)
def test_days_and_ids(query, meaning):
    assert read(query).root == meaning


@pytest.mark.parametrize(
    ("query", "undone", "meaning"),
    [
        pytest.param("أ قرب ب", "near.2", Sequence(words("أ", "قرب", "ب")), id="operator for nearness"),
        pytest.param('"أ ب"~6', "near.5", Phrase(("أ", "ب")), id="distance"),
        pytest.param("=كأس", "exact.0", Word("كأس"), id="exact word"),
        pytest.param('="كأس أ', "unclosed_quote.0", Sequence(words("كأس", "أ")), id="unclosed exact phrase"),
        pytest.param('="كأس"', "exact.0", Phrase(("كأس",)), id="exact phrase"),
        pytest.param("أ ب ج د ه =ز", "no_operator.10", Sequence((*words(*"أبجده"), Phrase(("ز",)))), id="not exact"),
        pytest.param("عسكر*", "prefix.0", Word("عسكر"), id="prefix"),
        pytest.param("عسكر~", "fuzzy.0", Word("عسكر"), id="fuzzy"),
        pytest.param("آخر 7 أيام", "date.0", Sequence(words("آخر", "7", "أيام")), id="length"),
        pytest.param("أمس", "date.0", Word("أمس"), id="yesterday"),
        pytest.param("2024..2024", "date.0", Sequence(words("2024", "2024")), id="range"),
        pytest.param("أ ب ج د ه 2024..2024", "no_operator.10", Sequence((*words(*"أبجده"), YEAR)), id="not a range"),
        pytest.param("id:12", "no_field.0", Identifier("12"), id="id"),
    ],
)
def test_a_reading_can_be_undone(query, undone, meaning):
    assert read(query, undone).root == meaning


@pytest.mark.parametrize(
    "headline",
    [
        pytest.param("مصدر: الحكومة باقية حتى الربيع", id="colon"),
        pytest.param("المصدر : وكالات", id="colon between blanks"),
        pytest.param("لبنان - سوريا – الأردن — العراق", id="dashes"),
        pytest.param("العلاقات اللبنانية-السورية", id="hyphen"),
        pytest.param("قمة 11/02/2024: 1,200 مشارك و3.5% نمو", id="numbers"),
        pytest.param("شباط/فبراير الأبرد منذ 20 سنة", id="slash"),
        pytest.param("هل تعود الكهرباء؟ ومتى؟!", id="Arabic question mark"),
        pytest.param("هل تعود الكهرباء? why?!", id="Latin question mark"),
        pytest.param("عاجل 🔥🔥 المطار يقفل 😡", id="emoji"),
        pytest.param("الانتخابات (الدورة الأولى) تبدأ", id="parentheses"),
        pytest.param("المطار | آخر الأخبار… #بيروت @wire", id="other signs"),
        pytest.param("الساعة 10:30 بتوقيت بيروت", id="time"),
        pytest.param("وَتَبْقى الحُكومَةُ", id="vowels"),
        pytest.param("black and white or not", id="small letters"),
        pytest.param('أنبوب 5" لن يصل', id="inches"),
    ],
)
def test_a_pasted_headline_is_searched_as_words_without_a_notice(headline):
    root, notices = read(headline)
    assert root == Sequence(words(*split(headline)))
    assert notices == ()


def test_a_quotation_beside_few_words_is_required():
    root, notices = read('بري "لا تأجيل" و"حزب العمال"')
    assert root == Sequence((Word("بري"), Phrase(("لا", "تأجيل")), Word("و"), Phrase(("حزب", "العمال"))))
    assert notices == ()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        pytest.param("أ AND ب", ("operator", "AND", "AND"), id="operator"),
        pytest.param("أ و ب", ("operator", "و", "AND"), id="Arabic operator"),
        pytest.param("أ -ب", ("operator", "-", "NOT"), id="minus"),
        pytest.param("أ date:شباط/2024،", ("date", "date:شباط/2024،", "2024-02-01..2024-02-29"), id="date"),
        pytest.param("أ من:2024 ب", ("date", "من:2024", "2024-01-01.."), id="open date"),
        pytest.param("أ قبل:(شباط 2024) ب", ("date", "قبل:(شباط 2024)", "..2024-02-29"), id="date in parentheses"),
        pytest.param("أ -سنة:2024 ب", ("date", "-سنة:2024", "2024-01-01..2024-12-31"), id="excluded date"),
        pytest.param("أ من:الحكومة", ("bad_date", "من:الحكومة", ""), id="no date"),
        pytest.param("مكان:فلان", ("unknown_field", "مكان", ""), id="unknown field"),
        pytest.param("«أ ب", ("unclosed_quote", "«أ ب", ""), id="unclosed quotation"),
        pytest.param("source:«أ ب", ("unclosed_quote", "«أ ب", ""), id="unclosed name"),
        pytest.param("أ -5 ب", ("no_operator", "-", "number"), id="minus at a number"),
        pytest.param("أ -ب ج- د", ("no_operator", "-", "aside"), id="aside"),
        pytest.param("أ ب ليس ج د", ("no_operator", "ليس", "text"), id="a word of a text"),
        pytest.param("source:ب ج", ("no_field", "source:ب", "unknown"), id="unknown value"),
        pytest.param("نص:أ ب ج د ه", ("no_field", "نص:أ", "text"), id="a label in a text"),
        pytest.param("أ «ب ج» د ه ز", ("preferred_phrase", "«ب ج»", ""), id="quotation in a text"),
        pytest.param("أ news.example/a?q=1", ("address", "news.example/a?q=1", ""), id="address"),
        pytest.param("www.other.example/b/c", ("unknown_address", "www.other.example/b/c", "b c"), id="other address"),
        pytest.param("(أ", ("unbalanced", "", ""), id="opened only"),
        pytest.param("أ)", ("unbalanced", "", ""), id="closed only"),
        pytest.param("أ OR", ("dangling_operator", "OR", ""), id="nothing after"),
        pytest.param("أو أ", ("dangling_operator", "أو", ""), id="nothing before"),
        pytest.param("أ NOT", ("dangling_operator", "NOT", ""), id="nothing to exclude"),
        pytest.param("أ AND ()", ("dangling_operator", "AND", ""), id="nothing in the group"),
        pytest.param("أ ان*خاب", ("wildcard", "ان*خاب", ""), id="star in a word"),
        pytest.param("أ ا*", ("wildcard", "ا*", ""), id="star behind one letter"),
        pytest.param("أ انتخاب*،", ("prefix", "انتخاب*", ""), id="star"),
        pytest.param("أ انتخاب~.", ("fuzzy", "انتخاب~", "2"), id="tilde"),
        pytest.param("أ NEAR/6 ب", ("near", "NEAR/6", "6"), id="nearness"),
        pytest.param('"أ ب"~6 ج', ("near", "~6", "6"), id="distance"),
        pytest.param("(أ ب) NEAR ج", ("near", "NEAR", "10"), id="nearness to words in parentheses"),
        pytest.param("(أ OR ب) NEAR ج", ("operator", "NEAR", "AND"), id="nearness to an operation"),
        pytest.param("أ NEAR", ("dangling_operator", "NEAR", ""), id="near nothing"),
        pytest.param("أ -=ب", ("exact", "=", ""), id="exact"),
        pytest.param("أ ب ج د ه =ز", ("no_operator", "=", "text"), id="exact in a text"),
        pytest.param("أ ب ج د ه 2024..2024", ("no_operator", "2024..2024", "text"), id="a range in a text"),
        pytest.param("أ آخر 7 أيام", ("date", "آخر 7 أيام", "2024-02-23..2024-03-01"), id="length"),
        pytest.param("أ تاريخ:شباط", ("date", "تاريخ:شباط", "2024-02-01..2024-02-29"), id="month of no year"),
        pytest.param("رقم:12", ("no_field", "رقم:12", "unknown"), id="unknown id"),
        pytest.param("أ انت?اب", ("wildcard", "انت?اب", ""), id="question mark in a word"),
        pytest.param("أ " * 400, ("too_long", "", "512"), id="too long"),
        pytest.param("أ " * 33, ("too_many_words", "", "32"), id="too many words"),
        pytest.param("source:أ " * 33, ("too_many_words", "", "32"), id="too many conditions"),
        pytest.param("(" * 11 + "أ" + ")" * 11, ("too_deep", "", "10"), id="too deep"),
        pytest.param("-أ", ("only_negative", "", ""), id="excluded word"),
        pytest.param("NOT أ AND -source:ب", ("only_negative", "", ""), id="excluded word and source"),
        pytest.param("(-أ -ب)", ("only_negative", "", ""), id="excluded in a group"),
        pytest.param("؟!", ("nothing_left", "", ""), id="no letter"),
        pytest.param("AND", ("nothing_left", "", ""), id="an operator alone"),
    ],
)
def test_what_is_told(query, told):
    assert told in [notice[:3] for notice in read(query).notices]


def test_every_code_of_the_parser_is_told_by_some_query():
    (table,) = (mark for mark in test_what_is_told.pytestmark if mark.name == "parametrize")
    told = {row.values[1][0] for row in table.args[1]}
    of_index = {
        "id",
        "all_required",
        "outside_archive",
        "no_match",
        "left_out",
        "contradiction",
        "meaning",
        "no_meaning",
        "only_meaning",
    }
    of_index |= {f"no_such_{column}" for column in get_args(Column)}
    of_plan = {"links", "more_forms"}
    assert told | {"no_such_id"} == set(get_args(NoticeCode)) - of_index - of_plan


def test_an_id_that_no_article_has_is_told():
    assert read("id:12", "no_field.0").notices == (("no_such_id", "id:12", "", 0, 5),)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("أ -ب", id="a word beside"),
        pytest.param("source:أ -ب", id="a condition beside"),
        pytest.param("NOT NOT أ", id="twice negated"),
        pytest.param("أ OR -ب", id="an alternative"),
    ],
)
def test_more_than_exclusions(query):
    assert "only_negative" not in codes(query)


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        pytest.param("أ AND OR ب", Or(words("أ", "ب")), id="two operators"),
        pytest.param("AND أ", Word("أ"), id="operator first"),
        pytest.param("NOT AND أ", Word("أ"), id="not before an operator"),
        pytest.param("أ) OR (ب", Or(words("أ", "ب")), id="parentheses the wrong way round"),
        pytest.param("title: أ", Sequence(words("title", "أ")), id="field without a value"),
        pytest.param('title:" أ', Sequence(words("title", "أ")), id="field of a mark that quotes nothing"),
        pytest.param("source:(أ (ب", ValueClause("source", "أ (ب"), id="parentheses never closed"),
        pytest.param("source:أ )", ValueClause("source", "أ"), id="a parenthesis too many"),
        pytest.param("title:()", Word("title"), id="field of an empty group"),
        pytest.param("source:؟؟", Word("source"), id="source without letters"),
        pytest.param("من:الحكومة", Sequence(words("من", "الحكومة")), id="no date"),
        pytest.param("من:(الحكومة)", Sequence(words("من", "الحكومة")), id="no date in parentheses"),
        pytest.param("-مكان:فلان", Not(And(words("مكان", "فلان"))), id="unknown field excluded"),
        pytest.param('«» () "" أ', Word("أ"), id="nothing in anything"),
        pytest.param("(" * 40 + "أ ب" + ")" * 40, Sequence(words("أ", "ب")), id="deep parentheses"),
    ],
)
def test_what_cannot_be_used_leaves_the_rest_useful(query, meaning):
    assert read(query).root == meaning


def test_parentheses_nested_too_deeply_still_pair():
    root, notices = read("(" * 12 + "أ ب" + ")" * 12 + " AND ج")
    assert root == And((Sequence(words("أ", "ب")), Word("ج")))
    assert [notice.code for notice in notices] == ["too_deep", "operator"]


def test_too_many_words_are_the_last_ones():
    assert read(" ".join(map(str, range(100)))).root == Sequence(words(*map(str, range(32))))


def test_bare_words_only():
    root, notices = parse_words('أ AND «ب» -title:ج "د', split_words=split)
    assert root == Sequence(words("أ", "AND", "ب", "title", "ج", "د"))
    assert notices == ()


def test_bare_words_are_bounded():
    assert [notice.code for notice in parse_words("أ " * 400, split_words=split).notices] == [
        "too_long",
        "too_many_words",
    ]
    assert [notice.code for notice in parse_words("?!", split_words=split).notices] == ["nothing_left"]


# -- laws

PIECES = [
    "AND",
    "OR",
    "NOT",
    "و",
    "أو",
    "ليس",
    "(",
    ")",
    "-",
    '"',
    "«",
    "»",
    "title:",
    "source:",
    "من:",
    "date:",
    "2024",
    "قمح",
    "شباط/فبراير",
    "*",
    "~",
    "~6",
    "=",
    "NEAR",
    "قرب",
    "NEAR/6",
    "2024..",
    "آخر",
    "أيام",
    "7",
    "P7D",
    "id:",
    "؟",
    "x:",
]
HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from('"“”«»():- -=~*.\n\u200f\x00\ud800وABأ5')), max_size=700)
PIECEMEAL = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " "])), max_size=60)
QUERIES = st.one_of(HOSTILE, PIECEMEAL.map(lambda pieces: "".join(piece + blank for piece, blank in pieces)))


def parts_of(node):
    match node:
        case Sequence(parts) | And(parts) | Or(parts):
            return parts
        case Not(part) | InField(_, part):
            return (part,)
        case _:
            return ()


def leaves(node):
    below = parts_of(node)
    own = len(node.words) if isinstance(node, Phrase | Proximity) else 1
    return sum(map(leaves, below)) if below else own


def height(node):
    return 1 + max(map(height, parts_of(node)), default=0)


@settings(deadline=None)
@given(QUERIES)
def test_any_text_is_read_within_the_limits(query):
    for root, notices in (read(query), parse_words(query, split_words=split)):
        assert (root is None) == ("nothing_left" in [notice.code for notice in notices])
        assert len(set(notices)) == len(notices)
        if root:
            assert leaves(root) <= limits.MAX_WORDS
            assert height(root) <= 4 * (limits.MAX_PARENTHESES + 1)


@settings(deadline=None)
@given(QUERIES)
def test_a_notice_is_about_a_part_of_the_query_as_typed(query):
    for notice in read(query).notices:
        assert notice.value == ("" if notice.start is None else query[notice.start : notice.end])


@settings(deadline=None)
@example('SOURCE:":')
@example('="0')
@given(QUERIES)
def test_undoing_a_reading_undoes_that_reading_only(query):
    notices = read(query).notices
    for notice in notices:
        if notice.undo:
            others = {other for other in notices if other != notice and other.code in ("no_operator", "no_field")}
            undone = read(query, notice.undo).notices
            assert notice not in undone
            assert others <= {*undone, notice}


@settings(deadline=None)
@given(QUERIES)
def test_the_tree_has_one_shape_for_one_meaning(query):
    def check(node):
        below = parts_of(node)
        assert not isinstance(node, Sequence | And | Or) or len(below) > 1
        assert not any(isinstance(part, type(node)) for part in below if not isinstance(node, InField))
        assert not (isinstance(node, InField) and isinstance(below[0], Not))
        for part in below:
            check(part)

    root = read(query).root
    if root:
        check(root)


@settings(deadline=None)
@given(st.text(max_size=500))
def test_words_of_the_tree_are_words_of_the_query(query):
    def typed(node):
        own = [node.text] if isinstance(node, Word) else [*node.words] if isinstance(node, Phrase) else []
        return own + [word for part in parts_of(node) for word in typed(part)]

    root = read(query).root
    assert all(word in query for word in (typed(root) if root else ()))


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("(" * 10_000, id="opened"),
        pytest.param(")" * 10_000, id="closed"),
        pytest.param('"' * 10_000, id="quotation marks"),
        pytest.param("«" * 10_000, id="guillemets"),
        pytest.param("-" * 10_000, id="minuses"),
        pytest.param("-(" * 5_000, id="excluded groups"),
        pytest.param("NOT " * 2_500, id="nots"),
        pytest.param("title:" * 2_000, id="fields"),
        pytest.param("نص:(" * 2_000, id="groups of fields"),
        pytest.param("من:" * 3_000, id="date clauses"),
        pytest.param("ا" * 10_000, id="one word"),
        pytest.param("\u064e" * 10_000, id="vowels"),
        pytest.param("\ud800" * 10_000, id="surrogates"),
        pytest.param("date:" + "1 " * 5_000, id="digits"),
    ],
)
def test_long_hostile_queries(query):
    assert read(query).notices[0].code == "too_long"


# -- every tree that can be written is read back

NAMES = ("قمح", "الانتخابات", "بيروت", "wheat", "قَرْية", "2024", "F16")
LEAVES = st.one_of(
    st.sampled_from(NAMES).map(Word),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(lambda found: Phrase(tuple(found))),
    st.builds(ValueClause, st.sampled_from(("source", "category")), st.sampled_from(("الرصيف", "دفتر الجبل"))),
    st.sampled_from((YEAR, DateClause(YEAR.first, None), DateClause(None, YEAR.last))),
)


def several(kind, nodes):
    return st.lists(nodes.filter(lambda node: not isinstance(node, kind)), min_size=2, max_size=3).map(
        lambda found: kind(tuple(found))
    )


TREES = st.recursive(
    LEAVES,
    lambda nodes: st.one_of(
        several(Sequence, nodes),
        several(And, nodes).filter(lambda node: not only_excludes(node)),
        several(Or, nodes),
        nodes.filter(lambda node: not isinstance(node, Not)).map(Not),
        st.builds(InField, st.sampled_from(("title", "body")), nodes.filter(lambda node: not isinstance(node, Not))),
    ),
    max_leaves=10,
)


def written(node):
    match node:
        case Word(text):
            return text
        case Phrase(inside):
            return f"«{' '.join(inside)}»"
        case ValueClause(column, name):
            return f'{column}:"{name}"'
        case DateClause(first, last):
            return f"{'to' if not first else 'from' if not last else 'date'}:2024"
        case Not(Word(text)) if text.isdigit():  # after a minus it would be a number
            return f"NOT {text}"
        case Not(part):
            return f"-{grouped(part)}"
        case InField(field, part):
            return f"{field}:({written(part)})"
        case _:
            return {Sequence: " ", And: " AND ", Or: " أو "}[type(node)].join(map(grouped, node.parts))


def grouped(node):
    return f"({written(node)})" if isinstance(node, Sequence | And | Or | InField | Not) else written(node)


@settings(deadline=None)
@given(TREES)
def test_a_tree_that_is_written_is_read_back(tree):
    assume(leaves(tree) <= limits.MAX_WORDS and len(written(tree)) <= limits.MAX_QUERY_CHARS)
    root, notices = read(written(tree))
    assert root == tree
    assert {notice.code for notice in notices} <= {"operator", "date", "only_negative"}
