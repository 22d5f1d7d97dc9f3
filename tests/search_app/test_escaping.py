"""Escaping: equal to MarkupSafe's for every value, also through the templates of the application."""

from __future__ import annotations

from collections import UserString

import jinja2
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from search_app.environment import PageEnvironment
from search_app.escaping import escape_text, html_of


class Hostile(str):
    """A text of a class of its own."""


class Element:
    """What writes its own HTML."""

    def __html__(self) -> str:
        return "<hr>"


VALUES = st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans(), st.text().map(Markup))

TEMPLATE = """
{%- macro cell(value) %}<td title="{{ value }}">{{ value }}</td>{% endmacro -%}
{{ value }}|{{ cell(value) }}|{{ "<b>" ~ value }}|{{ value | safe }}|{{ "<i>" }}|{% set part %}<u>{{ value }}{% endset %}{{ part }}
{%- for one in [value, cell(value)] %}{{ one }}{% endfor %}{% autoescape false %}{{ value }}{% endautoescape %}
"""


@given(VALUES)
def test_html_is_what_markupsafe_writes(value: object) -> None:
    assert str(html_of(value)) == str(escape(value))


@given(st.text())
def test_text_is_escaped_as_markupsafe_does(text: str) -> None:
    assert escape_text(text) == str(escape(text))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("<script>alert('&')</script>\"", id="text"),
        pytest.param(Markup("<mark>&amp;</mark>"), id="markup"),
        pytest.param(Hostile("<script>"), id="kind-of-text"),
        pytest.param(UserString("<script>"), id="object"),
        pytest.param(Element(), id="own-html"),
        pytest.param(["<script>"], id="list"),
        pytest.param(1.5, id="number"),
        pytest.param(None, id="none"),
    ],
)
def test_template_writes_what_jinja_writes(value: object) -> None:
    ours = PageEnvironment(Flask(__name__), autoescape=True).from_string(TEMPLATE)
    theirs = jinja2.Environment(autoescape=True).from_string(TEMPLATE)
    assert ours.render(value=value) == theirs.render(value=value)


def test_template_escapes_by_the_fast_way() -> None:
    environment = PageEnvironment(Flask(__name__), autoescape=True)
    assert "environment.html_of(" in environment.compile("{{ value }}", raw=True)
    assert "environment.html_of(" not in environment.overlay(autoescape=False).compile("{{ value }}", raw=True)
