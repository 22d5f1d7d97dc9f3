"""Changes of documents as a cluster reads them: lines of JSON."""

from __future__ import annotations

import json

import pytest

from indexer.engines.opensearch.bulk import Change, delete_change, index_change, to_json, update_change


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        pytest.param(
            index_change("news-000001", "ab", b'{"a":"\xd9\x82"}', "one"),
            [{"index": {"_index": "news-000001", "_id": "ab"}}, {"a": "ق"}],
            id="put",
        ),
        pytest.param(
            index_change("news-000001", "ab", b"{}", "one", version=7 << 32),
            [
                {"index": {"_index": "news-000001", "_id": "ab", "version": 7 << 32, "version_type": "external_gte"}},
                {},
            ],
            id="put unless newer",
        ),
        pytest.param(
            delete_change("news-000001", "ab", "one", version=3),
            [{"delete": {"_index": "news-000001", "_id": "ab", "version": 3, "version_type": "external_gte"}}],
            id="delete",
        ),
        pytest.param(
            update_change("news-000001", "ab", {"story": "cd"}, "one"),
            [{"update": {"_index": "news-000001", "_id": "ab", "retry_on_conflict": 3}}, {"doc": {"story": "cd"}}],
            id="change a field",
        ),
        pytest.param(
            update_change("news-000001", "ab", {"story": "cd"}, "one", seen=(5, 1)),
            [
                {"update": {"_index": "news-000001", "_id": "ab", "if_seq_no": 5, "if_primary_term": 1}},
                {"doc": {"story": "cd"}},
            ],
            id="change a field unless changed since",
        ),
    ],
)
def test_a_change_is_one_line_of_json_or_two(change: Change, lines: list[object]) -> None:
    assert change.lines.endswith(b"\n")
    assert [json.loads(line) for line in change.lines.splitlines()] == lines
    assert change.name == "one"


@pytest.mark.parametrize("text", ["قمح", "\ud800", 'a"b\\c', "a\nb\u2028"])
def test_any_text_becomes_one_line_and_comes_back(text: str) -> None:
    written = to_json({"a": text})
    assert b"\n" not in written
    assert json.loads(written) == {"a": text}
