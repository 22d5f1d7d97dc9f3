"""Hostile files: nothing ends the run, nothing outside is read, and the good article beside each file is read."""

from __future__ import annotations

import importlib.util

import pytest

from indexer.article import Article
from indexer.ingest.readers import BadRecord, find_files, read_articles
from tests.support import hostile_files
from tests.support.hostile_files import FILES, GOOD_ID, write_hostile_files, write_traps

SLOW = frozenset(
    [
        "endless-warc.warc.gz",
        "empty-objects.jsonl.gz",
        "spaces.json.gz",
        "one-line.txt",
        "many-rows.csv",
        "nested.xml",
        "links.html",
        "many-items.xml",
        "many-paragraphs.html",
        "many-members.zip",
        "one-line.jsonl",
        "one-string.json",
        "one-field.csv",
        "bomb.zip",
    ]
)
"""Left to benchmarks/ingest/hostile.py, since they take seconds up to their limits."""


@pytest.mark.skipif(importlib.util.find_spec("trafilatura") is None, reason="needs the extra `readers`")
def test_no_file_ends_the_run_and_every_good_article_is_read(tmp_path, monkeypatch):
    names = {name: content for name, content in FILES.items() if name not in SLOW}
    monkeypatch.setattr(hostile_files, "FILES", names)
    folders = list(write_hostile_files(tmp_path))
    read = list(read_articles(find_files(folders), jobs=2))
    assert (
        sum(isinstance(each, Article) and each.id == GOOD_ID for each in read) >= len(names) == len(FILES) - len(SLOW)
    )
    for record in read:
        if isinstance(record, BadRecord):
            assert record.reason.isprintable(), record
            assert record.where.isprintable(), record
            assert len(record.reason) < 400, record
        elif isinstance(record, Article):
            assert "root:" not in record.title + record.body


def test_links_and_fifos_of_a_folder_are_never_followed(tmp_path):
    folder = write_traps(tmp_path / "traps")
    assert [file.name for file in find_files(folder)] == ["good.jsonl"]
