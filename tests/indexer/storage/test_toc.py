"""The table of contents comes back as it was written; another one is refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from indexer.errors import IndexDamagedError
from indexer.schema import FORMAT_VERSION
from indexer.storage.segment.layout import IndexedField, Layout
from indexer.storage.toc import TOC, SegmentEntry, Toc

LAYOUT = Layout({"id": IndexedField(scorable=False)}, {"day": "int"}, ("title",), ("body",), "id")
CONTENTS = Toc(LAYOUT, (SegmentEntry("s1.seg", 10), SegmentEntry("s2.seg", 3, "s2-4.del", 2)), 7)


def sealed(record: dict[str, Any]) -> bytes:
    seal = hashlib.sha256(json.dumps(record).encode()).hexdigest()
    return json.dumps(record | {"sha256": seal}, indent=1).encode() + b"\n"


def record() -> dict[str, Any]:
    entries = [
        {"file": each.file, "documents": each.documents, "deletions": each.deletions, "deleted": each.deleted}
        for each in CONTENTS.segments
    ]
    return {"format": FORMAT_VERSION, "layout": LAYOUT.as_json(), "last_number": 7, "segments": entries}


def test_it_comes_back(tmp_path: Path) -> None:
    CONTENTS.write(tmp_path)
    assert Toc.read(tmp_path) == CONTENTS
    assert (tmp_path / TOC).read_bytes() == sealed(record())
    assert CONTENTS.files == ("s1.seg", "s2.seg", "s2-4.del")


def test_one_that_an_older_state_shares_stays_there(tmp_path: Path) -> None:
    older, newer = tmp_path / "gen-1", tmp_path / "gen-2"
    older.mkdir()
    newer.mkdir()
    CONTENTS.write(older)
    (newer / TOC).hardlink_to(older / TOC)
    Toc(Layout()).write(newer)
    assert Toc.read(older) == CONTENTS
    assert Toc.read(newer) == Toc(Layout())
    assert [each.name for each in newer.iterdir()] == [TOC]


def test_one_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    CONTENTS.write(tmp_path)
    with pytest.raises(TypeError):
        Toc(Layout(columns={"day": {1, 2}})).write(tmp_path)  # type: ignore[dict-item]  # no JSON
    assert Toc.read(tmp_path) == CONTENTS
    assert [each.name for each in tmp_path.iterdir()] == [TOC]


def test_every_byte_that_changes_is_found(tmp_path: Path) -> None:
    CONTENTS.write(tmp_path)
    content = (tmp_path / TOC).read_bytes()
    for at in range(len(content)):
        (tmp_path / TOC).write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(IndexDamagedError):
            Toc.read(tmp_path)


def test_a_missing_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match=r"toc\.json: No such file"):
        Toc.read(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"file": "../s1.seg"}, id="outside the folder"),
        pytest.param({"file": "/s1.seg"}, id="absolute"),
        pytest.param({"file": "s1.seg\n"}, id="end of line"),
        pytest.param({"file": "toc.json"}, id="itself"),
        pytest.param({"file": 1}, id="no name"),
        pytest.param({"file": "s2.seg"}, id="twice"),
        pytest.param({"documents": 65_537}, id="too many documents"),
        pytest.param({"documents": True}, id="no number"),
        pytest.param({"documents": -1}, id="fewer than none"),
        pytest.param({"deleted": 1}, id="deleted without a file"),
        pytest.param({"deletions": "s1-1.del", "deleted": 11}, id="more deleted than there are"),
        pytest.param({"deletions": "s2-1.del"}, id="deletions of another"),
        pytest.param({"deletions": "../s1-1.del"}, id="deletions outside the folder"),
        pytest.param({"more": 1}, id="unknown word"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    changed = record()
    changed["segments"][0].update(change)
    (tmp_path / TOC).write_bytes(sealed(changed))
    with pytest.raises(IndexDamagedError):
        Toc.read(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"\xff", id="not UTF-8"),
        pytest.param(sealed({}), id="nothing said"),
        pytest.param(sealed(record() | {"format": 1}), id="another format"),
        pytest.param(sealed(record() | {"layout": []}), id="layout is a list"),
        pytest.param(sealed(record() | {"segments": {}} | {"segments": [1]}), id="entry is a number"),
        pytest.param(sealed(record() | {"segments": 7}), id="segments are a number"),
    ],
)
def test_what_is_no_table_of_contents_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / TOC).write_bytes(content)
    with pytest.raises(IndexDamagedError):
        Toc.read(tmp_path)


def test_the_file_is_json_in_lines_with_the_hash_of_the_rest_at_its_end(tmp_path: Path) -> None:
    layout = Layout({"a\n": IndexedField(positions=True)}, {"é": "int"}, ("x", "y"))
    Toc(layout, (SegmentEntry("s1.seg", 3, "s1-2.del", 1),)).write(tmp_path)
    text = (tmp_path / "toc.json").read_text()
    record = json.loads(text)
    assert text == json.dumps(record, indent=1) + "\n"
    assert list(record)[-1] == "sha256"
    seal = record.pop("sha256")
    assert seal == hashlib.sha256(json.dumps(record).encode()).hexdigest()
    assert Toc.read(tmp_path).layout == layout
