"""The command that finds articles: ``akhbar search``."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from typing import Any

import click

from indexer.commands.options import index_option
from indexer.commands.printing import count_of, print_json, printable
from indexer.dates import Period, read_period
from indexer.index import open_index
from indexer.query.notices import sentence
from indexer.request import MATCHES, MAX_HALF_LIFE_DAYS, MAX_LIMIT, SORTS, SYNTAXES, SearchRequest
from indexer.results.alternatives import RungKind
from indexer.results.as_json import results_as_json
from indexer.results.hits import Hit, SearchResults, Snippet


def _day_reader(
    edge: Callable[[Period], datetime.date],
) -> Callable[[click.Context, click.Parameter, str | None], datetime.date | None]:
    """Return the callback of an option that takes a date; of a month or a year ``edge`` chooses the day."""

    def read(_: click.Context, parameter: click.Parameter, text: str | None) -> datetime.date | None:
        if text is None:
            return None
        period = read_period(text, today=datetime.date.today())  # noqa: DTZ011, the day where the user is
        if period is None:
            raise click.BadParameter(
                f"{text!r}: expected a date such as 2024-02-11, 2024-02, 2024 or «شباط 2024»", param=parameter
            )
        return edge(period)

    return read


@click.command()
@click.argument("query")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, in the shape of the REST API.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(0, MAX_LIMIT), help="How many hits.")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1), help="Which page of hits.")
@click.option(
    "--from", "date_from", metavar="D", callback=_day_reader(lambda period: period.first), help="The first day."
)
@click.option("--to", "date_to", metavar="D", callback=_day_reader(lambda period: period.last), help="The last day.")
@click.option("--source", "sources", metavar="S", multiple=True, help="Only this source, or one of these.")
@click.option("--author", "authors", metavar="A", multiple=True, help="Only this author, or one of these.")
@click.option("--category", "categories", metavar="C", multiple=True, help="Only this category, or one of these.")
@click.option("--sort", default="relevance", show_default=True, type=click.Choice(SORTS))
@click.option(
    "--match", type=click.Choice(MATCHES), help="How bare words match; any by default, and all when sorted by date."
)
@click.option(
    "--syntax", default="full", show_default=True, type=click.Choice(SYNTAXES), help="Read operators, or words only."
)
@click.option("--undo", metavar="R", multiple=True, help="A reading of the query not to make, as --json names it.")
@click.option(
    "--no-links",
    "links",
    is_flag=True,
    flag_value=False,
    default=True,
    help="Look for no other names and spellings of the words.",
)
@click.option(
    "--half-life",
    "half_life_days",
    metavar="DAYS",
    type=click.IntRange(1, MAX_HALF_LIFE_DAYS),
    help="Prefer newer articles: half of what an article may lose by its age is lost within so many days.",
)
@click.option("--explain", is_flag=True, help="Tell which parts add up to each score.")
def search(query: str, index: str, *, as_json: bool, limit: int, page: int, **choices: Any) -> None:
    """Find articles. Bare words rank together; "phrases", AND OR NOT, title: and source: are understood."""
    request = SearchRequest(query, limit=limit, offset=(page - 1) * limit, **choices)
    started = time.perf_counter()
    with open_index(index) as opened:
        results = opened.search(request)
    if as_json:
        print_json({"page": page, "size": limit, **results_as_json(results)})
        return
    _print_results(results, request, time.perf_counter() - started)


_RUNGS: dict[RungKind, str] = {
    "spelling": "spelt «{value}»",
    "any_form": "in any form of the words: --match any",
    "links": "with other names of the words: without --no-links",
    "as_words": "without operators, as words: --syntax words",
    "without_dates": "without the days {value}",
    "without_filter": "without the filter {value}",
    "fewer_words": "without the word «{value}»",
}


def _print_ladder(results: SearchResults) -> None:
    """Print the searches that find more, with the number of articles that have all their words."""
    for rung in results.ladder:
        how = _RUNGS[rung.kind].format(value=printable(rung.value))
        click.echo(f"note: {count_of(rung.articles, 'article')} {how}", err=True)


def _print_results(results: SearchResults, request: SearchRequest, seconds: float) -> None:
    for notice in results.notices:
        click.echo(f"note: {sentence(notice)}", err=True)
    _print_ladder(results)
    if results.did_you_mean:
        click.echo(
            f"did you mean: {printable(results.did_you_mean.text)} ({count_of(results.did_you_mean.articles, 'article')})",
            err=True,
        )
    if not results.hits:
        click.echo(
            "no article found" if not results.total else f"{count_of(results.total, 'article')}, none on this page"
        )
        return
    first = request.offset + 1
    shown = f"{first}–{request.offset + len(results)} shown"
    if results.total_all < results.total:
        shown = f"{results.total_all:,} of them with all words, {shown}"
    click.echo(f"{count_of(results.total, 'article')}, {shown} ({seconds * 1000:.0f} ms)\n")
    for rank, hit in enumerate(results, first):
        _print_hit(rank, hit)


def _print_hit(rank: int, hit: Hit) -> None:
    article = hit.article
    about = " · ".join(
        str(value) for value in (article.source, article.date, article.author, article.category, article.id) if value
    )
    click.echo(f"{rank:3}. {_highlight(hit.title) or '—'}")
    click.echo(f"     {printable(about)}" + (f" · {hit.score:.2f}" if hit.score else ""))
    if hit.snippet.text:
        before, after = "…" * hit.snippet.cut_before, "…" * hit.snippet.cut_after
        click.echo(f"     {before}{_highlight(hit.snippet)}{after}")
    for part in hit.explanation:
        if part.kind == "recency":
            click.echo(f"     {part.score:7.3f}  recency: {part.weight:.3f} of the score is kept")
            continue
        where = f"{part.frequency}×" + (", in the title" if part.in_title else "")
        early = f", {part.early:.3f} for standing early" if part.early else ""
        click.echo(
            f"     {part.score:7.3f}  {part.kind}, {part.space}: {printable(' '.join(part.terms))} ({where}; "
            f"idf {part.idf:.2f}, weight {part.weight:.3g}{early})"
        )
    click.echo()


def _highlight(snippet: Snippet) -> str:
    """Return the text with its marks in bold; click leaves the codes out where there is no terminal."""
    parts, end = [], 0
    for mark in snippet.marks:
        parts += [
            printable(snippet.text[end : mark.start]),
            click.style(printable(snippet.text[mark.start : mark.end]), bold=True),
        ]
        end = mark.end
    return "".join([*parts, printable(snippet.text[end:])])
