"""Background verification reads a generation once, reports what changed, and stops when it is told to."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

import pytest

from indexer.storage import verification
from indexer.storage.files import FileRecord, record_of
from indexer.storage.generations import Generation, Generations
from indexer.storage.manifest import Manifest
from indexer.storage.verification import BackgroundVerification

PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "START_DELAY_S", 0.0)


@pytest.fixture
def generation(tmp_path: Path) -> Generation:
    files: dict[str, FileRecord] = {}
    for name in ("words", "postings"):
        (tmp_path / name).write_bytes(name.encode() * 500_000)
        files[name] = record_of(tmp_path / name)
    manifest = Manifest(2, "test", "abc", 3, 1, None, None, "2024-02-12T08:00:00+00:00", None, files)
    return Generation(tmp_path, manifest)


def test_a_whole_generation_is_verified_in_silence_and_not_read_again(generation: Generation) -> None:
    reports: queue.Queue[str] = queue.Queue()
    generations = Generations(generation.path)
    BackgroundVerification(generations, generation, reports.put).join(PATIENCE_S)
    assert reports.empty()
    assert generations.verified == set(generation.manifest.files.values())


def test_a_file_that_changed_is_reported(generation: Generation) -> None:
    reports: queue.Queue[str] = queue.Queue()
    path = generation.path / "postings"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    BackgroundVerification(Generations(generation.path), generation, reports.put)
    assert reports.get(timeout=PATIENCE_S) == f"{path}: not the bytes that were written (SHA-256 differs)"


@pytest.mark.parametrize("delay_s", [0.0, 3600.0], ids=["while it reads", "before it begins"])
def test_it_ends_when_it_is_stopped(generation: Generation, monkeypatch: pytest.MonkeyPatch, delay_s: float) -> None:
    monkeypatch.setattr(verification, "START_DELAY_S", delay_s)
    monkeypatch.setattr(verification, "PAUSES_PER_READ", 1e9)
    running = BackgroundVerification(Generations(generation.path), generation, lambda _: None)
    running.stop()
    running.join(PATIENCE_S)
    assert "akhbar-verification" not in {thread.name for thread in threading.enumerate()}
