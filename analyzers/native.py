"""What is written in C as well, and may be missing: ``load_extension``. Python does the same wherever it is."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any, Final

WANTED: Final = os.environ.get("AKHBAR_NATIVE") != "0"
"""The environment's AKHBAR_NATIVE=0 leaves all C out, here and in the index."""


def load_extension(module: str, name: str) -> Any:
    """Return what a module in C has under ``name``; None where it was not built or is not wanted."""
    if not WANTED:
        return None
    try:
        return getattr(import_module(module), name)
    except ImportError:
        return None
