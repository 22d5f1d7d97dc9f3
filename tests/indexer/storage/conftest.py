"""An index folder, empty and with two generations."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.storage.generations import Generations
from tests.support.generations import publish


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def generations(root: Path) -> Generations:
    return Generations(root)


@pytest.fixture
def two(generations: Generations) -> Generations:
    """Return an index of two generations; the second is live."""
    publish(generations, words=b"first", postings=b"1111")
    publish(generations, words=b"second", postings=b"2222")
    return generations
