"""An index of given articles, by each engine in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from indexer import Article, Index, create

IndexOf = Callable[[Iterable[Article]], Index]


@pytest.fixture(params=["memory", "whoosh"])
def index_of(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[IndexOf]:
    with ExitStack() as stack:

        def make(articles: Iterable[Article]) -> Index:
            url = "memory:" if request.param == "memory" else tmp_path / "index"
            return stack.enter_context(create(url, articles))

        yield make
