"""Options, table of counts and exit code of every script here."""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

MAX_TOLD = 20
SKIPPED = 2
"""The exit code of a script that could not do its work here."""


def options(description: str, *, count: int, counted: str, seed: int = 1) -> argparse.ArgumentParser:
    """Return the parser of the options that every script has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--count", "--kills", type=int, default=count, help=f"how many {counted} (default: {count})")
    parser.add_argument("--articles", type=int, default=200, help="how many to make up (default: 200)")
    parser.add_argument("--seed", type=int, default=seed, help=f"chooses the moments and the texts (default: {seed})")
    parser.add_argument("--work", type=Path, metavar="DIR", help="work in a new folder below this one")
    return parser


@contextlib.contextmanager
def workplace(below: Path | None) -> Iterator[Path]:
    """Give a new folder; it is removed at the end."""
    if below:
        below.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=below, prefix="durability-", ignore_cleanup_errors=True) as folder:
        yield Path(os.path.realpath(folder))


def table(rows: Sequence[dict[str, object]]) -> str:
    """Return rows of the same columns as text, the first column to the left."""
    names = list(rows[0])
    cells = [names, *([_shown(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(names))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    )


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def tell(rows: Sequence[dict[str, object]], failures: Sequence[str]) -> int:
    """Print the table and the first failures; return the exit code."""
    print(table(rows))
    for each in failures[:MAX_TOLD]:
        print(each)
    if len(failures) > MAX_TOLD:
        print(f"… and {len(failures) - MAX_TOLD:,} more")
    print("no failure" if not failures else f"{len(failures):,} failures")
    return 1 if failures else 0
