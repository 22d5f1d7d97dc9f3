"""Dates in notices: each is isolated, since after Arabic letters its numbers would run from right to left."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from search_app.notices import isolate_dates


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        pytest.param("منذ:2024-02-11", ["2024-02-11"], id="day"),
        pytest.param("جرّب 2024-02-11 أو 2024-02.", ["2024-02-11", "2024-02"], id="day and month"),
        pytest.param("«11/2/2024»", ["11/2/2024"], id="day first"),
        pytest.param("2023-11..2024-01", ["2023-11..2024-01"], id="range"),
        pytest.param("منذ:2024-02..", ["2024-02.."], id="open range"),
        pytest.param("<bdi>منذ 1 شباط 2024</bdi>", [], id="in words"),
        pytest.param("F-16 و12-34-56-78", [], id="a code and a long number"),
    ],
)
def test_dates_in_digits_run_from_left_to_right(text, isolated):
    said = isolate_dates(Markup(text))
    pieces = str(said).split('<bdi dir="ltr">')[1:]
    assert [piece.partition("</bdi>")[0] for piece in pieces] == isolated


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({"q": "القمح منذ:2024-02-11"}, '<bdi dir="ltr">2024-02-11</bdi>', id="a date that was read"),
        pytest.param({"q": "القمح", "from": "قبل حين"}, '<bdi dir="ltr">2024-02-11</bdi> أو', id="the example"),
    ],
)
def test_notices_isolate_their_dates(page, asked, expected):
    assert expected in page("/", **asked).split('class="notices"')[1].split("</ul>")[0]
