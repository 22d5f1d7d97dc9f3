"""Names of fields: the usual names of titles, texts and dates in records of any program, and those that a user maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from analyzers import normalize, read_table
from indexer.article import describe_value
from indexer.errors import InputError

_MAPPED: Final = -1
CHOSEN: Final = 0
"""The greatest rank of a name that is the field's own or was mapped to it."""


class FieldNames:
    """The field that each name in a record stands for. ``mapping`` gives, by field, the name to read it from first.

    Names count in any case, with and without ``_``, ``-`` and blanks. Raises InputError for a field that does not exist.
    """

    def __init__(self, mapping: Mapping[str, str] | None = None) -> None:
        self.mapping = dict(mapping or {})
        self._ranks = dict(_usual_names())
        self._fields: dict[str, tuple[str, int] | None] = {}
        self._layouts: dict[tuple[str, ...], list[tuple[str, int, str]]] = {}  # of records, by all their names
        for field, name in self.mapping.items():
            if field not in FIELDS:
                raise InputError(f"map: expected one of {', '.join(FIELDS)}, got {describe_value(field)}")
            self._ranks[_simple(name)] = (field, _MAPPED)

    def values(self, record: Mapping[str, Any]) -> dict[str, list[tuple[int, str, Any]]]:
        """Return rank, name and value of all that stands for a field, by field, the best name first."""
        names = tuple(record)
        known = self._layouts.get(names)
        if known is None:
            known = self._rank(names)
            if len(self._layouts) < _MAX_LAYOUTS_KEPT and sum(map(len, names)) <= _MAX_LAYOUT_CHARS:
                self._layouts[names] = known
        found: dict[str, list[tuple[int, str, Any]]] = {}
        for field, rank, name in known:
            if (value := record[name]) is not None:
                found.setdefault(field, []).append((rank, name, value))
        return found

    def _rank(self, names: Iterable[str]) -> list[tuple[str, int, str]]:
        """Return field, rank and name of the names that stand for a field, the best first."""
        known = [(*field, name) for name in names if (field := self.field_of(name))]
        return sorted(known, key=lambda each: each[1])

    def field_of(self, name: str) -> tuple[str, int] | None:
        """Return the field that a name stands for, and its rank among the names of that field, from 0."""
        try:
            return self._fields[name]
        except KeyError:
            if len(name) > _MAX_NAME_CHARS:
                return None
            known = self._ranks.get(_simple(name))
            if len(self._fields) < _MAX_NAMES_KEPT:
                self._fields[name] = known
            return known


_MAX_NAME_CHARS: Final = 60
_MAX_NAMES_KEPT: Final = 10_000
_MAX_LAYOUT_CHARS: Final = 2000
_MAX_LAYOUTS_KEPT: Final = 100


def is_article(names: Iterable[str], known: FieldNames | None = None) -> bool:
    """Return whether one of the names of a record stands for a title or a text."""
    fields = map((known or USUAL_NAMES).field_of, names)
    return any(field and field[0] in ("title", "body") for field in fields)


@cache
def _usual_names() -> dict[str, tuple[str, int]]:
    table = read_table("field_names.tsv", columns=2, root=resources.files("indexer") / "data")
    ranks: dict[str, tuple[str, int]] = {}
    counts: dict[str, int] = {}
    for field, name in table:
        counts[field] = counts.get(field, -1) + 1
        ranks[_simple(name)] = (field, counts[field])
    return ranks


def _simple(name: str) -> str:
    return "".join(filter(str.isalnum, normalize(name.lower())))


FIELDS: Final = tuple(dict.fromkeys(field for field, _ in _usual_names().values()))
"""Everything that a record may have, by the names of the project."""
USUAL_NAMES: Final = FieldNames()
