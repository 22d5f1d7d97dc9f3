"""Other names of sources: a newspaper is found by its Arabic and English names, however files and addresses call it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from analyzers import AnalysisError, read_table
from indexer.errors import InputError

SOURCES_VARIABLE: Final = "AKHBAR_SOURCE_NAMES"
_COLUMNS: Final = 3
_LABEL: Final = re.compile(r"[\w-]+")
_NO_NAMES: Final = frozenset({"www", "com", "net", "org", "news", "arabic", "ar", "en", "m", "co"})
"""Parts of hosts that name no source."""


def other_names(source: str) -> tuple[str, ...]:
    """Return the names in the table of a source that is called by its host, slug or one of its names, without itself.

    >>> other_names("okaz"), other_names("www.okaz.com.sa"), other_names("ضفة")
    (('عكاظ', 'Okaz'), ('okaz', 'عكاظ', 'Okaz'), ())
    """
    names = _table(os.environ.get(SOURCES_VARIABLE, ""))
    labels = [source.lower(), *(_LABEL.findall(source.lower()) if "." in source and " " not in source else ())]
    row = next((names[label] for label in labels if label in names and label not in _NO_NAMES), ())
    return tuple(name for name in row if name != source)


@cache
def _table(own_path: str) -> Mapping[str, tuple[str, ...]]:
    """Return the names of each source by its name in addresses; rows of the user's file go before the shipped ones."""
    rows = list(read_table("source_names.tsv", _COLUMNS, resources.files("indexer") / "data"))
    return {row[0].lower(): row for row in (*rows, *_own_rows(own_path))}


def _own_rows(path: str) -> Iterator[tuple[str, ...]]:
    if not path:
        return
    try:
        yield from read_table(Path(path).name, _COLUMNS, Path(path).parent)
    except AnalysisError as error:
        raise InputError(
            f"{SOURCES_VARIABLE} {path}: {error}; expected rows of {_COLUMNS} cells with tabs between"
        ) from error
