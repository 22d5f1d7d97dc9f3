"""Watching of folders: each file once it is whole, and again when it changed."""

from __future__ import annotations

import os

from indexer.ingest.watching import Watch


def test_a_file_counts_once_it_is_whole_and_again_when_it_changed(tmp_path):
    watch = Watch(tmp_path)
    assert watch.look() == []
    file = tmp_path / "a.jsonl"
    file.write_text("{")
    assert watch.look() == []
    file.write_text('{"title": "خبر"}')
    assert watch.look() == []
    assert watch.look() == [file]
    assert watch.look() == []
    os.utime(file, ns=(1, 1))
    assert watch.look() == []
    assert watch.look() == [file]
    file.unlink()
    assert watch.look() == watch.look() == []


def test_batches_come_one_after_the_other(tmp_path):
    batches = Watch([str(tmp_path)]).batches(0)
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text("{}")
        assert next(batches) == [tmp_path / name]
