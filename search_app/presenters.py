"""View models of result pages: hits, facets, paging, and links that change the search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape

from indexer import MATCHES, MAX_PAGING_DEPTH, SORTS, FacetCount, Hit, IndexStats, SearchResults, WordForms
from search_app.articles import Byline, article_path, byline, markup_writer, untitled_label, value_html
from search_app.forms import PAGE_FACET_VALUES, SearchForm
from search_app.histograms import HistogramView, histogram_view
from search_app.ladders import LadderStep, Meant, correction_view, ladder_steps
from search_app.layout import Frame
from search_app.messages import Messages, isolate
from search_app.notices import NoticeView, isolate_dates, notice_views, problem_views
from search_app.texts import TextPresentation, attributes_of, one_line, presentation_of
from search_app.urls import COLUMN_FILTERS, DATE_FILTERS, FILTERS

FACET_VALUES_OPEN = 8
"""Values of a facet shown without unfolding; chosen ones are always shown."""

FACET_VALUES_MAX = 16
"""Values of a facet on a page, those chosen first: a hundred of each made half of its weight and of its time."""

PAGES_AROUND = 2
"""Page links on each side of the current page."""


class Choice(NamedTuple):
    """One link of a group; ``current`` marks the one in force."""

    label: Markup
    href: str
    current: bool = False


class HitView(NamedTuple):
    """One hit of a result page; ``copies`` leads to the other copies of its story, ``is_near``: found by its meaning."""

    href: str
    title: Markup
    title_presentation: TextPresentation
    title_attributes: Markup
    snippet: Markup
    snippet_presentation: TextPresentation
    snippet_attributes: Markup
    byline: Byline
    copies: Choice | None
    is_near: bool = False


class FacetValue(NamedTuple):
    """One value of a facet with its number of articles; its link toggles the filter."""

    label: Markup
    total: str
    href: str
    current: bool


class FacetView(NamedTuple):
    """One facet: the values shown at once (``first``) and those that can be unfolded (``rest``)."""

    name: str
    first: tuple[FacetValue, ...]
    rest: tuple[FacetValue, ...]


class FormView(NamedTuple):
    """A printed form of a word of the query with the number of its articles, and the address of a search for it alone."""

    text: str
    total: str
    href: str


class PageLink(NamedTuple):
    """A link to a page of results; number 0 stands for a gap."""

    number: int
    href: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Paging:
    """Links to pages of results; ``previous`` and ``next`` are empty where there is no such page."""

    previous: str
    pages: tuple[PageLink, ...]
    next: str


@dataclass(frozen=True, slots=True)
class ResultsView:
    """Everything that a page of results shows, also when nothing was found."""

    window_title: str
    count: Markup
    stories: Choice | None
    sources: Markup | None
    shown: str
    notices: tuple[NoticeView, ...]
    chips: tuple[Choice, ...]
    sorts: tuple[Choice, ...]
    matches: tuple[Choice, ...]
    hits: tuple[HitView, ...]
    marked: frozenset[str]
    histogram: HistogramView | None
    with_all: Markup | None
    meant: Meant | None
    ladder: tuple[LadderStep, ...]
    facets: tuple[FacetView, ...]
    words: tuple[tuple[str, tuple[FormView, ...]], ...]
    paging: Paging | None
    first_page: str
    exports: Mapping[str, str]
    hints: tuple[Choice, ...]
    date_hints: tuple[str, ...]
    date_inputs: tuple[tuple[str, str], ...]


def results_view(results: SearchResults, form: SearchForm, frame: Frame, stats: IndexStats) -> ResultsView:
    """Return the view of ``results``, which may be empty, of an index with ``stats``."""
    t = frame.messages
    return ResultsView(
        window_title=one_line(form.request.query) or t.text("results.browse_title"),
        count=_emphasize_number(t.count("articles", results.total)),
        stories=_stories(results, frame),
        sources=_source_count(results, t),
        shown=_shown_range(results, form, t),
        notices=(*problem_views(form.problems, t), *notice_views(results.notices, frame)),
        chips=tuple(_chips(results, form, frame)),
        sorts=_choices(
            "sort", [order for order in SORTS if form.request.query or order != "relevance"], form.request.sort, frame
        ),
        matches=_choices(
            "match",
            MATCHES if form.request.query else (),
            form.request.matching,
            frame,
            by_relevance=form.request.sort == "relevance",
        ),
        hits=tuple(_hit_views(results, form, frame)),
        marked=frozenset(mark.kind for hit in results for mark in (*hit.title.marks, *hit.snippet.marks)),
        facets=tuple(_facet_view(name, counts, frame) for name, counts in results.facets.items() if counts),
        words=tuple(_word_view(word, frame) for word in results.forms),
        histogram=histogram_view(results.histogram, frame),
        with_all=_with_all(results, form, t),
        meant=correction_view(results.did_you_mean, frame),
        ladder=tuple(ladder_steps(results.ladder, form.request, frame)),
        paging=_paging(results.stories, form, frame),
        first_page=frame.parameters.with_position("page", "").address(frame.path),
        exports=_exports(frame),
        hints=tuple(_hints(form, frame)),
        date_hints=date_hints(stats),
        date_inputs=frame.parameters.without(*DATE_FILTERS).pairs,
    )


def date_hints(stats: IndexStats) -> tuple[str, ...]:
    """Return the first and the last month of the index, as examples of what can be typed."""
    return tuple(f"{day:%Y-%m}" if day else "" for day in (stats.first_date, stats.last_date))


def _exports(frame: Frame) -> dict[str, str]:
    """Return the addresses of the same search in other formats."""
    search = frame.parameters.with_position("page", "")
    return {
        "Atom": search.address(frame.site("/search.atom")),
        "CSV": search.address(frame.site("/search.csv")),
        "JSON": frame.parameters.with_position("lang", "").address(frame.site("/api/v1/search")),
    }


def _emphasize_number(count: Markup) -> Markup:
    """Return ``count`` with its number in ``<strong>``, or all of it where the noun says the number («مقالان»)."""
    strong = Markup("<strong>{}</strong>")
    number, _, noun = count.partition(" ")
    return Markup("{} {}").format(strong.format(number), noun) if "<bdi>" in count else strong.format(count)


def _shown_range(results: SearchResults, form: SearchForm, t: Messages) -> str:
    """Return the range of hits on this page ("11–20"), or an empty string when all of them are shown."""
    if not 0 < len(results) < results.stories:
        return ""
    first = form.request.offset + 1
    return f"{t.number(first)}–{t.number(first + len(results) - 1)}"


def _stories(results: SearchResults, frame: Frame) -> Choice | None:
    """Return how many stories there are, where some have copies; its link shows each copy."""
    if results.stories == results.total:
        return None
    return Choice(
        frame.messages.count("stories", results.stories), frame.parameters.replace("copies", "all").address(frame.path)
    )


def _with_all(results: SearchResults, form: SearchForm, t: Messages) -> Markup | None:
    """Return how many articles have all words, where some of those found have not."""
    if form.request.matching != "any" or results.total_all == results.total:
        return None
    number = isolate(t.number(results.total_all)) if results.total_all else escape(t.text("results.none"))
    return t.html("results.with_all", number=number)


def _source_count(results: SearchResults, t: Messages) -> Markup | None:
    """Return the number of sources with hits, in words; facet values outside the source filter do not count."""
    chosen = frozenset(results.filters.sources)
    with_hits = [facet for facet in results.facets.get("source", ()) if not chosen or facet.value in chosen]
    return t.count("sources.in", len(with_hits)) if 0 < len(with_hits) < PAGE_FACET_VALUES else None


def _choices(
    name: str, values: Sequence[str], current: str, frame: Frame, *, by_relevance: bool = True
) -> tuple[Choice, ...]:
    """Return a link for each value; the default value is left out of its address.

    Sorted by date, how words match is always written: its default depends on what was undone.
    """
    defaults = (SORTS[0], MATCHES[0]) if by_relevance else (SORTS[0],)
    written = ["" if value in defaults else value for value in values]
    addresses = frame.parameters.replacements(name, written, frame.path)
    return tuple(
        Choice(frame.messages.html(f"{name}.{value}"), address, value == current)
        for value, address in zip(values, addresses, strict=True)
    )


def _chips(results: SearchResults, form: SearchForm, frame: Frame) -> Iterable[Choice]:
    """Yield a link for each filter in use that removes it."""
    for name in COLUMN_FILTERS:
        for value in form.parameters.all(name):
            yield Choice(
                value_html(name, value, frame.messages), frame.parameters.toggle(name, value).address(frame.path)
            )
    if form.request.story:
        yield Choice(frame.messages.html("chip.story"), frame.parameters.without("story").address(frame.path))
    if form.request.date_from or form.request.date_to:
        label = frame.messages.period(form.request.date_from, form.request.date_to)
        yield Choice(isolate(label), frame.parameters.without(*DATE_FILTERS).address(frame.path))
    yield from _dates_in_query(results, frame)


def _dates_in_query(results: SearchResults, frame: Frame) -> Iterable[Choice]:
    """Yield a link for each date clause of the query that works as a filter; the link removes the clause."""
    if not (results.filters.date_from or results.filters.date_to):
        return  # an excluded date («NOT سنة:2023») or one side of an OR is not a filter
    for notice in results.notices:
        if notice.code == "date" and notice.value in frame.query:
            rest = " ".join(frame.query.replace(notice.value, " ", 1).split())
            yield Choice(isolate_dates(isolate(notice.value)), frame.parameters.replace("q", rest).address(frame.path))


def _hit_views(results: SearchResults, form: SearchForm, frame: Frame) -> Iterator[HitView]:
    """Yield the view of each hit; a link to an article leads to the first place of the query in it."""
    writer, untitled = markup_writer(frame.messages), untitled_label(frame.messages)
    search = frame.parameters.with_position("hit", "").with_position("at", "").query_string()
    place = "&at=1#m1" if frame.query else ""
    page = frame.messages.language, frame.messages.direction
    for number, hit in enumerate(results, form.request.offset + 1):
        of_title = presentation_of(hit.title.text or hit.snippet.text, hit.article.lang)
        of_snippet = presentation_of(hit.snippet.text, hit.article.lang)
        first = "" if hit.nearness is not None else place
        yield HitView(
            href=f"{article_path(hit.article.id)}?{search}{'&' if search else ''}hit={number}{first}",
            title=writer.write(hit.title.text, hit.title.marks) if hit.title.text.strip() else untitled,
            title_presentation=of_title,
            title_attributes=attributes_of(of_title, *page),
            snippet=writer.write_snippet(hit.snippet),
            snippet_presentation=of_snippet,
            snippet_attributes=attributes_of(of_snippet, *page),
            byline=byline(hit.article, frame.messages),
            copies=_copies(hit, frame) if hit.copies > 1 else None,
            is_near=hit.nearness is not None,
        )


def _copies(hit: Hit, frame: Frame) -> Choice:
    """Return how many other copies of a hit match, and from which sources; its link lists them."""
    t = frame.messages
    label = t.count("copies.more", hit.copies - 1)
    if hit.copy_sources:
        names = escape(t.text("comma")).join(value_html("source", name, t) for name in hit.copy_sources)
        label = Markup("{}: {}").format(label, names)
    return Choice(label, frame.parameters.replace("story", hit.article.id).address(frame.path))


def _facet_view(name: str, counts: Sequence[FacetCount], frame: Frame) -> FacetView:
    chosen = frozenset(frame.parameters.all(name))
    # Chosen values first, so that no filter in use is folded away.
    ordered = (sorted(counts, key=lambda facet: facet.value not in chosen) if chosen else counts)[:FACET_VALUES_MAX]
    addresses = frame.parameters.toggles(name, [facet.value for facet in ordered], frame.path)
    values = tuple(
        FacetValue(
            label=value_html(name, facet.value, frame.messages),
            total=frame.messages.number(facet.count),
            href=href,
            current=facet.value in chosen,
        )
        for facet, href in zip(ordered, addresses, strict=True)
    )
    fold = max(FACET_VALUES_OPEN, sum(value.current for value in values))
    return FacetView(name, values[:fold], values[fold:])


def _word_view(word: WordForms, frame: Frame) -> tuple[str, tuple[FormView, ...]]:
    """Return a word of the query, and its forms; each links to the search for it as it is printed."""
    addresses = frame.parameters.replacements("q", [f'"{form.text}"' for form in word.forms], frame.path)
    return word.word, tuple(
        FormView(form.text, frame.messages.number(form.articles), href)
        for form, href in zip(word.forms, addresses, strict=True)
    )


def _paging(total: int, form: SearchForm, frame: Frame) -> Paging | None:
    return page_links(form.page, min(-(-total // form.size), MAX_PAGING_DEPTH // form.size), frame)


def page_links(current: int, last: int, frame: Frame) -> Paging | None:
    """Return links from the page ``current`` to others of ``last``; None where there is one page only."""
    if last <= 1:
        return None

    numbers = [number for number in {current - 1, current + 1, *page_numbers(current, last)} if 1 <= number <= last]
    written = ["" if number == 1 else str(number) for number in numbers]
    addresses = dict(zip(numbers, frame.parameters.positions("page", written, frame.path), strict=True))
    links = (PageLink(page, addresses.get(page, ""), page == current) for page in page_numbers(current, last))
    return Paging(addresses.get(current - 1, ""), tuple(links), addresses.get(current + 1, ""))


def page_numbers(current: int, last: int) -> tuple[int, ...]:
    """Return the numbers of the pages to link to: first, last, and those around ``current``; 0 is a gap.

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
    """Yield links that relax a search which found nothing."""
    parameters, t = frame.parameters, frame.messages
    if form.request.query and form.request.matching != "any":
        any_word = parameters.replace("match", "" if form.request.sort == "relevance" else "any")
        yield Choice(t.html(f"hint.{form.request.matching}"), any_word.address(frame.path))
    if parameters.only(*FILTERS).pairs:
        yield Choice(t.html("hint.filters"), parameters.without(*FILTERS).address(frame.path))
    if form.request.syntax == "full" and any(mark in form.request.query for mark in '":()«»“”-'):
        yield Choice(t.html("hint.words"), parameters.replace("syntax", "words").address(frame.path))
