"""How a page tells what was made of a query, and which link undoes it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import NamedTuple

from markupsafe import Markup, escape

from indexer import Notice
from search_app.forms import Problem
from search_app.layout import Frame
from search_app.messages import Messages

_UNDONE_BY_READING_WORDS = frozenset({"operator", "date", "unknown_field", "only_negative", "dangling_operator"})
_NAMED_IN = MappingProxyType({"no_such_source": "source", "no_such_category": "category"})


class NoticeView(NamedTuple):
    """One thing to tell, and the link that undoes it, if one can."""

    text: Markup
    undo: str = ""
    undo_text: str = ""


def problem_views(problems: Iterable[Problem], t: Messages) -> Iterator[NoticeView]:
    """Yield what to tell about parameters that could not be used."""
    for problem in problems:
        yield NoticeView(
            t.html(
                f"problem.{problem.code}",
                parameter=problem.parameter,
                value=t.html("quoted", text=problem.value),
                expected=problem.expected,
            )
        )


def notice_views(notices: Iterable[Notice], frame: Frame) -> Iterator[NoticeView]:
    """Yield what to tell about a query, each thing once."""
    undone: set[str] = set()
    for notice in dict.fromkeys(notices):
        undo = _undo(notice, frame)
        if notice.code == "links" and undo in undone:  # one link goes for all of them
            undo = ""
        undone.add(undo)
        yield NoticeView(
            _sentence(notice, frame.messages), undo, frame.messages.text(f"undo.{notice.code}") if undo else ""
        )


def _sentence(notice: Notice, t: Messages) -> Markup:
    value = t.html("quoted", text=notice.value)
    if notice.code == "operator":
        return t.html(f"notice.operator.{notice.detail}", value=value)
    if notice.code == "links":
        return t.html("notice.links", value=value, detail=_all_quoted(notice.detail, t))
    detail = _days(notice.detail, t) if notice.code == "date" else notice.detail
    return t.html(f"notice.{notice.code}", value=value, detail=detail)


def _all_quoted(words: str, t: Messages) -> Markup:
    """Return words that have a comma between them, each quoted, the last one after "and"."""
    *first, last = (t.html("quoted", text=word) for word in words.split(", "))
    return Markup("{}{}{}").format(escape(t.text("comma")).join(first), t.text("and") if first else "", last)


def _days(period: str, t: Messages) -> str:
    """Return days written as ISO "from..to" in words; either side may be missing."""
    first, _, last = period.partition("..")
    return t.period(_day(first), _day(last))


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _undo(notice: Notice, frame: Frame) -> str:
    """Return the address of the search without what the notice tells of, or an empty string."""
    if notice.code in _UNDONE_BY_READING_WORDS:
        return frame.parameters.changed("syntax", "words").on(frame.path)
    if notice.code == "links":
        return frame.parameters.changed("links", "off").on(frame.path)
    column = _NAMED_IN.get(notice.code)
    if column and notice.value in frame.parameters.all(column):
        return frame.parameters.toggled(column, notice.value).on(frame.path)
    return ""
