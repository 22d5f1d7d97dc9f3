"""Choice of the kernels: C where it was built, numpy where the environment asks for it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from indexer import kernels

ASK = "from indexer import kernels; print(kernels.TIER, kernels.Field.__module__)"


def test_the_environment_forces_numpy() -> None:
    said = subprocess.run(
        [sys.executable, "-c", ASK],
        env=os.environ | {"AKHBAR_NATIVE": "0"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout.split() == ["numpy", "indexer.kernels.fields"]


@pytest.mark.skipif(os.environ.get("AKHBAR_NATIVE") == "0", reason="numpy is forced")
def test_the_c_kernels_are_taken_where_they_are_built() -> None:
    pytest.importorskip("indexer.kernels._native", reason="the C kernels are not built")
    assert kernels.TIER == "native"
