"""Ladder of a search that finds little: the searches like it that find more, each with what is changed and its count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, TypeAlias, get_args

from analyzers import Analyzer
from indexer.query.lexer import tokens
from indexer.query.nodes import Column
from indexer.query.notices import Notice
from indexer.query.vocabulary import field_of
from indexer.request import SearchRequest
from indexer.results.alternatives import Rung, RungKind

MAX_RUNGS: Final = 6
MAX_DROPPED: Final = 3
"""The most rungs that leave out a word."""
MAX_WORDS: Final = 8
"""Of a longer query no word is left out: it is a text, and articles with some of its words are found anyway."""


Relaxed: TypeAlias = tuple[RungKind, str, SearchRequest]
"""What is changed, the value of it, and the request."""


def relaxed_requests(
    request: SearchRequest, corrected: str, notices: Sequence[Notice], analyzer: Analyzer
) -> Iterator[Relaxed]:
    """Yield the requests that ask for less than ``request`` does, the nearest first; ``corrected`` may be empty."""
    first_page = replace(request, offset=0)
    if corrected:
        yield "spelling", corrected, replace(first_page, query=corrected)
    if request.match == "exact":
        yield "any_form", "", replace(first_page, match="any")
    if not request.links:
        yield "links", "", replace(first_page, links=True)
    if request.syntax == "full" and any(sign in request.query for sign in '":()«»“”-='):
        yield "as_words", "", replace(first_page, syntax="words")
    yield from _without_conditions(first_page, notices)
    yield from _without_a_clause(first_page)
    yield from _without_a_word(first_page, notices, analyzer)


def _without_conditions(request: SearchRequest, notices: Sequence[Notice]) -> Iterator[Relaxed]:
    if request.date_from or request.date_to:
        span = f"{request.date_from or ''}..{request.date_to or ''}"
        yield "without_dates", span, replace(request, date_from=None, date_to=None)
    for notice in notices:
        if notice.code == "date" and notice.start is not None and notice.end is not None:
            rest = request.query[: notice.start] + request.query[notice.end :]
            yield "without_dates", notice.value, replace(request, query=" ".join(rest.split()))
    if names := tuple(request.sources):
        yield "without_filter", ", ".join(names), replace(request, sources=())
    if names := tuple(request.categories):
        yield "without_filter", ", ".join(names), replace(request, categories=())
    if names := tuple(request.authors):
        yield "without_filter", ", ".join(names), replace(request, authors=())


def _without_a_clause(request: SearchRequest) -> Iterator[Relaxed]:
    """Yield the request without each condition on a source, a country and so on that the query has."""
    if request.syntax == "words":
        return
    for name, value in pairwise(tokens(request.query)):
        if name.kind == "field" and field_of(name.text) in get_args(Column):
            rest = request.query[: name.start] + request.query[value.end :]
            yield (
                "without_filter",
                request.query[name.start : value.end],
                replace(request, query=" ".join(rest.split())),
            )


def _without_a_word(request: SearchRequest, notices: Sequence[Notice], analyzer: Analyzer) -> Iterator[Relaxed]:
    """Yield the request without each of its words, where it has words and dates only."""
    dates = [range(each.start or 0, each.end or 0) for each in notices if each.code == "date"]
    words = [word for word in analyzer.words(request.query) if not any(word.start in date for date in dates)]
    content = [word for word in words if not analyzer.is_stop_word(word.text)]
    if not 1 < len(content) <= MAX_WORDS or any(sign in request.query for sign in '"«“()'):
        return
    if any(token.kind == "field" for token in tokens(request.query)) and not dates:
        return
    for word in content:
        rest = request.query[: word.start] + request.query[word.end :]
        yield "fewer_words", word.text, replace(request, query=" ".join(rest.split()))


def rungs(requests: Iterable[Relaxed], least: int, with_all_words: Callable[[SearchRequest], int]) -> tuple[Rung, ...]:
    """Return the requests that more than ``least`` articles satisfy with all their words, at most MAX_RUNGS."""
    counted = (Rung(*each, with_all_words(each[2])) for each in requests)
    found = [rung for rung in counted if rung.articles > least]
    dropped = sorted((rung for rung in found if rung.kind == "fewer_words"), key=lambda rung: -rung.articles)
    others = [rung for rung in found if rung.kind != "fewer_words"]
    return tuple([*others, *dropped[:MAX_DROPPED]][:MAX_RUNGS])
