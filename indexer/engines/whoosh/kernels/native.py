"""The C kernels, where they were built: what :mod:`~indexer.engines.whoosh.kernels.arrays` answers, some ten times faster."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from indexer.engines.whoosh.kernels import _native
from indexer.engines.whoosh.kernels._native import Field, top, top_by
from indexer.engines.whoosh.kernels.nodes import Node

__all__ = ["TIER", "Field", "matches", "top", "top_by"]

TIER: Final = "native"


def matches(node: Node, documents: int, deleted: Any = None, mask: Any = None) -> tuple[Any, Any]:
    """Return the matching documents, rising, and the score of each."""
    docs, scores = _native.matches(node, documents, deleted, mask)
    return np.frombuffer(docs, "<u2"), np.frombuffer(scores, "<f8")
