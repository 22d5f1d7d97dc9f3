"""Every test of the kernels runs on each tier that is there."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.kernels import arrays


@pytest.fixture(params=["numpy", "native"])
def tier(request: pytest.FixtureRequest) -> Any:
    """Return the module with one tier's Field, top, top_by and matches."""
    if request.param == "numpy":
        return arrays
    return pytest.importorskip("indexer.kernels.native", reason="the C kernels are not built")
