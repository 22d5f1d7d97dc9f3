"""Languages of texts by script, letters and common words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.names.languages import SAMPLE_CHARS, guess_language, language_names, language_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("ارتفعت أسعار القمح في السوق", "ar", id="Arabic"),
        pytest.param("محمد", "ar", id="Arabic, nothing else known"),
        pytest.param("قیمت گندم در بازار افزایش یافته است", "fa", id="Persian"),
        pytest.param("بازار میں گندم کی قیمت بڑھ گئی ہے", "ur", id="Urdu"),
        pytest.param("نرخی گەنم لە بازاڕدا بەرز بووەوە", "ckb", id="Sorani"),
        pytest.param("په بازار کې د غنمو بیه لوړه شوې ده", "ps", id="Pashto"),
        pytest.param("Wheat prices rise", "en", id="English without common words"),
        pytest.param("The café on the river", "en", id="English with an accent"),
        pytest.param("Le prix du blé augmente sur les marchés", "fr", id="French"),
        pytest.param("Buğday fiyatları bu yıl da yükseldi", "tr", id="Turkish"),
        pytest.param("Der Preis für Weizen ist gestiegen", "de", id="German"),
        pytest.param("מחיר החיטה עלה השנה", "he", id="Hebrew"),
        pytest.param("Цены на пшеницу выросли", "ru", id="Russian"),
        pytest.param("小麦价格上涨", None, id="a script that is not in the table"),
        pytest.param("2024 — 15 %", None, id="no letters"),
        pytest.param("محادثات BBC و CNN في القاهرة", "ar", id="names in another script"),
    ],
)
def test_the_language_of_a_text(text, code):
    assert guess_language(text) == code


def test_a_text_is_read_no_further_than_a_sample():
    assert guess_language("Wheat prices. " * (SAMPLE_CHARS // 14 + 1) + "القمح " * 1000) == "en"


@given(st.text(st.sampled_from("اـگêb7² "), max_size=6))
def test_arabic_is_the_same_with_and_without_a_character_of_no_old_encoding(text):
    assert (guess_language(text) == "ar") == (guess_language(f"{text}\N{WHITE STAR}") == "ar")


@pytest.mark.parametrize(
    ("text", "said", "tag"),
    [
        pytest.param("أسعار القمح", "en", "ar", id="another script"),
        pytest.param("أسعار القمح", "fa", "fa", id="the same script"),
        pytest.param("Wheat", "en-GB", "en-GB", id="a region"),
        pytest.param("Bei ya ngano", "sw", "sw", id="not in the table"),
        pytest.param("2024", "ar", "ar", id="no letters"),
        pytest.param("Wheat prices", None, "en", id="nothing said"),
    ],
)
def test_what_is_said_counts_unless_the_script_contradicts_it(text, said, tag):
    assert language_of(text, said) == tag


def test_languages_have_names():
    assert language_names("ar") == ("العربية", "Arabic")
    assert language_names("tlh") == ()
