"""A schema is kept as JSON, and comes back as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
import whoosh.analysis
import whoosh.columns
import whoosh.fields as f

from indexer.engines.whoosh.schema import PackedText, TermsField, schema_from, schema_record
from indexer.errors import IndexDamagedError, IndexUnusableError

KINDS = {
    "terms": TermsField(positions=True),
    "terms without positions": TermsField(positions=False),
    "packed text": PackedText(),
    "stored": f.STORED(),
    "column of numbers": f.COLUMN(whoosh.columns.NumericColumn("i", default=7)),
    "column of texts": f.COLUMN(whoosh.columns.RefBytesColumn(default=b"x")),
    "column of long texts": f.COLUMN(whoosh.columns.VarBytesColumn()),
    "id": f.ID(unique=True, stored=True, sortable=True),
    "keyword": f.KEYWORD(lowercase=True, commas=True, scorable=True, stored=True, sortable=True),
    "text": f.TEXT(stored=True, sortable=True),
    "text without positions": f.TEXT(phrase=False),
    "numeric": f.NUMERIC(sortable=True, signed=False, bits=64, shift_step=8),
    "decimal": f.NUMERIC(decimal_places=2),
    "float": f.NUMERIC(float),
    "numeric with a default": f.NUMERIC(sortable=True, default=5),
    "datetime": f.DATETIME(stored=True, sortable=True),
    "boolean": f.BOOLEAN(stored=True),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_comes_back_as_it_was(kind: str) -> None:
    record = json.loads(json.dumps(schema_record(f.Schema(x=KINDS[kind]))))
    back = schema_from(record)
    assert type(back["x"]) is type(KINDS[kind])
    assert schema_record(back) == record
    assert back["x"].format == KINDS[kind].format
    assert back["x"].analyzer == KINDS[kind].analyzer


OTHERS = {
    "an analyzer of one's own": f.TEXT(analyzer=whoosh.analysis.StemmingAnalyzer()),
    "another class": f.NGRAM(),
    "a column of one's own": f.TEXT(sortable=whoosh.columns.CompressedBytesColumn()),
    "characters": f.TEXT(chars=True),
    "a boost": f.ID(field_boost=2.0),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_a_field_that_is_code_needs_its_schema_handed_in(kind: str) -> None:
    schema = f.Schema(x=OTHERS[kind])
    record = json.loads(json.dumps(schema_record(schema)))
    assert record["x"]["kind"] == "other"
    with pytest.raises(IndexUnusableError, match="field x: its settings are code"):
        schema_from(record)
    assert schema_from(record, schema) is schema


def test_another_schema_than_the_index_has_is_refused() -> None:
    record = schema_record(f.Schema(x=f.ID()))
    with pytest.raises(IndexUnusableError, match="another schema"):
        schema_from(record, f.Schema(x=f.STORED()))


NUMERIC = schema_record(f.Schema(x=f.NUMERIC()))["x"]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param([], id="a list"),
        pytest.param({"x": 1}, id="a number for a field"),
        pytest.param({"x": {}}, id="no kind"),
        pytest.param({"x": {"kind": "eval"}}, id="an unknown kind"),
        pytest.param({"x": {"kind": "id"}}, id="no settings"),
        pytest.param({"x": {"kind": "id", "stored": True, "unique": True, "column": {"kind": "z"}}}, id="no column"),
        pytest.param({"x": NUMERIC | {"bits": 7}}, id="odd bits"),
        pytest.param({"x": NUMERIC | {"numtype": "str"}}, id="odd numbers"),
        pytest.param({"x": NUMERIC | {"more": 1}}, id="a setting too many"),
        pytest.param({"_x": {"kind": "stored"}}, id="a name that is not allowed"),
        pytest.param({"x": {"kind": "column", "column": None}}, id="a column that is none"),
        pytest.param(
            {"x": {"kind": "column", "column": {"kind": "numeric", "typecode": "ii", "default": 0}}}, id="typecode"
        ),
    ],
)
def test_what_describes_no_schema_is_refused(record: Any) -> None:
    with pytest.raises(IndexDamagedError):
        schema_from(record)
