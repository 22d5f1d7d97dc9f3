"""The commands that find and show articles: ``akhbar search``, ``get`` and ``related``."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import click

from indexer.commands.hits import print_article, print_csv, print_facets, print_forms, print_histogram, print_hit
from indexer.commands.options import colour_option, index_option, json_option, request_options
from indexer.commands.printing import count_of, print_json, print_json_line, printable
from indexer.errors import InputError
from indexer.index import Index, open_index
from indexer.query.notices import sentence
from indexer.request import (
    FACETS,
    HISTOGRAMS,
    MAX_HALF_LIFE_DAYS,
    MAX_LIMIT,
    MEANING_MODES,
    SORTS,
    SearchRequest,
)
from indexer.results.alternatives import RungKind
from indexer.results.as_json import article_as_json, hit_as_json, results_as_json
from indexer.results.hits import SearchResults


@click.command()
@request_options
@index_option
@colour_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print a row of CSV for each hit.")
@click.option("--all", "everything", is_flag=True, help="All hits, not a page of them; with --json one a line.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(0, MAX_LIMIT), help="How many hits.")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1), help="Which page of hits.")
@click.option("--sort", default="relevance", show_default=True, type=click.Choice(SORTS))
@click.option(
    "--half-life",
    "half_life_days",
    metavar="DAYS",
    type=click.IntRange(1, MAX_HALF_LIFE_DAYS),
    help="Prefer newer articles: half of what an article may lose by its age is lost within so many days.",
)
@click.option("--facets", is_flag=True, help="Count the sources, categories and authors of all hits.")
@click.option("--histogram", type=click.Choice(HISTOGRAMS), help="Count the hits of each period.")
@click.option(
    "--group/--no-group", default=True, show_default=True, help="Show of near copies the first, or each of them."
)
@click.option(
    "--meaning",
    default="auto",
    show_default=True,
    type=click.Choice(MEANING_MODES),
    help="Find by meaning too: where words find little or are of another language, never, always; or by it alone.",
)
@click.option("--story", metavar="ID", help="Only the copies of this article.")
@click.option("--forms", is_flag=True, help="Tell the printed forms of each word, with the articles of each.")
@click.option("--explain", is_flag=True, help="Tell which parts add up to each score.")
def search(
    words: tuple[str, ...],
    index: str,
    *,
    as_json: bool,
    as_csv: bool,
    everything: bool,
    limit: int,
    page: int,
    facets: bool,
    group: bool,
    **choices: Any,
) -> None:
    """Find articles. Bare words rank together; "phrases", AND OR NOT, title: and source: are understood."""
    choices |= {"facets": FACETS if facets else (), "copies": "grouped" if group else "all"}
    request = SearchRequest(" ".join(words), limit=limit, offset=(page - 1) * limit, **choices)
    started = time.perf_counter()
    with open_index(index) as opened:
        if everything:
            _print_all(opened, request, as_json=as_json, as_csv=as_csv)
            return
        results = opened.search(request)
    if as_json:
        print_json({"page": page, "size": limit, **results_as_json(results)})
    elif as_csv:
        print_csv(results)
    else:
        _print_results(results, request, time.perf_counter() - started)


def _print_all(index: Index, request: SearchRequest, *, as_json: bool, as_csv: bool) -> None:
    """Print all hits of a request, one at a time."""
    hits = index.iterate(request, marks=True)
    if as_csv:
        print_csv(hits)
        return
    for rank, hit in zip(count(1), hits, strict=False):
        if as_json:
            print_json_line(hit_as_json(hit))
        else:
            print_hit(rank, hit)


_RUNGS: dict[RungKind, str] = {
    "spelling": "spelt «{value}»",
    "any_form": "in any form of the words: --match any",
    "links": "with other names of the words: without --no-links",
    "as_words": "without operators, as words: --syntax words",
    "without_dates": "without the days {value}",
    "without_filter": "without the filter {value}",
    "meaning": "near in meaning: --meaning only",
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
    found = count_of(results.total, "article")
    if results.stories != results.total:
        found += f", {results.stories:,} {'story' if results.stories == 1 else 'stories'}"
    if results.total_all < results.total:
        found += f", {results.total_all:,} of them with all words"
    click.echo(f"{found}, {shown} ({seconds * 1000:.0f} ms)\n")
    for rank, hit in enumerate(results, first):
        print_hit(rank, hit)
    print_facets(results.facets)
    print_forms(results.forms)
    print_histogram(results.histogram)


@click.command()
@click.argument("article_id", metavar="ID")
@index_option
@json_option
def get(article_id: str, index: str, *, as_json: bool) -> None:
    """Show one article, by its id or its address."""
    with open_index(index) as opened:
        article = opened.article(article_id)
    if article is None:
        raise _unknown(article_id)
    if as_json:
        print_json(article_as_json(article))
    else:
        print_article(article)


@click.command()
@click.argument("article_id", metavar="ID")
@index_option
@json_option
@click.option("--limit", default=10, show_default=True, type=click.IntRange(0, MAX_LIMIT), help="How many articles.")
def related(article_id: str, index: str, *, as_json: bool, limit: int) -> None:
    """List the articles most alike to one, named by its id or its address; near copies are left out."""
    with open_index(index) as opened:
        if opened.article(article_id) is None:
            raise _unknown(article_id)
        hits = opened.related(article_id, limit)
    if as_json:
        print_json({"hits": list(map(hit_as_json, hits))})
        return
    for rank, hit in enumerate(hits, 1):
        print_hit(rank, hit)
    if not hits:
        click.echo("no article is alike")


def _unknown(article_id: str) -> InputError:
    return InputError(f"{article_id!r:.100}: no article has this id or address")
