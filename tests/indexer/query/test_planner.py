"""Plans: a query finds the expected articles when the naive engine evaluates its plan over a few of them."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import Article, SearchRequest, open_index
from indexer.query.filters import common_days, match_all, match_any
from indexer.query.plan import DateRange, TermsFilter

ARTICLES = [
    Article(
        id="قمح",
        title="أسعار القمح ترتفع",
        body="ارتفعت أسعار القمح في بيروت.",
        source="الرصيف",
        date=datetime.date(2024, 2, 11),
    ),
    Article(
        id="شعير",
        title="موسم الشعير",
        body="تراجعت أسعار الشعير في حلب.",
        source="دفتر الجبل",
        date=datetime.date(2024, 3, 5),
    ),
    Article(
        id="مرفأ",
        title="المرفأ يعود",
        body="القمح والشعير في المرفأ من جديد.",
        source="الرصيف",
        date=datetime.date(2023, 12, 31),
        url="https://www.news.example/المرفأ/7",
    ),
    Article(id="ثلج", title="ثلوج على الجبل", body="لا أخبار سوى الطقس.", source="نشرة الجبل"),
]
ALL = {article.id for article in ARTICLES}


@pytest.fixture(scope="module")
def find_ids():
    """Return a function that gives the ids of the articles that a query finds, best first."""
    index = open_index("memory:")
    index.add(ARTICLES)

    def search(query, match="any"):
        return [hit.article.id for hit in index.search(SearchRequest(query, match=match))]

    return search


NAMES = {
    "joined": "وصل عبدُالعزيز إلى أبوظبي",
    "apart": "وصل عبد العزيز إلى أبو ظبي",
    "clitics": "رحب وعبد العزيز بأبي ظبي",
    "others": "العزيز عبد ظبي أبو أحمد",
    "whole": "سافر إلى حضرموت على F16",
    "parts": "إلى حضر موت على إف 16",
    "sign": "قال النبي ﷺ ذلك",
}


@pytest.fixture(scope="module")
def find_names():
    """Return a function that gives the ids of the articles on names that a query finds."""
    index = open_index("memory:")
    index.add(Article(id=key, title="خبر", body=text) for key, text in NAMES.items())
    return lambda query, match="any": {hit.article.id for hit in index.search(SearchRequest(query, match=match))}


@pytest.mark.parametrize("match", ["any", "all"])
@pytest.mark.parametrize(
    ("queries", "ids"),
    [
        pytest.param("عبدالعزيز|عبد العزيز|لعبدالعزيز", {"joined", "apart", "clitics"}, id="a name"),
        pytest.param("أبوظبي|أبو ظبي|بأبي ظبي", {"joined", "apart", "clitics"}, id="a kunya in its cases"),
        pytest.param("حضرموت|حضر موت", {"whole", "parts"}, id="a name that stays whole"),
        pytest.param("F-16|F16|f 16|إف-16|اف 16", {"whole", "parts"}, id="a code"),
        pytest.param("عبد", {"joined", "apart", "clitics", "others"}, id="a first part alone"),
        pytest.param("-عبدالعزيز|-(عبدالعزيز)|NOT عبدالعزيز", {"others", "whole", "parts", "sign"}, id="excluded"),
        pytest.param('"عبد العزيز إلى"|"عبدالعزيز إلى"', {"joined", "apart"}, id="in a phrase"),
        pytest.param("body:عبدالعزيز", {"joined", "apart", "clitics"}, id="in a field"),
        pytest.param('"صلى الله عليه وسلم"|ﷺ', {"sign"}, id="a word sign"),
    ],
)
def test_all_spellings_of_a_name_find_the_same(find_names, match, queries, ids):
    assert [find_names(query, match) for query in queries.split("|")] == [ids] * (queries.count("|") + 1)


@pytest.mark.parametrize("queries", ["F16|إف-16|اف 16", "حضرموت|حضر موت", "عبدالعزيز|عبد العزيز"])
@pytest.mark.parametrize("beside", ["", " وصل", " وصل إلى مطار جديد قريب"])
def test_all_spellings_of_a_name_have_one_plan(queries, beside):
    index = open_index("memory:")
    index.add(Article(id=key, title="خبر", body=text) for key, text in NAMES.items())
    first, *others = (
        [(hit.article.id, hit.score) for hit in index.search(query + beside)] for query in queries.split("|")
    )
    assert others == [first] * len(others)


def test_letters_as_typed_find_a_name_in_both_spellings(find_names):
    assert find_names("عبدالعزيز", "exact") == find_names("عبد العزيز", "exact") == {"joined", "apart"}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        pytest.param("رحب سافر عبدالعزيز", {"joined", "apart", "clitics", "whole"}, id="three words: side by side"),
        pytest.param("رحب سافر قال عبدالعزيز", {*NAMES} - {"parts"}, id="four words: anywhere"),
    ],
)
def test_in_a_long_query_the_words_of_a_name_may_stand_anywhere(find_names, query, ids):
    assert find_names(query) == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        pytest.param("القمح الشعير", {"قمح", "شعير", "مرفأ"}, id="bare words are optional"),
        pytest.param("القمح AND الشعير", {"مرفأ"}, id="and requires"),
        pytest.param("«أسعار القمح» الطقس", {"قمح"}, id="beside a phrase bare words only rank"),
        pytest.param("title:القمح الطقس", {"قمح"}, id="beside a field bare words only rank"),
        pytest.param("body:القمح", {"قمح", "مرفأ"}, id="body"),
        pytest.param("القمح -حلب -بيروت", {"مرفأ"}, id="excluded words"),
        pytest.param("الشعير -«أسعار الشعير»", {"مرفأ"}, id="excluded phrase"),
        pytest.param("الشعير -source:الرصيف", {"شعير"}, id="excluded source"),
        pytest.param("-القمح", {"شعير", "ثلج"}, id="only an exclusion"),
        pytest.param("title:-القمح الشعير", {"شعير", "مرفأ"}, id="an excluded title leaves bare words needed"),
        pytest.param(
            "(NOT حلب OR NOT بيروت) القمح", {"قمح", "مرفأ"}, id="excluded alternatives leave bare words needed"
        ),
        pytest.param("source:الجبل", {"شعير", "ثلج"}, id="source by a word of its name"),
        pytest.param("source:الرصيف source:«دفتر الجبل» أسعار", {"قمح", "شعير"}, id="two sources: either"),
        pytest.param(
            "(source:الرصيف OR source:الجبل) أسعار", {"قمح", "شعير"}, id="either source leaves bare words needed"
        ),
        pytest.param("(أسعار date:2024-02) OR الطقس", {"قمح", "ثلج"}, id="a date in a group leaves bare words needed"),
        pytest.param("date:2024", {"قمح", "شعير"}, id="year"),
        pytest.param("القمح to:2023", {"مرفأ"}, id="until"),
        pytest.param("من:2024-03 القمح OR الشعير", {"شعير"}, id="since"),
        pytest.param("source:لا-أحد القمح", {"قمح", "مرفأ"}, id="no such source: words"),
        pytest.param("http://news.example/%D8%A7%D9%84%D9%85%D8%B1%D9%81%D8%A3/7/", {"مرفأ"}, id="address"),
        pytest.param("www.news.example/المرفأ/7 الطقس", {"مرفأ", "ثلج"}, id="address beside a word"),
        pytest.param("www.news.example/المرفأ/7 الطقس source:الرصيف", {"مرفأ"}, id="address, word and source"),
        pytest.param("www.news.example/المرفأ/7 -القمح", set(), id="address and exclusion"),
        pytest.param("https://news.example/none/الطقس.html", {"ثلج"}, id="words of an unknown address"),
        pytest.param("https://news.example/none الطقس", {"ثلج"}, id="an unknown address beside a word"),
        pytest.param("موسم يعود «أسعار الشعير» حلب الطقس", {"شعير", "مرفأ", "ثلج", "قمح"}, id="quotation in a text"),
        pytest.param("في القمح", {"قمح", "مرفأ"}, id="a stop word beside others"),
        pytest.param("في", {"قمح", "شعير", "مرفأ"}, id="a stop word alone"),
        pytest.param("في -القمح", {"شعير"}, id="a stop word beside exclusions"),
        pytest.param("؟!", set(), id="nothing to search for"),
    ],
)
def test_what_a_query_finds(find_ids, query, ids):
    assert set(find_ids(query)) == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        pytest.param("القمح الشعير", {"مرفأ"}, id="each bare word"),
        pytest.param("في القمح الشعير", {"مرفأ"}, id="but no stop word"),
        pytest.param("«أسعار القمح» بيروت", {"قمح"}, id="beside a phrase"),
        pytest.param("«أسعار القمح» الطقس", set(), id="not there"),
        pytest.param("«أسعار القمح» على", {"قمح"}, id="a stop word beside a phrase"),
    ],
)
def test_every_word_can_be_required(find_ids, query, ids):
    assert set(find_ids(query, "all")) == ids


def test_bare_words_rank_what_a_phrase_finds(find_ids):
    assert find_ids("«القمح»") == ["قمح", "مرفأ"]
    assert find_ids("«القمح» المرفأ") == ["مرفأ", "قمح"]


def test_a_quoted_part_of_a_text_ranks(find_ids):
    either = "ارتفعت أسعار الطقس القمح الشعير"
    assert find_ids(f"{either} «موسم الشعير»")[0] == "شعير"
    assert find_ids(f"{either} «ثلوج على الجبل»")[0] == "ثلج"
    assert set(find_ids(f"{either} «ثلوج على الجبل»", "all")) == set()


def test_an_address_goes_before_any_words(find_ids):
    text = " ".join(["موسم الشعير تراجعت أسعار الشعير في حلب"] * 4)
    assert find_ids(text)[-1] == "مرفأ"
    assert find_ids(f"{text} news.example/المرفأ/7")[0] == "مرفأ"


OPERANDS = st.sampled_from(
    ["القمح", "«أسعار القمح»", "title:الشعير", "source:الرصيف", "date:2024", "في", "(القمح OR الطقس)", "-حلب"]
)


@settings(deadline=None)
@given(OPERANDS)
def test_an_exclusion_finds_the_rest(find_ids, query):
    assert set(find_ids(f"NOT {query}")) == ALL - set(find_ids(query))


@settings(deadline=None)
@given(OPERANDS, OPERANDS)
def test_operators_are_those_of_sets(find_ids, one, other):
    assert set(find_ids(f"{one} AND {other}")) == set(find_ids(one)) & set(find_ids(other))
    assert set(find_ids(f"{one} OR {other}")) == set(find_ids(one)) | set(find_ids(other))
    assert set(find_ids(f"{one} AND NOT {other}")) == set(find_ids(one)) - set(find_ids(other))


DAYS = st.none() | st.dates(datetime.date(2023, 1, 1), datetime.date(2025, 1, 1))


@given(
    st.builds(DateRange, DAYS, DAYS),
    st.builds(DateRange, DAYS, DAYS),
    st.dates(datetime.date(2023, 1, 1), datetime.date(2025, 1, 1)),
)
def test_common_days_are_in_both_ranges(one, other, day):
    def contains(days):
        return (days.first is None or days.first <= day) and (days.last is None or day <= days.last)

    assert contains(common_days(one, other)) == (contains(one) and contains(other))


SOME_VALUES = st.sets(st.sampled_from("abc")).map(frozenset)
FILTERS = st.lists(st.builds(TermsFilter, st.sampled_from(["source", "category"]), SOME_VALUES), max_size=5)


@given(FILTERS, st.sampled_from("abc"), st.sampled_from("abc"))
def test_filters_are_combined_as_said(filters, source, category):
    def accepted(condition):
        return (source if condition.column == "source" else category) in condition.values

    columns = [[f for f in filters if f.column == name] for name in ("source", "category")]
    assert all(map(accepted, match_all(filters))) == all(map(accepted, filters))
    assert all(map(accepted, match_any(filters))) == all(any(map(accepted, column)) for column in columns if column)
    assert len(match_all(filters)) == len(match_any(filters)) == sum(map(bool, columns))
