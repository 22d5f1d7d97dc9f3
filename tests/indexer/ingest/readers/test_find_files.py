"""Files found below the sources that a user names, and the errors for sources that cannot be read."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer.article import Article
from indexer.errors import InputError, SourceError
from indexer.ingest.field_names import FieldNames
from indexer.ingest.readers import find_files
from indexer.ingest.readers.formats import ENDINGS

ORDINARY_USER = 65534


def put(path: Path, text: str = "{}") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def complaint(*sources: Path) -> str:
    with pytest.raises(SourceError) as caught:
        find_files(sources)
    message = str(caught.value)
    assert message.isprintable()
    assert str(sources[-1]).encode("ascii", "ignore").decode()[:10] in message
    return message


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that every user may look into; those of pytest are closed."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Nothing is forbidden to root: take another user's rights for a moment."""
    user = os.geteuid()
    os.seteuid(user or ORDINARY_USER)
    try:
        yield
    finally:
        os.seteuid(user)


def test_files_come_as_given_and_folders_sorted(tmp_path):
    late, early = put(tmp_path / "z.txt"), put(tmp_path / "a.jsonl")
    inner = [put(tmp_path / "in" / name) for name in ("b/2.txt", "b/10.jsonl.gz", "a.JSONL")]
    assert find_files([late, early, tmp_path / "in"]) == (late, early, *sorted(inner))


def test_one_path_is_one_source_also_as_text(tmp_path):
    file = put(tmp_path / "in" / "a.jsonl")
    for source in (file, str(file), file.parent, str(file.parent), [str(file)], iter([file.parent])):
        assert find_files(source) == (file,)


def test_no_source_is_an_error_that_says_so():
    with pytest.raises(SourceError, match="no source given"):
        find_files([])


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        pytest.param(7, "got a number", id="a number"),
        pytest.param(None, "got null", id="nothing"),
        pytest.param(["news.jsonl", 7], "got a number", id="a number among paths"),
        pytest.param([Article(id="1", title="خبر")], "got Article", id="an article"),
        pytest.param([b"news.jsonl"], "got bytes", id="bytes"),
    ],
)
def test_sources_that_are_no_paths_are_named(sources, said):
    with pytest.raises(InputError, match=f"sources: expected paths of files or folders, {said}"):
        find_files(sources)


def test_a_path_with_a_nul_character_is_no_file():
    assert "cannot be the name of a file" in complaint(Path("longer news\0.jsonl"))


def test_other_files_of_a_folder_are_left_out(tmp_path):
    put(tmp_path / "notes.pdf"), put(tmp_path / "jsonl"), put(tmp_path / "x.txt" / "y.doc"), put(tmp_path / "z.DOC")
    kept = put(tmp_path / "a.txt")
    passed_over: Counter[str] = Counter()
    assert find_files([tmp_path], passed_over) == (kept,)
    assert passed_over == {".doc": 2, ".pdf": 1, "no ending": 1}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("<!DOCTYPE html><title>خبر</title>", id="a page"),
        pytest.param('<?xml version="1.0"?><rss version="2.0">', id="a feed"),
        pytest.param("WARC/1.0\r\n", id="a web archive"),
    ],
)
def test_a_file_of_any_name_counts_by_what_it_holds(tmp_path, content):
    file = put(tmp_path / "news.php", content)
    assert find_files([tmp_path]) == find_files(file) == (file,)


def test_a_table_of_a_folder_counts_when_it_has_titles_or_texts(tmp_path):
    put(tmp_path / "counts.csv", "year,articles\n2024,17\n")
    kept = put(tmp_path / "news.csv", "Headline,kicker\nخبر,نص\n")
    mapped = put(tmp_path / "other.tsv", "kop\tkicker\nخبر\tنص\n")
    assert find_files([tmp_path]) == (kept,)
    assert find_files([tmp_path], None, FieldNames({"title": "Kop"})) == (kept, mapped)
    assert find_files(mapped) == (mapped,)


def test_a_file_named_twice_comes_once(tmp_path):
    file = put(tmp_path / "a.txt")
    assert find_files([file, tmp_path, file]) == (file,)


def test_no_link_below_a_folder_is_followed(tmp_path):
    secret = put(tmp_path / "private" / "secret.txt")
    kept = put(tmp_path / "news" / "a.txt")
    (tmp_path / "news" / "secret.txt").symlink_to(secret)
    (tmp_path / "news" / "private").symlink_to(secret.parent)
    (tmp_path / "news" / "circle").symlink_to(tmp_path / "news")
    assert find_files([tmp_path / "news"]) == (kept,)


def test_a_link_named_by_the_user_is_followed(tmp_path):
    put(tmp_path / "news" / "a.txt")
    (tmp_path / "today").symlink_to(tmp_path / "news")
    assert find_files([tmp_path / "today"]) == (tmp_path / "today" / "a.txt",)


def test_fifos_are_never_waited_for(tmp_path):
    kept, fifo = put(tmp_path / "a.txt"), tmp_path / "b.txt"
    os.mkfifo(fifo)
    assert find_files([tmp_path]) == (kept,)
    assert "not a regular file" in complaint(fifo)


def test_folders_may_be_nested_deeper_than_the_stack(tmp_path):
    depth, here = 1200, os.open(put(tmp_path / "kept.txt").parent, os.O_RDONLY)
    try:
        for _ in range(depth):
            os.mkdir("d", dir_fd=here)
            inner = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
        os.close(os.open("a.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    finally:
        os.close(here)
    deepest, _kept = find_files([tmp_path])
    assert len(deepest.parts) == len(tmp_path.parts) + depth + 1
    deepest.unlink()
    os.removedirs(deepest.parent)  # pytest's own cleaning recurses


def test_a_path_that_does_not_exist(tmp_path):
    assert "no such file or folder" in complaint(tmp_path / "none.jsonl")


def test_a_file_of_unknown_kind(tmp_path):
    *others, last = ENDINGS
    expected = f"expected a file that ends in {', '.join(others)} or {last}"
    assert expected in complaint(put(tmp_path / "news.pdf"))


def test_a_folder_without_articles(tmp_path):
    put(tmp_path / "readme.md")
    assert "no article files in this folder" in complaint(tmp_path)


def test_a_path_below_a_file(tmp_path):
    assert "cannot be read" in complaint(put(tmp_path / "a.txt") / "b.txt")


def test_a_name_with_line_feeds_and_broken_bytes_is_told_in_one_line(tmp_path):
    name = os.fsencode(tmp_path) + b"/news\n\x1b[2J\xff.pdf"
    Path(os.fsdecode(name)).touch()
    complaint(Path(os.fsdecode(name)))


@pytest.mark.parametrize("named", [pytest.param("", id="by its folder"), pytest.param("b.txt", id="itself")])
def test_a_file_without_permission(open_folder, named):
    put(open_folder / "a.txt")
    closed = put(open_folder / "b.txt")
    closed.chmod(0)
    with ordinary_user():
        assert f"{closed}: no permission to read it" in complaint(open_folder / named)


@pytest.mark.parametrize("named", [pytest.param("", id="by the folder above"), pytest.param("closed", id="itself")])
def test_a_folder_without_permission(open_folder, named):
    put(open_folder / "a.txt")
    closed = put(open_folder / "closed" / "b.txt").parent
    closed.chmod(0)
    with ordinary_user():
        assert f"{closed}: no permission to read it" in complaint(open_folder / named)
    closed.chmod(0o755)


def test_a_file_below_a_folder_without_permission(open_folder):
    hidden = put(open_folder / "closed" / "b.txt")
    hidden.parent.chmod(0)
    with ordinary_user():
        assert f"{hidden}: no permission to read it" in complaint(hidden)
    hidden.parent.chmod(0o755)
