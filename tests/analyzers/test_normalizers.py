"""Normalization of words in Arabic, in other scripts, and of numbers."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import resources
from analyzers.arabic import normalizer
from analyzers.arabic.normalizer import MAX_LETTERS
from analyzers.arabic.normalizer import normalize as normalize_arabic
from analyzers.arabic.numerals import NUMBER, normalize_number
from analyzers.characters import ARABIC_LETTERS
from analyzers.english.normalizer import normalize as normalize_other

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)


@pytest.mark.parametrize(
    ("written", "normalized"),
    [
        pytest.param("إيران", "ايران", id="hamza below alef"),
        pytest.param("أحمد", "احمد", id="hamza above alef"),
        pytest.param("آسيا", "اسيا", id="madda"),
        pytest.param("ٱلله", "الله", id="alef wasla"),
        pytest.param("ا\u0653سيا", "اسيا", id="decomposed madda"),
        pytest.param("ا\u0655يران", "ايران", id="decomposed hamza below"),
        pytest.param("مستشفى", "مستشفي", id="alef maksura"),
        pytest.param("مدرسة", "مدرسه", id="teh marbuta"),
        pytest.param("مسؤول", "مسءول", id="hamza on waw"),
        pytest.param("مسئول", "مسءول", id="hamza on yeh"),
        pytest.param("مسو\u0654ول", "مسءول", id="decomposed hamza on waw"),
        pytest.param("بدء", "بدء", id="hamza alone"),
        pytest.param("ٵحمد", "احمد", id="high hamza alef"),
        pytest.param("اٴحمد", "احمد", id="alef and high hamza"),
        pytest.param("مسٶول", "مسءول", id="high hamza waw"),
        pytest.param("رییس", "رءيس", id="two Farsi yehs"),
        pytest.param("تغییر", "تغيير", id="two Farsi yehs of an Arabic pattern"),
        pytest.param("رييس", "رييس", id="two Arabic yehs"),
        pytest.param("الدُّوَلُ", "الدول", id="vowels and shadda"),
        pytest.param("كِتَابًا", "كتابا", id="tanwin"),
        pytest.param("هٰذا", "هذا", id="superscript alef"),
        pytest.param("ٱلرَّحۡمَٰنِ", "الرحمن", id="quranic sukun"),
        pytest.param("كۥتبۦ", "كتب", id="small waw and small yeh"),
        pytest.param("لبنـــان", "لبنان", id="tatweel"),
        pytest.param("می\u200cخواهم", "ميخواهم", id="ZWNJ"),
        pytest.param("لبن\u200fان\u202c", "لبنان", id="direction controls"),
        pytest.param("ﻟﺒﻨﺎﻥ", "لبنان", id="presentation forms B"),
        pytest.param("ﻻﺟﺊ", "لاجء", id="lam alef ligature"),
        pytest.param("ﷲ", "الله", id="word ligature"),
        pytest.param("ﷺ", "صلياللهعليهوسلم", id="formula without its spaces"),
        pytest.param("ﹰكﹶتﹼبﱞ", "كتب", id="spacing forms of marks"),
        pytest.param("پاکستان", "باكستان", id="persian peh and keheh"),
        pytest.param("گروه", "كروه", id="persian gaf"),
        pytest.param("چین", "جين", id="persian tcheh and yeh"),
        pytest.param("ژاپن", "زابن", id="persian jeh"),
        pytest.param("خانۀ", "خانه", id="heh with yeh above"),
        pytest.param("بھارت", "بهارت", id="urdu heh doachashmee"),
        pytest.param("ٹی", "تي", id="urdu tteh"),
        pytest.param("لڑکے", "لركي", id="urdu rreh and yeh barree"),
        pytest.param("ہوں", "هون", id="urdu heh goal and noon ghunna"),
        pytest.param("کوردستانە", "كوردستانه", id="kurdish ae"),
        pytest.param("ڤيينا", "فيينا", id="veh"),
        pytest.param("عام٢٠٢٤", "عام2024", id="arabic digits"),
        pytest.param("سال۱۳۹۹", "سال1399", id="persian digits"),
        pytest.param("عربيABC", "عربيabc", id="capitals"),
        pytest.param("و_ع\ud800 د", "وعد", id="what is no letter goes"),
        pytest.param("ًٌٍ", "", id="marks only"),
    ],
)
def test_arabic(written: str, normalized: str) -> None:
    assert normalize_arabic(written) == normalized


@pytest.mark.parametrize(
    ("written", "normalized"),
    [
        pytest.param("Lebanon's", "lebanon", id="possessive"),
        pytest.param("Lebanon’s", "lebanon", id="curly possessive"),
        pytest.param("ministers'", "ministers", id="possessive of a plural"),
        pytest.param("DON’T", "dont", id="apostrophe"),
        pytest.param("Erdoğan", "erdogan", id="turkish accent"),
        pytest.param("İstanbul", "istanbul", id="dotted capital i"),
        pytest.param("Straße", "strasse", id="sharp s"),
        pytest.param("ʿAbd", "abd", id="transliterated ain"),
        pytest.param("Ｆ１６", "f16", id="full width"),
        pytest.param("ﬁn", "fin", id="ligature"),
        pytest.param("inter\u00adnational", "international", id="soft hyphen"),
        pytest.param("Ёлка", "елка", id="cyrillic"),
        pytest.param("दिल्ली", "दिल्ली", id="vowels of devanagari stay"),
        pytest.param("F١٦", "f16", id="arabic digits"),
        pytest.param("'", "", id="nothing left"),
        pytest.param("\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd", "שלום", id="hebrew points"),
        pytest.param('ארה"ב', "ארהב", id="hebrew abbreviation"),
        pytest.param("צה״ל", "צהל", id="hebrew gershayim"),
    ],
)
def test_other_scripts(written: str, normalized: str) -> None:
    assert normalize_other(written) == normalized


@pytest.mark.parametrize(
    ("written", "normalized"),
    [
        pytest.param("1,200", "1200", id="comma before three digits"),
        pytest.param("1,200,000.5", "1200000.5", id="thousands and decimals"),
        pytest.param("١٬٢٠٠", "1200", id="arabic thousands"),
        pytest.param("٣٫٥", "3.5", id="arabic decimals"),
        pytest.param("1,5", "1.5", id="decimal comma"),
        pytest.param("۲۰۲۴", "2024", id="persian digits"),
        pytest.param("१२", "12", id="digits of another script"),
    ],
)
def test_numbers(written: str, normalized: str) -> None:
    assert NUMBER.fullmatch(written)
    assert normalize_number(written) == normalized


@given(ANY_TEXT)
def test_normalizing_arabic_again_changes_nothing(text: str) -> None:
    assert normalize_arabic(normalize_arabic(text)) == normalize_arabic(text)


@given(ANY_TEXT)
def test_normalizing_other_scripts_again_changes_nothing(text: str) -> None:
    assert normalize_other(normalize_other(text)) == normalize_other(text)


@given(
    proclitics=st.sampled_from(["", "و", "ال", "فل", "وبالـ"]),
    separators=st.text(st.sampled_from(".,\u066b\u066c"), max_size=4),
    digits=st.lists(st.text(st.characters(categories=["Nd"]), min_size=1, max_size=70), min_size=5, max_size=5),
)
def test_normalizing_a_number_again_changes_nothing(proclitics: str, separators: str, digits: list[str]) -> None:
    number = (
        proclitics + "".join(part + separator for part, separator in zip(digits, separators, strict=False)) + digits[4]
    )
    assert NUMBER.fullmatch(number)
    assert normalize_number(normalize_number(number)) == normalize_number(number)


@given(st.text(st.sampled_from([*sorted(ARABIC_LETTERS), *"\u0653\u0654\u0655\u064e"]), max_size=8))
def test_a_composed_spelling_is_the_decomposed_one(word: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert normalize_arabic(unicodedata.normalize(form, word)) == normalize_arabic(word)


@given(st.text(st.sampled_from(normalizer.PLAIN_LETTERS), max_size=MAX_LETTERS + 6))
def test_letters_of_the_arabic_alphabet_are_normalized_one_by_one(word: str) -> None:
    assert normalize_arabic(word) == normalizer._normalize(word)
    assert normalize_arabic(word[:MAX_LETTERS]) == "".join(map(normalize_arabic, word[:MAX_LETTERS]))


def test_a_word_without_end_has_a_term_of_bounded_length() -> None:
    for normalize in (normalize_arabic, normalize_other):
        assert len(normalize("ﷺ" * 100_000)) <= MAX_LETTERS
        assert len(normalize("a" + "\u0301\u0323\u059a" * 100_000)) <= MAX_LETTERS
    assert len(normalize_number("9" * 100_000)) == MAX_LETTERS


def test_every_fold_leads_to_a_letter_that_stays() -> None:
    for letter, folded in resources.read_table("ar/folds.tsv", columns=2):
        assert normalize_arabic(letter) == folded == normalize_arabic(folded)
