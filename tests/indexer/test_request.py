"""Search requests are checked where they are made; every refusal names the field, the value and what was expected."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from indexer import RequestError, SearchRequest
from indexer.request import MAX_NAME_CHARS, MAX_NAMES, as_request

DAY = datetime.date(2024, 1, 5)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"query": None}, "query None: expected a str", id="no query"),
        pytest.param({"query": b"x"}, "query b'x': expected a str", id="query in bytes"),
        pytest.param(
            {"date_from": "2024-01-05"}, "date_from '2024-01-05': expected a datetime.date", id="date as text"
        ),
        pytest.param({"date_to": 2024}, "date_to 2024: expected a datetime.date", id="date as a number"),
        pytest.param({"sources": 3}, "sources 3: expected names, each a str", id="source is a number"),
        pytest.param({"sources": (1, 2)}, "sources 1: expected names, each a str", id="sources are numbers"),
        pytest.param({"sources": ([],)}, r"sources \(\[\],\): expected names, each a str", id="sources are lists"),
        pytest.param({"categories": b"x"}, "categories 120: expected names, each a str", id="category in bytes"),
        pytest.param({"sources": map(str, range(MAX_NAMES + 1))}, "sources: 101 names", id="too many sources"),
        pytest.param({"sources": "x" * (MAX_NAME_CHARS + 1)}, "sources: a name of 1001 characters", id="a long name"),
        pytest.param({"facets": "colour"}, "facets 'colour': expected source, category", id="unknown facet"),
        pytest.param({"facet_limit": "9"}, "facet_limit '9': expected an int", id="number of values as text"),
        pytest.param({"facet_limit": 1001}, "facet_limit 1001: expected 0 to 1000", id="too many values"),
        pytest.param({"histogram": "hour"}, "histogram 'hour': expected auto, day, week", id="unknown period"),
        pytest.param({"sort": None}, "sort None: expected relevance, newest, oldest", id="no sort order"),
        pytest.param({"match": "some"}, "match 'some': expected any, all, exact", id="unknown match"),
        pytest.param({"syntax": "lucene"}, "syntax 'lucene': expected full, words", id="unknown syntax"),
        pytest.param({"links": "off"}, "links 'off': expected True or False", id="links as text"),
        pytest.param({"copies": "none"}, "copies 'none': expected grouped, all", id="unknown copies"),
        pytest.param({"story": 3}, "story 3: expected the id of an article", id="story is a number"),
        pytest.param({"limit": None}, "limit None: expected an int", id="no limit"),
        pytest.param({"limit": True}, "limit True: expected an int", id="limit is a bool"),
        pytest.param({"limit": 10.0}, "limit 10.0: expected an int", id="limit is a float"),
        pytest.param({"limit": 1001}, "limit 1001: expected 0 to 1000", id="high limit"),
        pytest.param({"limit": -1}, "limit -1: expected 0 to 1000", id="negative limit"),
        pytest.param({"offset": "0"}, "offset '0': expected an int", id="offset as text"),
        pytest.param({"offset": -1}, "hits 0 to 9: only the first 10000", id="negative offset"),
        pytest.param({"offset": 9_991}, "hits 9992 to 10001: only the first 10000", id="too deep a page"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        SearchRequest(**given)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param({"sources": "الشرفة"}, {"sources": ("الشرفة",)}, id="a str is one source"),
        pytest.param({"categories": "سياسة"}, {"categories": ("سياسة",)}, id="a str is one category"),
        pytest.param({"facets": "source"}, {"facets": ("source",)}, id="a str is one facet"),
        pytest.param({"sources": ["a", "b", "a"]}, {"sources": ("a", "b")}, id="a list, each name once"),
        pytest.param({"sources": (name for name in "ab")}, {"sources": ("a", "b")}, id="a generator"),
        pytest.param({"facets": {"source"}}, {"facets": ("source",)}, id="a set"),
        pytest.param({"date_from": datetime.datetime(2024, 1, 5, 23, 59)}, {"date_from": DAY}, id="a datetime"),
        pytest.param({"date_to": DAY}, {"date_to": DAY}, id="a date"),
        pytest.param({"limit": 1000, "offset": 9000}, {"limit": 1000, "offset": 9000}, id="the last page"),
    ],
)
def test_a_value_is_kept_in_its_usual_form(given: dict[str, Any], kept: dict[str, object]) -> None:
    request = SearchRequest(**given)
    assert {name: getattr(request, name) for name in kept} == kept
    assert type(request.date_from) in (datetime.date, type(None))
    assert hash(request) == hash(SearchRequest(**kept))  # type: ignore[arg-type]


def test_text_is_a_request() -> None:
    assert as_request("لبنان") == SearchRequest("لبنان")
    assert as_request(SearchRequest("لبنان", limit=3)).limit == 3


@pytest.mark.parametrize("given", [None, 3, ["لبنان"], b"x"], ids=str)
def test_nothing_else_is_a_request(given: Any) -> None:
    with pytest.raises(RequestError, match="expected a SearchRequest or the text of a query"):
        as_request(given)
