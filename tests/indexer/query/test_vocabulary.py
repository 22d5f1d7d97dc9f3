"""Operators are whole words in capitals or in Arabic; names of fields are read in any spelling."""

from __future__ import annotations

from importlib import resources
from typing import get_args

import pytest

from analyzers import analyzer_for, read_table
from indexer.query import limits
from indexer.query.vocabulary import (
    FIELDS,
    Operator,
    distance_of,
    field_of,
    is_preposition,
    operator_of,
    question_of,
)

TABLE = list(read_table("query_words.tsv", columns=3, root=resources.files("indexer") / "data"))


@pytest.mark.parametrize(
    ("word", "operator"),
    [
        pytest.param("AND", "AND", id="capitals"),
        pytest.param("and", None, id="small letters"),
        pytest.param("And", None, id="mixed letters"),
        pytest.param("أو", "OR", id="hamza"),
        pytest.param("او", "OR", id="no hamza"),
        pytest.param("أَوْ", "OR", id="vowelled"),
        pytest.param("لَيْسَ", "NOT", id="vowelled not"),
        pytest.param("\u200fو\u200f", "AND", id="direction marks"),
        pytest.param("و،", None, id="with a comma"),
        pytest.param("و/أو", None, id="and/or"),
        pytest.param("والي", None, id="part of a word"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_operators(word, operator):
    assert operator_of(word) == operator


@pytest.mark.parametrize(
    ("name", "field"),
    [
        pytest.param("TITLE", "title", id="capitals"),
        pytest.param("إلى", "to", id="hamza and alef maksura"),
        pytest.param("الي", "to", id="neither"),
        pytest.param("سَنَة", "date", id="vowelled"),
        pytest.param("Byline", "author", id="another name"),
        pytest.param("place", None, id="no field"),
        pytest.param("AND", None, id="an operator"),
    ],
)
def test_fields(name, field):
    assert field_of(name) == field


def test_the_table_is_sorted_and_says_everything():
    assert sorted(TABLE) == TABLE
    assert len({row[:2] for row in TABLE}) == len(TABLE)
    assert {means for kind, _, means in TABLE if kind == "operator"} == set(get_args(Operator))
    assert {means for kind, _, means in TABLE if kind == "field"} == set(FIELDS)


def test_every_row_is_read_as_it_says():
    reads = {
        "operator": operator_of,
        "field": field_of,
        "preposition": lambda word: "-" if is_preposition(word) else None,
        "question": lambda words: question_of(words.split()),
    }
    for kind, word, means in TABLE:
        assert reads[kind](word) == means


def test_arabic_words_that_ask_are_stop_words():
    analyzer = analyzer_for("ar")
    asking = [words for kind, words, _ in TABLE if kind == "question" and " " not in words and not words.isascii()]
    assert [word for word in asking if not analyzer.is_stop_word(word)] == []


@pytest.mark.parametrize(
    ("word", "distance"),
    [
        pytest.param("NEAR", limits.DEFAULT_DISTANCE, id="no number"),
        pytest.param("NEAR/6", 6, id="a number"),
        pytest.param("قُرب/٦", 6, id="Arabic, vowelled"),
        pytest.param("NEAR/5000", limits.MAX_DISTANCE, id="too far"),
        pytest.param("NEAR/" + "9" * 5000, limits.MAX_DISTANCE, id="more digits than an int may have"),
        pytest.param("NEAR/", None, id="a slash alone"),
        pytest.param("NEAR/six", None, id="no digits"),
        pytest.param("near/6", None, id="small letters"),
        pytest.param("AND/6", None, id="another operator"),
    ],
)
def test_nearness(word, distance):
    assert distance_of(word) == distance
