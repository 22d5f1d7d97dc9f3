"""How many processes analyse, where nobody says it."""

from __future__ import annotations

import pytest

from indexer.index import unopened_index
from indexer.ingest import build


@pytest.mark.parametrize(
    ("index", "cores", "jobs"),
    [
        pytest.param("memory:", 4, 4, id="a process for each core"),
        pytest.param("opensearch://one/news", 4, 3, id="one core is left to writing to a cluster"),
        pytest.param("opensearch://one/news", 1, 1, id="one process at least"),
    ],
)
def test_processes_by_default(monkeypatch: pytest.MonkeyPatch, index: str, cores: int, jobs: int) -> None:
    monkeypatch.setattr(build, "available_cores", lambda: cores)
    with unopened_index(index) as target:
        assert build._jobs({}, target) == jobs
        assert build._jobs({"jobs": 7}, target) == 7
