"""Nothing found in an index folder is executed; searching goes on while others write; a full disk breaks nothing."""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import pkgutil
import resource
import shutil
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import whoosh
import whoosh.codec
import whoosh.codec.whoosh3
import whoosh.columns
import whoosh.filedb.structfile
import whoosh.formats
import whoosh.index
import whoosh.legacy
from click.testing import CliRunner

from indexer import Article, IndexUnusableError, SearchRequest, open_index
from indexer.cli import cli
from indexer.engines.whoosh import WhooshEngine, pickles, segments
from indexer.engines.whoosh.view import View
from indexer.generations import Generation, Generations
from indexer.index import Index, unopened_index
from indexer.manifest import Manifest
from indexer.query.plan import Everything, Search
from indexer.schema import FORMAT_VERSION, Document, document

ROOT = Path(__file__).parents[3]

# Whoosh leaves a file open when it cannot read what is in it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


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


# -- planted pickles


class Payload(NamedTuple):
    """A pickle that writes a file when it is loaded by Python's own loader."""

    name: str
    build: Callable[[str], bytes]


class _Call:
    def __init__(self, marker: str) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (self.marker, "w")


def _by_name(protocol: int) -> Callable[[str], bytes]:
    return lambda marker: pickle.dumps(_Call(marker), protocol)


def _inst(marker: str) -> bytes:
    return b"(V" + marker.encode("raw_unicode_escape") + b"\nVw\niio\nopen\n."


PAYLOADS = (
    Payload("protocol 0", _by_name(0)),
    Payload("protocol 5", _by_name(5)),
    Payload("the INST code", _inst),
)


@pytest.fixture(params=PAYLOADS, ids=lambda payload: payload.name)
def payload(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[bytes]:
    """Return a payload; fails when anything in the test has executed it."""
    marker = tmp_path / "executed"
    planted = request.param.build(str(marker))
    pickle.loads(planted).close()
    assert marker.exists(), "this payload would not execute anything"
    marker.unlink()
    yield planted
    assert not marker.exists()


class Place(NamedTuple):
    """A place where Whoosh 2.7.4 unpickles, told by the value that its writer puts there."""

    name: str
    holds: Callable[[Any], bool]


SEGMENT_LIST = Place("segment list", lambda value: isinstance(value, list) and bool(value))
POSTING_BLOCK = Place("posting block", lambda value: isinstance(value, tuple) and len(value) == 3)
PLACES = (
    SEGMENT_LIST,
    POSTING_BLOCK,
    Place("head of a posting block", lambda value: isinstance(value, tuple) and len(value) == 6),
    Place("stored fields", lambda value: isinstance(value, dict) and "article" in value),
    Place("extras of a hash table", lambda value: isinstance(value, dict) and "fieldmap" in value),
    Place("directory of a compound file", lambda value: isinstance(value, dict) and "MAIN" in str(value)),
    Place("options of a compound file", lambda value: value == {}),
)


@contextlib.contextmanager
def planting(place: Place, payload: bytes) -> Iterator[None]:
    """Have Whoosh's own writer put ``payload`` where it writes what the place holds."""
    planted: list[Any] = []
    dump, dumps = pickles.dump, pickles.dumps

    def poisoned(value: Any, *_: object) -> bytes:
        if not place.holds(value):
            return dumps(value)
        planted.append(value)
        return payload

    def poison(value: Any, file: Any, *_: object) -> None:
        if place.holds(value):
            file.write(poisoned(value))
        else:
            dump(value, file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pickles, "dump", poison)
        patch.setattr(pickles, "dumps", poisoned)
        yield
    pickles.disarm()
    assert planted, "Whoosh's writer puts no such value anywhere"


def publish(index: Index, path: Path, folder: Path) -> Generation:
    """Publish ``folder`` with a manifest that fits it, as one who plants files would."""
    generations = Generations(path)
    return generations.publish(
        folder,
        lambda previous, files: Manifest(
            format=FORMAT_VERSION,
            engine="whoosh",
            analyzer=index.analyzer.fingerprint(),
            articles=10,
            sources=1,
            first_date=None,
            last_date=None,
            created="2024-02-11T00:00:00+00:00",
            previous=previous,
            files=files,
        ),
    )


def plant(path: Path, write: Callable[[Index, Path], None]) -> None:
    index = unopened_index(path)
    generations = Generations(path)
    with generations.writing():
        folder = generations.begin()
        write(index, folder)
        publish(index, path, folder)


def whole_index(index: Index, folder: Path) -> None:
    segments.create(folder)
    segments.write(folder, documents(index, range(10)))


USES: tuple[tuple[str, Callable[[Index], object]], ...] = (
    ("stats", lambda index: index.stats()),
    ("words", lambda index: index.search(SearchRequest("grain harbour"))),
    ("phrase", lambda index: index.search(SearchRequest('"grain ships"'))),
    ("everything", lambda index: index.search(SearchRequest(""))),
    ("article", lambda index: index.article("n1")),
    ("values", lambda index: index.engine.values("source")),
    ("check", lambda index: index.check()),
    ("update", lambda index: index.add([article(1)])),
)


def refusals(path: Path) -> dict[str, IndexUnusableError]:
    """Use the index in every way; return the refusals; any other error ends the test."""
    refused: dict[str, IndexUnusableError] = {}
    for name, use in USES:
        try:
            with contextlib.closing(unopened_index(path)) as index:
                use(index)
        except IndexUnusableError as problem:
            refused[name] = problem
    assert not any("\n" in str(each) for each in refused.values())
    return refused


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_planted_pickle_is_refused_in_one_line(path: Path, place: Place, payload: bytes) -> None:
    def write(index: Index, folder: Path) -> None:
        with planting(place, payload):
            whole_index(index, folder)

    plant(path, write)
    assert "words" in refusals(path)


def test_planted_postings_inside_the_term_table_are_refused(
    path: Path, payload: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        whoosh.codec.whoosh3.W3TermInfo, "set_inline", whoosh.codec.whoosh3.W3TermInfo.set_inlined, raising=False
    )
    monkeypatch.setattr(whoosh.codec, "default_codec", lambda: whoosh.codec.whoosh3.W3Codec(inlinelimit=1000))

    def write(index: Index, folder: Path) -> None:
        with planting(POSTING_BLOCK, payload):  # of the same shape
            whole_index(index, folder)

    plant(path, write)
    assert "words" in refusals(path)


def test_a_planted_schema_is_not_read(path: Path, payload: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickles._SchemaPickles, "dumps", staticmethod(lambda *_: payload))
    plant(path, whole_index)
    monkeypatch.undo()
    (toc,) = path.glob("gen-2/_MAIN_*.toc")
    assert payload in toc.read_bytes()
    assert not refusals(path)


@pytest.mark.parametrize("version", [-110, 0])
def test_an_old_table_of_contents_is_not_read(
    path: Path, payload: bytes, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh.index, "_CURRENT_TOC_VERSION", version)
    monkeypatch.setattr(pickles._SchemaPickles, "dumps", staticmethod(lambda *_: payload))
    plant(path, whole_index)
    monkeypatch.undo()
    assert "words" in refusals(path)
    (folder,) = path.glob("gen-2")
    with pytest.raises(whoosh.index.IndexVersionError):
        whoosh.index.open_dir(str(folder))


def test_a_stray_table_of_contents_is_not_executed(path: Path, payload: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer one than the manifest lists would be read by Whoosh."""
    (toc,) = path.glob("gen-1/_MAIN_*.toc")
    toc.with_name("_MAIN_999.toc").write_bytes(toc.read_bytes()[:-20] + payload)
    assert "words" in refusals(path)
    assert any("_MAIN_999.toc: not part of the index" in line for line in unopened_index(path).check())


@pytest.mark.parametrize(
    "formats",
    [
        whoosh.formats.Positions,
        whoosh.formats.Characters,
        whoosh.formats.PositionBoosts,
        whoosh.formats.CharacterBoosts,
    ],
)
def test_planted_positions_are_refused_by_every_format(formats: type[Any], payload: bytes) -> None:
    head = b"\0" * {"Positions": 4, "Characters": 4}.get(formats.__name__, 8)
    with pytest.raises(pickles.ForeignPickleError):
        formats().decode_positions(head + payload)


def test_no_module_of_whoosh_keeps_a_loader_of_its_own() -> None:
    real = [pickle, pickle.load, pickle.loads, pickle.Unpickler, pickle._load, pickle._loads, pickle._Unpickler]
    armed = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for found in pkgutil.walk_packages(whoosh.__path__, "whoosh."):
            with contextlib.suppress(ImportError, AttributeError):
                module = importlib.import_module(found.name)
                armed |= {found.name for value in vars(module).values() if any(value is each for each in real)}
    # It serves only the loaders of old tables of contents, of which none is left.
    assert armed == {"whoosh.util.loading"}
    assert not whoosh.legacy.toc_loaders
    assert not whoosh.index.toc_loaders


HOSTILE_SEGMENTS = (
    pytest.param([("../../etc/x", 10, {}, set(), True)], id="a name outside the folder"),
    pytest.param([("/etc/x", 10, {}, set(), True)], id="an absolute name"),
    pytest.param([("a\0b", 10, {}, set(), True)], id="a name with a null"),
    pytest.param([("abc", 1 << 40, {}, set(), True)], id="a trillion documents"),
    pytest.param([("abc", -1, {}, set(), True)], id="fewer than no documents"),
    pytest.param([("abc", 10, {}, {11}, True)], id="a deleted document that is none"),
    pytest.param([("abc", 10, {"title_exact": "1"}, set(), True)], id="a length that is a text"),
    pytest.param([("abc", 10, {}, set(), True), "more"], id="a text"),
    pytest.param([["abc"]], id="a list in a list"),
    pytest.param(b"bytes", id="bytes"),
    pytest.param({"a": 1}, id="a mapping"),
    pytest.param(7, id="a number"),
)


@pytest.mark.parametrize("listed", HOSTILE_SEGMENTS)
def test_a_segment_list_of_other_values_is_refused_in_one_line(path: Path, listed: object) -> None:
    def write(index: Index, folder: Path) -> None:
        with planting(SEGMENT_LIST, pickle.dumps(listed, 4)):
            whole_index(index, folder)

    plant(path, write)
    assert "words" in refusals(path)


def test_whooshs_own_pickled_segments_are_refused(path: Path) -> None:
    segment = whoosh.codec.whoosh3.W3Segment(whoosh.codec.whoosh3.W3Codec(), "MAIN")

    def write(index: Index, folder: Path) -> None:
        with planting(SEGMENT_LIST, pickle.dumps([segment], 4)):
            whole_index(index, folder)

    plant(path, write)
    assert "words" in refusals(path)


def test_what_is_written_holds_no_name_of_code(path: Path) -> None:
    for file in path.glob("gen-1/*"):
        assert b"whoosh" not in file.read_bytes().replace(b'"engine": "whoosh"', b"")


@pytest.mark.parametrize("command", [["search", "grain"], ["stats"], ["update", "SOURCE"]])
def test_the_command_line_says_one_line_about_planted_files(
    path: Path, command: list[str], write_jsonl: Callable[..., Path]
) -> None:
    def write(index: Index, folder: Path) -> None:
        with planting(SEGMENT_LIST, _by_name(4)(str(path / "executed"))):
            whole_index(index, folder)

    plant(path, write)
    source = write_jsonl({"id": "1", "title": "Harbour"})
    found = run([str(source) if word == "SOURCE" else word for word in command], path)
    if command != ["stats"]:  # answered from the manifest alone
        assert found.returncode == 3
        assert one_line(found.stderr)
    assert not (path / "executed").exists()


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
    totals = range(10, 51, 2)
    with open_index(path) as index, open_index(path) as writer:
        searchers = [Searcher(index, totals) for _ in range(8)]
        for each in searchers:
            each.start()
        for total in totals[:-1]:
            writer.add([article(total), article(total + 1)])
        for each in searchers:
            each.done.set()
            each.join()
        assert not [fault for each in searchers for fault in each.faults]
        assert all(each.searches for each in searchers)
        assert index.search(SearchRequest("harbour")).total == 50


def test_a_search_that_two_commits_overtake_is_answered_anew(path: Path) -> None:
    """The second commit removes the files that the search has not opened yet."""
    engine = unopened_index(path).engine
    assert isinstance(engine, WhooshEngine)
    asked: list[int] = []

    def overtaken(view: View) -> int:
        asked.append(view.articles)
        if view.articles == 10:
            with open_index(path) as writer:
                writer.add([article(10)])
                writer.add([article(11)])
        with view._searcher():  # as a thread has that searches at the same time
            return view.search(Search(Everything())).total

    with contextlib.closing(engine):
        assert engine._read(overtaken) == 12
    assert asked == [10, 12]


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


@pytest.fixture(scope="module", autouse=True)
def refused_writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """Start a command that waits ten seconds for a lock held here: first of all, so that nobody waits with it."""
    folder = tmp_path_factory.mktemp("locked")
    source = folder / "articles.jsonl"
    source.write_text('{"id": "1", "title": "Harbour"}\n')
    with Generations(folder / "index").writing():
        process = subprocess.Popen(
            command("rebuild", source, "--index", folder / "index"), cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        yield process
        process.kill()
        process.communicate()


def test_a_writer_that_another_keeps_waiting_says_so(refused_writer: subprocess.Popen[str]) -> None:
    _, errors = refused_writer.communicate(timeout=60)
    assert refused_writer.returncode == 3
    assert one_line(errors)
    assert "another process is writing this index; waited 10 s, try again later" in errors


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
