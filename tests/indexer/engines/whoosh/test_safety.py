"""Nothing found in an index folder is executed; searching goes on while others write; a full disk breaks nothing."""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from indexer import Article, IndexDamagedError, SearchRequest, open_index
from indexer.commands.cli import cli
from indexer.engines.whoosh import WhooshEngine
from indexer.engines.whoosh.view import View
from indexer.index import Index, unopened_index
from indexer.query.plan import EngineRequest, MatchAll
from indexer.schema import Document, document
from indexer.storage.generations import Generations
from indexer.storage.segment.arrays import ArrayFile

ROOT = Path(__file__).parents[4]


def article(number: int) -> Article:
    return Article(
        id=f"n{number}",
        title=f"Harbour report {number}",
        body=f"The grain ships left the old harbour in week {number}.",
        source="Levant Wire",
    )


def documents(index: Index, numbers: Iterable[int]) -> Iterator[Document]:
    return (document(article(number), index.analyzer) for number in numbers)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the folder of an index of ten articles."""
    index = unopened_index(tmp_path / "index")
    index.engine.rebuild(documents(index, range(10)))
    return tmp_path / "index"


# -- planted files


class _Call:
    """A pickle that writes a file when it is loaded."""

    def __init__(self, marker: str) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (self.marker, "w")


def planted(marker: Path) -> bytes:
    return pickle.dumps(_Call(str(marker)), 4)


WHOOSH_FILES = (
    "_MAIN_1.toc",
    "_MAIN_99.toc",
    "MAIN_abc.trm",
    "MAIN_abc.pst",
    "MAIN_abc.vps",
    "MAIN_abc.seg",
    "schema.pickle",
)


def test_the_planted_pickle_would_be_executed_by_a_loader(tmp_path: Path) -> None:
    pickle.loads(planted(tmp_path / "executed")).close()
    assert (tmp_path / "executed").exists()


@pytest.mark.parametrize("name", WHOOSH_FILES)
def test_a_planted_pickle_is_not_executed_and_named(path: Path, name: str) -> None:
    stranger = path / "gen-1" / name
    stranger.write_bytes(planted(path / "executed"))
    with open_index(path) as index:
        assert index.search(SearchRequest("grain")).total == 10
        assert index.check() == (f"{stranger}: not part of the index",)
        index.add([article(10)])
        assert index.search(SearchRequest("grain")).total == 11
    assert not (path / "executed").exists()


@pytest.mark.parametrize("name", ["toc.json", "*.seg", "manifest.json"])
@pytest.mark.parametrize(
    "verb", [["search", "grain"], ["check"], ["stats"], ["update", "SOURCE"]], ids=lambda words: words[0]
)
def test_a_pickle_in_the_place_of_a_file_is_damage_and_one_line(
    path: Path, name: str, verb: list[str], write_jsonl: Callable[..., Path]
) -> None:
    file = next((path / "gen-1").glob(name))
    size = file.stat().st_size
    file.write_bytes(
        planted(path / "executed").ljust(size, b"\0")[:size] if name == "*.seg" else planted(path / "executed")
    )
    source = write_jsonl({"id": "1", "title": "Harbour"})
    found = CliRunner().invoke(
        cli, [*(str(source) if word == "SOURCE" else word for word in verb), "--index", str(path)]
    )
    if not (name == "*.seg" and verb == ["stats"]):  # answered from the manifest alone
        assert found.exit_code == 3
        assert one_line(found.stderr)
    assert not (path / "executed").exists()


def test_nothing_is_unpickled(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a pickle was loaded")

    for name in ("load", "loads", "Unpickler", "_load", "_loads", "_Unpickler"):
        monkeypatch.setattr(pickle, name, refused)
    with open_index(path) as index:
        index.add([article(10)])
        index.delete(["n0"])
        assert index.search(SearchRequest("grain", facets=("source",), sort="newest")).total == 10
        assert index.check() == ()


def test_what_is_written_holds_no_name_of_code(path: Path) -> None:
    for file in path.glob("gen-1/*"):
        assert b"whoosh." not in file.read_bytes()
        assert b"indexer." not in file.read_bytes()


@pytest.mark.parametrize("array", ["deleted", "id/docs", "id/terms"])
def test_no_change_is_built_upon_damaged_deletions(path: Path, array: str) -> None:
    """Else a deleted article comes back, another is gone, and every hash is right."""
    with open_index(path) as index:
        index.delete(["n3"])
    file = next((path / "gen-2").glob("*.del" if array == "deleted" else "*.seg"))
    content = bytearray(file.read_bytes())
    content[ArrayFile(file).entries[array].offset] ^= 1
    file.write_bytes(content)
    with open_index(path) as index, pytest.raises(IndexDamagedError):
        index.delete(["n5"])
    assert [fault for fault in unopened_index(path).check() if file.name in fault]


# -- many at once


class Searcher(threading.Thread):
    """Searches until told to stop; notes every answer that is not one whole state, or goes back."""

    def __init__(self, index: Index, totals: range) -> None:
        super().__init__()
        self.index, self.totals = index, totals
        self.searches = self.last = 0
        self.faults: list[str] = []
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.01):
            try:
                self.search()
            except Exception as problem:
                self.faults.append(f"{type(problem).__name__}: {problem}")

    def search(self) -> None:
        found = self.index.search(SearchRequest("harbour", limit=100))
        ids = [hit.article.id for hit in found.hits]
        if sorted(ids) != sorted(f"n{number}" for number in range(found.total)):
            self.faults.append(f"{found.total} in all, but {ids}")
        if found.total not in self.totals or found.total < self.last:
            self.faults.append(f"{found.total} after {self.last}")
        self.last = found.total
        self.searches += 1


def test_searches_are_complete_and_never_go_back_while_updates_commit(path: Path) -> None:
    totals = range(10, 31, 2)
    with open_index(path) as index, open_index(path) as writer:
        searchers = [Searcher(index, totals) for _ in range(4)]
        for each in searchers:
            each.start()
        for total in totals[:-1]:
            writer.add([article(total), article(total + 1)])
        for each in searchers:
            each.done.set()
            each.join()
        assert not [fault for each in searchers for fault in each.faults]
        assert all(each.searches for each in searchers)
        assert index.search(SearchRequest("harbour")).total == 30


def test_a_search_that_commits_overtake_is_answered_from_the_state_it_began_with(path: Path) -> None:
    """The second commit removes the files that the search reads."""
    engine = unopened_index(path).engine
    assert isinstance(engine, WhooshEngine)

    def overtaken(view: View) -> int:
        with open_index(path) as writer:
            writer.add([article(10)])
            writer.add([article(11)])
        assert not (path / "gen-1").exists()
        found = view.search(EngineRequest(MatchAll(), limit=100))
        assert [each.article.body for each in found.articles] == [article(number).body for number in range(10)]
        return found.total

    with contextlib.closing(engine):
        assert engine._read(overtaken) == 10
        assert engine.search(EngineRequest(MatchAll())).total == 12


def test_two_processes_that_write_at_once_both_have_their_articles_in(
    path: Path, write_jsonl: Callable[..., Path]
) -> None:
    writers = [
        subprocess.Popen(
            command("update", write_jsonl({"id": name, "title": "Harbour"}, name=f"{name}.jsonl"), "--index", path),
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for writer in writers:
        assert writer.wait(30) == 0, writer.communicate()
        writer.communicate()
    with open_index(path) as index:
        assert index.search(SearchRequest("harbour")).total == 12
        assert index.check() == ()


def test_a_writer_that_another_keeps_waiting_says_so(
    path: Path, write_jsonl: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Generations, "writing", partialmethod(Generations.writing, timeout_s=0.2))
    source = write_jsonl({"id": "1", "title": "Harbour"})
    with Generations(path).writing():
        refused = CliRunner().invoke(cli, ["rebuild", str(source), "--index", str(path)])
    assert refused.exit_code == 3
    assert one_line(refused.stderr)
    assert "another process is writing this index; waited 0.2 s" in refused.stderr
    assert still_serves(path)


# -- no room, no permission


@pytest.mark.parametrize("limit", [0, 3000], ids=lambda limit: f"{limit} bytes a file")
@pytest.mark.parametrize("verb", ["rebuild", "update"])
def test_a_full_disk_leaves_the_old_index_and_needs_no_hand(
    path: Path, write_jsonl: Callable[..., Path], verb: str, limit: int
) -> None:
    source = write_jsonl(*({"id": f"x{number}", "title": f"Harbour {number} {number * 7919}"} for number in range(400)))
    full = run(
        [verb, str(source)],
        path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert full.returncode == 1
    assert one_line(full.stderr), full.stderr
    assert "File too large" in full.stderr
    assert still_serves(path)
    assert run([verb, str(source)], path).returncode == 0
    with open_index(path) as index:
        assert index.search(SearchRequest("harbour")).total == 400 + 10 * (verb == "update")
    assert sorted(each.name for each in path.glob("*") if each.name != "LOCK")[0] == "CURRENT"
    assert len(list(path.glob("gen-*"))) == 2


def still_serves(path: Path) -> bool:
    with open_index(path) as index:
        return index.search(SearchRequest("harbour")).total == 10 and not index.check()


@pytest.fixture
def read_only(path: Path) -> list[str]:
    """Return the words that run a command for which the index cannot be written."""
    if os.geteuid() != 0:
        path.chmod(0o500)
        return []
    words = [
        "unshare",
        "--mount",
        "sh",
        "-c",
        'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"',
        str(path),
    ]
    if shutil.which("unshare") is None or subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("root, and not allowed to mount")
    return words


@pytest.mark.parametrize("verb", ["rebuild", "update"])
def test_an_index_that_cannot_be_written_is_named_and_serves(
    path: Path, read_only: list[str], write_jsonl: Callable[..., Path], verb: str
) -> None:
    source = write_jsonl({"id": "1", "title": "Harbour"})
    refused = run([verb, str(source)], path, before=read_only)
    assert refused.returncode
    assert one_line(refused.stderr), refused.stderr
    assert str(path) in refused.stderr
    found = run(["search", "harbour", "--json"], path, before=read_only)
    assert (found.returncode, found.stderr) == (0, "")
    assert still_serves(path)


@pytest.mark.parametrize("verb", ["rebuild", "update", "search", "check", "stats"])
@pytest.mark.parametrize("below", [".", "index"])
def test_a_file_in_the_place_of_the_index_is_named(
    tmp_path: Path, write_jsonl: Callable[..., Path], verb: str, below: str
) -> None:
    taken = tmp_path / "taken"
    taken.write_bytes(b"mine")
    arguments = {"rebuild": [str(write_jsonl({"id": "1", "title": "Harbour"}))], "search": ["harbour"]}
    arguments["update"] = arguments["rebuild"]
    refused = CliRunner().invoke(cli, [verb, *arguments.get(verb, []), "--index", str(taken / below)])
    assert refused.exit_code == 3, refused.output
    assert one_line(refused.stderr)
    assert str(taken) in refused.stderr
    assert taken.read_bytes() == b"mine"


# -- commands


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "indexer", *map(str, words)]


def run(
    words: list[str], index: Path, *, before: Iterable[str] = (), **options: Any
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, *command(*words, "--index", index)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


def one_line(text: str) -> bool:
    return text.startswith("akhbar: ") and text.count("\n") == 1
