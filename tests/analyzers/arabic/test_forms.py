"""Forms that meet their word, and words of like letters that stay apart, with the lexicon of the package."""

import pytest

from analyzers import analyzer_for
from analyzers.arabic.normalizer import normalize


def read(word: str) -> str:
    """Return the stem of a word."""
    terms = analyzer_for("ar").terms(word)
    assert terms is not None
    return terms.stem


@pytest.mark.parametrize(
    ("verb", "noun"),
    [
        pytest.param("سيتم", "تم", id="two equal letters at the end of the root"),
        pytest.param("يردون", "الرد", id="and a pronoun of the plural"),
        pytest.param("سيطلب", "الطلب", id="the package has the verbal noun with the vowels of the verb"),
        pytest.param("تهدف", "أهداف", id="the list says so"),
    ],
)
def test_a_verb_and_its_noun_of_the_same_letters_and_vowels_share_a_stem(verb: str, noun: str) -> None:
    assert read(verb) == read(noun)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("إعداد", "أعداد", id="a verbal noun and a plural"),
        pytest.param("بإعلام", "أعلام", id="with a preposition"),
        pytest.param("آثار", "إثارة", id="madda and hamza below"),
        pytest.param("بدأ", "بدا", id="two verbs"),
        pytest.param("تبدأ", "تبدو", id="two verbs, imperfect"),
    ],
)
def test_a_hamza_tells_words_apart(one: str, other: str) -> None:
    assert read(one) != read(other)


@pytest.mark.parametrize("word", ["الاعداد", "اعداد", "أعداد", "عدد"])
def test_an_alef_without_its_hamza_is_read_as_the_more_frequent_word(word: str) -> None:
    assert read(word) == "عدد"


@pytest.mark.parametrize("word", ["إستخدام", "استخدام", "أستخدام"])
def test_a_hamza_that_the_word_has_not_is_no_obstacle(word: str) -> None:
    assert read(word) == "استخدام"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("قوى", "قوي", id="a plural and an adjective"),
        pytest.param("كلى", "كلي", id="kidneys and total"),
        pytest.param("رأى", "رأي", id="a verb and a noun"),
        pytest.param("قوات", "بقوة", id="troops and power"),
        pytest.param("المرأة", "المرآة", id="woman and mirror"),
        pytest.param("الطلبة", "الطلب", id="students and a request"),
    ],
)
def test_words_of_like_letters_stay_apart(one: str, other: str) -> None:
    assert read(one) != read(other)


@pytest.mark.parametrize(
    ("form", "word"),
    [
        pytest.param("وزيري", "وزير", id="dual in construct"),
        pytest.param("بيديه", "يد", id="dual with a pronoun"),
        pytest.param("مدينتيهما", "مدينة", id="dual of a feminine with a pronoun"),
        pytest.param("كتابك", "كتاب", id="your"),
        pytest.param("وزيرة", "وزير", id="feminine of a person"),
        pytest.param("سأكتب", "كتبوا", id="future, first person"),
        pytest.param("ستقام", "أقام", id="passive of a fourth form"),
        pytest.param("لايمكن", "يمكن", id="joined negation"),
        pytest.param("زرتم", "زار", id="hollow perfect, second person"),
        pytest.param("يشاركن", "شارك", id="feminine plural"),
        pytest.param("مستشفى", "مستشفي", id="alef maksura printed as yeh"),
        pytest.param("المصرى", "مصري", id="yeh printed as alef maksura"),
        pytest.param("فيديوهات", "فيديو", id="loan in waw"),
        pytest.param("كازينوهاتها", "كازينو", id="unknown loan in waw"),
        pytest.param("إليهم", "إلى", id="particle with a pronoun"),
        pytest.param("ولله", "الله", id="God"),
        pytest.param("للمرأة", "نساء", id="woman"),
    ],
)
def test_a_form_meets_its_word(form: str, word: str) -> None:
    assert read(form) == read(word)


@pytest.mark.parametrize("ending", ["ية", "يات", "يين", "يون", "يتان", "يتين"])
@pytest.mark.parametrize("unknown", ["حوث", "إيزيد", "بلاكور"])
def test_an_unknown_adjective_in_yeh_has_one_stem(unknown: str, ending: str) -> None:
    assert read(f"{unknown}{ending}") == read(f"{unknown}ي") == normalize(f"{unknown}ي")


@pytest.mark.parametrize("word", ["شلون", "زغوت"])
def test_no_ending_is_guessed_off_a_short_word(word: str) -> None:
    assert read(word) == normalize(word)


def test_an_unknown_word_in_teh_marbuta_has_one_stem_with_proclitics() -> None:
    assert read("جندوبة") == read("بجندوبة") == read("وجندوبة")


def test_a_printed_teh_marbuta_is_no_pronoun() -> None:
    assert read("فكرة") == read("فكرته") != read("فكر") == read("فكرها")


@pytest.mark.parametrize("word", ["إف", "وإف", "بإف", "لإتش", "وإكس"])
def test_the_name_of_a_letter_keeps_its_letters_behind_proclitics(word: str) -> None:
    assert read(word) == normalize(word[word.index("إ") :])
