"""Exclusions: a query without the articles that have one printed form of a word."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from indexer.query import limits, nodes
from indexer.query.parser import parse
from indexer.query.reading import SplitWords


def exclusions(
    query: str, forms: Sequence[str], *, split_words: SplitWords, today: datetime.date, undone: frozenset[str]
) -> dict[str, str]:
    """Return ``query`` with each of ``forms`` excluded, as typed; without those for which that cannot be written.

    A pasted text has no operators, a quotation mark may be open, and a query has only so many letters and words. All
    forms stand at the same place, so it is enough to read the query with the form of most words.
    """
    longest = max(forms, key=lambda form: (len(form.split()), len(form)), default="")
    root = parse(_exclude(query, longest), split_words=split_words, today=today, undone=undone).root
    excluded = nodes.Not(nodes.Phrase(tuple(split_words(longest))))
    if not (isinstance(root, nodes.Sequence) and excluded in root.parts):
        return {}
    return {form: text for form in forms if len(text := _exclude(query, form)) <= limits.MAX_QUERY_CHARS}


def _exclude(query: str, form: str) -> str:
    return f'{query.rstrip()} -="{form}"'
