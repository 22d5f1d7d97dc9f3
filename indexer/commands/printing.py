"""Printing for people and programs: numbers with their nouns, text that no terminal obeys, JSON."""

from __future__ import annotations

import json
import re

import click

from indexer.names.labels import value_label

_SPACES = re.compile(r" {2,}")


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where there is not one.

    >>> count_of(1, "article"), count_of(2901, "record")
    ('1 article', '2,901 records')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """Return text on one line, without the control characters that could command a terminal."""
    line = "".join(char if char.isprintable() or char in "\u200c\u200d" else " " for char in text)
    return _SPACES.sub(" ", line)


def printable_name(column: str, value: str) -> str:
    """Return what a value of a column is called in English, as text for a terminal.

    >>> printable_name("source", "okaz"), printable_name("country", "EG"), printable_name("category", "رياضة")
    ('Okaz', 'Egypt', 'رياضة')
    """
    return printable(value_label(column, value, "en"))


def print_json(value: object) -> None:
    """Print JSON in UTF-8, whatever the terminal's encoding is: JSON knows no other."""
    text = json.dumps(value, ensure_ascii=False, default=lambda day: day.isoformat(), indent=1)
    click.echo(text.encode("utf-8", "replace"))


def print_json_line(value: object) -> None:
    """Print JSON on one line, likewise."""
    click.echo(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
