"""Nisbas: every form of the adjective in ي of a country or a place shares one stem."""

from collections.abc import Iterator

import pytest

from analyzers import analyzer_for, read_table
from analyzers.arabic.normalizer import normalize

PREFIXES = ("", "و", "ف", "ب", "ل", "ك", "ال", "وال", "فال", "بال", "كال", "لل", "ولل")
ENDINGS = ("", "ة", "ان", "تان", "ين", "تين", "ون", "ات")
NATIONALITIES = sorted(
    {word for row in read_table("ar/countries.tsv", 6) for word in row[2].split(" ") if word.isalpha()}
)

# A form that is another word: platinum, my battalion, and the feminines that are places.
OTHER_WORDS = {"بلاتيني": "بلاتيني", "كتيبتي": "كتيبه"}
PLACES = {"سعوديه", "اسكندريه"}


def stem(word: str) -> str:
    terms = analyzer_for("ar").terms(word)
    assert terms is not None
    return terms.stem


def forms(nisba: str) -> Iterator[str]:
    for prefix in PREFIXES:
        is_assimilated = prefix.endswith("لل") and nisba.startswith("ل")
        yield from (prefix + nisba[is_assimilated:] + ending for ending in ENDINGS)


def test_there_are_nationalities() -> None:
    assert len(NATIONALITIES) > 300


@pytest.mark.parametrize("nisba", NATIONALITIES)
def test_all_forms_of_a_nationality_share_its_stem(nisba: str) -> None:
    own = normalize(nisba)
    stems = {form: found for form in forms(nisba) if (found := stem(form)) != own and found not in PLACES}
    assert stems.items() <= OTHER_WORDS.items()


@pytest.mark.parametrize(
    ("place", "nisba"),
    [
        pytest.param("قابس", "قابسي", id="the package has the place as a noun"),
        pytest.param("القيروان", "قيرواني", id="with its article"),
        pytest.param("جوهانسبرغ", "جوهانسبرغي", id="unknown to the package"),
        pytest.param("سليانة", "سلياني", id="in ة"),
        pytest.param("نيقوسيا", "نيقوسي", id="in يا"),
        pytest.param("غزة", "غزي", id="of two letters"),
        pytest.param("بلجرشي", "بلجرشي", id="the place ends in ي itself"),
    ],
)
def test_all_forms_of_the_nisba_of_a_place_share_a_stem(place: str, nisba: str) -> None:
    assert {stem(form) for form in forms(nisba)} == {nisba}


@pytest.mark.parametrize(
    ("place", "other"),
    [
        pytest.param("المهدية", "المهدي", id="a town and a title"),
        pytest.param("السعودية", "سعودي", id="a country and its nationality"),
        pytest.param("جندوبة", "جندوب", id="a town that no dictionary has"),
        pytest.param("بافاريا", "بافاري", id="a region and its nisba"),
        pytest.param("ويلز", "لز", id="its first letters are a prefix elsewhere"),
    ],
)
def test_a_place_is_a_word_of_its_own(place: str, other: str) -> None:
    assert stem(place) == stem(f"و{place}") == normalize(place.removeprefix("ال")) != stem(other)


@pytest.mark.parametrize(
    ("form", "word"),
    [
        pytest.param("للحوثيين", "حوثي", id="a plural that tells a country"),
        pytest.param("الحرمين", "حرم", id="a dual that tells a country"),
        pytest.param("قطاعي", "قطاع", id="the strip is a sector as well"),
    ],
)
def test_a_common_word_is_not_taken_for_a_place(form: str, word: str) -> None:
    assert stem(form) == word
