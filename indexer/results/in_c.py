"""What ``c/`` repeats in C, where that was built."""

from __future__ import annotations

import os
from typing import Any


def in_c(function: str) -> Any:
    """Return a function of the part in C; None where it was not built, and where AKHBAR_KERNELS=numpy leaves it out."""
    if os.environ.get("AKHBAR_KERNELS") == "numpy":
        return None
    try:
        from indexer.results import _passages
    except ImportError:
        return None
    return getattr(_passages, function)
