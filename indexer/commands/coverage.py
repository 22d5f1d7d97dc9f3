"""The commands that describe what a query finds: ``akhbar coverage`` and ``akhbar terms``."""

from __future__ import annotations

from typing import Any

import click

from indexer.commands.hits import print_histogram
from indexer.commands.options import index_option, json_option, request_options
from indexer.commands.printing import count_of, print_json, printable, printable_name
from indexer.index import open_index
from indexer.request import MAX_LIMIT, PERIODS, SearchRequest
from indexer.results.as_json import coverage_as_json, terms_as_json
from indexer.results.coverage import PeriodShare
from indexer.results.histogram import PeriodCount


@click.command()
@request_options
@index_option
@json_option
@click.option("--period", type=click.Choice(PERIODS), help="The length of a period; by default one that fits.")
@click.option("--by", type=click.Choice(["source"]), help="Tell the sources apart.")
def coverage(words: tuple[str, ...], index: str, *, as_json: bool, period: Any, by: Any, **choices: Any) -> None:
    """Count the articles of a query in each period, in all and as a share of all articles.

    All bare words are required, unless --match says otherwise.
    """
    with open_index(index) as opened:
        found = opened.coverage(SearchRequest(" ".join(words), **choices), period=period, by=by)
    if as_json:
        print_json(coverage_as_json(found))
        return
    click.echo(f"{count_of(found.total, 'article')}, by {found.unit}")
    _print_shares(found.periods)
    for source, periods in found.sources.items():
        click.echo(f"\n{printable_name('source', source)}: {count_of(sum(each.count for each in periods), 'article')}")
        print_histogram([PeriodCount(each.first, each.last, each.count) for each in periods])


def _print_shares(periods: tuple[PeriodShare, ...]) -> None:
    for each in periods:
        click.echo(f"{each.first}  {each.count:>7,} of {each.articles:>7,}  {each.share:7.2%}")


@click.command()
@request_options
@index_option
@json_option
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0, MAX_LIMIT), help="How many terms.")
def terms(words: tuple[str, ...], index: str, *, as_json: bool, limit: int, **choices: Any) -> None:
    """List the words and names that mark the best hits of a query against all articles."""
    with open_index(index) as opened:
        found = opened.significant_terms(SearchRequest(" ".join(words), **choices), limit)
    if as_json:
        print_json(terms_as_json(found))
        return
    for term in found:
        click.echo(f"{term.articles:>4} of {count_of(term.all_articles, 'article'):<16}  {printable(term.text)}")
    if not found:
        click.echo("no word marks these articles")
