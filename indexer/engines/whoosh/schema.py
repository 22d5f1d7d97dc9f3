"""How the fields of an article look to Whoosh: ready-made terms, columns, a stored record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import whoosh.columns
import whoosh.fields
import whoosh.formats

from indexer.schema import COLUMNS, INDEX_FIELDS

_Posting = tuple[bytes, int, float, bytes]


class PackedPositions(whoosh.formats.Positions):
    """Positions as numbers of seven bits a byte; Whoosh would pickle a list."""

    def encode(self, positions: list[int]) -> bytes:
        """Return ``positions`` (rising) as the gaps between them."""
        packed = bytearray()
        last = 0
        for position in positions:
            gap, last = position - last, position
            while gap > 0x7F:
                packed.append(gap & 0x7F | 0x80)
                gap >>= 7
            packed.append(gap)
        return bytes(packed)

    def decode_positions(self, value: bytes) -> list[int]:
        """Return the positions that :meth:`encode` packed."""
        positions = []
        position = gap = shift = 0
        for byte in value:
            gap |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                position += gap
                positions.append(position)
                gap = shift = 0
        return positions

    def decode_frequency(self, value: bytes) -> int:
        """Return how many positions there are."""
        return sum(byte < 0x80 for byte in value)


class Frequencies(whoosh.formats.Frequency):
    """How often a term stands in a field, without positions."""


class TermsField(whoosh.fields.FieldType):
    """A field that is given its terms by position instead of a text to analyse."""

    scorable = True
    stored = False
    unique = False
    vector = None
    column_type = None
    analyzer = None

    def __init__(self, *, positions: bool) -> None:
        self.format = PackedPositions() if positions else Frequencies()
        self.positions = positions

    def index(self, value: list[str | None], **_: Any) -> Iterator[_Posting]:
        """Yield each distinct term with its frequency, weight and posting value."""
        places: dict[str, list[int]] = {}
        for position, term in enumerate(value):
            if term is not None:
                places.setdefault(term, []).append(position)
        encode = self.format.encode if self.positions else None
        for term, positions in places.items():
            count = len(positions)
            posting = encode(positions) if encode else whoosh.formats.pack_uint(count)
            yield term_bytes(term), count, float(count), posting

    def to_bytes(self, value: str | bytes) -> bytes:
        """Return the term as the index holds it."""
        return value if isinstance(value, bytes) else term_bytes(value)


def term_bytes(term: str) -> bytes:
    """Return a term as UTF-8; a character that has none becomes a question mark."""
    return term.encode("utf-8", "replace")


def whoosh_schema() -> whoosh.fields.Schema:
    """Return the schema; it is always handed to Whoosh, never read from the index."""
    schema = whoosh.fields.Schema(
        id=whoosh.fields.ID(unique=True),
        article=whoosh.fields.STORED(),
        date=whoosh.fields.COLUMN(whoosh.columns.NumericColumn("i", default=0)),
    )
    for column in COLUMNS:
        schema.add(column, whoosh.fields.COLUMN(whoosh.columns.RefBytesColumn()))
    for field in INDEX_FIELDS:
        schema.add(field, TermsField(positions=field.endswith("_exact")))
    return schema
