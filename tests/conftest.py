"""Shared fixtures and hypothesis profiles: the project's folder, small collections."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# A shell in the background ignores SIGINT, and so would all that is started here: commands are interrupted by it.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("quick", deadline=None, max_examples=35)
settings.register_profile("thorough", deadline=None, max_examples=100_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

ROOT = Path(__file__).parent.parent

WriteJsonl = Callable[..., Path]


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the project's folder."""
    return ROOT


@pytest.fixture
def write_jsonl(tmp_path: Path) -> WriteJsonl:
    """Return a function that writes records to a JSONL file and gives its path."""

    def write(*records: dict[str, object], name: str = "articles.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
        return path

    return write
