"""Files of saved searches: what a line may look like, and what is told of one that is no search."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import InputError, SearchRequest
from indexer.alerts.searches import BadLine, read_line, read_searches

TODAY = datetime.date(2024, 5, 20)


@pytest.mark.parametrize(
    ("line", "name", "query"),
    [
        pytest.param("wheat = القمح", "wheat", "القمح", id="a name and a query"),
        pytest.param("أسعار القمح=القمح OR الحبوب", "أسعار القمح", "القمح OR الحبوب", id="no blanks around the sign"),
        pytest.param("القمح", "القمح", "القمح", id="a query alone is its name"),
        pytest.param('"مجلس الأمن" -حلب', '"مجلس الأمن" -حلب', '"مجلس الأمن" -حلب', id="a phrase alone"),
        pytest.param('gaza = "غزة" -="حلب"', "gaza", '"غزة" -="حلب"', id="more signs in the query"),
        pytest.param("gaza = source:عكاظ", "gaza", "source:عكاظ", id="a filter alone"),
        pytest.param("\u200fقمح\u200e \u202b=\u202c \u2067القمح\u2069", "قمح", "القمح", id="marks of direction"),
        pytest.param("a\u202eb\x1b[31m\tc = x", "a b [31m c", "x", id="a hostile name"),
        pytest.param("n" * 200 + " = x", "n" * 100, "x", id="a long name is cut"),
        pytest.param("n = http://x.example/?q=%D9%82%D9%85%D8%AD+2", "n", "قمح 2", id="a permalink"),
        pytest.param("https://x.example/?q=a%3Db&page=3&lang=en&hit=2", "a=b", "a=b", id="a permalink alone"),
        pytest.param("https://x.example/?source=A", "https://x.example/?source=A", "", id="a permalink without words"),
    ],
)
def test_a_line_is_a_search(line: str, name: str, query: str) -> None:
    search = read_line(line, today=TODAY)
    assert (search.name, search.request.query, search.request.sort) == (name, query, "newest")


def test_a_permalink_brings_all_that_decides_its_articles() -> None:
    address = (
        "https://x.example/?q=x&from=2024-03&to=2024-03&source=A&source=B&category=C&author=D&country=E&language=ar"
        "&match=exact&syntax=words&links=off&undo=operator.6&sort=oldest&copies=all&half_life=3&facets=source"
    )
    assert read_line(address, today=TODAY).request == SearchRequest(
        "x",
        date_from=datetime.date(2024, 3, 1),
        date_to=datetime.date(2024, 3, 31),
        sources=("A", "B"),
        categories=("C",),
        authors=("D",),
        countries=("E",),
        languages=("ar",),
        match="exact",
        syntax="words",
        links=False,
        undo=("operator.6",),
        sort="newest",
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param("\x1b = القمح", "expected NAME = QUERY", id="a name that cannot be printed"),
        pytest.param("= القمح", "expected NAME = QUERY", id="no name"),
        pytest.param("wheat =", "expected NAME = QUERY", id="no query"),
        pytest.param('غزة -="حلب"', "a query with = in it needs a name", id="an excluded form taken for a name"),
        pytest.param('"غزة" OR ="حلب"', "a query with = in it needs a name", id="a phrase taken for a name"),
        pytest.param("n = !!!", "expected a query with a word in it", id="no word"),
        pytest.param("n = " + "x" * 513, "a query of 513 characters", id="a long query"),
        pytest.param("n = https://x.example/article/1", "no search stands in this address", id="no search"),
        pytest.param("https://x.example/?q=x&from=blah", "from='blah' in this address is no date", id="no date"),
        pytest.param("https://x.example/?q=x&match=blah", "match 'blah': expected any, all, exact", id="no choice"),
        pytest.param("https://x.example/?q=x&story=1", "'story'", id="copies of an article"),
        pytest.param("https://x.example/?q=" + "&source=a" * 501, "cannot be read", id="many parameters"),
        pytest.param("https://[/?q=x", "cannot be read", id="no address"),
        pytest.param("https://x.example/?q=%21", "expected a query with a word in it", id="a permalink of no word"),
    ],
)
def test_a_line_that_is_no_search_is_told(line: str, reason: str) -> None:
    with pytest.raises(InputError) as told:
        read_line(line, today=TODAY)
    assert reason in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_gives_its_searches_and_its_bad_lines(tmp_path: Path) -> None:
    path = tmp_path / "searches.txt"
    path.write_bytes("\ufeff# desk\r\n\r\n; also\r\na = x\r\na = y\r\n=\r\nz\u2028w\r\n".encode())
    searches, bad = read_searches(path, today=TODAY)
    assert [(each.name, each.request.query) for each in searches] == [("a", "x"), ("z w", "z\u2028w")]
    assert [line.number for line in bad] == [5, 6]
    assert bad[0] == BadLine(5, "the name 'a' is that of line 4; give it another")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"a = x\nb = \xc7\xe1\n", ":2: not UTF-8", id="another encoding"),
        pytest.param(b"# x\n" * (1 << 18) + b"a", "longer than 1 MiB", id="a huge file"),
        pytest.param(None, "No such file", id="no file"),
    ],
)
def test_what_is_no_file_of_searches_is_refused(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "searches.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=told):
        read_searches(path, today=TODAY)


@given(st.text(st.sampled_from('a=" -#;&?:/\u200f\u202e\x00\x1b\ud800قhtps.'), max_size=30))
def test_any_line_is_a_search_or_told_in_one_line(line: str) -> None:
    told = []
    try:
        told.append(read_line(line, today=TODAY).name)
    except InputError as problem:
        told.append(str(problem))
    assert told[0]
    assert told[0].isprintable()
    assert told[0] == told[0].strip()
