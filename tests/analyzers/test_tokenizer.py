"""Words of a text, and their offsets."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.characters import JOINERS, MARKS, WORD_SIGNS
from analyzers.parts import words
from analyzers.tokenizer import chunks
from analyzers.tokens import Token

ZWNJ, RLM, LRM, BOM, SOFT_HYPHEN = "\u200c", "\u200f", "\u200e", "\ufeff", "\u00ad"
SHADDA, TANWIN, HAMZA_ABOVE = "\u0651", "\u064b", "\u0654"

# Letters, marks, joiners, digits and separators in the mixtures that break tokenizers.
HOSTILE = st.text(
    st.one_of(
        st.sampled_from(
            "ابتةىئؤأإآٱکیپەabzZé١٢12۳.,٫٬'’-_ـ\u064b\u064e\u0651\u0654\u0670\u06e5\u200c\u200d\u200e\u202b\u2069"
        ),
        st.sampled_from(
            "\ufdfa\ufdf2\ufefb\ufe70\ufe71\ufe73\ufe7c\ufc5e\ufcf2\ufeff\u00ad\ud800\udfff\u3164½²東שλя\u0301\u3099\U000e0100 \n"
        ),
        st.characters(),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("وزير الخارجية", ["وزير", "الخارجية"], id="two words"),
        pytest.param("تَحَدَّثَ الرَّئيسُ", ["تَحَدَّثَ", "الرَّئيسُ"], id="vowels stay inside and at the end"),
        pytest.param("هٰذا ٱلرَّحۡمَٰنِ", ["هٰذا", "ٱلرَّحۡمَٰنِ"], id="superscript alef and quranic sukun"),
        pytest.param("كتـــاب", ["كتـــاب"], id="tatweel inside"),
        pytest.param("ـكتاب لـ هـ", ["كتاب", "ل", "ه"], id="tatweel outside"),
        pytest.param(f"می{ZWNJ}خواهم", [f"می{ZWNJ}خواهم"], id="ZWNJ inside"),
        pytest.param(f"{RLM}كتاب{RLM} {LRM}BBC{LRM}", ["كتاب", "BBC"], id="direction marks outside"),
        pytest.param(f"كتا{RLM}ب", [f"كتا{RLM}ب"], id="direction mark inside"),
        pytest.param(f"{BOM}خبر", ["خبر"], id="byte order mark"),
        pytest.param(f"inter{SOFT_HYPHEN}national", [f"inter{SOFT_HYPHEN}national"], id="soft hyphen"),
        pytest.param(f"ا{HAMZA_ABOVE}مر", [f"ا{HAMZA_ABOVE}مر"], id="decomposed hamza"),
        pytest.param(f"{TANWIN}كتاب", ["كتاب"], id="mark without a letter before it"),
        pytest.param("CNNبالعربية", ["CNN", "بالعربية"], id="latin glued to arabic"),
        pytest.param("بالعربيةCNN", ["بالعربية", "CNN"], id="arabic glued to latin"),
        pytest.param("عام2015م", ["عام", "2015", "م"], id="digits glued to arabic"),
        pytest.param("مجموعة ال20", ["مجموعة", "ال20"], id="article glued to digits"),
        pytest.param("و6 والـ11 ب2.5 و1,200", ["و6", "والـ11", "ب2.5", "و1,200"], id="proclitics of numbers"),
        pytest.param("و1.2.3", ["و", "1", "2", "3"], id="no number after a proclitic"),
        pytest.param("F16 و5G", ["F", "16", "و", "5", "G"], id="letters and digits of a code"),
        pytest.param("H1N1 a1b2c", ["H", "1", "N", "1", "a1b2c"], id="four parts of a code, no more"),
        pytest.param("F²½ 20's 1\u03012é3", ["F²½", "20's", "1\u03012", "é", "3"], id="digits with marks"),
        pytest.param("كوفيد-19", ["كوفيد", "19"], id="hyphen separates"),
        pytest.param("#غزة_تحت_القصف", ["غزة", "تحت", "القصف"], id="hashtag"),
        pytest.param("1,200 1,200,000.5", ["1,200", "1,200,000.5"], id="thousands"),
        pytest.param("1.5 ٣٫٥ ١٬٢٠٠", ["1.5", "٣٫٥", "١٬٢٠٠"], id="decimals and arabic separators"),
        pytest.param("11/02/2024", ["11", "02", "2024"], id="date with slashes"),
        pytest.param("11.02.2024", ["11", "02", "2024"], id="date with points"),
        pytest.param("٢٠٢٤،", ["٢٠٢٤"], id="arabic comma after a year"),
        pytest.param("2024. 7,", ["2024", "7"], id="number at the end of a sentence"),
        pytest.param("don't l’Orient 'yes'", ["don't", "l’Orient", "yes"], id="apostrophes"),
        pytest.param("café cafe\u0301", ["café", "cafe\u0301"], id="accents"),
        pytest.param("محمدﷺ", ["محمد", "صلى", "الله", "عليه", "وسلم"], id="word sign after a name"),
        pytest.param("﷼ ﷻ ﷿", ["ريال", "جل", "جلاله", "عز", "وجل"], id="signs that are no letters"),
        pytest.param("عبدالعزيز وأبوعبدالله", ["عبد", "العزيز", "وأبو", "عبد", "الله"], id="compound names"),
        pytest.param("عَبْدُالعَزِيز ﻋﺒﺪﺍﻟﻌﺰﻳﺰ", ["عَبْدُ", "العَزِيز", "ﻋﺒﺪ", "ﺍﻟﻌﺰﻳﺰ"], id="marks and forms of letters"),
        pytest.param("عبدـالعزيز", ["عبد", "العزيز"], id="tatweel between parts"),
        pytest.param("كمالاﻟﺪين كماﻻلدين", ["كمال", "اﻟﺪين", "كماﻻلدين"], id="no part begins inside a ligature"),
        pytest.param("أبوهم أبواب عبدًا وبالله", ["أبوهم", "أبواب", "عبدًا", "وبالله"], id="no compound"),
        pytest.param('ארה"ב צה״ל צ\'ק "אב" a"b', ['ארה"ב', "צה״ל", "צ'ק", "אב", "a", "b"], id="hebrew abbreviations"),
        pytest.param("ﻣﺼﺮ ﻻ", ["ﻣﺼﺮ", "ﻻ"], id="presentation forms"),
        pytest.param("ﹰ ﱞ ﹳ", [], id="spacing marks are no words"),
        pytest.param("קהיר Каир 東京 दिल्ली", ["קהיר", "Каир", "東京", "दिल्ली"], id="other scripts"),
        pytest.param("א\u05b7ב", ["א\u05b7ב"], id="hebrew points"),
        pytest.param("\ud800كتاب\udfff", ["كتاب"], id="lone surrogates"),
        pytest.param("1️⃣", ["1️⃣"], id="keycap"),
        pytest.param("«»…—_ \u200c ـ", [], id="nothing but punctuation"),
        pytest.param("", [], id="empty"),
    ],
)
def test_words_found(text: str, found: list[str]) -> None:
    assert [token.text for token in words(text)] == found


def test_positions_count_every_word() -> None:
    assert list(words("في  بيروت.")) == [Token("في", 0, 0, 2), Token("بيروت", 1, 4, 9)]


@given(HOSTILE)
def test_offsets_point_at_the_word_as_printed(text: str) -> None:
    end = 0
    for position, token in enumerate(words(text)):
        assert token.position == position
        printed = text[token.start : token.end]
        is_sign = printed[0] in WORD_SIGNS
        assert end <= token.start < token.end <= len(text) or (is_sign and token.end == end)
        assert printed == token.text or (is_sign and token.text in WORD_SIGNS[printed[0]].split())
        end = token.end


@given(HOSTILE)
def test_no_word_begins_or_ends_with_a_joiner(text: str) -> None:
    for token in words(text):
        assert token.text[0] not in MARKS | JOINERS
        assert token.text[-1] not in JOINERS
        assert any(map(str.isalnum, token.text))


@given(HOSTILE)
def test_no_word_loses_the_marks_of_its_last_letter(text: str) -> None:
    for token in words(text):
        assert not unicodedata.category(text[token.end : token.end + 1] or " ").startswith("M")


@given(HOSTILE)
def test_every_letter_and_digit_is_in_a_word(text: str) -> None:
    inside = {place for token in words(text) for place in range(token.start, token.end)}
    for place, character in enumerate(text):
        is_letter = character.isalnum() and character not in MARKS | JOINERS
        assert place in inside or not is_letter


@given(HOSTILE)
def test_a_word_is_one_word_wherever_it_stands(text: str) -> None:
    for token in words(text):
        assert list(words(token.text)) == [Token(token.text, 0, 0, len(token.text))]


@given(st.lists(HOSTILE, max_size=6), st.sampled_from([" ", "\n", "  ", " \n"]))
def test_the_words_of_the_chunks_are_the_words_of_the_text(parts: list[str], between: str) -> None:
    text, begin, found = between.join(parts), 0, []
    for chunk in chunks(text):
        found += [(token.text, begin + token.start) for token in words(chunk)]
        begin += len(chunk) + 1
    assert begin == len(text) + 1
    assert found == [(token.text, token.start) for token in words(text)]


def test_the_words_of_a_sign_have_its_offsets() -> None:
    assert list(words("محمدﷻ")) == [Token("محمد", 0, 0, 4), Token("جل", 1, 4, 5), Token("جلاله", 2, 4, 5)]


@pytest.mark.parametrize("letter", ["ﷲ", "ﷴ"])
def test_a_ligature_of_a_whole_word_is_a_word(letter: str) -> None:
    assert [token.text for token in words(letter)] == [letter]


def test_a_long_word_is_matched_without_backtracking() -> None:
    text = ("ب" + SHADDA + ZWNJ) * 100_000
    (token,) = words(text)
    assert token.text == text[:-1]


def test_the_marks_are_those_of_unicode_and_spacing_forms() -> None:
    unicode_marks = {each for each in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(each)[0] == "M"}
    assert unicode_marks <= MARKS
    assert all("\u0640" <= each <= "\ufe7f" for each in MARKS - unicode_marks)
