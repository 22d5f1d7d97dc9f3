"""How the fields of an article look to Whoosh, and how a schema is kept in a file, as JSON.

Whoosh keeps a pickle of its schema. Here each field is a record of plain values: its kind and its
settings. A field whose analyzer or column is code of one's own has no such record; an index with
one is opened with the schema at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import whoosh.analysis
import whoosh.columns
import whoosh.fields
import whoosh.formats

from indexer.errors import IndexDamagedError, IndexUnusableError

Schema: TypeAlias = Any
Field: TypeAlias = Any
Record: TypeAlias = dict[str, Any]

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


class PackedText(whoosh.fields.STORED):
    """A long stored text, packed by itself and read only when it is asked for.

    A document gives a text, or a :class:`TextWithWords` to keep where its words start as well. The text comes
    back as a stored field does.
    """


class TextWithWords(NamedTuple):
    """A text and, for each word by position, the character at which it starts (rising)."""

    text: str
    starts: Any


def term_bytes(term: str) -> bytes:
    """Return a term as UTF-8; a character that has none becomes a question mark."""
    return term.encode("utf-8", "replace")


# -- as JSON


class _Kind(NamedTuple):
    """How fields of one class are described and made again."""

    type: type
    describe: Callable[[Field], Record]
    make: Callable[..., Field]


def schema_record(schema: Schema) -> dict[str, Record]:
    """Return ``schema`` as plain values, for JSON: for each field its kind and its settings.

    A field that cannot be made again from plain values is of the kind ``other``.
    """
    return {name: _field_record(field) for name, field in schema.items()}


def schema_from(record: object, given: Schema | None = None) -> Schema:
    """Return the schema that :func:`schema_record` described; ``given``, when it is told, has to be that one.

    Raises IndexUnusableError when another schema is given, or none is and a field needs it, and
    IndexDamagedError for whatever describes no schema.
    """
    if given is not None:
        if schema_record(given) != record:
            raise IndexUnusableError(
                "the index has another schema than the one given; rebuild it, or open it with its own"
            )
        return given
    if not isinstance(record, dict):
        raise IndexDamagedError("the index's schema is not what was written; rebuild it")
    schema = whoosh.fields.Schema()
    for name, each in record.items():
        _add_field(schema, name, each)
    return schema


def _add_field(schema: Schema, name: str, record: Any) -> None:
    try:
        if record["kind"] == "other":
            raise IndexUnusableError(f"field {name}: its settings are code; open the index with its schema at hand")
        settings = {key: value for key, value in record.items() if key != "kind"}
        field = _KINDS[record["kind"]].make(**settings)
        if _field_record(field) != record:
            raise ValueError(record)
        schema.add(name, field)
    except IndexUnusableError:
        raise
    except Exception as problem:  # Whoosh raises bare ones for settings that do not go together
        raise _damaged(name) from problem


def _damaged(name: str) -> IndexDamagedError:
    return IndexDamagedError(f"field {name!r:.60}: its settings are not what was written; rebuild the index")


def _field_record(field: Field) -> Record:
    for name, kind in _KINDS.items():
        if type(field) is kind.type:
            try:
                settings = kind.describe(field)
                if _alike(field, kind.make(**settings)):
                    return {"kind": name, **settings}
            except (LookupError, TypeError, ValueError):
                break
    return {"kind": "other", "type": f"{type(field).__module__}.{type(field).__qualname__}"}


_COMPARED = ("analyzer", "format", "scorable", "stored", "unique", "vector", "indexed", "multitoken_query")
_COMPARED_NUMBERS = ("numtype", "bits", "decimal_places", "shift_step", "signed", "default")


def _alike(field: Field, other: Field) -> bool:
    """Say whether two fields of one class index and store the same."""
    return (
        all(_same(getattr(field, name, None), getattr(other, name, None)) for name in _COMPARED + _COMPARED_NUMBERS)
        and _column_record(field.column_type) == _column_record(other.column_type)
        and list(field.subfields())[1:] == []
    )


def _same(value: object, other: object) -> bool:
    return value is other or value == other  # the default of a column of floats is Whoosh's one NaN


def _column_record(column: Any) -> Record | None:
    """Describe a column; raises ValueError for one that is made otherwise than by plain values."""
    if column is None:
        return None
    if type(column) is whoosh.columns.NumericColumn:
        if not isinstance(column._default, int | float) or column._default != column._default:
            raise ValueError(column)
        return {"kind": "numeric", "typecode": column._typecode, "default": column._default}
    if type(column) is whoosh.columns.RefBytesColumn:
        return {"kind": "ref", "length": column._fixedlen, "default": column._default.hex()}
    if type(column) is whoosh.columns.VarBytesColumn:
        return {"kind": "var"}
    raise ValueError(column)


_TYPECODES = frozenset("bBhHiIqQfd")


def _column(record: Mapping[str, Any] | None) -> Any:
    match record:
        case None:
            return None
        case {"kind": "numeric", "typecode": str(typecode), "default": int() | float() as default} if (
            typecode in _TYPECODES
        ):
            return whoosh.columns.NumericColumn(typecode, default=default)
        case {"kind": "ref", "length": int(length), "default": str(default)}:
            return whoosh.columns.RefBytesColumn(length, bytes.fromhex(default))
        case {"kind": "var"}:
            return whoosh.columns.VarBytesColumn()
    raise ValueError(record)


def _settings(*names: str) -> Callable[[Field], Record]:
    def describe(field: Field) -> Record:
        return {name: getattr(field, name) for name in names}

    return describe


def _describe_id(field: Field) -> Record:
    return {"stored": field.stored, "unique": field.unique, "column": _column_record(field.column_type)}


def _make_id(*, stored: bool, unique: bool, column: Record | None) -> Field:
    return whoosh.fields.ID(stored=stored, unique=unique, sortable=_column(column) or False)


def _describe_keyword(field: Field) -> Record:
    analyzers = {
        (lower, commas): whoosh.analysis.KeywordAnalyzer(lower, commas) for lower in (0, 1) for commas in (0, 1)
    }
    lowercase, commas = next(key for key, each in analyzers.items() if each == field.analyzer)
    return {
        "stored": field.stored,
        "unique": field.unique,
        "scorable": field.scorable,
        "lowercase": bool(lowercase),
        "commas": bool(commas),
        "sortable": field.column_type is not None,
    }


def _describe_text(field: Field) -> Record:
    return {
        "stored": field.stored,
        "phrase": type(field.format) is whoosh.formats.Positions,
        "column": _column_record(field.column_type),
    }


def _make_text(*, stored: bool, phrase: bool, column: Record | None) -> Field:
    return whoosh.fields.TEXT(stored=stored, phrase=phrase, sortable=_column(column) or False)


def _describe_numeric(field: Field) -> Record:
    usual = whoosh.fields.NUMERIC(field.numtype, field.bits).default
    return {
        "default": None if _same(field.default, usual) else field.default,
        "numtype": field.numtype.__name__,
        **_settings("bits", "stored", "unique", "decimal_places", "shift_step", "signed")(field),
        "column": _column_record(field.column_type),
    }


def _make_numeric(*, column: Record | None, **settings: Any) -> Field:
    return whoosh.fields.NUMERIC(**settings, sortable=_column(column) or False)


def _describe_datetime(field: Field) -> Record:
    return {"stored": field.stored, "unique": field.unique, "column": _column_record(field.column_type)}


def _make_datetime(*, stored: bool, unique: bool, column: Record | None) -> Field:
    return whoosh.fields.DATETIME(stored=stored, unique=unique, sortable=_column(column) or False)


def _describe_column(field: Field) -> Record:
    return {"column": _column_record(field.column_type)}


def _make_column(*, column: Record) -> Field:
    return whoosh.fields.COLUMN(_column(column))


_KINDS: Mapping[str, _Kind] = {
    "terms": _Kind(TermsField, _settings("positions"), TermsField),
    "packed": _Kind(PackedText, _settings(), PackedText),
    "stored": _Kind(whoosh.fields.STORED, _settings(), whoosh.fields.STORED),
    "column": _Kind(whoosh.fields.COLUMN, _describe_column, _make_column),
    "id": _Kind(whoosh.fields.ID, _describe_id, _make_id),
    "keyword": _Kind(whoosh.fields.KEYWORD, _describe_keyword, whoosh.fields.KEYWORD),
    "text": _Kind(whoosh.fields.TEXT, _describe_text, _make_text),
    "numeric": _Kind(whoosh.fields.NUMERIC, _describe_numeric, _make_numeric),
    "datetime": _Kind(whoosh.fields.DATETIME, _describe_datetime, _make_datetime),
    "boolean": _Kind(whoosh.fields.BOOLEAN, _settings("stored"), whoosh.fields.BOOLEAN),
}
