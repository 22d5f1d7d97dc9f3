"""Stems of English words, and words that are not stemmed."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import Analyzer
from analyzers.english.chain import CHAIN
from analyzers.english.stemmer import stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Election", "elections", id="case and plural"),
        pytest.param("minister's", "ministers", id="possessive"),
        pytest.param("minister’s", "minister", id="possessive with a printed apostrophe"),
        pytest.param("ministries", "ministry", id="plural in -ies"),
        pytest.param("reopened", "reopening", id="past and participle"),
        pytest.param("govern", "government", id="derived noun"),
        pytest.param("dying", "dies", id="irregular"),
        pytest.param("Café", "cafes", id="accent"),
    ],
)
def test_forms_of_a_word_have_one_stem(one, other):
    analyzer = Analyzer()
    assert analyzer.terms(one).stem == analyzer.terms(other).stem


def test_the_possessive_of_a_plural_is_the_plural():
    analyzer = Analyzer()
    (word,) = analyzer.stream("ministers'")
    assert word.terms == analyzer.terms("ministers")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("news", "new", id="news"),
        pytest.param("skis", "skies", id="skis"),
        pytest.param("Lebanon", "Lebanese", id="country and nationality: a link, not a stem"),
    ],
)
def test_other_words_keep_other_stems(one, other):
    analyzer = Analyzer()
    assert analyzer.terms(one).stem != analyzer.terms(other).stem


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("f16s", id="digits"),
        pytest.param("münchens", id="letters beyond a to z"),
        pytest.param("выборы", id="Cyrillic"),
        pytest.param("βουλης", id="Greek"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_not_english_is_left_alone(word):
    assert stem(word) == word


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        pytest.param("ISIS", "isis", id="acronym"),
        pytest.param("OAPS", "oaps", id="acronym that no list has"),
        pytest.param("OAPS's", "oaps", id="possessive of an acronym"),
        pytest.param("isis", "isis", id="name that ends like a plural"),
        pytest.param("Hamas", "hamas", id="another one"),
        pytest.param("ELECTIONS", "elect", id="longer than an acronym"),
        pytest.param("Ships", "ship", id="capital letter"),
        pytest.param("A", "a", id="one letter"),
    ],
)
def test_an_acronym_and_a_name_keep_their_letters(word, stem):
    assert Analyzer().terms(word).stem == stem


def test_an_acronym_is_no_stop_word():
    assert not Analyzer().is_stop_word("IT")
    assert Analyzer().is_stop_word("it")
    assert [stage.output for stage in Analyzer().explain("ISIS")] == ["ISIS", "isis", "isis"]


def test_the_stages_name_the_ending_that_comes_off():
    assert [(stage.name, stage.output) for stage in CHAIN.explain_stem("elections")] == [("stem", "elect")]
    assert CHAIN.explain_stem("elections")[0].note != CHAIN.explain_stem("beirut")[0].note


@given(st.from_regex("[a-z]{1,20}", fullmatch=True))
def test_a_stem_is_never_empty_or_longer(word):
    assert 0 < len(stem(word)) <= len(word)


def test_threads_do_not_disturb_each_other():
    words = ["elections", "ministries", "reopening", "governments"] * 500
    alone = [stem(word) for word in words]
    together: list[list[str]] = []
    threads = [threading.Thread(target=lambda: together.append([stem(word) for word in words])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == [alone] * 4
