"""Stems: words that meet and words that do not, with the lexicon and without it, in C and in Python."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import Analyzer
from analyzers.arabic import arramooz, lists, model
from analyzers.arabic.lexicon import Lexicon, text_of
from analyzers.arabic.normalizer import normalize
from analyzers.arabic.segmenter import AffixScores, Segmenter, cuts, native_stemmer, scores_of

try:
    from analyzers import _native
except ImportError:
    _native = None  # type: ignore[assignment]

needs_c = pytest.mark.skipif(_native is None, reason="built without the extension in C")
Stemmer = Callable[[str], str]

ANALYZERS = {"with lexicon": Analyzer(), "without": Analyzer(lexicon=lambda: None)}
OTHERS = {"with lexicon": Analyzer(), "without": Analyzer(lexicon=lambda: None)}


def stemmer(analyzer: Analyzer) -> Stemmer:
    def stem(word: str) -> str:
        terms = analyzer.terms(word)
        assert terms is not None
        return terms.stem

    return stem


@pytest.fixture(params=list(ANALYZERS))
def stem(request: pytest.FixtureRequest) -> Stemmer:
    """Return the stemmer with the lexicon, then the one that has only the lists and the model."""
    return stemmer(ANALYZERS[request.param])


@pytest.fixture
def read() -> Stemmer:
    """Return the stemmer with the lexicon."""
    return stemmer(ANALYZERS["with lexicon"])


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("المعلم", id="al-"),
        pytest.param("والمعلم", id="wal-"),
        pytest.param("بالمعلم", id="bal-"),
        pytest.param("كالمعلم", id="kal-"),
        pytest.param("فالمعلم", id="fal-"),
        pytest.param("للمعلم", id="lil-"),
        pytest.param("وبالمعلم", id="wabal-"),
        pytest.param("فللمعلم", id="falil-"),
        pytest.param("ومعلم", id="wa-"),
        pytest.param("لمعلم", id="li-"),
        pytest.param("بمعلم", id="bi-"),
        pytest.param("كمعلم", id="ka-"),
        pytest.param("ولمعلم", id="wali-"),
        pytest.param("معلمها", id="-ha"),
        pytest.param("معلمهم", id="-hm"),
        pytest.param("معلمهما", id="-hma"),
        pytest.param("معلمنا", id="-na"),
        pytest.param("معلمون", id="-wn"),
        pytest.param("معلمين", id="-yn"),
        pytest.param("معلمان", id="-an"),
        pytest.param("معلما", id="accusative -a"),
        pytest.param("معلميهم", id="-y before a pronoun"),
        pytest.param("معلموها", id="-w before a pronoun"),
    ],
)
def test_an_inflected_noun_meets_the_bare_one(read: Stemmer, word: str) -> None:
    assert read(word) == "معلم"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param("حكومتها", "حكومه", id="teh marbuta before a pronoun"),
        pytest.param("الحكومات", "حكومه", id="sound feminine plural"),
        pytest.param("حكومتين", "حكومه", id="feminine dual"),
        pytest.param("الدولية", "دولي", id="nisba keeps yeh before teh marbuta"),
        pytest.param("دوليين", "دولي", id="nisba keeps yeh before -yn"),
        pytest.param("القضاة", "قاضي", id="broken plural in teh marbuta"),
        pytest.param("ومستشفياتها", "مستشفي", id="plural of a noun in alef maksura"),
        pytest.param("مناطقهم", "منطقه", id="broken plural with a pronoun"),
        pytest.param("سيستخدمونها", "استخدم~", id="future with a pronoun"),
        pytest.param("قالوا", "قال~", id="hollow perfect"),
        pytest.param("يقل", "قال~", id="hollow jussive"),
        pytest.param("دعت", "دعا~", id="defective perfect, feminine"),
        pytest.param("يدعون", "دعا~", id="defective imperfect, plural"),
        pytest.param("أعطاهم", "اعطي~", id="defective perfect with a pronoun"),
    ],
)
def test_the_stem_is_the_dictionary_form(read: Stemmer, word: str, expected: str) -> None:
    assert read(word) == expected


@pytest.mark.parametrize(
    "word",
    [
        "وزير",
        "بيروت",
        "لاعب",
        "فريق",
        "كتاب",
        "يمين",
        "قانون",
        "اتجاه",
        "من",
        "ب",
        "واشنطن",
        "لبنان",
        "كابول",
        "سليمان",
    ],
)
def test_own_letters_stay(stem: Stemmer, word: str) -> None:
    assert stem(word) == normalize(word)


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
        pytest.param("يجدوا", "وجد", id="two letters before the ending"),
    ],
)
def test_an_imperfect_is_found_with_its_perfect(read: Stemmer, imperfect: str, perfect: str) -> None:
    assert read(imperfect) == normalize(perfect) + "~"


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
def test_words_that_meet(stem: Stemmer, one: str, other: str) -> None:
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
def test_words_that_do_not_meet(stem: Stemmer, one: str, other: str) -> None:
    assert stem(one) != stem(other)


ARABIC = st.text(st.sampled_from("ابتثجحدرسشعفقكلمنهويءئؤةىأإآ0a"), min_size=1, max_size=12)


@pytest.mark.parametrize("name", ANALYZERS)
@given(word=ARABIC)
def test_a_stem_is_short_and_depends_on_nothing_but_the_word(name: str, word: str) -> None:
    stem = stemmer(ANALYZERS[name])(word)
    assert stem.strip() == stem != ""
    assert len(stem) <= 64 + len("ا~")
    assert stemmer(OTHERS[name])(f"و{word}") is not None  # another history
    assert stemmer(OTHERS[name])(word) == stem


AFFIX = st.text(st.sampled_from("ابت"), max_size=3)


@given(
    word=st.text(st.sampled_from("ابت"), min_size=1, max_size=8),
    rows=st.lists(st.tuples(AFFIX, AFFIX, st.sampled_from("NH")), max_size=12, unique=True),
    shortest=st.integers(1, 3),
)
def test_a_word_is_cut_wherever_the_table_has_both_affixes(
    word: str, rows: list[tuple[str, str, str]], shortest: int
) -> None:
    scored = {row: float(number) for number, row in enumerate(rows)}
    table = AffixScores((*row, score) for row, score in scored.items())
    expected = [
        (start, end, {slot: scored[word[:start], word[end:], slot] for slot in slots})
        for start in range(len(word))
        for end in range(len(word), start + shortest - 1, -1)
        if (slots := [slot for slot in "NH" if (word[:start], word[end:], slot) in scored])
    ]
    assert cuts(word, table, shortest=shortest) == expected


@pytest.fixture(params=["with lexicon", "without"], scope="module")
def stemmers(request: pytest.FixtureRequest) -> tuple[Stemmer, Stemmer]:
    """Return the stemmer in C and the one in Python."""
    installed = arramooz.installed_lexicon()
    texts = (text_of(lists.entries()), installed.text if installed and request.param == "with lexicon" else "")
    native, in_python = (
        native_stemmer(lambda: scores_of(model.shipped_model()), texts),
        Segmenter(model.shipped_model(), Lexicon(*texts)),
    )
    if native is None:
        pytest.skip("built without the C part")
    return native, lambda word: in_python.split(word).term


# Affixes, stems with weak letters and with letters that begin a verb's form, known words.
MADE_OF = (
    "ا أ إ آ ة و ي ن س ت ل ب ك ف م ه ء ال وال لل ست سي ها هم ون ين ات ان ته كتب قول مدرس حكوم ستخدم نطلق جتمع 7 x ﷺ"
)


def test_c_gives_the_stems_of_python(stemmers: tuple[Stemmer, Stemmer]) -> None:
    native, in_python = stemmers

    @given(st.lists(st.sampled_from(MADE_OF.split()), min_size=1, max_size=6).map("".join) | st.text(max_size=9))
    def compare(word: str) -> None:
        assert native(word) == in_python(word)

    compare()
    for word in (
        "",
        "ا" * 64,
        "مدارس",
        "قالوا",
        "يستعين",
        "استعان",
        "إعداد",
        "أعداد",
        "اعداد",
        "فكرة",
        "ة",
        "\U0001f600",
    ):
        assert native(word) == in_python(word)


def test_c_refuses_malformed_words(stemmers: tuple[Stemmer, Stemmer]) -> None:
    for bad, problem in ((7, TypeError), (b"word", TypeError), ("ا" * 257, ValueError)):
        with pytest.raises(problem):
            stemmers[0](bad)  # type: ignore[arg-type]


ROW = ("و", "ها", "H", -1.0)
ALEFS = (-6.0, -1.0, -1.0, -3.0)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("حكوم\tH حكومه", id="no weight"),
        pytest.param("حكوم\tH حكومه x", id="no number"),
        pytest.param("حكوم\tح حكومه 1", id="no slot"),
        pytest.param("حكوم\tH  1", id="no term"),
        pytest.param("حكوم\tH حكومه 1 2", id="too many"),
        pytest.param("ح" * 300 + "\tH حكومه 1", id="too long"),
    ],
)
@needs_c
def test_c_refuses_a_malformed_lexicon(line: str) -> None:
    with pytest.raises(ValueError, match=r"lexicon|float"):
        _native.Stemmer((ROW,), (ROW,), (line,), {}, -4.0, -1.0, ALEFS)


@pytest.mark.parametrize(
    ("position", "bad", "problem"),
    [
        pytest.param(0, [ROW], TypeError, id="no tuple of slots"),
        pytest.param(0, ([*ROW],), TypeError, id="a row that is a list"),
        pytest.param(0, (ROW[:3],), TypeError, id="no score"),
        pytest.param(1, ((b"", *ROW[1:]),), TypeError, id="bytes for a prefix"),
        pytest.param(1, (("ا" * 17, *ROW[1:]),), ValueError, id="a long prefix"),
        pytest.param(1, ((*ROW[:2], "ح", -1.0),), ValueError, id="an Arabic slot"),
        pytest.param(2, (7,), TypeError, id="a lexicon that is no text"),
        pytest.param(3, {"كتاب": "often"}, TypeError, id="a text for a logarithm"),
    ],
)
@needs_c
def test_c_refuses_malformed_arguments(position: int, bad: Any, problem: type[Exception]) -> None:
    arguments: list[Any] = [(ROW,), (ROW,), ("حكوم\tH حكومه 1",), {"كتاب": 1.0}, -4.0, -1.0, ALEFS]
    assert _native.Stemmer(*arguments).stem("وحكومها") == "حكومه"
    arguments[position] = bad
    with pytest.raises(problem):
        _native.Stemmer(*arguments)
