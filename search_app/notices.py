"""Notices above the results: how the query was read, what could not be used, and links that undo it."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import NamedTuple

from markupsafe import Markup, escape

from indexer import Notice
from search_app.forms import Problem
from search_app.layout import Frame
from search_app.messages import Messages
from search_app.urls import COLUMN_FILTERS

_WORD = r"[^\s()]*\s*"
_NUMERIC_DATE = re.compile(r"(?<![\w/-])\d{1,4}(?:[-/]\d{1,4}){1,2}(?:\.\.(?:\d{1,4}(?:[-/]\d{1,4}){1,2})?)?(?![\w/-])")
_COLUMN_OF_NOTICE = MappingProxyType({f"no_such_{column}": column for column in COLUMN_FILTERS})


class NoticeView(NamedTuple):
    """One notice as HTML; ``undo`` is the address that undoes it, or an empty string."""

    text: Markup
    undo: str = ""
    undo_text: str = ""


def problem_views(problems: Iterable[Problem], t: Messages) -> Iterator[NoticeView]:
    """Yield a notice for each parameter that could not be used."""
    for problem in problems:
        said = t.html(
            f"problem.{problem.code}",
            parameter=problem.parameter,
            value=t.html("quoted", text=problem.value),
            expected=problem.expected,
        )
        yield NoticeView(isolate_dates(said))


def notice_views(notices: Iterable[Notice], frame: Frame) -> Iterator[NoticeView]:
    """Yield the notices of a search without repetitions; synonyms of several words can be left out all together."""
    notices = tuple(dict.fromkeys(notices))
    told = Counter(notice[:3] for notice in notices)
    for notice in notices:
        undo = _undo_address(notice, frame)
        said = _sentence(notice, frame.messages)
        if notice.start is not None and told[notice[:3]] > 1:  # «و» twice: which of them
            said = frame.messages.html("notice.place", sentence=said, place=_around(notice, frame))
        yield NoticeView(isolate_dates(said), undo, frame.messages.text(f"undo.{notice.code}") if undo else "")
    if sum(notice.code == "links" for notice in notices) > 1:
        said = frame.messages.html("notice.links_all")
        undo = frame.parameters.replace("links", "off").address(frame.path)
        yield NoticeView(said, undo, frame.messages.text("undo.links_all"))


def isolate_dates(said: Markup) -> Markup:
    """Return a notice with each date in digits from left to right: after Arabic letters 2024-02-11 would be reversed.

    >>> isolate_dates(Markup("<bdi>منذ:2024-02</bdi> …"))
    Markup('<bdi>منذ:<bdi dir="ltr">2024-02</bdi></bdi> …')
    """
    return Markup(_NUMERIC_DATE.sub(r'<bdi dir="ltr">\g<0></bdi>', str(said)))  # noqa: S704  # notices have no attributes


def _sentence(notice: Notice, t: Messages) -> Markup:
    value = t.html("quoted", text=notice.value)
    if f"notice.{notice.code}.{notice.detail}" in t.catalogue:
        return t.html(f"notice.{notice.code}.{notice.detail}", value=value)
    if notice.code == "links":
        return t.html("notice.links", value=value, detail=_quote_all(notice.detail, t))
    if notice.code in ("meaning", "only_meaning"):
        return t.html(f"notice.{notice.code}", detail=t.count("articles", int(notice.detail)))
    detail = _period_in_words(notice.detail, t) if notice.code in ("date", "outside_archive") else notice.detail
    return t.html(f"notice.{notice.code}", value=value, detail=detail)


def _around(notice: Notice, frame: Frame) -> Markup:
    """Return the place of a notice in the query, quoted, with a word before and after."""
    before = re.search(rf"{_WORD}$", frame.query[: notice.start])
    after = re.match(rf"\s*{_WORD}", frame.query[notice.end :])
    text = f"{before[0] if before else ''}{notice.value}{after[0] if after else ''}"
    return frame.messages.html("quoted", text=text.strip())


def _quote_all(words: str, t: Messages) -> Markup:
    """Return comma-separated ``words`` as a list in prose: each quoted, "and" before the last."""
    *first, last = (t.html("quoted", text=word) for word in words.split(", "))
    return Markup("{}{}{}").format(escape(t.text("comma")).join(first), t.text("and") if first else "", last)


def _period_in_words(period: str, t: Messages) -> str:
    """Return an ISO period ``"first..last"`` in words; one side may be missing."""
    first, last = (datetime.date.fromisoformat(day) if day else None for day in period.split(".."))
    return t.period(first, last)


def _undo_address(notice: Notice, frame: Frame) -> str:
    """Return the address of the search without what caused the notice, or an empty string."""
    if notice.undo:
        return frame.parameters.toggle("undo", notice.undo).address(frame.path)
    if notice.code == "only_meaning":
        return frame.parameters.without("meaning").address(frame.path)
    if notice.code in ("links", "meaning"):
        return frame.parameters.replace(notice.code, "off").address(frame.path)
    column = _COLUMN_OF_NOTICE.get(notice.code)
    if column and notice.value in frame.parameters.all(column):
        return frame.parameters.toggle(column, notice.value).address(frame.path)
    return ""
