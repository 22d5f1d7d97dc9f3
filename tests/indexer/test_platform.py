"""The systems that Akhbar runs on, and its extensions in C."""

from __future__ import annotations

import subprocess
import sys

import pytest

from indexer import kernels

ELSEWHERE = "import os, sys; os.name, sys.platform = 'nt', 'win32'; import indexer"


def test_importing_it_on_another_system_says_so_in_one_line() -> None:
    done = subprocess.run([sys.executable, "-c", ELSEWHERE], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "ImportError: Akhbar needs a POSIX system, such as Linux or macOS; this is win32"
    )


@pytest.mark.skipif(kernels.TIER != "native", reason="built without C, or AKHBAR_NATIVE=0")
def test_nothing_native_is_missing_where_it_was_built() -> None:
    assert kernels.native_missing() == ()


def test_without_native_code_both_packages_are_named() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from indexer.kernels import native_missing; print(*native_missing())"],
        env={"AKHBAR_NATIVE": "0", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["analyzers", "indexer"]
