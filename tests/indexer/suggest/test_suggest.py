"""Help with a query: corrections, the ladder, completions; on the memory engine and the default one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import Article, Index, RequestError, SearchRequest, create
from indexer.results.alternatives import with_changes
from indexer.suggest.latin_names import names_alike
from indexer.suggest.mistakes import mistake_cost
from indexer.suggest.transliteration import arabic_spellings

DAY = datetime.date
HEADLINES = [
    ("الانتخابات البلدية في بيروت", "جرت الانتخابات البلدية صباح اليوم في بيروت وفاز فيها المستقلون."),
    ("نتائج الانتخابات البلدية", "أعلنت الوزارة نتائج الانتخابات البلدية في طرابلس."),
    ("الانتخابات الرئاسية تقترب", "تبدأ الانتخابات الرئاسية في الربيع، وتقول الهيئة إنها جاهزة."),
    ("كأس العالم في الشتاء", "يبدأ كأس العالم في الشتاء، وتصل المنتخبات غداً."),
    ("كأس العالم للسيدات", "تنطلق مباريات كأس العالم للسيدات في الصيف."),
    ("رياضة السباحة", "تنتشر رياضة السباحة بين الأطفال."),
    ("رياضة الجري", "ازدادت رياضة الجري في المدن."),
    ("كيري يزور الرياض", "وصل كيري إلى الرياض والتقى الوزير."),
    ("بيان حزب الله", "أصدر حزب الله بياناً مساء أمس."),
    ("مؤتمر حزب الله", "عقد حزب الله مؤتمراً."),
]


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    url = "memory:" if request.param == "memory" else tmp_path_factory.mktemp("suggest") / "index"
    articles = [
        Article(id=str(number), title=title, body=body, date=DAY(2024, 3, 1 + number), source="الرصيف")
        for number, (title, body) in enumerate(HEADLINES)
    ]
    with create(url, articles) as index:
        yield index


# -- corrections


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("الانتخبات البلدية", "الانتخابات البلدية", id="letter left out"),
        pytest.param("الانتخاابات", "الانتخابات", id="letter doubled"),
        pytest.param("الانتاخبات", "الانتخابات", id="letters swapped"),
        pytest.param("رياظة السباحة", "رياضة السباحة", id="letter that sounds alike"),
        pytest.param("رياصة", "رياضة", id="neighbour on the keyboard"),
        pytest.param("كأسالعالم", "كأس العالم", id="space left out"),
        pytest.param("بير وت", "بيروت", id="space too much"),
        pytest.param("kerri", "Kerry", id="name in Latin letters"),
        pytest.param("alintikhabat", "الانتخابات", id="Latin letters by their sound"),
        pytest.param("hghkjohfhj", "الانتخابات", id="wrong keyboard layout"),
    ],
)
def test_a_word_that_no_article_has_is_corrected(index: Index, typed: str, meant: str) -> None:
    found = index.search(typed).did_you_mean
    assert found is not None
    assert found.text == meant
    assert found.articles == index.search(SearchRequest(meant, match="all")).total > 0
    assert with_changes(typed, found.changes) == meant
    assert all(typed[change.start : change.end] == change.typed for change in found.changes)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("الانتخابات", id="as printed"),
        pytest.param("انتخابات", id="another form"),
        pytest.param("الإنتخابات البلديه", id="other hamza and ending"),
        pytest.param("زراعة الفستق", id="nothing alike"),
        pytest.param("في", id="stop word"),
        pytest.param("2024", id="number"),
        pytest.param("", id="empty"),
        pytest.param("...", id="signs"),
        pytest.param(" ".join(["كلمات"] * 14), id="text"),
    ],
)
def test_a_right_word_is_not_corrected(index: Index, query: str) -> None:
    assert index.search(query).did_you_mean is None


def test_a_correction_fits_the_other_words(index: Index) -> None:
    found = index.search("رياظة الجرى").did_you_mean
    assert found is not None
    assert found.articles == 1


# -- the ladder


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        pytest.param(SearchRequest("الانتخبات"), "spelling", id="spelling"),
        pytest.param(SearchRequest("انتخابات", match="exact"), "any_form", id="any form"),
        pytest.param(SearchRequest('"كأس في الشتاء"'), "as_words", id="phrase as words"),
        pytest.param(SearchRequest("رياضة", date_to=DAY(2020, 1, 1)), "without_dates", id="filter of days"),
        pytest.param(SearchRequest("رياضة حتى:2020"), "without_dates", id="days in the query"),
        pytest.param(SearchRequest("رياضة", sources=("الشرفة",)), "without_filter", id="filter of sources"),
        pytest.param(SearchRequest("رياضة الفضاء"), "fewer_words", id="a word less"),
    ],
)
def test_a_search_that_finds_nothing_has_a_rung_that_does(index: Index, request_: SearchRequest, kind: str) -> None:
    rungs = {rung.kind: rung for rung in index.search(request_).ladder}
    assert kind in rungs
    rung = rungs[kind]
    assert rung.articles == index.search(rung.request).total_all > 0


def test_a_search_that_finds_enough_has_no_ladder(index: Index) -> None:
    assert index.search("الانتخابات البلدية").ladder == ()


def test_only_the_first_page_has_advice(index: Index) -> None:
    results = index.search(SearchRequest("الانتخبات", offset=10))
    assert (results.did_you_mean, results.ladder) == (None, ())


# -- completions


@pytest.mark.parametrize(
    ("typed", "suggestion"),
    [
        pytest.param("الانتخ", ("الانتخابات", "word", 3), id="word"),
        pytest.param("الإنتخ", ("الانتخابات", "word", 3), id="other hamza"),
        pytest.param("رياض", ("رياضة", "word", 2), id="printed ending"),
        pytest.param("الانتخابات ", ("الانتخابات البلدية", "phrase", 2), id="next word"),
        pytest.param("الانتخابات ال", ("الانتخابات البلدية", "phrase", 2), id="next word begun"),
        pytest.param("حزب ا", ("حزب الله", "phrase", 2), id="one letter of the next word"),
        pytest.param("كأس الع", ("كأس العالم", "phrase", 2), id="name"),
        pytest.param("الرص", ('المصدر:"الرصيف"', "source", 10), id="source"),
    ],
)
def test_a_text_is_completed(index: Index, typed: str, suggestion: tuple[str, str, int]) -> None:
    assert suggestion in [(found.text, found.kind, found.articles) for found in index.suggest(typed)]


def test_a_title_is_suggested_with_its_article(index: Index) -> None:
    titles = [found for found in index.suggest("الانتخابات بيرو") if found.kind == "title"]
    assert [(title.text, title.id) for title in titles] == [("الانتخابات البلدية في بيروت", "0")]


@pytest.mark.parametrize("typed", ["", " ", "ا", "7", "7 ", '"', "zzqx", "الانتخابات؟", "في ", "(", "\ud800"])
def test_hostile_and_short_texts_have_no_suggestions_and_no_errors(index: Index, typed: str) -> None:
    assert index.suggest(typed) == ()


def test_suggestions_are_no_more_than_asked_for(index: Index) -> None:
    assert [len(index.suggest("ال", limit)) for limit in (1, 3)] == [1, 3]
    with pytest.raises(RequestError, match="limit"):
        index.suggest("ال", 0)
    with pytest.raises(RequestError, match="text"):
        index.suggest(None)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text('ابتةظضkrse~*"«»() -:=،\u064b2 ', max_size=24))
def test_any_text_gets_advice_and_suggestions(index: Index, text: str) -> None:
    results = index.search(text)
    if results.did_you_mean:
        assert with_changes(text, results.did_you_mean.changes) == results.did_you_mean.text
    assert all(rung.articles > 0 for rung in results.ladder)
    assert all(found.articles > 0 for found in index.suggest(text))


# -- rules


words = st.text("ابتثسصضظكقو", max_size=6)


@given(words, words)
def test_the_cost_of_a_mistake_is_a_distance_of_sorts(one: str, other: str) -> None:
    cost = mistake_cost(one, other)
    assert (cost == 0) == (one == other)
    assert cost <= 1.1 * (len(one) + len(other))


@pytest.mark.parametrize(
    ("cheap", "dear"),
    [
        pytest.param(("رياظة", "رياضة"), ("رياكة", "رياضة"), id="sounds alike"),
        pytest.param(("انتحاب", "انتخاب"), ("انتداب", "انتخاب"), id="keys side by side"),
        pytest.param(("انتخب", "انتخاب"), ("انتاب", "انتخاب"), id="a vowel left out"),
        pytest.param(("اانتخاب", "انتخاب"), ("سانتخاب", "انتخاب"), id="a letter doubled"),
        pytest.param(("انتاخب", "انتخاب"), ("انخاب", "انتخاب"), id="two letters swapped"),
        pytest.param(("انتخاد", "انتخاب"), ("دنتخاب", "انتخاب"), id="the first letter is seldom wrong"),
    ],
)
def test_likely_mistakes_cost_less(cheap: tuple[str, str], dear: tuple[str, str]) -> None:
    assert mistake_cost(*cheap) < mistake_cost(*dear)


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("alrasheed", "الرشيد"),
        ("sanaa", "صنعا"),
        ("khaled", "خالد"),
        ("7amas", "حماس"),
        ("ghannouchi", "غنوشي"),
        ("aleppo", "الب"),
        ("abdulla", "عبدلا"),
        ("qatar", "قطر"),
        ("3omar", "عمر"),
    ],
)
def test_a_word_is_spelt_by_its_sound(latin: str, arabic: str) -> None:
    assert arabic in {spelling.replace("آ", "ا") for spelling, _ in arabic_spellings(latin)} | {
        spelling.removesuffix("ة") for spelling, _ in arabic_spellings(latin)
    }


@pytest.mark.parametrize("word", ["", "ab", "قمح", "a" * 15, "12", "kerry!"])
def test_other_words_have_no_spellings(word: str) -> None:
    assert arabic_spellings(word) == ()


def test_names_alike_are_near_but_not_the_same() -> None:
    assert "Kerry" in dict(names_alike("kerri"))
    assert not dict(names_alike("kerry")).get("Kerry")
    assert not [*names_alike("abc")]
