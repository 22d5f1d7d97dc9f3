"""Extension modules in C and their loading; without them Python does the same, more slowly."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any, Final

NATIVE_WANTED: Final = os.environ.get("AKHBAR_NATIVE") != "0"
"""Whether extensions are used; ``AKHBAR_NATIVE=0`` in the environment leaves all of them out, here and in the index."""

_is_loaded: dict[str, bool] = {}


def load_extension(module: str, name: str) -> Any:
    """Return the attribute ``name`` of an extension module; None where it was not built or is not wanted."""
    try:
        attribute = getattr(import_module(module), name) if NATIVE_WANTED else None
    except ImportError:
        attribute = None
    _is_loaded[module] = attribute is not None
    return attribute


def missing_extensions() -> tuple[str, ...]:
    """Return the names of the extension modules that :func:`load_extension` did not find or may not use."""
    return tuple(sorted(module for module, is_loaded in _is_loaded.items() if not is_loaded))
