"""URL parameters: reading them, and writing addresses in which one of them is changed."""

from __future__ import annotations

import datetime
import unicodedata
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from indexer import MAX_NAME_CHARS, MAX_QUERY_CHARS
from indexer.alerts.searches import read_line
from search_app.urls import COLUMN_FILTERS, MAX_VALUES, NAMES, Parameters, read_parameters

SEARCH = Parameters((("q", "قمح"), ("source", "أ"), ("source", "ب"), ("page", "3"), ("at", "2")))


def read(*pairs):
    return read_parameters(MultiDict(pairs))


@pytest.mark.parametrize(
    ("pairs", "kept"),
    [
        pytest.param([("utm", "1"), ("q", "قمح")], [("q", "قمح")], id="unknown names go"),
        pytest.param([("q", "  قمح ")], [("q", "قمح")], id="blanks around values go"),
        pytest.param([("q", ""), ("from", " ")], [], id="empty values go"),
        pytest.param([("q", "أ"), ("q", "ب")], [("q", "أ")], id="one query"),
        pytest.param(
            [("source", "ب"), ("source", "أ"), ("source", "ب")],
            [("source", "ب"), ("source", "أ")],
            id="sources once each",
        ),
        pytest.param([("page", "2"), ("q", "قمح")], [("q", "قمح"), ("page", "2")], id="canonical order"),
    ],
)
def test_known_parameters_are_read_in_canonical_order(pairs, kept):
    assert read(*pairs).pairs == tuple(kept)


def test_an_address_is_bounded():
    assert len(read(("q", "ق" * 5000)).first("q")) == MAX_QUERY_CHARS
    assert len(read(("source", "ق" * 5000)).first("source")) == MAX_NAME_CHARS
    assert len(read(*(("source", str(number)) for number in range(500))).all("source")) == MAX_VALUES


def test_a_long_address_is_decoded_before_it_is_cut():
    letters = "خبر-" * 60
    assert read(("q", f"https://news.example/{quote(letters)}")).first("q") == f"https://news.example/{letters}"


def test_another_query_is_read_anew():
    undone = SEARCH.toggle("undo", "operator.4")
    assert undone.replace("sort", "newest").all("undo") == ("operator.4",)
    assert undone.replace("q", "شعير").all("undo") == ()


def test_another_answer_starts_at_its_first_page():
    for other in (SEARCH.replace("sort", "newest"), SEARCH.toggle("source", "أ"), SEARCH.without("source")):
        assert not other.first("page")
        assert not other.first("at")


def test_a_toggle_adds_and_takes_away():
    assert SEARCH.toggle("source", "ج").all("source") == ("أ", "ب", "ج")
    assert SEARCH.toggle("source", "أ").all("source") == ("ب",)


def test_a_position_stays_within_the_answer():
    assert SEARCH.with_position("page", "4").first("page") == "4"
    assert SEARCH.with_position("at", "").first("page") == "3"


def test_an_address_without_parameters_has_no_question_mark():
    assert Parameters().address("/") == "/"


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text(st.characters(exclude_categories=["Cs"])))))
def test_an_address_that_was_written_reads_the_same(pairs):
    parameters = read(*pairs)
    assert read(*parse_qsl(parameters.query_string())) == parameters


@given(st.text() | st.text(st.characters(min_codepoint=0x600, max_codepoint=0x700)))
def test_any_text_can_stand_in_an_address(text):
    address = Parameters((("source", text),)).address("/")
    assert all(char.isascii() or "ARABIC" in unicodedata.name(char) for char in address)
    assert not any(unicodedata.category(char).startswith(("C", "Z")) for char in address)
    assert not set(address) & set("<>\"'")


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=5)), max_size=8),
    st.sampled_from(COLUMN_FILTERS),
    st.lists(st.text(min_size=1, max_size=5), max_size=5),
)
def test_addresses_made_together_are_those_made_one_by_one(pairs, name, values):
    parameters = read_parameters(MultiDict(pairs))
    values = [*values, *parameters.all(name)]
    expected = [parameters.toggle(name, value).address("/") for value in values]
    assert list(parameters.toggles(name, values, "/")) == expected
    replaced = [parameters.replace(name, value).address("/") for value in values]
    assert list(parameters.replacements(name, values, "/")) == replaced


@pytest.mark.parametrize("name", sorted({*NAMES} - {"story"}))
def test_the_address_of_a_page_is_a_saved_search(name):
    value = {"from": "2024", "to": "2024", "match": "all", "syntax": "words"}.get(name, "شعير")
    parameters = Parameters((("q", "قمح"),)).with_position(name, value)
    search = read_line(parameters.address("https://news.example/"), today=datetime.date(2024, 1, 1))
    assert search.request.query == parameters.first("q")
