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
    return tuple(name for name in _row(source) if name != source)


def readable_names(source: str) -> tuple[str, ...]:
    """Return the Arabic and the English name of a source, none for one that is not in the table.

    >>> readable_names("www.okaz.com.sa"), readable_names("عكاظ")
    (('عكاظ', 'Okaz'), ('عكاظ', 'Okaz'))
    """
    return _row(source)[1:]


def _row(source: str) -> tuple[str, ...]:
    rows = _table(os.environ.get(SOURCES_VARIABLE, ""))
    labels = [source.lower(), *(_LABEL.findall(source.lower()) if "." in source and " " not in source else ())]
    return next((rows[label] for label in labels if label in rows and label not in _NO_NAMES), ())


@cache
def _table(own_path: str) -> Mapping[str, tuple[str, ...]]:
    """Return the names of each source by each of them; rows of the user's file go before the shipped ones.

    A name that two media share («الجزيرة») finds neither; their names in addresses do.
    """
    shipped = read_table("source_names.tsv", _COLUMNS, resources.files("indexer") / "data")
    by_slug = {row[0].lower(): row for row in (*shipped, *_own_rows(own_path))}
    media: dict[str, set[tuple[str, ...]]] = {}
    for row in by_slug.values():
        for name in row[1:]:
            media.setdefault(name.lower(), set()).add(row[1:])
    unique = {name.lower(): row for row in by_slug.values() for name in row[1:] if len(media[name.lower()]) == 1}
    return unique | by_slug


def _own_rows(path: str) -> Iterator[tuple[str, ...]]:
    if not path:
        return
    try:
        yield from read_table(Path(path).name, _COLUMNS, Path(path).parent)
    except AnalysisError as error:
        raise InputError(
            f"{SOURCES_VARIABLE} {path}: {error}; expected rows of {_COLUMNS} cells with tabs between"
        ) from error
