"""Countries of articles: names in both scripts, with clitics, ambiguous names, and how many count."""

from __future__ import annotations

import pytest

from analyzers import Analyzer, analyzer_for, read_table
from indexer.names import countries as module
from indexer.names.countries import LEAD_WORDS, MAX_WORDS, countries_of, country_names

PADDING = "كلمة " * LEAD_WORDS


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return analyzer_for("ar")


def countries(title: str, body: str = "") -> str:
    analyzer = analyzer_for("ar")
    return " ".join(countries_of(analyzer.analyze(title).exact, analyzer.analyze(body).exact))


@pytest.mark.parametrize(
    ("title", "found"),
    [
        pytest.param("محادثات في مصر", "EG", id="name"),
        pytest.param("وللبنان دور", "LB", id="behind proclitics"),
        pytest.param("بالسودان", "SD", id="behind a preposition and an article"),
        pytest.param("الطالبات المصريات", "EG", id="a form of the nationality"),
        pytest.param("مواطن كوري شمالي", "KP", id="a nationality in two words"),
        pytest.param("نواب ألمان", "DE", id="people"),
        pytest.param("حريق في الدار البيضاء", "MA", id="city"),
        pytest.param("خطاب نتنياهو", "IL", id="leader"),
        pytest.param("قصف على غزة", "PS", id="region of a country"),
        pytest.param("الطقس في أبوظبي", "AE", id="name that is split"),
        pytest.param("Egyptians vote", "EG", id="English people"),
        pytest.param("Talks in New Delhi", "IN", id="English city of two words"),
        pytest.param("اتفاق جنوب السودان", "SS", id="the longest name"),
        pytest.param("رئيس جمهورية الكونغو الديمقراطية", "CD", id="a name in a longer one"),
        pytest.param("مطار بغداد مطار بيروت بغداد", "IQ LB", id="the most frequent first"),
        pytest.param("قواعد النحو", "", id="none"),
        pytest.param("تقرير مالي", "", id="financial, not of Mali"),
        pytest.param("على يمين الطريق", "", id="right hand, not Yemen"),
        pytest.param("إصابة في القدم اليمنى", "", id="the right foot"),
        pytest.param("جزائر بعيدة", "", id="islands, not Algeria"),
        pytest.param("قبل صلاة المغرب", "", id="sunset, not Morocco"),
        pytest.param("عاد إلى مسقط رأسه", "", id="birthplace, not Muscat"),
        pytest.param("بقطر عشرة أمتار", "", id="diameter, not Qatar"),
        pytest.param("سيول تجرف السيارات", "", id="torrents, not Seoul"),
        pytest.param("مدارس البنين", "", id="sons, not Benin"),
        pytest.param("الأمير تركي بن ناصر", "", id="a given name, not Turkish"),
        pytest.param("دول أمريكا اللاتينية", "", id="a region of several countries"),
        pytest.param("Join us now", "", id="a pronoun, not the United States"),
    ],
)
def test_what_a_title_is_about(title, found):
    assert countries(title) == found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        pytest.param("السلطان يستقبل ضيوفه في عمان ومسقط", "OM", id="Oman"),
        pytest.param("عمان العاصمة الأردنية", "JO", id="Amman"),
        pytest.param("عمان", "OM", id="alone the first"),
        pytest.param("طرابلس وبيروت وصيدا", "LB", id="Tripoli in Lebanon"),
        pytest.param("طرابلس", "LY", id="Tripoli alone"),
        pytest.param("عاهل البحرين يهنئ شعب المملكة", "BH", id="another kingdom"),
        pytest.param("قطر والدوحة", "QA", id="a weak name beside another"),
        pytest.param("أوكرانيا: اجتماع ببروكسل", "UA", id="the seat of the Union alone"),
        pytest.param("بلجيكا: إضراب ببروكسل", "BE", id="the same beside its country"),
        pytest.param("الطائف وجدة", "SA", id="a conjunction and a town, no town of Morocco"),
        pytest.param("فيلم بروس الجديد", "", id="a name is no preposition and a people"),
        pytest.param("بنما: وبحسب الفرنسية توقفت السفن", "PA", id="an agency"),
    ],
)
def test_an_ambiguous_name_is_read_by_the_rest(title, found):
    assert countries(title) == found


@pytest.mark.parametrize(
    ("title", "body", "found"),
    [
        pytest.param("خبر", "زار مصر", "EG", id="named once at the beginning"),
        pytest.param("خبر", PADDING + "زار مصر", "", id="named once later"),
        pytest.param("خبر", PADDING + "زار مصر ثم مصر", "EG", id="named twice later"),
        pytest.param("خبر", "كلمة " * MAX_WORDS + "مصر مصر مصر", "", id="after the words that are read"),
        pytest.param("مصر ولبنان والعراق واليمن", "مصر لبنان العراق", "EG LB IQ", id="three at most"),
        pytest.param("مصر", "مصر مصر والعراق", "EG", id="a small share"),
    ],
)
def test_a_country_counts_by_how_often_and_where_it_is_named(title, body, found):
    assert countries(title, body) == found


def test_countries_are_counted_alike_in_any_sequence_of_terms(analyzer):
    for text in ("مصر وجنوب السودان", "جنوب", "", "الولايات المتحدة"):
        encoded = analyzer.analyze(text).exact
        assert countries_of(encoded, []) == countries_of(list(encoded), [])


def test_of_a_vocabulary_what_is_new_is_looked_up():
    names = module._NamesOfVocabulary()
    first, second = [None, "مصر"], [None, "قلم"]
    assert list(names.entries(first)) == [1]
    assert list(names.entries(second)) == []
    second.append("مصر")
    assert list(names.entries(second)) == [2]
    assert list(names.entries(first)) == [1]


def test_the_table_of_places_is_sorted_and_names_known_countries_once():
    rows = list(read_table("ar/places.tsv", 3))
    known = {row[0] for row in read_table("ar/countries.tsv", 6)} | {"no"}
    assert rows == sorted(rows)
    assert {code for codes, _, _ in rows for code in codes.split()} <= known
    strong = [name for _, names, _ in rows for name in names.split() if name != "-"]
    assert {name for name in strong if name.startswith("x-")} <= known
    weak = [name for _, _, names in rows for name in names.split() if name != "-"]
    assert [name for name in {*strong, *weak} if strong.count(name) + weak.count(name) > 1] == []


def test_every_country_is_found_by_its_first_name_in_both_languages():
    codes = [row[0] for row in read_table("ar/countries.tsv", 6) if not row[0].startswith("x-")]
    assert len(codes) >= 200
    for code in codes:
        arabic, english = country_names(code)[:2]
        assert code in countries(f"{arabic} {arabic} {english}", "").split(), code
