"""Search forms: URL parameters become a search request and a list of problems; reading them never fails."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from indexer import FACETS, SearchRequest
from search_app.forms import Problem, read_api_form, read_page_form

TODAY = datetime.date(2024, 5, 20)


def read(*pairs, size=10):
    return read_page_form(MultiDict(pairs), today=TODAY, size=size)


def read_api(*pairs, size=10):
    return read_api_form(MultiDict(pairs), today=TODAY, size=size)


def test_every_parameter_reaches_the_request():
    form = read(
        ("q", "قمح"), ("from", "2024-02"), ("to", "2024-03"), ("source", "أ"), ("source", "ب"), ("category", "سياسة"),
        ("author", "سمير"), ("country", "LB"), ("language", "ar"), ("sort", "oldest"), ("match", "all"), ("syntax", "words"), ("links", "off"), ("page", "3"), ("undo", "date.4"), ("histogram", "month"),
    )  # fmt: skip
    assert form.problems == ()
    assert form.page == 3
    assert form.request == SearchRequest(
        "قمح",
        date_from=datetime.date(2024, 2, 1),
        date_to=datetime.date(2024, 3, 31),
        sources=("أ", "ب"),
        categories=("سياسة",),
        authors=("سمير",),
        countries=("LB",),
        languages=("ar",),
        sort="oldest",
        match="all",
        syntax="words",
        links=False,
        undo=("date.4",),
        facets=FACETS,
        facet_limit=100,
        histogram="month",
        limit=10,
        offset=20,
    )


@pytest.mark.parametrize(
    ("name", "given_text", "day"),
    [
        pytest.param("from", "2024-02-11", datetime.date(2024, 2, 11), id="a day"),
        pytest.param("from", "شباط 2024", datetime.date(2024, 2, 1), id="first of a Levantine month"),
        pytest.param("to", "شباط 2024", datetime.date(2024, 2, 29), id="last of a leap February"),
        pytest.param("to", "أمس", datetime.date(2024, 5, 19), id="yesterday"),
    ],
)
def test_dates_in_words_and_figures(name, given_text, day):
    request = read((name, given_text)).request
    assert (request.date_from if name == "from" else request.date_to) == day


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        pytest.param("from", "soonish", "date", id="from no date"),
        pytest.param("to", "31/31/2024", "date", id="to no date"),
        pytest.param("sort", "best", "choice", id="unknown order"),
        pytest.param("match", "ANY", "choice", id="choices are lower case"),
        pytest.param("syntax", "<script>", "choice", id="markup as choice"),
        pytest.param("links", "no", "choice", id="links are on or off"),
        pytest.param("page", "0", "number", id="page zero"),
        pytest.param("page", "-1", "number", id="negative page"),
        pytest.param("page", "2x", "number", id="page with letters"),
        pytest.param("page", "1e3", "number", id="exponent"),
        pytest.param("page", "9" * 5000, "number", id="endless number"),
        pytest.param("page", "1001", "number", id="deeper than can be paged"),
    ],
)
def test_a_value_that_cannot_be_used_is_a_problem_and_changes_nothing(name, value, code):
    form = read(("q", "قمح"), (name, value))
    assert [(problem.code, problem.parameter, problem.value) for problem in form.problems] == [(code, name, value)]
    assert form.request == read(("q", "قمح")).request


def test_eastern_arabic_digits_are_numbers():
    assert read(("q", "قمح"), ("page", "٢")).page == 2


def test_a_long_query_is_handed_on_so_that_the_index_can_tell():
    form = read(("q", "قمح " * 400))
    assert len(form.request.query) > 512
    assert len(form.parameters.first("q")) <= 512


def test_a_form_without_query_and_filter_is_empty():
    assert read(("sort", "newest"), ("page", "2"), ("lang", "en")).is_empty
    assert not read(("category", "سياسة")).is_empty


def test_forms_are_those_of_a_query_and_told_on_its_first_page_or_on_demand():
    pages = [read(("q", "قمح")), read(("q", "قمح"), ("page", "2")), read(("source", "أ"))]
    assert [form.request.forms for form in pages] == [True, False, False]
    assert [read_api(("q", "قمح"), ("forms", value)).request.forms for value in ("1", "0")] == [True, False]


def test_the_api_chooses_size_and_facets():
    form = read_api(("q", "قمح"), ("size", "50"), ("facets", "source,category"), ("facets", "author"), ("page", "2"))
    assert form.problems == ()
    assert (form.request.limit, form.request.offset, form.request.facets) == (50, 50, ("source", "category", "author"))


def test_the_api_counts_no_facet_unasked():
    assert read_api(("q", "قمح")).request.facets == ()


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        pytest.param("size", "101", Problem("number", "size", "101", "1–100"), id="too many hits"),
        pytest.param("size", "x", Problem("number", "size", "x", "1–100"), id="no number"),
        pytest.param("facets", "body", Problem("choice", "facets", "body", ", ".join(FACETS)), id="no facet"),
    ],
)
def test_a_value_that_the_api_cannot_use_is_a_problem(name, value, problem):
    assert read_api((name, value)).problems == (problem,)


NAMES = [
    "q", "from", "to", "sort", "match", "syntax", "links", "source", "category", "author", "page", "size", "facets", "at",
]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=30)), max_size=8), st.integers(1, 100))
def test_any_address_makes_a_request(pairs, size):
    for form in (read(*pairs, size=size), read_api(*pairs, size=size)):
        assert isinstance(form.request, SearchRequest)
        assert form.request.offset == (form.page - 1) * form.request.limit
