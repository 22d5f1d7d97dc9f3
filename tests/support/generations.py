"""Generations of small files, published and updated as the engines do it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from indexer.schema import FORMAT_VERSION
from indexer.storage.files import FileRecord
from indexer.storage.generations import Generation, Generations
from indexer.storage.manifest import Manifest

Describe = Callable[[str | None, dict[str, FileRecord]], Manifest]


def describe(previous: str | None, files: dict[str, FileRecord]) -> Manifest:
    return Manifest(
        format=FORMAT_VERSION,
        engine="test",
        analyzer="abc",
        articles=3,
        sources=1,
        first_date="2024-02-11",
        last_date=None,
        created="2024-02-12T08:00:00+00:00",
        previous=previous,
        files=files,
    )


def publish(generations: Generations, **files: bytes) -> Generation:
    """Publish a generation of these files, as a rebuild does."""
    with generations.writing():
        folder = generations.begin()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return generations.publish(folder, describe)


def update(generations: Generations, **files: bytes) -> Generation:
    """Publish the live generation and these files, as an update does."""
    with generations.writing():
        live = generations.live()
        folder = generations.begin(based_on=live)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return generations.publish(folder, describe, based_on=live)


def folders(root: Path) -> list[str]:
    return sorted(each.name for each in root.iterdir() if each.is_dir())


def live_bytes(generations: Generations) -> dict[str, bytes]:
    generation = generations.live()
    return {name: (generation.path / name).read_bytes() for name in generation.manifest.files}
