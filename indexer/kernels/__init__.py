"""What evaluates queries over a segment's arrays: C where it was built, else numpy, with the same answers.

The environment's AKHBAR_NATIVE=0 forces the second. :mod:`~indexer.kernels.nodes` says what a query
tree is made of, :mod:`~indexer.kernels.arrays` what the functions answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analyzers import NATIVE_WANTED, load_extension
from indexer.kernels.nodes import (
    AND,
    CONSTANT,
    EVERY,
    MASK,
    MAX,
    MAYBE,
    NOT,
    NOTHING,
    OR,
    PHRASE,
    REQUIRE,
    SCALE,
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
    "AND",
    "CONSTANT",
    "EVERY",
    "MASK",
    "MAX",
    "MAYBE",
    "NOT",
    "NOTHING",
    "OR",
    "PHRASE",
    "REQUIRE",
    "SCALE",
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
