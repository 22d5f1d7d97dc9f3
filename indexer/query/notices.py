"""Notices about a query: how it was understood, and what could not be used."""

from __future__ import annotations

from typing import Literal, NamedTuple

NoticeCode = Literal[
    "operator",  # value: the word read as AND, OR or NOT; detail: which of them
    "date",  # value: the clause as typed; detail: the days it was read as, ISO, "from..to"
    "bad_date",  # a date clause that could not be read; searched as words
    "unknown_field",  # a name before a colon that is not a field; searched as words
    "no_such_source",  # no source has that name; nothing can match
    "no_such_category",  # no category has that name; nothing can match
    "unclosed_quote",  # the phrase was read up to the end
    "unbalanced",  # a parenthesis without its partner; ignored
    "dangling_operator",  # an operator with nothing on one side; ignored
    "only_negative",  # only exclusions: all other articles are shown
    "wildcard",  # * or ? is not supported; ignored
    "too_long",  # detail: how many characters were read
    "too_many_words",  # detail: how many words were read
    "too_deep",  # parentheses nested too deeply; read flat
    "links",  # value: words as typed; detail: the synonyms looked for with them, separated by ", "
    "nothing_left",  # nothing to search for: no letter or digit, or only operators
]


class Notice(NamedTuple):
    """One message for the author of a query: a stable ``code``, the part of the query as typed, and a detail."""

    code: NoticeCode
    value: str = ""
    detail: str = ""


_ENGLISH: dict[NoticeCode, str] = {
    "operator": "“{value}” was read as {detail}; quote it to search for the word",
    "date": "“{value}” was read as a date: {detail}",
    "bad_date": "“{value}” is no date that is understood (try 2024-02-11, 2024-02 or شباط/2024); searched as words",
    "unknown_field": "“{value}” is no field (title, body, source, category, from, to, year); searched as words",
    "no_such_source": "no source is called “{value}”",
    "no_such_category": "no category is called “{value}”",
    "unclosed_quote": "a quotation mark was not closed; the phrase was read to the end",
    "unbalanced": "a parenthesis has no partner and was ignored",
    "dangling_operator": "“{value}” has nothing to join and was ignored",
    "only_negative": "only exclusions were given; all other articles are shown",
    "wildcard": "* and ? are not supported and were ignored in “{value}”",
    "too_long": "only the first {detail} characters were read",
    "too_many_words": "only the first {detail} words were read",
    "too_deep": "parentheses nested deeper than {detail} were read flat",
    "links": "“{value}” was looked for as {detail} too, with a lower weight",
    "nothing_left": "there is nothing to search for",
}


def sentence(notice: Notice) -> str:
    """Return the notice as one English sentence, for the command line and the API."""
    return _ENGLISH[notice.code].format(value=notice.value, detail=notice.detail)
