"""The command that describes an index: ``akhbar stats``."""

from __future__ import annotations

from dataclasses import asdict

import click

from indexer.commands.options import index_option
from indexer.commands.printing import print_json
from indexer.index import open_index


@click.command()
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def stats(index: str, *, as_json: bool) -> None:
    """Say what the index holds, what is wrong with it, and which native code is missing."""
    with open_index(index) as opened:
        values = asdict(opened.stats()) | {"lexicon": opened.analyzer.lexicon}
        values |= values.pop("details")
        encoded = opened.engine.embedding_stats()
        values |= {"encoded": encoded.articles if encoded else 0, "encoder": encoded.encoder.name if encoded else None}
    if as_json:
        print_json(values)
        return
    values["native code"] = _native_code(values.pop("native_missing"))
    for name, value in values.items():
        shown = f"{value:,}" if isinstance(value, int) else value or "none"
        click.echo(f"{name.replace('_', ' '):<12} {shown}")


def _native_code(missing: tuple[str, ...]) -> str:
    """Return which packages lack their C extension, as one line.

    >>> _native_code(()), _native_code(("analyzers", "indexer"))
    ('complete', 'missing in analyzers, indexer: slower, with the same results')
    """
    return f"missing in {', '.join(missing)}: slower, with the same results" if missing else "complete"
