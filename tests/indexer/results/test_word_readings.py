"""Readings of words, and the words of an index that meet one."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzers import analyzer_for
from analyzers.characters import WORD_SIGNS
from indexer import Article, create
from indexer.results.word_readings import read_words

ANALYZER = analyzer_for("ar")
ARTICLES = [
    Article(id="1", title="المدرسة والمدارس والطالب"),
    Article(id="2", title="للمدرسة مدرسات"),
    Article(id="3", title="بالمدرسة، ومدرستهم"),
    Article(id="4", title="schools, school"),
    Article(id="5", title="المدرسة درس"),
]


@pytest.fixture(params=["memory:", "folder"])
def index(request, tmp_path):
    with create(tmp_path / "index" if request.param == "folder" else request.param, ARTICLES) as opened:
        yield opened


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        pytest.param(
            "مدرسة", {"المدرسة": 2, "للمدرسة": 1, "بالمدرسة": 1, "ومدرستهم": 1, "والمدارس": 1}, id="plural too"
        ),
        pytest.param("school", {"schools": 1, "school": 1}, id="english"),
        pytest.param("زرافة", {}, id="not in the index"),
        pytest.param("ـ", {}, id="nothing searchable"),
    ],
)
def test_words_that_meet_are_counted(index, word, forms):
    found = dict(index.forms(word))
    assert forms.items() <= found.items()
    assert all(ANALYZER.terms(form).stem == ANALYZER.terms(word).stem for form in found)
    assert bool(found) == bool(forms)


def test_the_commonest_come_first_and_are_limited(index):
    assert index.forms("مدرسة", 1) == (("المدرسة", 2),)


def test_pieces_are_the_normalized_word_in_order():
    (reading,) = read_words("وَبِمَدارِسِهِم", ANALYZER)
    assert "".join(reading.pieces) == reading.terms.exact
    assert reading.pieces[0] == "وب"


def test_synonyms_stand_with_the_first_of_their_words():
    readings = read_words("زار الولايات المتحدة", ANALYZER)
    assert [bool(reading.synonyms) for reading in readings] == [False, True, False]


@example("ﷺ")
@example("ﷹ صلى على مستشفى")
@settings(max_examples=60)
@given(st.text(max_size=40))
def test_any_text_is_read_and_offsets_point_at_its_words(text):
    for reading in read_words(text, ANALYZER):
        printed = text[reading.token.start : reading.token.end]
        assert printed == reading.token.text or printed[0] in WORD_SIGNS  # a sign is several words
        assert reading.as_json()["stages"][0]["output"] == reading.token.text
        if reading.terms:
            assert "".join(reading.pieces) == reading.terms.exact
