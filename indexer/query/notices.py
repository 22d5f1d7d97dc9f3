"""Notices about a query: how it was understood, and what could not be used."""

from __future__ import annotations

from typing import Literal, NamedTuple

from indexer.request import ALL_REQUIRED

NoticeCode = Literal[
    "operator",  # value: the word read as AND, OR or NOT; detail: which of them
    "near",  # value: the operator, or the sign behind a phrase; detail: how many other words may stand between
    "exact",  # the equals sign: what follows is compared as typed
    "prefix",  # words that begin so are looked for
    "fuzzy",  # alike words are looked for; detail: how many letters may differ
    "more_forms",  # more words begin so, or are alike; detail: how many, the commonest, are looked for
    "no_operator",  # what looks like one and is none; detail: it is a "number", an "aside", or part of a "text"
    "no_field",  # a field and its value, read as words; detail: the value is "unknown", or both are part of a "text"
    "preferred_phrase",  # a quoted part of a text: articles with it come first, others are found too
    "address",  # the address of an article of the index, which is found
    "id",  # the id of an article, which comes first
    "unknown_address",  # no article has the address; detail: the words of it that were searched for instead, if any
    "date",  # value: the clause as typed; detail: the days it was read as, ISO, "from..to"
    "bad_date",  # a date clause that could not be read; searched as words
    "unknown_field",  # a name before a colon that is not a field; searched as words
    "no_such_source",  # no source has that name; nothing can match
    "no_such_category",  # no category has that name; nothing can match
    "no_such_author",  # no author has that name; nothing can match
    "no_such_id",  # no article has that id; nothing can match
    "no_match",  # a word of the query that is in no article, nor is another form of it; detail: the part it is wanted in
    "left_out",  # words that only ask, where something else is looked for
    "contradiction",  # conditions that no article meets together; detail: "date", or the column that they are on
    "no_such_country",  # no article is about a country of that name; nothing can match
    "no_such_language",  # no article is in a language of that name; nothing can match
    "unclosed_quote",  # the phrase was read up to the end
    "unbalanced",  # a parenthesis without its partner; ignored
    "dangling_operator",  # an operator with nothing on one side; ignored
    "only_negative",  # only exclusions: all other articles are shown
    "wildcard",  # * or ? stands where it has no meaning; ignored
    "all_required",  # sorted by date, so all bare words are required; detail: how many articles have some of them
    "outside_archive",  # the days asked for lie outside those of the index; detail: its first and last day, "from..to"
    "too_long",  # detail: how many characters were read
    "too_many_words",  # detail: how many words were read
    "too_deep",  # parentheses nested too deeply; read flat
    "links",  # value: words as typed; detail: the synonyms looked for with them, separated by ", "
    "meaning",  # found by meaning too; detail: how many articles have no word of the query
    "only_meaning",  # found by meaning alone; detail: how many articles
    "no_meaning",  # no search by meaning; detail: there are "no_vectors", no encoder "not_installed", or "other_encoder"
    "nothing_left",  # nothing to search for: no letter or digit, or only operators
]


_UNDONE_BY_PLACE: frozenset[NoticeCode] = frozenset(
    (
        "links",
        "operator",
        "near",
        "exact",
        "prefix",
        "fuzzy",
        "left_out",
        "dangling_operator",
        "no_operator",
        "no_field",
        "preferred_phrase",
        "unclosed_quote",
        "date",
        "address",
        "unknown_address",
        "id",
    )
)


class Span(NamedTuple):
    """A part of a query, from offset to offset, in code points."""

    start: int
    end: int


NOWHERE = Span(0, 0)


class Notice(NamedTuple):
    """One message for the author of a query: a stable ``code``, the part of the query as typed, and a detail.

    A notice about one place in the query has its offsets: ``value`` is ``query[start:end]``.
    """

    code: NoticeCode
    value: str = ""
    detail: str = ""
    start: int | None = None
    end: int | None = None

    @property
    def undo(self) -> str:
        """What to give as ``SearchRequest.undo`` to have this place read the other way, or an empty string."""
        if self.code == ALL_REQUIRED:
            return ALL_REQUIRED
        return undo_key(self.code, self.start) if self.start is not None and self.code in _UNDONE_BY_PLACE else ""


def undo_key(code: NoticeCode, start: int) -> str:
    """Return the name of a reading: its code and its offset in the query.

    >>> undo_key("operator", 6)
    'operator.6'
    """
    return f"{code}.{start}"


_ENGLISH: dict[NoticeCode, str] = {
    "operator": "“{value}” was read as {detail}; quote it to search for the word",
    "near": "“{value}” was read as: near each other, with at most {detail} other words between",
    "exact": "“{value}” was read as: the letters as typed, without other forms",
    "prefix": "“{value}” was read as: all words that begin so",
    "fuzzy": "“{value}” was read as: all words that differ by at most {detail} letters",
    "more_forms": "“{value}” stands for many words; the {detail} commonest were looked for",
    "no_operator": "“{value}” was not read as an operator: it belongs to {detail}",
    "no_field": "“{value}” was searched as words, not as a field: {detail}",
    "preferred_phrase": "“{value}” is part of a longer text; articles with it come first, but it is not required",
    "address": "the article with the address “{value}” was looked for",
    "id": "the article with the id “{value}” comes first",
    "unknown_address": "no article has the address “{value}”; searched for its words instead: {detail}",
    "date": "“{value}” was read as a date: {detail}",
    "bad_date": "“{value}” is no date that is understood (try 2024-02-11, 2024-02 or شباط/2024); searched as words",
    "unknown_field": "“{value}” is no field (title, body, source, category, author, id, from, to, year); searched as words",
    "no_such_source": "no source is called “{value}”",
    "no_such_category": "no category is called “{value}”",
    "no_such_author": "no author is called “{value}”",
    "no_such_id": "no article has the id in “{value}”",
    "no_match": "“{value}” is in no {detail}",
    "left_out": "“{value}” only asks and was left out",
    "contradiction": "no article meets these conditions together: {detail}",
    "no_such_country": "no article is about a country called “{value}”",
    "no_such_language": "no article is in a language called “{value}”",
    "unclosed_quote": "a quotation mark was not closed; the phrase was read to the end",
    "unbalanced": "a parenthesis has no partner and was ignored",
    "dangling_operator": "“{value}” has nothing to join and was ignored",
    "only_negative": "only exclusions were given; all other articles are shown",
    "wildcard": "* stands for letters only behind two letters or more, ? never; ignored in “{value}”",
    "all_required": "sorted by date, articles need all the words; with any of them there are {detail}",
    "outside_archive": "the articles of this index are of {detail}",
    "too_long": "only the first {detail} characters were read",
    "too_many_words": "only the first {detail} words were read",
    "too_deep": "parentheses nested deeper than {detail} were read flat",
    "links": "“{value}” was looked for as {detail} too, with a lower weight",
    "meaning": "{detail} articles without these words were found by their meaning, which may err",
    "only_meaning": "{detail} articles were found by their meaning alone, which may err",
    "no_meaning": "search by meaning is not at hand: {detail}",
    "nothing_left": "there is nothing to search for",
}
_ENGLISH_DETAILS: dict[NoticeCode, dict[str, str]] = {
    "no_operator": {"number": "a number", "aside": "an aside between dashes", "text": "a text"},
    "no_field": {"unknown": "it has no such value", "text": "it belongs to a text"},
    "no_meaning": {
        "no_vectors": "the index has no vectors; run akhbar embed",
        "not_installed": "no encoder is installed; run pip install 'akhbar[semantic]'",
        "other_encoder": "the index was encoded by another encoder; run akhbar embed",
    },
    "unknown_address": {"": "none"},
    "contradiction": {"date": "the dates"},
    "no_match": {"": "article", "title": "title of an article", "body": "text of an article"},
}


def sentence(notice: Notice) -> str:
    """Return the notice as one English sentence, for the command line and the API."""
    detail = _ENGLISH_DETAILS.get(notice.code, {}).get(notice.detail, notice.detail)
    return _ENGLISH[notice.code].format(value=notice.value, detail=detail)
