"""Requests over an index: what patterns and nearness find, and what is told of words, conditions and questions."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import Article, Index, SearchRequest, create
from indexer.query import limits

TEXTS = {
    "1": ("العسكريون في صنعاء", "قال العسكري إن المعركة قرب النهر انتهت"),
    "2": ("والعسكر يعود", "النهر بعيد عن المدينة وعن كل ما فيها من أسواق وبيوت وعن المعركة"),
    "3": ("معارك", "عسكرة الحياة بالنار"),
    "4": ("القذافي وابنه", "نار وكأس"),
    "5": ("الكأس", "قال القدافي كلمة Aramco بمدينته"),
}
SOURCES = {"1": "زيتون", "2": "زيتون", "3": "الرصيف", "4": "الرصيف", "5": "عكاظ"}


@pytest.fixture(scope="module")
def index():
    day = datetime.date(2024, 1, 1)
    articles = [
        Article(id=key, title=title, body=body, source=SOURCES[key], date=day) for key, (title, body) in TEXTS.items()
    ]
    with create("memory:", articles) as opened:
        yield opened


def ids(index: Index, query: str, **fields) -> set[str]:
    return {hit.article.id for hit in index.search(SearchRequest(query, **fields))}


def told(index: Index, query: str, *codes: str, **fields) -> list[tuple[str, str, str]]:
    notices = index.search(SearchRequest(query, **fields)).notices
    return [tuple(notice[:3]) for notice in notices if notice.code in codes]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("العسكر*", "12", id="prefix, also behind a proclitic"),
        pytest.param("عسكر*", "123", id="prefix, also behind the article"),
        pytest.param("كأس*", "45", id="a prefix of three letters, behind the article and a conjunction"),
        pytest.param("عس*", "3", id="a prefix of two letters stands alone"),
        pytest.param("مدينة*", "25", id="a prefix in ة, before an ending too"),
        pytest.param("مدينه*", "2", id="a prefix in ه"),
        pytest.param("title:عسكر*", "12", id="prefix in titles"),
        pytest.param("body:عسكر*", "13", id="prefix in bodies"),
        pytest.param("title:وابن*", "4", id="prefix of one term in titles"),
        pytest.param("عسكر* كأس", "12345", id="prefix beside a word"),
        pytest.param("معارك -عسكر*", "", id="excluded prefix"),
        pytest.param("القذافي~", "45", id="fuzzy"),
        pytest.param("القذافي~1", "45", id="one letter"),
        pytest.param("لقذافي~1", "", id="the first letter is shared"),
        pytest.param("المعركة NEAR/1 النهر", "1", id="near, by stems"),
        pytest.param("النهر قرب معركة", "1", id="near in Arabic, any order"),
        pytest.param("المعركة NEAR/30 نهر", "12", id="less near"),
        pytest.param('"المعركة النهر"~1', "1", id="phrase with a distance"),
        pytest.param('"معركة النهر"~30', "", id="phrase with a distance, as typed"),
        pytest.param("title:(العسكريون NEAR صنعاء)", "1", id="near in titles"),
        pytest.param("body:(العسكريون NEAR صنعاء)", "", id="near in bodies"),
        pytest.param('"قال العسكري" NEAR المعركة', "1", id="a phrase near a word"),
        pytest.param("=كأس", "", id="exact: no article, no proclitic"),
        pytest.param("=الكأس", "5", id="exact"),
        pytest.param("النار", "34", id="all forms"),
        pytest.param('النار -="بالنار"', "4", id="without one printed form"),
        pytest.param("id:3", "3", id="id"),
        pytest.param("2024-01..2024-02", "12345", id="range of days"),
        pytest.param("كأس 2023-01..2023-02", "", id="range without articles"),
    ],
)
def test_what_is_found(index, query, found):
    assert ids(index, query) == set(found)


def test_patterns_are_required_where_all_words_are(index):
    assert ids(index, "عسكر* صنعاء", match="all") == {"1"}
    assert ids(index, "عسكر* صنعاء") == {"1", "2", "3"}


def test_a_fuzzy_word_itself_comes_before_alike_ones():
    articles = [Article(id=str(number), title="القدافي") for number in range(9)]
    with create("memory:", [*articles, Article(id="typed", title="خبر عن القذافي في الصباح")]) as alike:
        assert next(hit.article.id for hit in alike.search("القذافي~")) == "typed"
        assert next(hit.article.id for hit in alike.search("title:القذافي~")) == "typed"


def test_terms_of_a_pattern_are_marked_as_typed(index):
    (hit,) = [hit for hit in index.search("العسكر*") if hit.article.id == "2"]
    assert [(mark.kind, mark.word) for mark in hit.title.marks] == [("exact", "العسكر")]


@pytest.mark.parametrize(
    ("query", "notices"),
    [
        pytest.param("زرافة كأس", [("no_match", "زرافة", "")], id="a word"),
        pytest.param("كأس Aramko", [("no_match", "Aramko", "")], id="a Latin word"),
        pytest.param("كاس معركه", [], id="other spellings and forms"),
        pytest.param("في زرافة", [("no_match", "زرافة", "")], id="stop words are not told"),
        pytest.param("«صنعاء زرافة»", [("no_match", "زرافة", "")], id="in a phrase"),
        pytest.param("كأس قرب زرافة", [("no_match", "زرافة", "")], id="near"),
        pytest.param("title:صنعاء body:صنعاء", [("no_match", "صنعاء", "body")], id="in another part"),
        pytest.param("زراف*", [("no_match", "زراف*", "")], id="a prefix"),
        pytest.param("زرافة~", [("no_match", "زرافة~", "")], id="a fuzzy word"),
        pytest.param("كأس -زرافة", [], id="excluded"),
        pytest.param("مصدر:زرافة", [], id="of a clause that was told"),
    ],
)
def test_words_that_are_in_no_article_are_told(index, query, notices):
    assert told(index, query, "no_match") == notices


def test_a_word_that_its_synonyms_find_is_not_told(index):
    with create("memory:", [Article(id="1", title="لبنان")]) as lebanon:
        assert told(lebanon, "Lebanon", "no_match") == []
        assert told(lebanon, "Lebanon", "no_match", links=False) == [("no_match", "Lebanon", "")]


@pytest.mark.parametrize(
    ("query", "fields", "detail"),
    [
        pytest.param("مصدر:زيتون AND مصدر:الرصيف", {}, ["source"], id="two sources"),
        pytest.param("مصدر:زيتون مصدر:الرصيف", {}, [], id="either source"),
        pytest.param("مصدر:زيتون", {"sources": "عكاظ"}, ["source"], id="query and request"),
        pytest.param("من:2024 حتى:2023", {}, ["date"], id="from later than to"),
        pytest.param(
            "كأس",
            {"date_from": datetime.date(2024, 2, 1), "date_to": datetime.date(2024, 1, 1)},
            ["date"],
            id="request",
        ),
        pytest.param("2024..2023", {}, ["date"], id="range the wrong way round"),
        pytest.param("كأس", {"sources": "مجهول"}, [], id="no such source"),
    ],
)
def test_conditions_that_exclude_each_other_are_told(index, query, fields, detail):
    assert [notice[2] for notice in told(index, query, "contradiction", **fields)] == detail
    assert not detail or not ids(index, query, **fields)


@pytest.mark.parametrize(
    ("query", "left_out"),
    [
        pytest.param("متى المعركة", ["متى"], id="a word"),
        pytest.param("ما هو الكأس", ["ما هو"], id="two words"),
        pytest.param("شلون المعركة وين", ["شلون", "وين"], id="dialect"),
        pytest.param("How many Aramco", ["How many"], id="English"),
        pytest.param("WHO Aramco", [], id="capitals are a name"),
        pytest.param("متى", [], id="nothing else is asked for"),
        pytest.param("متى كيف", [], id="nothing but questions"),
        pytest.param("«متى المعركة»", [], id="in a phrase"),
        pytest.param("في المعركة", [], id="other stop words"),
    ],
)
def test_words_that_only_ask_are_told(index, query, left_out):
    assert [notice[1] for notice in told(index, query, "left_out")] == left_out


def test_a_word_that_only_asks_is_searched_for_where_it_is_wanted():
    articles = [Article(id="1", title="متى"), Article(id="2", title="المعركة"), Article(id="3", title="how many")]
    with create("memory:", articles) as asked:
        assert ids(asked, "متى المعركة") == {"2"}
        assert ids(asked, "متى المعركة", undo="left_out.0") == {"1", "2"}
        assert ids(asked, "how many المعركة") == {"2"}
        assert ids(asked, "how many المعركة", undo="left_out.0") == {"2", "3"}
        assert told(asked, "متى المعركة", "left_out", undo="left_out.0") == []


def test_more_forms_than_are_looked_for_are_told():
    titles = " ".join(f"كلم{chr(0x628 + a)}{chr(0x628 + b)}" for a in range(12) for b in range(12))
    with create("memory:", [Article(id="1", title=titles), Article(id="2", title="كلمبب")]) as many:
        assert told(many, "كلم*", "more_forms") == [("more_forms", "كلم*", str(limits.MAX_FORMS))]
        assert "2" in ids(many, "كلم*"), "the commonest are looked for"
        again = many.search(f"({' OR '.join(['كلم*'] * 9)})").notices
        assert {notice.detail for notice in again if notice.code == "more_forms"} == {"128", "104", "0"}


PIECES = (
    "قمح,عسكر*,كأس~,=كأس,NEAR/2,قرب,AND,OR,NOT,-,(,),title:,id:3,id:9,مصدر:,متى,ما هو,how many,2024..2023,"
    'آخر 7 أيام,من:2024,"كأس العالم"~3,",=,~,*'
).split(",")
QUERIES = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " ", " "])), max_size=14).map(
    lambda pieces: "".join(piece + blank for piece, blank in pieces)
)


@settings(deadline=None)
@given(QUERIES, st.sampled_from(["any", "all", "exact"]))
def test_any_query_is_answered_and_each_reading_undone(index, query, match):
    notices = index.search(SearchRequest(query, match=match)).notices
    for notice in notices:
        assert notice.start is None or notice.value == query[notice.start : notice.end]
        if notice.undo:
            assert notice not in index.search(SearchRequest(query, match=match, undo=notice.undo)).notices


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("شلون اسجل", "1", id="Gulf, without its hamza"),
        pytest.param("كيف أسجّل", "1", id="vowelled"),
        pytest.param("أبغى أسجل", "1", id="behind a wish"),
        pytest.param("شلون أقدر اسجل", "1", id="behind two words"),
        pytest.param("كيفاش نسجل", "1", id="Maghreb"),
        pytest.param("أسجل", "2", id="no question"),
        pytest.param("مين احمد", "3", id="a name"),
        pytest.param("شلون اسعار", "4", id="a noun"),
        pytest.param("كيف أداء", "4", id="a noun that no ending shortens"),
        pytest.param("كيف سجل", "1", id="the third person"),
    ],
)
def test_a_question_in_the_first_person_finds_the_third(query, found):
    texts = {"1": "يسجل الطلاب في البرنامج", "2": "قال أسجل هدفا", "3": "لقاء مع أحمد", "4": "أسعار وأداء"}
    with create("memory:", [Article(id=key, title="خبر", body=body) for key, body in texts.items()]) as asked:
        assert ids(asked, query) == set(found)


def test_the_first_person_is_looked_for_where_the_question_is():
    body = "شلون أسجل في البرنامج"
    with create("memory:", [Article(id="1", title="خبر", body=body)]) as asked:
        assert ids(asked, "شلون اسجل") == set()
        assert ids(asked, "شلون اسجل", undo="left_out.0") == {"1"}
