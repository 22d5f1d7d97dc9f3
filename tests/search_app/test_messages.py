"""Message catalogues: both languages have the same keys, right plural forms and escaped values."""

from __future__ import annotations

import datetime
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from search_app.messages import isolate, messages

NOW = datetime.datetime(2024, 2, 11, 12, tzinfo=datetime.UTC)


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def leaves(message):
    """Return the texts of a message, one for each plural form or cell."""
    if isinstance(message, str):
        return [message]
    cells = message.values() if isinstance(message, dict) else message
    return [text for cell in cells for text in leaves(cell)]


def test_both_catalogues_have_the_same_keys():
    assert messages("ar").catalogue.keys() == messages("en").catalogue.keys()


@pytest.mark.parametrize("key", sorted(set(messages("ar").catalogue) - {"_about"}))
def test_both_languages_know_the_same_placeholders(key):
    arabic, english = (messages(language).catalogue[key] for language in ("ar", "en"))
    assert type(arabic) is type(english)
    used = [{name for text in leaves(message) for name in placeholders(text)} for message in (arabic, english)]
    assert used[0] == used[1]


def test_plural_forms_are_those_of_the_language():
    for language in ("ar", "en"):
        said = messages(language)
        tables = [message for message in said.catalogue.values() if isinstance(message, dict)]
        assert tables
        for table in tables:
            assert set(table) == {*said.locale.plural_form.tags, "other"}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        pytest.param(0, "لا مقالات", id="none"),
        pytest.param(1, "مقال واحد", id="one"),
        pytest.param(2, "مقالان", id="two"),
        pytest.param(3, "3 مقالات", id="three"),
        pytest.param(10, "10 مقالات", id="ten"),
        pytest.param(11, "11 مقالاً", id="eleven"),
        pytest.param(99, "99 مقالاً", id="ninety-nine"),
        pytest.param(100, "100 مقال", id="hundred"),
        pytest.param(102, "102 مقال", id="hundred and two"),
        pytest.param(103, "103 مقالات", id="hundred and three"),
        pytest.param(2310, "2,310 مقالات", id="thousands"),
        pytest.param(30017, "30,017 مقالاً", id="last two digits decide"),
    ],
)
def test_arabic_nouns_follow_the_number(number, said):
    assert messages("ar").count("articles", number).striptags() == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        pytest.param("2024-02-01", "2024-02-29", "1 February 2024 to 29 February 2024", id="both"),
        pytest.param("2024-02-01", None, "since 1 February 2024", id="open end"),
        pytest.param(None, "2024-02-29", "until 29 February 2024", id="open start"),
        pytest.param("2024-02-11", "2024-02-11", "11 February 2024", id="one day"),
    ],
)
def test_a_period_is_written_in_words(first, last, said):
    days = [day and datetime.date.fromisoformat(day) for day in (first, last)]
    assert messages("en").period(*days) == said


def test_the_time_since_an_update_is_in_words():
    assert messages("ar").ago(NOW - datetime.timedelta(minutes=12), now=NOW) == "قبل 12 دقيقة"
    assert messages("en").ago(NOW + datetime.timedelta(days=3), now=NOW) == "1 second ago"


@given(st.text())
def test_a_value_never_becomes_markup_or_a_placeholder(value):
    written = messages("ar").html("hint.all") + messages("en").html("notice.no_such_source", value=value)
    assert str(written).count("<") == 2
    assert isolate(value).startswith("<bdi>")


def test_markup_is_returned_unchanged():
    assert isolate(Markup("<b>1</b>")) == "<b>1</b>"
