"""How results become what a page of results shows: hits, facets, paging, and links that change the search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import url_for
from markupsafe import Markup

from indexer import MATCHES, MAX_DEPTH, SORTS, FacetCount, Hit, SearchResults
from search_app.articles import Byline, article_address, byline, named, pen_for, untitled
from search_app.forms import SearchForm
from search_app.layout import Frame
from search_app.messages import Messages, isolated
from search_app.notices import NoticeView, notice_views, problem_views
from search_app.texts import Look, look_of, one_line

FACET_SHOWN = 8
FACET_MOST = 100
"""Values of a facet that are shown at once, and that are there at all; a chosen one is always shown."""

PAGES_AROUND = 2


class Choice(NamedTuple):
    """One of several links, of which one may be in force."""

    label: Markup
    href: str
    current: bool = False


class HitView(NamedTuple):
    """One hit as it is shown."""

    href: str
    title: Markup
    title_look: Look
    snippet: Markup
    snippet_look: Look
    byline: Byline


class FacetValue(NamedTuple):
    """One value of a facet; its link adds it to the filters or takes it away."""

    label: Markup
    found: str
    href: str
    current: bool


class FacetView(NamedTuple):
    """One facet: the values shown at once, and those one may unfold."""

    name: str
    first: tuple[FacetValue, ...]
    rest: tuple[FacetValue, ...]


class PageLink(NamedTuple):
    """A page of results: its number, or 0 for a gap."""

    number: int
    href: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Paging:
    """The pages of results; ``previous`` and ``next`` are empty where there is none."""

    previous: str
    pages: tuple[PageLink, ...]
    next: str


@dataclass(frozen=True, slots=True)
class ResultsView:
    """A page of results."""

    window_title: str
    count: Markup
    sources: Markup | None
    shown: str
    notices: tuple[NoticeView, ...]
    chips: tuple[Choice, ...]
    sorts: tuple[Choice, ...]
    matches: tuple[Choice, ...]
    hits: tuple[HitView, ...]
    marked: frozenset[str]
    facets: tuple[FacetView, ...]
    paging: Paging | None
    first_page: str
    json: str
    hints: tuple[Choice, ...]
    date_inputs: tuple[tuple[str, str], ...]


def results_view(results: SearchResults, form: SearchForm, frame: Frame) -> ResultsView:
    """Return a page of results, or of none."""
    t = frame.messages
    return ResultsView(
        window_title=one_line(form.request.query) or t.text("results.browse_title"),
        count=_emphasised(t.count("articles", results.total)),
        sources=_sources_counted(results, t),
        shown=_shown(results, form, t),
        notices=(*problem_views(form.problems, t), *notice_views(results.notices, frame)),
        chips=tuple(_chips(results, form, frame)),
        sorts=_choices(
            "sort", [each for each in SORTS if form.request.query or each != "relevance"], form.request.sort, frame
        ),
        matches=_choices("match", MATCHES if form.request.query else (), form.request.match, frame),
        hits=tuple(_hit_view(hit, frame) for hit in results),
        marked=frozenset(mark.kind for hit in results for mark in (*hit.title.marks, *hit.snippet.marks)),
        facets=tuple(_facet_view(name, counts, frame) for name, counts in results.facets.items() if counts),
        paging=_paging(results.total, form, frame),
        first_page=frame.parameters.placed("page", "").on(frame.path),
        json=frame.parameters.placed("lang", "").on(url_for("api.search")),
        hints=tuple(_hints(form, frame)),
        date_inputs=frame.parameters.without("from", "to").pairs,
    )


def _emphasised(count: Markup) -> Markup:
    """Return the count with its number large, or all of it where the noun says the number."""
    number = Markup("<strong>{}</strong>")
    bare = count.partition(" ")
    return Markup("{} {}").format(number.format(bare[0]), bare[2]) if "<bdi>" in count else number.format(count)


def _shown(results: SearchResults, form: SearchForm, t: Messages) -> str:
    """Return which hits are shown, or an empty string when all of them are."""
    if not 0 < len(results) < results.total:
        return ""
    first = form.request.offset + 1
    return f"{t.number(first)}–{t.number(first + len(results) - 1)}"


def _sources_counted(results: SearchResults, t: Messages) -> Markup | None:
    """Return in how many sources the hits are; a facet counts also the sources not chosen."""
    chosen = frozenset(results.filters.sources)
    found = [each for each in results.facets.get("source", ()) if not chosen or each.value in chosen]
    return t.count("sources.in", len(found)) if found else None


def _choices(name: str, values: Iterable[str], current: str, frame: Frame) -> tuple[Choice, ...]:
    """Return a link for each value; the default one is not written into its address."""
    defaults = (SORTS[0], MATCHES[0])
    return tuple(
        Choice(
            frame.messages.html(f"{name}.{value}"),
            frame.parameters.changed(name, "" if value in defaults else value).on(frame.path),
            value == current,
        )
        for value in values
    )


def _chips(results: SearchResults, form: SearchForm, frame: Frame) -> Iterable[Choice]:
    """Yield a link for each filter in use, which takes it away."""
    for name in ("source", "category"):
        for value in form.parameters.all(name):
            yield Choice(named(value, frame.messages), frame.parameters.toggled(name, value).on(frame.path))
    if form.request.date_from or form.request.date_to:
        label = frame.messages.period(form.request.date_from, form.request.date_to)
        yield Choice(isolated(label), frame.parameters.without("from", "to").on(frame.path))
    yield from _dates_in_query(results, frame)


def _dates_in_query(results: SearchResults, frame: Frame) -> Iterable[Choice]:
    """Yield a link for each date clause that narrows the query, which takes the clause out of it."""
    if not (results.filters.date_from or results.filters.date_to):
        return  # what is excluded («NOT سنة:2023») or an alternative is no filter
    for notice in results.notices:
        if notice.code == "date" and notice.value in frame.query:
            rest = " ".join(frame.query.replace(notice.value, " ", 1).split())
            yield Choice(isolated(notice.value), frame.parameters.changed("q", rest).on(frame.path))


def _hit_view(hit: Hit, frame: Frame) -> HitView:
    pen = pen_for(frame.messages)
    first_place = article_address(hit.article.id, frame.parameters.placed("at", "1")) + "#m1"
    title = pen.marked(hit.title.text, hit.title.marks) if hit.title.text.strip() else untitled(frame.messages)
    return HitView(
        href=first_place if frame.query else article_address(hit.article.id, frame.parameters),
        title=title,
        title_look=look_of(hit.title.text or hit.snippet.text, hit.article.lang),
        snippet=pen.snippet(hit.snippet),
        snippet_look=look_of(hit.snippet.text, hit.article.lang),
        byline=byline(hit.article, frame.messages),
    )


def _facet_view(name: str, counts: Sequence[FacetCount], frame: Frame) -> FacetView:
    chosen = frozenset(frame.parameters.all(name))
    # Chosen values first: what is in force must not hide below the fold.
    ordered = sorted(counts, key=lambda each: each.value not in chosen)[:FACET_MOST]
    values = tuple(
        FacetValue(
            label=named(each.value, frame.messages),
            found=frame.messages.number(each.count),
            href=frame.parameters.toggled(name, each.value).on(frame.path),
            current=each.value in chosen,
        )
        for each in ordered
    )
    fold = max(FACET_SHOWN, sum(value.current for value in values))
    return FacetView(name, values[:fold], values[fold:])


def _paging(total: int, form: SearchForm, frame: Frame) -> Paging | None:
    last = min(-(-total // form.size), MAX_DEPTH // form.size)
    if last <= 1:
        return None

    def address(page: int) -> str:
        if not 1 <= page <= last:
            return ""
        return frame.parameters.placed("page", str(page) if page > 1 else "").on(frame.path)

    links = (PageLink(page, address(page), page == form.page) for page in page_numbers(form.page, last))
    return Paging(address(form.page - 1), tuple(links), address(form.page + 1))


def page_numbers(current: int, last: int) -> tuple[int, ...]:
    """Return the pages to link to: the first, the last, and those around the current one; 0 is a gap.

    >>> page_numbers(1, 17), page_numbers(9, 17), page_numbers(2, 3)
    ((1, 2, 3, 4, 5, 0, 17), (1, 0, 7, 8, 9, 10, 11, 0, 17), (1, 2, 3))
    """
    first_near = max(1, min(current - PAGES_AROUND, last - 2 * PAGES_AROUND))
    near = range(first_near, min(last, first_near + 2 * PAGES_AROUND) + 1)
    numbers: list[int] = []
    for page in sorted({1, *near, last}):
        if numbers and page > numbers[-1] + 1:
            numbers.append(0)
        numbers.append(page)
    return tuple(numbers)


def _hints(form: SearchForm, frame: Frame) -> Iterable[Choice]:
    """Yield what could be relaxed, for a search that found nothing."""
    parameters, t = frame.parameters, frame.messages
    if form.request.query and form.request.match != "any":
        yield Choice(t.html(f"hint.{form.request.match}"), parameters.without("match").on(frame.path))
    if parameters.only("from", "to", "source", "category").pairs:
        yield Choice(t.html("hint.filters"), parameters.without("from", "to", "source", "category").on(frame.path))
    if form.request.syntax == "full" and any(mark in form.request.query for mark in '":()«»“”-'):
        yield Choice(t.html("hint.words"), parameters.changed("syntax", "words").on(frame.path))
