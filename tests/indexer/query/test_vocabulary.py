"""Operators are whole words in capitals or in Arabic; names of fields are read in any spelling."""

from __future__ import annotations

from importlib import resources
from typing import get_args

import pytest

from analyzers import read_table
from indexer.query.vocabulary import Field, Operator, field_of, operator_of

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
    assert len({word for _, word, _ in TABLE}) == len(TABLE)
    assert {means for kind, _, means in TABLE if kind == "operator"} == set(get_args(Operator))
    assert {means for kind, _, means in TABLE if kind == "field"} == set(get_args(Field))


def test_every_row_is_read_as_it_says():
    for kind, word, means in TABLE:
        assert (operator_of if kind == "operator" else field_of)(word) == means
