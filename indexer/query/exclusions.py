"""Exclusions: a query without the articles that have one printed form of a word."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from indexer.query import limits, nodes
from indexer.query.parser import parse
from indexer.query.reading import SplitWords
from indexer.request import SearchRequest


def exclusions(request: SearchRequest, forms: Sequence[str], split_words: SplitWords) -> dict[str, str]:
    """Return the query of ``request`` with each of ``forms`` excluded; without those for which it cannot be written.

    A pasted text has no operators, a quotation mark may be open, and a query has only so many letters and words. All
    forms stand at the same place, so it is enough to read the query with the form of most words.
    """
    if request.syntax == "words" or not forms:
        return {}
    longest = max(forms, key=lambda form: (len(form.split()), len(form)))
    today = datetime.date.today()  # noqa: DTZ011, the day where the user is
    parsed = parse(
        _exclude(request.query, longest), split_words=split_words, today=today, undone=frozenset(request.undo)
    )
    excluded = nodes.Not(nodes.Phrase(tuple(split_words(longest))))
    if not (isinstance(parsed.root, nodes.Sequence) and excluded in parsed.root.parts):
        return {}
    queries = {form: _exclude(request.query, form) for form in forms}
    return {form: query for form, query in queries.items() if len(query) <= limits.MAX_QUERY_CHARS}


def _exclude(query: str, form: str) -> str:
    return f'{query.rstrip()} -="{form}"'
