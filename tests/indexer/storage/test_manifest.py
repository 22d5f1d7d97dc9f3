"""A manifest comes back as it was written; one from a stranger is refused or harmless."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import IndexDamagedError
from indexer.storage.files import FileRecord
from indexer.storage.manifest import MANIFEST, Manifest


def hostile(record: dict[str, Any]) -> bytes:
    """Return a manifest with a seal that fits, whatever it says."""
    seal = hashlib.sha256(json.dumps(record).encode()).hexdigest()
    return json.dumps(record | {"sha256": seal}, indent=1).encode() + b"\n"


WHOLE: dict[str, Any] = {
    "format": 2,
    "engine": "test",
    "analyzer": "abc",
    "articles": 3,
    "sources": 1,
    "first_date": "2024-02-11",
    "last_date": None,
    "created": "2024-02-12T08:00:00+00:00",
    "previous": None,
    "files": {"words": {"size": 5, "sha256": "0" * 64}},
}


def test_a_manifest_with_a_seal_that_fits_is_read(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(hostile(WHOLE))
    assert Manifest.read(tmp_path / MANIFEST).files == {"words": FileRecord(5, "0" * 64)}


@pytest.mark.parametrize(
    "name",
    [
        "../words",
        "/etc/passwd",
        "a/b",
        "",
        ".",
        "..",
        "a\0b",
        "\ud800",
        "\u202egpj",
        "a" * 5000,
        MANIFEST,
        "-rf",
        "a\nb",
    ],
    ids=[
        "up",
        "absolute",
        "deeper",
        "empty",
        "dot",
        "dots",
        "null",
        "surrogate",
        "bidi",
        "long",
        "itself",
        "option",
        "line",
    ],
)
def test_a_manifest_that_names_a_file_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / MANIFEST).write_bytes(hostile(WHOLE | {"files": {name: {"size": 5, "sha256": "0" * 64}}}))
    with pytest.raises(IndexDamagedError, match=r"manifest\.json: not the manifest that was written"):
        Manifest.read(tmp_path / MANIFEST)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"7",
        b"[]",
        b"{}",
        b'{"files": []}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 10_000,
        b" " * (2 << 20),
        b'{"sha256": NaN}',
    ],
    ids=["empty", "no text", "null", "number", "list", "bare", "files", "lists", "deep", "digits", "long", "nan"],
)
def test_a_manifest_of_garbage_is_damage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(IndexDamagedError, match="manifest"):
        Manifest.read(tmp_path / MANIFEST)


WRONG: tuple[object, ...] = (None, True, -1, 1.5, float("inf"), 10**400, "x", "", [], {}, [1], {"a": 1}, "\ud800")


@pytest.mark.parametrize("field", [*WHOLE, "size", "sha256 of a file"])
def test_a_manifest_of_wrong_types_is_damage(tmp_path: Path, field: str) -> None:
    allowed = {"engine": str, "analyzer": str, "sha256 of a file": str}.get(field)
    for value in WRONG:
        if (allowed and isinstance(value, allowed) and value != "\ud800") or (
            value is None and WHOLE.get(field, 0) is None
        ):
            continue
        if field in WHOLE:
            record = WHOLE | {field: value}
        else:
            record = WHOLE | {"files": {"words": {"size": 5, "sha256": "0"} | {field.split()[0]: value}}}
        if field in ("first_date", "files") and value in (None, {}):
            continue
        (tmp_path / MANIFEST).write_bytes(hostile(record))
        with pytest.raises(IndexDamagedError):
            Manifest.read(tmp_path / MANIFEST)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from([*WHOLE, "more"]), _JSON))
def test_any_manifest_is_read_or_is_damage(tmp_path_factory: pytest.TempPathFactory, changes: dict[str, Any]) -> None:
    path = tmp_path_factory.getbasetemp() / "any-manifest.json"
    path.write_bytes(hostile(WHOLE | changes))
    try:
        manifest = Manifest.read(path)
    except IndexDamagedError:
        return
    assert manifest.created_at.tzinfo
    assert set(manifest.files) <= {*changes.get("files", {}), "words"}
