"""A damaged generation gives way to the last good one, replaced ones are released, and a closed index says so."""

from __future__ import annotations

import datetime
import gc
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer import Article, IndexDamagedError, SearchRequest, kernels, open_index
from indexer.engines.whoosh import WhooshEngine
from indexer.errors import IndexClosedError
from indexer.index import Index, unopened_index
from indexer.query.plan import EngineRequest, MatchAll
from indexer.schema import Document, document
from indexer.storage import verification
from indexer.storage.segment.arrays import ArrayFile

PATIENCE_S = 30.0


def articles(numbers: Iterable[int]) -> list[Article]:
    return [
        Article(id=f"n{number}", title=f"Harbour {number}", body=f"Grain ships {number}", source=f"Wire {number % 3}")
        for number in numbers
    ]


def rebuild(path: Path, numbers: Iterable[int]) -> None:
    with unopened_index(path) as index:
        index.engine.rebuild(document(article, index.analyzer) for article in articles(numbers))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the folder of an index rebuilt twice: gen-1 has ten articles, gen-2, which shares nothing with it, twenty."""
    rebuild(tmp_path / "index", range(10))
    rebuild(tmp_path / "index", range(20))
    return tmp_path / "index"


def total(index: Index) -> int:
    return index.search(SearchRequest("harbour")).total


def segment_of(path: Path, generation: str = "gen-2") -> Path:
    return next((path / generation).glob("*.seg"))


def flip(path: Path, offset: int) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(content)


def flip_array(path: Path, name: str) -> Path:
    segment = segment_of(path)
    flip(segment, ArrayFile(segment).entries[name].offset)
    return segment


def eventually(claim: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def verified_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "START_DELAY_S", 0.0)


@pytest.fixture
def never_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "START_DELAY_S", 3600.0)


# -- damage that shows when the index is opened

OPENING = [
    pytest.param(lambda path: flip(path / "gen-2" / "toc.json", 40), "toc.json", id="the table of contents"),
    pytest.param(lambda path: flip(segment_of(path), 0), ".seg", id="the head of a segment"),
    pytest.param(lambda path: flip(segment_of(path), -100), ".seg", id="the table of a segment"),
    pytest.param(lambda path: flip(segment_of(path), -20), ".seg", id="the footer of a segment"),
    pytest.param(lambda path: flip(path / "gen-2" / "manifest.json", 40), "manifest.json", id="the manifest"),
    pytest.param(lambda path: os.truncate(segment_of(path), 100), ".seg", id="a segment cut short"),
]


@pytest.mark.parametrize(("damage", "file"), OPENING)
def test_the_last_good_generation_answers_and_says_why(path: Path, damage: Callable[[Path], None], file: str) -> None:
    damage(path)
    with open_index(path) as index:
        assert total(index) == 10
        stats = index.stats()
        assert (stats.generation, stats.articles) == (1, 10)
        assert stats.degraded is not None
        assert stats.degraded.startswith(f"{path}/gen-2/")
        assert file in stats.degraded
        assert stats.degraded.endswith("; serving gen-1 instead")
        assert "\n" not in stats.degraded
        assert any(file in fault for fault in index.check())


@pytest.mark.parametrize(("damage", "file"), OPENING)
@pytest.mark.parametrize("opened", [True, False], ids=["by a searcher", "at once"])
def test_no_change_is_built_on_damage_and_a_rebuild_mends_it(
    path: Path, damage: Callable[[Path], None], file: str, opened: bool
) -> None:
    damage(path)
    with unopened_index(path) as index:
        if opened:
            assert total(index) == 10
        with pytest.raises(IndexDamagedError, match=rf"{file}: .*rebuild"):
            index.add(articles([30]))
        with pytest.raises(IndexDamagedError, match="rebuild"):
            index.delete(["n1"])
        assert total(index) == 10
        rebuild(path, range(5))
        assert total(index) == 5
        assert index.stats().degraded is None
        assert index.check() == ()


def test_an_index_without_a_whole_generation_says_so(path: Path) -> None:
    for generation in ("gen-1", "gen-2"):
        flip(segment_of(path, generation), 0)
    with unopened_index(path) as index:
        for _ in range(2):
            with pytest.raises(IndexDamagedError, match=r"gen-2/.*\.seg: .*rebuild needed: akhbar rebuild"):
                total(index)


def test_a_whole_generation_of_other_analyzers_does_not_step_in(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with unopened_index(path) as index:
        WhooshEngine(path, "other").rebuild(document(article, index.analyzer) for article in articles(range(10)))
    rebuild(path, range(20))
    flip(segment_of(path), 0)
    with unopened_index(path) as index, pytest.raises(IndexDamagedError, match=r"gen-2/.*\.seg"):
        total(index)


# -- damage that shows later


def test_an_array_that_changed_is_found_in_the_background(path: Path, verified_at_once: None) -> None:
    segment = flip_array(path, "stem/positions")
    with open_index(path) as index:
        eventually(lambda: index.stats().degraded)
        assert index.stats().degraded == (
            f"{segment}: not the bytes that were written (SHA-256 differs); serving gen-1 instead"
        )
        assert total(index) == 10
        with pytest.raises(IndexDamagedError, match="rebuild needed"):
            index.add(articles([30]))


def test_the_state_changes_when_an_older_generation_steps_in(path: Path, never_verified: None) -> None:
    """Else plans and pages made for the answers of another generation would be shown."""
    flip_array(path, "stored/frames")
    with open_index(path) as index:
        before = index.engine.state()
        assert total(index) == 10
        assert index.engine.state() != before


def test_a_sole_generation_that_is_damaged_stops_answering(tmp_path: Path, verified_at_once: None) -> None:
    rebuild(tmp_path / "index", range(10))
    segment = segment_of(tmp_path / "index", "gen-1")
    flip(segment, ArrayFile(segment).entries["stem/positions"].offset)
    with (
        open_index(tmp_path / "index") as index,
        pytest.raises(IndexDamagedError, match=r"SHA-256 differs\); rebuild needed"),
    ):
        eventually(lambda: not index.stats())


def test_a_search_that_meets_damage_is_answered_by_the_last_good_generation(path: Path, never_verified: None) -> None:
    flip_array(path, "stored/frames")
    with open_index(path) as index:
        assert [hit.article.id for hit in index.search(SearchRequest("", limit=50)).hits] == [
            f"n{number}" for number in range(10)
        ]
        assert index.stats().generation == 1


# -- one search asks one generation


def test_what_one_search_asks_is_answered_by_one_generation(path: Path) -> None:
    everything = EngineRequest(MatchAll(), limit=0)
    with open_index(path) as index:
        with index.engine.steady():
            before = index.engine.state()
            rebuild(path, range(3))
            assert index.engine.totals([everything]) == (20,)
            assert (index.engine.state(), index.stats().generation) == (before, 2)
        assert index.engine.totals([everything]) == (3,)
        assert index.engine.state() != before


def test_a_search_that_meets_damage_midway_goes_on_in_the_last_good_generation(
    path: Path, never_verified: None
) -> None:
    flip_array(path, "stored/frames")
    with open_index(path) as index, index.engine.steady():
        assert index.engine.totals([EngineRequest(MatchAll(), limit=0)]) == (20,)
        assert len(index.engine.search(EngineRequest(MatchAll(), limit=50)).articles) == 10
        assert index.engine.totals([EngineRequest(MatchAll(), limit=0)]) == (10,)


def test_a_whole_generation_is_not_verified_again(
    path: Path, verified_at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real_open = os.open

    def noting(file: Any, *arguments: Any, **options: Any) -> int:
        opened.append(os.path.basename(os.fspath(file)))  # noqa: PTH119, of str and Path
        return real_open(file, *arguments, **options)

    with open_index(path) as index:
        assert isinstance(index.engine, WhooshEngine)
        eventually(lambda: len(index.engine._generations.verified) == 2)  # type: ignore[attr-defined]
        monkeypatch.setattr(os, "open", noting)
        for _ in range(3):
            index.stats()
            total(index)
        assert set(opened) == {"CURRENT"}


def test_a_degraded_index_reads_nothing_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flip(path / "gen-2" / "toc.json", 40)
    with open_index(path) as index:
        total(index)
        for file in (path / "gen-1").iterdir():
            file.unlink()
        assert index.stats().generation == 1
        assert total(index) == 10


# -- records that were written wrong


class OddDate(datetime.date):
    """A date that is written as a moment."""

    def isoformat(self) -> str:
        return f"{super().isoformat()}T05:00:00"


def test_a_record_that_cannot_be_decoded_is_named_by_check_and_by_the_search_that_meets_it(path: Path) -> None:
    with open_index(path) as index:
        odd = Article(id="odd", title="Curfew")
        object.__setattr__(odd, "date", OddDate(2024, 1, 1))  # an article itself takes no such date
        index.add([odd])
        says = r"s\d+\.seg: document 0, id 'odd': its record is not what was written"
        with pytest.raises(IndexDamagedError, match=says):
            index.search(SearchRequest("curfew"))
        (fault,) = index.check()
        assert "document 0, id 'odd'" in fault
        assert total(index) == 20
        assert index.stats().degraded is None
        index.delete(["odd"])
        assert index.check() == ()


# -- bad input is not damage


@pytest.mark.parametrize("error", [ValueError, KeyError, ZeroDivisionError, AttributeError, OSError])
def test_what_the_maker_of_articles_raises_passes(path: Path, error: type[Exception]) -> None:
    def failing() -> Iterator[Document]:
        yield from ()
        raise error("mine")

    with open_index(path) as index:
        for change in (index.engine.update, index.engine.rebuild):
            with pytest.raises(error, match="mine"):
                change(failing())


def test_a_request_of_wrong_types_is_not_damage(path: Path) -> None:
    with open_index(path) as index, pytest.raises(TypeError):
        index.engine.search(EngineRequest(MatchAll(), limit="ten"))  # type: ignore[arg-type]


# -- statistics


def test_the_statistics_name_the_packages_without_their_extension(path: Path) -> None:
    with open_index(path) as index:
        assert index.stats().native_missing == kernels.native_missing()


# -- closing and replacing


CALLS: list[Callable[[WhooshEngine], object]] = [
    WhooshEngine.stats,
    WhooshEngine.check,
    WhooshEngine.state,
    lambda engine: engine.search(EngineRequest(MatchAll())),
    lambda engine: engine.article("n1"),
    lambda engine: engine.values("source"),
    lambda engine: engine.rebuild([]),
    lambda engine: engine.update([]),
    lambda engine: engine.delete(["n1"]),
]


@pytest.mark.parametrize("call", CALLS)
def test_a_closed_engine_says_so(path: Path, call: Callable[[WhooshEngine], object]) -> None:
    with open_index(path) as index:
        assert isinstance(index.engine, WhooshEngine)
    index.engine.close()
    with pytest.raises(IndexClosedError, match=f"^{path}: the index is closed; open it again$"):
        call(index.engine)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs Linux")
def test_the_files_of_replaced_generations_are_released_at_once(path: Path) -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    def deleted_maps() -> list[str]:
        lines = Path("/proc/self/maps").read_text().splitlines()
        return [line for line in lines if str(path) in line and line.endswith("(deleted)")]

    gc.collect()
    gc.disable()
    try:
        with open_index(path) as index:
            before, most = descriptors(), 0
            for number in range(20, 40):
                index.add(articles([number]))
                found = index.search(SearchRequest("harbour", facets=("source",), sources=("Wire 1",)))
                assert found.hits
                del found
                most = max(most, descriptors())
                assert deleted_maps() == []
            assert most - before < 10  # as many segments as there are at a time
        assert descriptors() < before
    finally:
        gc.enable()
