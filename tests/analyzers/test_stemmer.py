"""Which affixes come off an Arabic word, which stay, and which words meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.arabic import affixes
from analyzers.arabic.normalizer import normalize
from analyzers.arabic.stemmer import light_stem, split


def stem(word: str) -> str:
    return light_stem(normalize(word))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("الحكومة", "حكوم", id="strips al- and teh marbuta"),
        pytest.param("والمعلم", "معلم", id="strips wal-"),
        pytest.param("بالمعلم", "معلم", id="strips bal-"),
        pytest.param("كالمعلم", "معلم", id="strips kal-"),
        pytest.param("فالمعلم", "معلم", id="strips fal-"),
        pytest.param("للمعلم", "معلم", id="strips lil-"),
        pytest.param("وبالمعلم", "معلم", id="strips wabal-"),
        pytest.param("فللمعلم", "معلم", id="strips falil-"),
        pytest.param("ومعلم", "معلم", id="strips wa-"),
        pytest.param("لمعلم", "معلم", id="strips li-"),
        pytest.param("بمعلم", "معلم", id="strips bi-"),
        pytest.param("كمعلم", "معلم", id="strips ka- before meem"),
        pytest.param("ولمعلم", "معلم", id="strips wali-"),
        pytest.param("معلمها", "معلم", id="strips -ha"),
        pytest.param("معلمه", "معلم", id="strips -h"),
        pytest.param("معلمهم", "معلم", id="strips -hm"),
        pytest.param("معلمهما", "معلم", id="strips -hma"),
        pytest.param("معلمهن", "معلم", id="strips -hn"),
        pytest.param("معلمكم", "معلم", id="strips -km"),
        pytest.param("معلمنا", "معلم", id="strips -na"),
        pytest.param("معلمون", "معلم", id="strips -wn"),
        pytest.param("معلمين", "معلم", id="strips -yn"),
        pytest.param("معلمان", "معلم", id="strips -an"),
        pytest.param("معلمة", "معلم", id="strips teh marbuta"),
        pytest.param("معلمات", "معلم", id="strips -at"),
        pytest.param("معلمتان", "معلم", id="strips -tan"),
        pytest.param("معلمتين", "معلم", id="strips -tyn"),
        pytest.param("معلماتهم", "معلم", id="strips -at before a pronoun"),
        pytest.param("حكومتها", "حكوم", id="strips -t before a pronoun"),
        pytest.param("معلما", "معلم", id="strips the accusative -a"),
        pytest.param("مسؤولو", "مسءول", id="strips -w after five letters"),
        pytest.param("راديو", "راديو", id="leaves -w after four letters"),
        pytest.param("منطقتي", "منطق", id="strips -ty"),
        pytest.param("كويتي", "كويتي", id="leaves -ty after a long vowel"),
        pytest.param("كتبوا", "كتب", id="strips -wa"),
        pytest.param("اكدت", "اكد", id="strips the verb's -t"),
        pytest.param("دولية", "دولي", id="nisba keeps yeh before teh marbuta"),
        pytest.param("دوليون", "دولي", id="nisba keeps yeh before -wn"),
        pytest.param("دوليين", "دولي", id="nisba keeps yeh before -yn"),
        pytest.param("دوليات", "دولي", id="nisba keeps yeh before -at"),
        pytest.param("دوليا", "دولي", id="nisba keeps yeh before the accusative"),
        pytest.param("دولي", "دولي", id="leaves the nisba's yeh"),
        pytest.param("وزيرة", "وزير", id="leaves own waw"),
        pytest.param("وزيري", "وزيري", id="leaves own waw before a possessive"),
        pytest.param("بيروت", "بيروت", id="leaves beh and -t of a name"),
        pytest.param("لاعبون", "لاعب", id="leaves own lam"),
        pytest.param("فريق", "فريق", id="leaves own feh"),
        pytest.param("كتاب", "كتاب", id="leaves own kaf"),
        pytest.param("سياسة", "سياس", id="leaves own seen"),
        pytest.param("يمين", "يمين", id="leaves own yeh"),
        pytest.param("تصويت", "تصويت", id="leaves -t after a long vowel"),
        pytest.param("قانونا", "قانون", id="accusative of a word in noon"),
        pytest.param("مساهم", "مساهم", id="leaves -hm after three letters with alef"),
        pytest.param("تراكم", "تراكم", id="leaves -km after three letters with alef"),
        pytest.param("تحسين", "تحسين", id="leaves -yn of a second form"),
        pytest.param("تعاون", "تعاون", id="leaves -wn of a sixth form"),
        pytest.param("اتجاه", "اتجاه", id="leaves own heh"),
        pytest.param("من", "من", id="leaves two letters"),
        pytest.param("ب", "ب", id="leaves one letter"),
        pytest.param("و6", "6", id="strips wa- before a number"),
        pytest.param("وabc", "abc", id="strips wa- before latin letters"),
    ],
)
def test_affixes(word: str, expected: str) -> None:
    assert stem(word) == expected


@pytest.mark.parametrize(
    ("imperfect", "perfect"),
    [
        pytest.param("يستخدم", "استخدم", id="tenth form"),
        pytest.param("ستستخدمها", "استخدم", id="tenth form, future, with a pronoun"),
        pytest.param("يجتمعون", "اجتمع", id="eighth form, plural"),
        pytest.param("تجتمع", "اجتمع", id="eighth form with teh"),
        pytest.param("يتفق", "اتفق", id="eighth form of waw"),
        pytest.param("ينعكس", "انعكس", id="seventh form"),
        pytest.param("يناقش", "ناقش", id="third form of noon"),
        pytest.param("يتعاونون", "تعاون", id="sixth form"),
        pytest.param("تتعاون", "تعاون", id="sixth form with teh"),
        pytest.param("يؤكد", "أكد", id="second form of hamza"),
        pytest.param("تؤكد", "أكد", id="second form of hamza with teh"),
        pytest.param("يلوم", "لام", id="hollow with waw"),
        pytest.param("يشير", "أشار", id="hollow fourth form"),
        pytest.param("سيكتبون", "كتب", id="future"),
        pytest.param("ليكتبوا", "كتب", id="subjunctive after li-"),
        pytest.param("وتكون", "كان", id="kana with teh"),
        pytest.param("ستكون", "كان", id="kana, future"),
        pytest.param("نقول", "قال", id="qala with noon"),
        pytest.param("ستضعها", "وضع", id="assimilated, future, with a pronoun"),
        pytest.param("سيتم", "تم", id="short verb, future"),
        pytest.param("يجدوا", "وجد", id="two letters before the ending"),
    ],
)
def test_an_imperfect_meets_its_perfect(imperfect: str, perfect: str) -> None:
    assert stem(imperfect) == stem(perfect)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("وزير", "الوزير", id="wazir with and without article"),
        pytest.param("وزير", "الوزراء", id="broken plural"),
        pytest.param("للغة", "لغة", id="lil- before a word in lam"),
        pytest.param("للغة", "اللغة", id="li- and al- before a word in lam"),
        pytest.param("لمصر", "مصر", id="li- before a name"),
        pytest.param("كان", "كانت", id="kana and its feminine"),
        pytest.param("حكومتها", "حكومة", id="teh marbuta before a pronoun"),
        pytest.param("مسؤول", "مسئول", id="two seats of hamza"),
        pytest.param("شؤون", "شئون", id="two seats of hamza, plural"),
        pytest.param("بناؤه", "بنائه", id="hamza before a pronoun, two cases"),
        pytest.param("شيء", "شئ", id="hamza on its yeh or after it"),
        pytest.param("السودان", "سودان", id="country with article"),
        pytest.param("وبلبنان", "لبنان", id="two proclitics before a country"),
        pytest.param("پاکستان", "باكستان", id="persian letters"),
        pytest.param("ﻟﺒﻨﺎﻥ", "لبنان", id="presentation forms"),
        pytest.param("ٱلدولة", "الدولة", id="alef wasla"),
        pytest.param("واشنطن", "وواشنطن", id="wa- before a name in waw"),
        pytest.param("بألفي", "ألفي", id="bi- before a number"),
    ],
)
def test_words_that_meet(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("لبنان", "لبن", id="lebanon and milk"),
        pytest.param("عمان", "عم", id="oman and uncle"),
        pytest.param("البحرين", "بحر", id="bahrain and sea"),
        pytest.param("السودان", "سود", id="sudan and blacks"),
        pytest.param("الدولية", "دول", id="international and states"),
        pytest.param("واشنطن", "اشنطن", id="washington and nothing"),
        pytest.param("فلسطين", "فلسط", id="palestine and nothing"),
        pytest.param("ألمانيا", "مانيا", id="germany and nothing"),
        pytest.param("بيان", "يان", id="statement and nothing"),
        pytest.param("ألف", "ف", id="thousand and nothing"),
        pytest.param("التزام", "تزام", id="commitment and nothing"),
        pytest.param("قانون", "قان", id="law and nothing"),
        pytest.param("وهم", "هم", id="illusion and they"),
        pytest.param("فهم", "هم", id="understanding and they"),
        pytest.param("ماء", "ما", id="water and what"),
        pytest.param("سنة", "سن", id="year and tooth"),
    ],
)
def test_words_that_do_not_meet(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_a_split_tells_what_came_off() -> None:
    assert split("وبالصحفيين") == ("وبال", "صحفيين", "noun", "صحفي")
    assert split("وسيستخدمون") == ("وس", "يستخدمون", "verb", "استخدم")


ARABIC = st.text(st.sampled_from("ابتثجحدرسشعفقكلمنهويءئؤةىأإآ0a"), min_size=1, max_size=12)


@given(ARABIC)
def test_stemming_never_lengthens_and_leaves_something(word: str) -> None:
    exact = normalize(word)
    assert 1 <= len(light_stem(exact)) <= len(exact)


# With the proclitic they are other words, and commoner ones: billion, parents, governor.
READ_OTHERWISE = {"بليون", "وبليون", "والدين", "والي"}


@pytest.mark.parametrize("proclitic", ["و", "ب", "ل", "وب", "ال", "وال"])
def test_a_whole_word_stays_whole_behind_proclitics(proclitic: str) -> None:
    words = {
        word for word in affixes.WHOLE_WORDS if proclitic + word not in READ_OTHERWISE | affixes.KNOWN_STEMS.keys()
    }
    if proclitic != proclitic.removesuffix("ال"):
        words = {word for word in words if not word.startswith("ا")}  # ال before alef is written in several ways
    assert {proclitic + word for word in words if light_stem(proclitic + word) != affixes.KNOWN_STEMS[word]} == set()


def test_irregular_stems_are_no_longer_than_their_forms() -> None:
    assert [form for form, stem in affixes.KNOWN_STEMS.items() if len(stem) > len(form)] == []


def test_one_form_has_one_stem() -> None:
    stems: dict[str, set[str]] = {}
    for base, forms in affixes.resources.rows("ar/irregular.tsv", columns=2):
        for form in (base, *forms.split(" ")):
            stems.setdefault(normalize(form), set()).add(normalize(base))
    assert {form: found for form, found in stems.items() if len(found) > 1} == {}
