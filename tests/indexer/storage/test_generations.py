"""An index folder goes from one complete state to the next."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import (
    Article,
    IndexNotFoundError,
    IndexOutOfDateError,
)
from indexer.index import Index, unopened_index
from indexer.schema import FORMAT_VERSION, Document, document
from indexer.storage.generations import Generations
from tests.support.generations import folders, live_bytes, publish, update


def hashes(folder: Path) -> dict[str, str]:
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in folder.iterdir()}


def test_there_is_no_index_before_the_first_is_published(generations: Generations, root: Path) -> None:
    for ask in (generations.live, generations.check):
        with pytest.raises(IndexNotFoundError, match="akhbar rebuild SOURCE"):
            ask()
    assert generations.stamp() is None
    assert not root.exists()


def test_what_is_published_is_live_and_whole(generations: Generations, root: Path) -> None:
    published = publish(generations, words=b"first", postings=b"1111")
    assert generations.live() == published
    assert (published.path, published.number, published.size_bytes) == (root / "gen-1", 1, 9)
    assert generations.check() == ()


def test_what_is_begun_and_not_published_changes_nothing(two: Generations) -> None:
    stamp = two.stamp()
    with two.writing():
        (two.begin() / "words").write_bytes(b"half")
    assert (two.live().number, two.stamp(), two.check()) == (2, stamp, ())


def test_left_overs_of_interrupted_writers_are_removed(two: Generations, root: Path) -> None:
    for name in ("gen-3", "gen-17"):
        (root / name).mkdir()
        (root / name / "words").write_bytes(b"half")
    with two.writing():
        folder = two.begin()
    assert folders(root) == sorted(["gen-1", "gen-2", folder.name])


def test_the_generation_before_is_kept_and_older_ones_are_removed(generations: Generations, root: Path) -> None:
    published = [publish(generations, words=b"%d" % number) for number in range(4)]
    assert folders(root) == [published[-2].path.name, published[-1].path.name] == ["gen-3", "gen-4"]
    assert published[-1].manifest.previous == "gen-3"


def test_discarding_removes_what_was_begun(two: Generations, root: Path) -> None:
    with two.writing():
        two.discard(two.begin())
    assert folders(root) == ["gen-1", "gen-2"]


def test_discarding_leaves_what_went_live(generations: Generations) -> None:
    """A writer interrupted after the swap discards its folder, which serves by then."""
    live = publish(generations, words=b"first")
    generations.discard(live.path)
    assert generations.live() == live


def test_the_stamp_changes_when_another_generation_goes_live(generations: Generations) -> None:
    stamps = [generations.stamp()]
    for number in range(10):
        publish(generations, words=b"%d" % number)
        assert generations.stamp() == generations.stamp()
        stamps.append(generations.stamp())
    assert all(one != another for one, another in itertools.pairwise(stamps))


def test_an_update_links_the_files_of_the_generation_before_and_changes_no_byte_of_it(generations: Generations) -> None:
    first = publish(generations, words=b"first", postings=b"1111")
    before = hashes(first.path)
    second = update(generations, more=b"new")
    assert hashes(first.path) == before
    assert live_bytes(generations) == {"words": b"first", "postings": b"1111", "more": b"new"}
    assert (second.path / "words").samefile(first.path / "words")
    assert generations.check() == ()


def test_an_update_of_a_real_index_changes_no_byte_of_the_generation_before(root: Path) -> None:
    with unopened_index(root) as index:
        index.engine.rebuild(_documents(index, range(60)))
        for number in range(60, 66, 2):
            folder = Generations(root).live().path
            before = hashes(folder)
            index.add([Article(id=f"n{each}", title="Harbour") for each in (0, number, number + 1)])
            assert hashes(folder) == before
        assert index.stats().articles == 66
        assert index.check() == ()


def _documents(index: Index, numbers: range) -> Iterator[Document]:
    return (document(Article(id=f"n{number}", title=f"Report {number}"), index.analyzer) for number in numbers)


def test_where_files_cannot_be_linked_they_are_copied(
    generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    first = publish(generations, words=b"first")
    monkeypatch.setattr(os, "link", refuse)
    second = update(generations, more=b"new")
    assert live_bytes(generations) == {"words": b"first", "more": b"new"}
    assert not (second.path / "words").samefile(first.path / "words")


def begin(generations: Generations, **files: bytes) -> None:
    """Leave a generation half done, as a killed writer does."""
    with generations.writing():
        folder = generations.begin()
        for name in files:
            (folder / name).write_bytes(b"half")


@settings(max_examples=10)
@given(st.lists(st.sampled_from([publish, update, begin]), max_size=6))
def test_whatever_writers_do_the_last_published_state_serves(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Callable[..., object]]
) -> None:
    generations = Generations(tmp_path_factory.mktemp("law"))
    expected = {"start": b""}
    publish(generations, start=b"")
    for number, step in enumerate(steps):
        new = {f"f{number}": b"%d" % number}
        step(generations, **new)
        if step is not begin:
            expected = new | (expected if step is update else {})
        assert live_bytes(generations) == expected
        assert len(folders(generations.root)) <= 3
    assert generations.check() == ()


def test_other_analyzers_or_another_format_ask_for_a_rebuild(generations: Generations, root: Path) -> None:
    generation = publish(generations, words=b"first")
    assert generation.require_usable("abc") is generation
    with pytest.raises(IndexOutOfDateError, match="built with other analyzers; rebuild needed"):
        generation.require_usable("other")
    newer = dataclasses.replace(generation, manifest=dataclasses.replace(generation.manifest, format=99))
    with pytest.raises(
        IndexOutOfDateError, match=f"built in format 99, this version reads {FORMAT_VERSION}; rebuild needed"
    ):
        newer.require_usable("abc")
