"""The layout of an index: its indexed fields, columns, stored values and long texts.

Every segment of an index has the layout of the index; ``toc.json`` and each segment file hold it as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, Self, TypeAlias

from indexer.kernels import MAX_DOCUMENTS as MAX_DOCUMENTS

ColumnKind: TypeAlias = Literal["int", "text"]
"""A column holds whole numbers (0 where a document has none) or texts (empty where it has none)."""

Json: TypeAlias = Any

_KINDS: Final = ("int", "text")


@dataclass(frozen=True, slots=True)
class IndexedField:
    """How a field is indexed; without ``scorable`` its lengths are 0 in every document."""

    positions: bool = False
    scorable: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """What a document may have: terms in ``fields``, values in ``columns``, ``stored`` JSON values, long ``texts``.

    ``key`` names the field whose first term identifies a document; without one no document can be replaced.
    """

    fields: Mapping[str, IndexedField] = field(default_factory=dict)
    columns: Mapping[str, ColumnKind] = field(default_factory=dict)
    stored: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    key: str = ""

    def as_json(self) -> dict[str, Json]:
        """Return the layout as plain values for JSON."""
        record = asdict(self)
        return record | {"stored": list(self.stored), "texts": list(self.texts)}

    @classmethod
    def from_json(cls, record: Mapping[str, Json]) -> Self:
        """Return the layout that :meth:`as_json` described; raises some builtin error for anything else."""
        layout = cls(
            fields={_name(name): IndexedField(**flags) for name, flags in record["fields"].items()},
            columns={_name(name): kind for name, kind in record["columns"].items()},
            stored=tuple(map(_name, record["stored"])),
            texts=tuple(map(_name, record["texts"])),
            key=_name(record["key"]),
        )
        flags = [flag for each in layout.fields.values() for flag in (each.positions, each.scorable)]
        if not all(isinstance(flag, bool) for flag in flags):
            raise TypeError(record)
        if not all(kind in _KINDS for kind in layout.columns.values()) or layout.key not in ("", *layout.fields):
            raise ValueError(record)
        return layout


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
