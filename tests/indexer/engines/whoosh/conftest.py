"""The comparison with stock Whoosh, and both tiers of kernels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from indexer import kernels
from indexer.engines.whoosh.index import ColumnarIndex
from tests.support import whoosh_comparison, whoosh_oracle, whoosh_queries
from tests.support.whoosh_documents import write_index

TIERS = ("numpy", "native")
_MODULES = {"numpy": "arrays", "native": "native"}

Fields = dict[str, Any]


@pytest.fixture(params=TIERS)
def tier(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Evaluate by one tier of kernels, then by the other where it was built."""
    module = pytest.importorskip(f"indexer.kernels.{_MODULES[request.param]}", exc_type=ImportError)
    for name in ("Field", "matches", "top", "top_by"):
        monkeypatch.setattr(kernels, name, getattr(module, name))
    return str(request.param)


@pytest.fixture
def differential() -> Any:
    """Return the module that compares with stock Whoosh."""
    return whoosh_comparison


@pytest.fixture
def oracle() -> Any:
    """Return stock Whoosh, with its plain bugs mended on demand."""
    return whoosh_oracle


@pytest.fixture
def random_queries() -> Any:
    """Return what makes random collections and queries."""
    return whoosh_queries


Make = Callable[..., ColumnarIndex]


@pytest.fixture
def make_index(tmp_path: Path) -> Make:
    """Return a function that makes an index of batches of documents, a segment each, in a new folder."""
    made: list[Path] = []

    def make(schema: Any, *batches: Sequence[Fields], deleted: Sequence[int] = ()) -> ColumnarIndex:
        made.append(tmp_path / f"index{len(made)}")
        made[-1].mkdir()
        return write_index(made[-1], schema, batches, deleted)

    return make


@pytest.fixture
def both(make_index: Make, oracle: Any) -> Iterator[Callable[..., tuple[Any, Any]]]:
    """Return a function that makes a searcher of ours and one of stock Whoosh, of the same documents."""
    opened: list[Any] = []

    def make(schema: Any, *batches: Sequence[Fields], deleted: Sequence[int] = (), **options: Any) -> tuple[Any, Any]:
        ours = make_index(schema, *batches, deleted=deleted).searcher(**options)
        stock = oracle.stock_index(schema, batches, deleted).searcher(**options)
        opened.extend((ours, stock))
        return ours, stock

    yield make
    for each in opened:
        each.close()
