"""Extension modules in C and their loading; without them Python does the same, more slowly."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any, Final

NATIVE_WANTED: Final = os.environ.get("AKHBAR_NATIVE") != "0"
"""Whether extensions are used; ``AKHBAR_NATIVE=0`` in the environment leaves all out, here and in the index."""


def load_extension(module: str, name: str) -> Any:
    """Return the attribute ``name`` of an extension module; None where it was not built or is not wanted."""
    if not NATIVE_WANTED:
        return None
    try:
        return getattr(import_module(module), name)
    except ImportError:
        return None
