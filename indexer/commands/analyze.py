"""The command that shows how words are analysed: ``akhbar analyze``."""

from __future__ import annotations

import sys

import click

from analyzers import analyzer_for
from indexer.commands.printing import printable


@click.command()
@click.argument("text", required=False)
@click.option("--words", "by_word", is_flag=True, help="Read words from standard input, one a line; print their terms.")
@click.option(
    "--field",
    default="stem",
    show_default=True,
    type=click.Choice(["stem", "exact"]),
    help="Which terms --words prints.",
)
def analyze(text: str | None, field: str, *, by_word: bool) -> None:
    """Show how each word of TEXT is read: every stage of the chain, one a line."""
    if by_word == (text is not None):
        raise click.UsageError("give a TEXT, or --words and one word a line on standard input")
    if by_word:
        _print_terms(field)
    elif text is not None:
        _print_stages(text)


def _print_terms(field: str) -> None:
    """Print the terms of each line of standard input on a line, both in UTF-8 whatever the locale."""
    analyzer = analyzer_for("ar")
    for line in sys.stdin.buffer:
        words = analyzer.stream(line.decode("utf-8", "replace"))
        terms = " ".join(getattr(word.terms, field) for word in words)
        sys.stdout.buffer.write(terms.encode("utf-8", "replace") + b"\n")
    sys.stdout.flush()


def _print_stages(text: str) -> None:
    analyzer = analyzer_for("ar")
    for token in analyzer.words(text):
        click.echo(f"{printable(token.text)}  [{token.start}:{token.end}]")
        for stage in analyzer.explain(token.text):
            click.echo(f"  {stage.name:<12} {printable(stage.output)}" + (f"  ({stage.note})" if stage.note else ""))
