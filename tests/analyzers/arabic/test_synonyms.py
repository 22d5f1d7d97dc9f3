"""Synonyms of words, and words that have none although they are written like a name."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import Analyzer, analyzer_for, resources, with_proclitics
from analyzers.arabic.months import month_names
from analyzers.arabic.spelling import other_spellings
from analyzers.arabic.synonym_groups import groups_for
from analyzers.arabic.synonyms import Synonym
from analyzers.arabic.synonyms import synonyms_of as synonyms_by
from analyzers.arabic.user_cache import cache_folder


def synonyms_of(words: Sequence[str]) -> tuple[Synonym, ...]:
    return synonyms_by(words, analyzer_for())


def alternatives(query: str) -> set[str]:
    """Return the synonyms of the whole of ``query``, each alternative as one text."""
    words = query.split()
    (synonym,) = synonyms_of(words)
    assert (synonym.start, synonym.length) == (0, len(words))
    return {" ".join(run) for run in synonym.alternatives}


MONTHS = [
    pytest.param(["كانون الثاني", "يناير", "جانفي", "January"], id="January"),
    pytest.param(["شباط", "فبراير", "فيفري", "February"], id="February"),
    pytest.param(["آذار", "مارس", "March"], id="March"),
    pytest.param(["نيسان", "أبريل", "أفريل", "April"], id="April"),
    pytest.param(["أيار", "مايو"], id="May"),
    pytest.param(["حزيران", "يونيو", "June"], id="June"),
    pytest.param(["تموز", "يوليو", "جويلية", "يوليوز", "July"], id="July"),
    pytest.param(["أغسطس", "أوت", "غشت", "August"], id="August"),
    pytest.param(["أيلول", "سبتمبر", "شتنبر", "September"], id="September"),
    pytest.param(["تشرين الأول", "أكتوبر", "October"], id="October"),
    pytest.param(["تشرين الثاني", "نوفمبر", "نونبر", "November"], id="November"),
    pytest.param(["كانون الأول", "ديسمبر", "دجنبر", "December"], id="December"),
]


@pytest.mark.parametrize("names", MONTHS)
def test_a_month_is_linked_to_its_names_elsewhere(names):
    for name in names:
        assert set(names) - {name} <= alternatives(name), name
        assert name not in alternatives(name)


@pytest.mark.parametrize(
    ("query", "linked"),
    [
        pytest.param("آب 2020", True, id="beside a year"),
        pytest.param("15 آب", True, id="beside a day"),
        pytest.param("٣ آب", True, id="beside an Arabic digit"),
        pytest.param("تموز آب", True, id="beside another month"),
        pytest.param("May 2020", True, id="May with its year"),
        pytest.param("أب وأم", False, id="a father"),
        pytest.param("أب", False, id="alone"),
        pytest.param("we may", False, id="a verb"),
    ],
)
def test_a_word_that_mostly_means_something_else_is_a_month_beside_a_date(query, linked):
    words = query.split()
    doubtful = next(at for at, word in enumerate(words) if word in ("آب", "أب", "May", "may"))
    assert any(synonym.start == doubtful for synonym in synonyms_of(words)) == linked


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("لبنان", {"لبناني", "Lebanon", "Lebanese"}, id="country"),
        pytest.param("وبلبنان", {"لبناني", "Lebanon"}, id="country with proclitics"),
        pytest.param("لليمن", {"يمني", "Yemen"}, id="country whose article is written into lam"),
        pytest.param("لبناني", {"لبنان", "Lebanon", "Lebanese"}, id="nationality"),
        pytest.param("اللبنانيات", {"لبنان", "Lebanese"}, id="nationality, inflected"),
        pytest.param("الأتراك", {"تركي", "تركيا"}, id="broken plural of a people"),
        pytest.param("Lebanon", {"لبنان", "لبناني", "Lebanese"}, id="English country"),
        pytest.param("Germans", {"ألمانيا", "ألماني", "Germany"}, id="English people"),
        pytest.param("الولايات المتحدة", {"أمريكا", "أميركي", "United States"}, id="two words"),
        pytest.param("للمملكة المتحدة", {"بريطانيا", "بريطاني", "Britain"}, id="two words with a preposition"),
        pytest.param("كوريا الشمالية", {"North Korea"}, id="the longer name"),
        pytest.param("عماني", {"Oman", "Omani"}, id="of a country that is not linked itself"),
    ],
)
def test_a_country_its_nationality_and_its_people_are_linked(query, expected):
    assert expected <= alternatives(query)


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("عمان", id="Oman or Amman"),
        pytest.param("مالي", id="Mali or financial"),
        pytest.param("المجرى", id="Hungarian or course"),
        pytest.param("ترك", id="Turks or left"),
        pytest.param("بنين", id="Benin or sons"),
        pytest.param("لبن", id="milk"),
        pytest.param("إمارة", id="emirate"),
    ],
)
def test_other_words_are_not_linked(word):
    assert synonyms_of([word]) == ()


def test_no_capital_is_another_name_of_its_country():
    for country in ("لبنان", "مصر", "السعودية", "فرنسا"):
        assert not alternatives(country) & {"بيروت", "Beirut", "القاهرة", "Cairo", "الرياض", "Riyadh", "باريس", "Paris"}


def test_eighty_countries_and_more_are_linked():
    countries = [row for row in resources.read_table("ar/countries.tsv", columns=6) if not row[0].startswith("x-")]
    names = [row[1].split()[0].replace("_", " ") for row in countries]
    assert sum(any(synonym.kind == "nationality" for synonym in synonyms_of(name.split())) for name in names) >= 80


@pytest.mark.parametrize(
    ("query", "spellings"),
    [
        pytest.param("ربيع الأول", {"ربيع أول"}, id="with and without the article"),
        pytest.param("ذو الحجة", {"ذي الحجة"}, id="nominative and genitive"),
        pytest.param("لذي القعدة", {"ذو القعدة"}, id="with a preposition"),
    ],
)
def test_a_hijri_month_is_linked_to_its_own_spellings(query, spellings):
    assert alternatives(query) == spellings


@pytest.mark.parametrize(
    ("words", "runs"),
    [
        pytest.param(["حرب", "تشرين", "الأول"], [(1, 2)], id="two words"),
        pytest.param(["Bashar", "al", "Assad", "visits"], [(0, 3)], id="a Latin article inside"),
        pytest.param(["the", "al", "Azhar"], [(1, 2)], id="a Latin article before"),
        pytest.param(["تشرين", "حرب", "الأول"], [], id="words apart"),
        pytest.param(["بتشرين", "الأول"], [(0, 2)], id="with a preposition"),
        pytest.param(["شباط", "فبراير"], [(0, 1), (1, 1)], id="side by side"),
        pytest.param(["القمح", "في", "القرية"], [], id="none"),
        pytest.param([], [], id="nothing"),
        pytest.param(["", "\u0301", "!"], [], id="nothing searchable"),
    ],
)
def test_where_synonyms_are(words, runs):
    assert [(synonym.start, synonym.length) for synonym in synonyms_of(words)] == runs


@pytest.mark.parametrize(
    ("kind", "query", "other"),
    [
        pytest.param("name", "الناتو", "حلف شمال الأطلسي", id="short name of an alliance"),
        pytest.param("name", "حلف شمال الأطلسي", "الناتو", id="full name of an alliance"),
        pytest.param("spelling", "أوليغ", "أوليج", id="ghain and jeem"),
        pytest.param("spelling", "عبد الرحمن", "عبد الرحمان", id="two words"),
        pytest.param("spelling", "بالديموقراطية", "ديمقراطي", id="with proclitics"),
        pytest.param("spelling", "الديموقراطيين", "ديمقراطي", id="inflected"),
        pytest.param("nationality", "إنجلترا", "إنكلترا", id="a country's own spellings"),
    ],
)
def test_other_names_and_spellings_are_linked(kind, query, other):
    assert any(text.startswith(other) for text in alternatives(query))
    assert synonyms_of(query.split())[0].kind == kind


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("hizbollah", {"حزب الله", "Hezbollah"}, id="Latin to Arabic"),
        pytest.param("HEZBOLLAH", {"حزب الله"}, id="capitals"),
        pytest.param("IRGC", {"الحرس الثوري", "Pasdaran"}, id="acronym"),
        pytest.param("للحرس الثوري", {"IRGC", "Pasdaran"}, id="Arabic with a preposition to Latin"),
        pytest.param("وداعش", {"الدولة الإسلامية", "ISIS", "Daesh"}, id="Arabic with a conjunction to a longer name"),
        pytest.param("Islamic State", {"داعش", "الدولة الإسلامية"}, id="two Latin words"),
        pytest.param("al-Sisi", {"السيسي"}, id="Latin article before"),
        pytest.param("Bachar el-Assad", {"بشار الأسد"}, id="another article, French spelling"),
        pytest.param("Mohamad ben Salman", {"محمد بن سلمان", "MBS"}, id="spellings of given names"),
        pytest.param("Erdoğan", {"أردوغان", "أردوجان"}, id="accent"),
        pytest.param("Houthis", {"حوثي", "أنصار الله"}, id="joined with a people"),
        pytest.param("Guardiola", {"غوارديولا", "جوارديولا"}, id="both spellings of g"),
        pytest.param("WHO", {"منظمة الصحة العالمية"}, id="an acronym that is a word in small letters"),
    ],
)
def test_a_name_is_linked_to_its_forms_in_both_scripts(query, expected):
    words = [token.text for token in analyzer_for().words(query)]
    (synonym,) = synonyms_of(words)
    assert (synonym.start, synonym.length) == (0, len(words))
    assert expected <= {" ".join(run) for run in synonym.alternatives}


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("who", id="a word in small letters"),
        pytest.param("Hassan", id="given name"),
        pytest.param("صالح", id="surname of many"),
        pytest.param("ظريف", id="adjective"),
        pytest.param("state", id="word of a name"),
        pytest.param("الثوري", id="Arabic word of a name"),
        pytest.param("al", id="article alone"),
    ],
)
def test_part_of_a_name_is_not_linked_to_it(query):
    assert synonyms_of([query]) == ()


def test_a_name_that_holds_another_one_is_left_to_it():
    assert alternatives("Obama") == {"أوباما"}
    assert "نتنياهو" not in alternatives("بنيامين نتنياهو")


def test_a_reader_adds_names_of_their_own():
    own = Analyzer(own_aliases=["نادي_الفجر Dawn_Club", "حزب_الله The_Party"])
    assert {" ".join(run) for run in synonyms_by(["Dawn", "Club"], own)[0].alternatives} == {"نادي الفجر"}
    assert ("Hezbollah",) in synonyms_by(["The", "Party"], own)[0].alternatives
    assert own.fingerprint() == analyzer_for().fingerprint()


@pytest.mark.parametrize(
    ("exact", "forms"),
    [
        pytest.param("حزب", ("حزب", "وحزب", "لحزب", "بحزب", "ولحزب"), id="without article"),
        pytest.param("الاسد", ("الاسد", "والاسد", "للاسد", "بالاسد", "وللاسد"), id="with article"),
    ],
)
def test_a_name_is_written_with_proclitics(exact, forms):
    assert with_proclitics(exact) == forms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("غوارديولا", "جوارديولا", id="first letter"),
        pytest.param("انستغرام", "انستجرام", id="inside"),
        pytest.param("سامسونغ", "سامسونج", id="last letter"),
        pytest.param("غيغابايت", "جيجابايت", id="twice"),
    ],
)
def test_a_foreign_g_is_spelled_in_two_ways(one, other):
    assert other in other_spellings(one)
    assert one in other_spellings(other)


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("تشغيلي", id="operational"),
        pytest.param("الجلال", id="with the article"),
        pytest.param("مغريات", id="sound plural"),
        pytest.param("يغادرون", id="imperfect"),
        pytest.param("اجواء", id="hamza"),
        pytest.param("جامعات", id="ain"),
        pytest.param("غرام", id="short"),
        pytest.param("لبنان", id="no such letter"),
    ],
)
def test_an_arabic_word_is_spelled_in_one_way(word):
    assert other_spellings(word) == ()


TYPED = st.one_of(
    st.text(max_size=12),
    st.sampled_from([part for name in month_names() for part in name.split()]),
    st.sampled_from(["غوارديولا", "2020", "و", "لل", "العربية", "المتحدة", "ذو"]),
)


@given(st.lists(TYPED, max_size=12))
def test_synonyms_lie_in_order_within_the_words_and_consist_of_words(words):
    end = 0
    for synonym in synonyms_of(words):
        assert synonym.start >= end
        end = synonym.start + synonym.length
        assert synonym.length >= 1
        assert end <= len(words)
        assert synonym.alternatives
        assert all(analyzer_for().terms(word) for run in synonym.alternatives for word in run)


@given(st.lists(TYPED, max_size=12))
def test_synonyms_depend_on_nothing_but_the_words(words):
    assert synonyms_of(words) == synonyms_of(tuple(words))


def test_the_groups_are_kept_in_the_cache_and_read_from_it(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    compiled = groups_for(analyzer_for())
    (path,) = cache_folder().iterdir()
    written = path.stat().st_mtime_ns
    assert groups_for(analyzer_for()) == compiled
    assert path.stat().st_mtime_ns == written


def test_another_analyzer_has_groups_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for analyzer in (analyzer_for(), Analyzer(lexicon=lambda: None)):
        groups_for(analyzer)
    assert len(list(cache_folder().iterdir())) == 2


def test_names_of_the_user_are_not_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert "زيدان" in groups_for(Analyzer(own_aliases=("زيدان زيزو",))).by_key
    assert not cache_folder().exists()
