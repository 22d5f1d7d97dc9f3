"""Hits, articles, facets and histograms in a terminal, and hits as CSV; marks are coloured where there is a terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import click

from indexer.article import Article
from indexer.commands.printing import printable, printable_name
from indexer.results.histogram import PeriodCount
from indexer.results.hits import FacetCount, Hit, MarkKind, Snippet, WordForms

_SHOWN_VALUES: Final = 10
_BAR_COLUMNS: Final = 40
_CSV_FIELDS: Final = ("id", "date", "source", "category", "author", "lang", "url", "score", "title", "snippet")
_COLOURS: Final[Mapping[MarkKind, str]] = {"exact": "yellow", "form": "green", "alias": "cyan"}
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")


def print_facets(facets: Mapping[str, Sequence[FacetCount]]) -> None:
    """Print the commonest values of each facet with their counts."""
    for column, counts in facets.items():
        shown = "  ·  ".join(f"{printable_name(column, each.value)} {each.count:,}" for each in counts[:_SHOWN_VALUES])
        more = f"  ·  {len(counts) - _SHOWN_VALUES} more" if len(counts) > _SHOWN_VALUES else ""
        click.echo(f"{column}: {shown or 'none'}{more}")


def print_forms(words: Sequence[WordForms]) -> None:
    """Print the forms of each word of a query with the number of their articles; other names stand in parentheses."""
    for word in words:
        forms = (
            f"{text} ×{form.articles:,}" if form.kind != "alias" else f"({text}) ×{form.articles:,}"
            for form in word.forms
            if (text := printable(form.text))
        )
        click.echo(f"{printable(word.word)}: {'  ·  '.join(forms)}")


def print_histogram(periods: Sequence[PeriodCount]) -> None:
    """Print a bar for each period; the longest is that of the most articles."""
    most = max((period.count for period in periods), default=0) or 1
    for period in periods:
        bar = "█" * round(_BAR_COLUMNS * period.count / most)
        click.echo(f"{period.first}  {period.count:>7,}  {bar}".rstrip())


def print_csv(hits: Iterable[Hit]) -> None:
    """Print the names of the columns and a row for each hit, in UTF-8.

    A text that a spreadsheet would take for a formula gets an apostrophe before it: articles come from anywhere.
    """
    _print_row(_CSV_FIELDS)
    for hit in hits:
        article = hit.article
        about = (article.id, article.date, article.source, article.category, article.author, article.lang, article.url)
        _print_row((*map(_cell, about), f"{hit.score:.6f}", _cell(article.title), _cell(hit.snippet.text)))


def _print_row(values: Iterable[str]) -> None:
    row = io.StringIO()
    csv.writer(row, lineterminator="\n").writerow(values)
    click.echo(row.getvalue().encode("utf-8", "replace"), nl=False)


def _cell(value: object) -> str:
    text = printable(str(value or ""))
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def print_article(article: Article) -> None:
    """Print a whole article, a line for each paragraph."""
    click.echo(click.style(printable(article.title) or "—", bold=True))
    click.echo(_about(article))
    if article.url:
        click.echo(printable(article.url))
    for paragraph in article.body.splitlines():
        click.echo(f"\n{printable(paragraph)}")


def print_hit(rank: int, hit: Hit) -> None:
    """Print a hit with its place in the order, its snippet and what explains its score."""
    click.echo(f"{rank:3}. {_highlight(hit.title) or '—'}")
    click.echo(f"     {_about(hit.article)}" + (f" · {hit.score:.2f}" if hit.score else ""))
    if hit.snippet.text:
        before, after = "…" * hit.snippet.cut_before, "…" * hit.snippet.cut_after
        click.echo(f"     {before}{_highlight(hit.snippet)}{after}")
    if hit.nearness is not None:
        click.echo(f"     near in meaning: {hit.nearness:.2f}")
    if hit.copies > 1:
        more = f"+{hit.copies - 1} {'copy' if hit.copies == 2 else 'copies'}"
        click.echo(
            f"     {more}"
            + (
                f": {'، '.join(printable_name('source', each) for each in hit.copy_sources)}"
                if hit.copy_sources
                else ""
            )
        )
    for part in hit.explanation:
        if part.kind == "recency":
            click.echo(f"     {part.score:7.3f}  recency: {part.weight:.3f} of the score is kept")
            continue
        if part.kind == "meaning":
            click.echo(f"     {part.score:7.3f}  meaning: {part.score / part.weight:.3f} of {part.weight:.3g}")
            continue
        where = f"{part.frequency}×" + (", in the title" if part.in_title else "")
        early = f", {part.early:.3f} for standing early" if part.early else ""
        click.echo(
            f"     {part.score:7.3f}  {part.kind}, {part.space}: {printable(' '.join(part.terms))} ({where}; "
            f"idf {part.idf:.2f}, weight {part.weight:.3g}{early})"
        )
    click.echo()


def _about(article: Article) -> str:
    source = printable_name("source", article.source) if article.source else ""
    values = (article.date, article.author, article.category, article.id)
    return " · ".join(filter(None, (source, *(printable(str(value)) for value in values if value))))


def _highlight(snippet: Snippet) -> str:
    """Return the text with its marks in bold and colour; click leaves the codes out where there is no terminal."""
    parts, end = [], 0
    for mark in snippet.marks:
        parts += [
            printable(snippet.text[end : mark.start]),
            click.style(printable(snippet.text[mark.start : mark.end]), bold=True, fg=_COLOURS[mark.kind]),
        ]
        end = mark.end
    return "".join([*parts, printable(snippet.text[end:])])
