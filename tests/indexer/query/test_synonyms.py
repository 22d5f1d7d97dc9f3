"""Synonyms are looked for with a word: with a lower weight, in a limited number, and only when asked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzers import analyzer_for
from indexer import Article, SearchRequest, open_index
from indexer.query import limits
from indexer.query.synonyms import SynonymExpander

ARTICLES = [
    Article(id="oct", title="قمة في أكتوبر", body="تعقد القمة في أكتوبر المقبل."),
    Article(id="tishrin", title="قمة الخريف", body="تعقد القمة في تشرين الأول المقبل."),
    Article(id="both", title="جدول القمم", body="تعقد قمة ثانية في تشرين الأول/أكتوبر."),
    Article(id="english", title="The summit", body="Leaders meet in October."),
    Article(id="first", title="الفوز الأول", body="فاز الفريق للمرة الأولى."),
    Article(id="ghain", title="مدرب جديد", body="وصل غوارديولا إلى الملعب."),
    Article(id="jeem", title="مدرب قديم", body="غادر جوارديولا الملعب."),
]
ALL = {article.id for article in ARTICLES}
OCTOBER = {"oct", "tishrin", "both", "english"}


@pytest.fixture(scope="module")
def index():
    with open_index("memory:") as opened:
        opened.add(ARTICLES)
        yield opened


@pytest.fixture(scope="module")
def find_ids(index):
    """Return a function that gives the ids of the articles that a query finds, best first."""
    return lambda query, **options: [hit.article.id for hit in index.search(SearchRequest(query, **options))]


@pytest.mark.parametrize("match", ["any", "all"])
@pytest.mark.parametrize(
    ("query", "ids"),
    [
        pytest.param("أكتوبر", OCTOBER, id="a word for another and for two"),
        pytest.param("October", OCTOBER, id="from English"),
        pytest.param("وبأكتوبر", OCTOBER, id="with its proclitics"),
        pytest.param("غوارديولا", {"ghain", "jeem"}, id="another spelling"),
        pytest.param("title:أكتوبر", {"oct"}, id="in the field asked for"),
        pytest.param("أكتوبر AND القمة", {"oct", "tishrin", "both"}, id="beside an operator"),
        pytest.param("«أكتوبر»", {"oct", "both"}, id="a phrase is meant as typed"),
        pytest.param("«تشرين الأول»", {"tishrin", "both"}, id="so is a phrase of two"),
        pytest.param("القمة -أكتوبر", {"tishrin"}, id="an exclusion is meant as typed"),
    ],
)
def test_what_is_found_with_a_word(find_ids, query, ids, match):
    assert set(find_ids(query, match=match)) == ids


def test_words_that_are_one_name_are_required_together_or_by_their_other_name(find_ids):
    assert set(find_ids("تشرين الأول", match="all")) == OCTOBER
    assert set(find_ids("تشرين الأول")) == {*OCTOBER, "first"}


def test_links_can_be_switched_off(index, find_ids):
    assert set(find_ids("أكتوبر", links=False)) == {"oct", "both"}
    assert set(find_ids("أكتوبر", match="exact")) == {"oct", "both"}
    for options in ({"links": False}, {"match": "exact"}):
        assert index.search(SearchRequest("أكتوبر", **options)).notices == ()


def test_the_word_itself_ranks_first(find_ids):
    assert find_ids("أكتوبر")[:2] == ["oct", "both"]
    assert find_ids("غوارديولا") == ["ghain", "jeem"]


def test_an_article_with_both_names_gains_nothing(index):
    scores = [dict(index.ranking(SearchRequest("أكتوبر", links=links))) for links in (True, False)]
    assert scores[0]["both"] == scores[1]["both"]
    assert scores[0]["tishrin"] > 0


def test_what_was_looked_for_is_told(index):
    told = index.search(SearchRequest("قمة تشرين الأول غوارديولا")).notices
    assert [(notice.code, notice.value) for notice in told] == [("links", "تشرين الأول"), ("links", "غوارديولا")]
    assert told[0].detail.split(", ")[0] == "أكتوبر"
    assert told[1].detail == "جوارديولا"


def test_a_spelling_that_is_nowhere_is_not_told(index):
    assert [notice.code for notice in index.search("بوغدانوفيتش").notices] == ["no_match"]


def test_what_is_typed_beside_a_word_is_not_linked_to_it(index):
    (notice, *_) = index.search(SearchRequest("غوارديولا جوارديولا أكتوبر")).notices
    assert notice.value == "أكتوبر"


@pytest.mark.parametrize(
    ("query", "marks"),
    [
        pytest.param(
            "October",
            [("تشرين", "alias", "October"), ("الأول", "alias", "October"), ("أكتوبر", "alias", "October")],
            id="of another name",
        ),
        pytest.param(
            "تشرين الأول",
            [("تشرين", "exact", "تشرين"), ("الأول", "exact", "الأول"), ("أكتوبر", "alias", "تشرين الأول")],
            id="of two words together",
        ),
        pytest.param(
            "أكتوبر الأول",
            [("تشرين", "alias", "أكتوبر"), ("الأول", "exact", "الأول"), ("أكتوبر", "exact", "أكتوبر")],
            id="a word as typed inside another name",
        ),
    ],
)
def test_marks(index, query, marks):
    body = index.marked("both", SearchRequest(query)).body
    assert [(body.text[mark.start : mark.end], mark.kind, mark.word) for mark in body.marks] == marks


NAMES = ["أكتوبر", "تشرين", "الأول", "May", "غوارديولا", "2020", "القمة", "September", "شباط", "من", "كانون", "الثاني"]


@given(st.lists(st.sampled_from(NAMES), max_size=limits.MAX_WORDS))
def test_a_query_gets_a_bounded_number_of_alternatives(words):
    expansions = list(SynonymExpander(analyzer_for(), lambda plans: [True] * len(plans)).expansions(words))
    assert sum(len(expansion.alternatives) for expansion in expansions) <= limits.MAX_QUERY_ALTERNATIVES
    assert all(0 < len(expansion.alternatives) <= limits.MAX_ALTERNATIVES for expansion in expansions)
    assert all(expansion.typed == " ".join(words[expansion.start : expansion.end]) for expansion in expansions)


@settings(deadline=None)
@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5).map(" ".join), st.sampled_from(["any", "all"]))
def test_links_only_add(find_ids, query, match):
    assert set(find_ids(query, links=False, match=match)) <= set(find_ids(query, match=match))


NAMED = [
    Article(id="bare", title="جلسة", body="حضر نواب حزب الله الجلسة."),
    Article(id="behind", title="بيان", body="في بيان لحزب الله أمس."),
    Article(id="latin", title="Statement", body="Hezbollah denies it."),
    Article(id="other", title="حزب جديد", body="بحمد الله تأسس حزب."),
    Article(id="sadat", title="اغتيال", body="كان للسادات موعد."),
    Article(id="sirs", title="خطاب", body="أيها السادة الكرام."),
    Article(id="apple", title="هاتف", body="أطلقت آبل هاتفا."),
    Article(id="babylon", title="آثار", body="سافر إلى بابل."),
    Article(id="isi", title="Pakistan", body="The ISI said so."),
    Article(id="isis", title="Iraq", body="ISIS left the town."),
    Article(id="daesh", title="الموصل", body="انسحب داعش من البلدة."),
]


@pytest.fixture(scope="module")
def named():
    with open_index("memory:") as opened:
        opened.add(NAMED)
        yield opened


@pytest.mark.parametrize("match", ["any", "all"])
@pytest.mark.parametrize(
    ("query", "ids"),
    [
        pytest.param("hizbollah", {"bare", "behind", "latin"}, id="behind a proclitic, and another Latin form"),
        pytest.param('NOT "x" AND Hezbollah', {"bare", "behind", "latin"}, id="beside an operator"),
        pytest.param("Sadat", {"sadat"}, id="a name in its letters, not by its stem"),
        pytest.param("Apple", {"apple"}, id="a short word with a proclitic would be another"),
        pytest.param("ISIS", {"isis", "daesh"}, id="an acronym is no plural"),
        pytest.param("isis", {"isis", "daesh"}, id="nor is it in small letters"),
        pytest.param("داعش", {"isis", "daesh"}, id="from Arabic"),
    ],
)
def test_a_name_is_found_in_both_scripts(named, query, ids, match):
    assert {hit.article.id for hit in named.search(SearchRequest(query, match=match)).hits} == ids


def test_only_forms_that_occur_are_told(named):
    (notice,) = named.search("hizbollah").notices
    assert notice.detail == "حزب الله, Hezbollah"


def test_a_name_behind_a_proclitic_is_marked(named):
    body = named.marked("behind", SearchRequest("Hezbollah")).body
    assert [body.text[mark.start : mark.end] for mark in body.marks] == ["لحزب", "الله"]


FILLING = tuple(Article(id=f"other {number}", title="خبر", body="لا شيء هنا.") for number in range(20))
GUARDS = "أعلن الحرس الثوري بدء المناورات في الجنوب"


def ids(query: str, *articles: Article) -> list[str]:
    with open_index("memory:") as index:
        index.add([*articles, *FILLING])
        return [hit.article.id for hit in index.search(query)]


def test_forms_of_a_name_do_not_add_up():
    with open_index("memory:") as index:
        one = Article(id="one", title="بيان", body=f"{GUARDS} كما قالت مصادر من هناك.")
        many = Article(id="many", title="بيان", body=f"{GUARDS} كما قالت الباسدران من هناك.")
        index.add([one, many, *FILLING])
        first, second = index.search("IRGC")
        assert first.score == pytest.approx(second.score, rel=1e-6)


def test_a_name_ranks_in_either_script_as_in_the_other():
    articles = [
        Article(id="title", title="الملك سلمان في جدة", body="وصل أمس إلى المدينة."),
        Article(id="late", title="خبر", body="وصل أمس إلى المدينة بعد زيارة لعدد من الدول الملك سلمان ومعه وفد."),
        Article(id="early", title="خبر", body="الملك سلمان وصل أمس إلى المدينة بعد زيارة لعدد من الدول ومعه وفد."),
    ]
    assert ids("King Salman", *articles) == ids("الملك سلمان", *articles) == ["title", "early", "late"]


def test_one_word_of_a_name_in_another_script_comes_last():
    name = Article(id="name", title="خبر", body="وصل الملك سلمان أمس.")
    word = Article(id="word", title="King", body="King Philippe, King Felipe")
    assert ids("King Salman", name, word) == ["name", "word"]
    assert ids("King", name, word) == ["word"]


def test_a_name_as_typed_comes_before_its_other_script():
    latin, arabic = (Article(id=name, title="خبر", body=f"قال {name} أمس.") for name in ("Netanyahu", "نتنياهو"))
    assert ids("Netanyahu", latin, arabic) == ["Netanyahu", "نتنياهو"]


def test_a_country_in_latin_letters_comes_before_its_nationality_alone():
    country = [
        Article(id=f"country {number}", title="خبر", body=f"وصل الوفد {number} إلى اليمن.") for number in range(3)
    ]
    nationality = Article(id="nationality", title="خبر", body="وصل وفد إلى السوق يمني.")
    assert ids("Yemen", nationality, *country)[-1] == ids("اليمن", nationality, *country)[-1] == "nationality"
