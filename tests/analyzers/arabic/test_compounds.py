"""Names that are printed in one word or in two, and codes of letters and digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import analyzer_for, compounds, normalize, resources, usual_spelling, words
from analyzers.arabic.compounds import first_part, is_compound, may_be_compound, other_spelling
from analyzers.codes import code_length, code_spellings

ANALYZER = analyzer_for("ar")
ROWS = list(resources.read_table("ar/compounds.tsv", columns=2))
KUNYAS, NAMES, PAIRS, WHOLE = (
    [word for kind, word in ROWS if kind == wanted] for wanted in ("kunya", "name", "pair", "whole")
)
PROCLITICS = ["", "و", "ب", "ل", "فك", "وب"]


def stems(text: str) -> list[str]:
    return [word.terms.stem for word in ANALYZER.stream(text)]


def found(query: str) -> list[tuple[tuple[str, ...], ...]]:
    exact = usual_spelling([terms.exact for token in words(query) if (terms := ANALYZER.terms(token.text))])
    return [each.spellings for each in compounds(exact, ANALYZER.is_stop_word)]


@pytest.mark.parametrize(
    ("joined", "apart"),
    [
        pytest.param("عبدالستار", "عبد الستار", id="servant of"),
        pytest.param("وعبدالستار", "وعبد الستار", id="a conjunction"),
        pytest.param("بالعبدالجبار", "بالعبد الجبار", id="an article on a family's name"),
        pytest.param("ضيفالله", "ضيف الله", id="of God"),
        pytest.param("لضيفالله", "لضيف الله", id="a preposition"),
        pytest.param("سيفالدين", "سيف الدين", id="of the faith"),
        pytest.param("أبوحنيفه", "أبو حنيفه", id="father of"),
        pytest.param("أبوالفتوح", "أبو الفتوح", id="father of one with the article"),
        pytest.param("أبوعبدالرحمن", "أبو عبد الرحمن", id="three parts"),
        pytest.param("أباصالح", "أبا صالح", id="father of, accusative"),
        pytest.param("لأبيطالب", "لأبي طالب", id="father of, genitive, after a preposition"),
        pytest.param("أمكلثوم", "أم كلثوم", id="mother of"),
        pytest.param("ابنخلدون", "ابن خلدون", id="son of"),
        pytest.param("بنزايد", "بن زايد", id="son of, inside a name"),
        pytest.param("ذوالفقار", "ذو الفقار", id="owner of"),
        pytest.param("كفرالدوار", "كفر الدوار", id="village of"),
        pytest.param("ديرالزور", "دير الزور", id="monastery of"),
        pytest.param("وسانفرانسيسكو", "وسان فرانسيسكو", id="foreign place"),
    ],
)
def test_a_name_in_one_word_has_the_terms_of_two(joined: str, apart: str) -> None:
    assert stems(joined) == stems(apart)
    assert len(stems(joined)) == apart.count(" ") + 1


WHOLE_WORDS = """
    أبوهم أبوها أبواب وأبوابها أبواق أبويه أبوته أبوظ عبدة عبدا والله بالله والدين الخالدين بالوالدين بنك بندر بنجاح
    بنزيمة ابنته ابنها امسينا أمطار أمريكا ذوبان ذويهم تلالها كابوس بيتنا أبوجا حضرموت بورسعيد رأسمال الله الدين
"""


@pytest.mark.parametrize("word", WHOLE_WORDS.split())
def test_a_word_that_only_looks_so_stays_whole(word: str) -> None:
    assert [token.text for token in words(word)] == [word]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("عبد", "جديد", id="no article"),
        pytest.param("عبد", "اله", id="too short"),
        pytest.param("عام", "الله", id="not of God"),
        pytest.param("رجل", "الدين", id="not of the faith"),
        pytest.param("الابو", "مازن", id="a kunya has no article"),
        pytest.param("ابو", "كتاب", id="no name"),
    ],
)
def test_other_words_side_by_side_are_no_name(first: str, second: str) -> None:
    assert not is_compound(first, second)


@given(st.sampled_from(KUNYAS), st.sampled_from(NAMES), st.sampled_from(PROCLITICS))
def test_what_is_a_name_apart_is_cut_there_in_one_word(kunya: str, name: str, proclitic: str) -> None:
    first, second = normalize(proclitic + kunya), normalize(name)
    assert is_compound(first, second)
    cut = first_part(first + second)
    assert cut > 0
    assert is_compound(first[:cut], (first + second)[cut:])


@given(st.sampled_from(PAIRS), st.sampled_from(PROCLITICS))
def test_a_listed_pair_is_cut_between_its_words(pair: str, proclitic: str) -> None:
    first, second = normalize(proclitic + pair.split(" ")[0]), normalize(pair.split(" ")[1])
    assert first_part(first + second) == len(first)


@given(st.sampled_from(WHOLE), st.sampled_from(PROCLITICS))
def test_a_name_that_stays_whole_has_two_spellings(pair: str, proclitic: str) -> None:
    first, second = (normalize(part) for part in (proclitic + pair).split(" "))
    assert first_part(first + second) == 0
    assert other_spelling([first + second]) == (first, second)
    assert other_spelling([first, second]) == (first + second,)
    assert other_spelling([first]) == other_spelling([first, second, "من"]) == ()


@given(st.text("ابدنوملهيعزرسقف", max_size=12) | st.text(max_size=12))
def test_what_is_left_out_at_once_is_no_compound(word: str) -> None:
    exact = normalize(word)
    assert 0 <= first_part(exact) < max(len(exact), 1)
    assert may_be_compound(exact) or first_part(exact) == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("زيارة عبدالله", [(("عبد", "الله"),)], id="a name in one word"),
        pytest.param("زيارة عبد الله", [(("عبد", "الله"),)], id="a name in two"),
        pytest.param("دارفور", [(("دارفور",), ("دار", "فور"))], id="a name that stays whole"),
        pytest.param("دار فور", [(("دارفور",), ("دار", "فور"))], id="the same apart"),
        pytest.param("أم درمان", [], id="with a stop word"),
        pytest.param("بن لادن", [(("بن", "لادن"),)], id="son of, first"),
        pytest.param("أسامة بن لادن", [], id="son of, inside a name"),
        pytest.param("عبد", [], id="one part alone"),
        pytest.param("مقاتلات F-16", [(("f", "16"), ("اف", "16"))], id="a code"),
        pytest.param("إف 16", [(("f", "16"), ("اف", "16"))], id="a code in Arabic letters"),
        pytest.param("بإف 16", [(("f", "16"), ("اف", "16"))], id="a code behind a preposition"),
        pytest.param("وبإف 16", [(("f", "16"), ("اف", "16"))], id="behind a conjunction and a preposition"),
        pytest.param("لاس 400", [(("s", "400"), ("اس", "400"))], id="without its hamza"),
        pytest.param("وإم إتش 370", [(("mh", "370"), ("ام", "اتش", "370"))], id="several letters"),
        pytest.param("واس 16", [], id="an agency is no letter S"),
        pytest.param("وأم 4", [], id="behind a conjunction a word is no code either"),
        pytest.param("iPhone 15", [(("iphone", "15"),)], id="a word and a number"),
        pytest.param("مباراة 15", [], id="an Arabic word and a number"),
    ],
)
def test_compounds_of_a_query(query: str, expected: object) -> None:
    assert found(query) == expected


@pytest.mark.parametrize(
    ("text", "length"),
    [
        pytest.param("s 400", 2, id="letter and number"),
        pytest.param("mh 370", 2, id="acronym and number"),
        pytest.param("rtx 4090", 2, id="acronym and a long number"),
        pytest.param("covid 19", 2, id="word and small number"),
        pytest.param("covid 2019", 0, id="word and a year"),
        pytest.param("a 12345", 0, id="too long a number"),
        pytest.param("5 g", 2, id="number and letter"),
        pytest.param("16 km", 0, id="number and word"),
        pytest.param("h 1 n 1", 4, id="four parts"),
        pytest.param("اس 400 الروسية", 2, id="name of a letter"),
        pytest.param("ام اتش 370", 3, id="names of letters"),
        pytest.param("ام 4", 0, id="a name that is another word"),
        pytest.param("اف", 0, id="no number"),
        pytest.param("اس اس اس اس 4", 0, id="too many letters"),
    ],
)
def test_length_of_a_code(text: str, length: int) -> None:
    assert code_length(text.split()) == length


@pytest.mark.parametrize(
    ("text", "others"),
    [
        pytest.param("s 400", ["اس 400"], id="one letter"),
        pytest.param("mh 370", ["ام اتش 370"], id="two letters"),
        pytest.param("k 2", ["كيه 2", "كي 2"], id="a letter of two names"),
        pytest.param("m 4", [], id="a letter whose name is another word"),
        pytest.param("iphone 15", [], id="a word"),
        pytest.param("h 1 n 1", [], id="four parts"),
    ],
)
def test_every_spelling_of_a_code_gives_the_same_ones(text: str, others: list[str]) -> None:
    spellings = (tuple(text.split()), *(tuple(other.split()) for other in others))
    assert [code_spellings(spelling) for spelling in spellings] == [spellings] * len(spellings)
