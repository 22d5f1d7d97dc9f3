"""Articles and bad records of files of every kind, and the count of bytes read."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from indexer.article import Article
from indexer.ingest.readers import BadRecord, PassedOver, find_files, read_articles

RECORDS = [{"id": str(number), "title": f"خبر رقم {number}", "body": "سطر " * 200} for number in range(300)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of the kinds that need no parser; the packed one is larger than any buffer."""
    lines = "".join(json.dumps(record) + "\n" for record in RECORDS).encode()
    (tmp_path / "a.jsonl").write_bytes(lines)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(lines + os.urandom(200_000).hex().encode()))
    (tmp_path / "c.txt").write_text("زيارة مفاجئة إلى المرفأ\n\nزار الوزير المرفأ صباحا.\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["a.jsonl", "b.jsonl.gz", "c.txt"])
def test_the_bytes_counted_are_those_of_the_files(folder, name):
    counts: list[int] = []
    list(read_articles([folder / name], counts.append))
    assert sum(counts) == (folder / name).stat().st_size
    assert min(counts) >= 0


def test_bytes_are_counted_while_reading_and_not_at_the_end_only(folder):
    counts: list[int] = []
    records = read_articles([folder / "b.jsonl.gz"], counts.append)
    next(records)
    assert 0 < sum(counts) < (folder / "b.jsonl.gz").stat().st_size


def test_a_file_that_is_gone_does_not_end_the_run(folder):
    files = find_files([folder])
    (folder / "a.jsonl").unlink()
    first, *others = read_articles(files)
    assert first == BadRecord(str(folder / "a.jsonl"), "cannot be opened: No such file or directory", ends_file=True)
    assert others == list(read_articles(files[1:]))


def test_a_file_that_became_a_fifo_is_not_waited_for(folder):
    files = find_files([folder])
    (folder / "c.txt").unlink()
    os.mkfifo(folder / "c.txt")
    (record,) = read_articles([file for file in files if file.name == "c.txt"])
    assert record == BadRecord(str(folder / "c.txt"), "cannot be opened: not a regular file", ends_file=True)


def test_a_file_that_fails_in_the_middle_does_not_end_the_run(folder):
    memory_of_this_process = Path("/proc/self/mem")
    if not memory_of_this_process.exists():
        pytest.skip("needs a regular file whose reading fails")
    link = folder / "d.txt"
    link.symlink_to(memory_of_this_process)
    record, article = read_articles([link, folder / "c.txt"])
    assert record == BadRecord(
        str(link), "the file is damaged, nothing can be read from here on: Input/output error", ends_file=True
    )
    assert isinstance(article, Article)


def test_a_file_of_unknown_kind_is_reported(folder):
    (folder / "a.pdf").write_bytes(b"%PDF-1.7")
    assert list(read_articles([folder / "a.pdf"])) == [PassedOver(str(folder / "a.pdf"))]


def test_an_error_of_the_caller_is_not_taken_for_one_of_the_file(folder):
    def fails(_count: int) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        list(read_articles([folder / "a.jsonl"], fails))
