"""Query kernels: evaluate query trees over the arrays of a segment, in C where it was built and in numpy elsewhere.

Both give the same answers; ``AKHBAR_NATIVE=0`` in the environment forces numpy. :mod:`~indexer.kernels.nodes` defines
the nodes of a query tree, :mod:`~indexer.kernels.arrays` the functions. Index files are untrusted and may even change
while they are open: every offset is compared with its bounds where it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analyzers import NATIVE_WANTED, load_extension
from indexer.kernels.nodes import (
    ADJACENT,
    AND,
    CONSTANT,
    EVERY,
    MASK,
    MAX_DOCUMENTS,
    MAYBE,
    NOT,
    NOTHING,
    OR,
    PHRASE,
    SATURATE,
    SCORED,
    SCORER_ITEMS,
    TERM,
    TERMS,
    Node,
)

if TYPE_CHECKING:
    from indexer.kernels.arrays import Field, matches, top, top_by

    TIER: Final[str] = "numpy"
elif not NATIVE_WANTED:
    from indexer.kernels.arrays import TIER, Field, matches, top, top_by
else:
    try:
        from indexer.kernels.native import TIER, Field, matches, top, top_by
    except ImportError:
        from indexer.kernels.arrays import TIER, Field, matches, top, top_by

__all__ = [
    "ADJACENT",
    "AND",
    "CONSTANT",
    "EVERY",
    "MASK",
    "MAX_DOCUMENTS",
    "MAYBE",
    "NOT",
    "NOTHING",
    "OR",
    "PHRASE",
    "SATURATE",
    "SCORED",
    "SCORER_ITEMS",
    "TERM",
    "TERMS",
    "TIER",
    "Field",
    "Node",
    "matches",
    "native_missing",
    "top",
    "top_by",
]

_EXTENSIONS: Final = {
    "analyzers": ("analyzers._native", "TermEncoder"),
    "indexer": ("indexer.kernels._native", "Field"),
}


def native_missing() -> tuple[str, ...]:
    """Return the packages whose extension in C is missing or switched off: of ``"analyzers"`` and ``"indexer"``."""
    return tuple(package for package, (module, name) in _EXTENSIONS.items() if load_extension(module, name) is None)
