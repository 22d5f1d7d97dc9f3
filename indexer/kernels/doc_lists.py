"""Document lists: intersection and concatenation of rising arrays of numbers."""

from __future__ import annotations

from typing import Final

import numpy as np

from indexer.kernels.fields import Array

# A list this many times longer than the other is searched, not scanned: measured with lists of 10 to 10,000 documents.
SEARCH_FACTOR: Final = 16


def indexes_in(docs: Array, wanted: Array, documents: int) -> Array:
    """Return the indexes of the ``docs`` that are in ``wanted`` too; both are rising, below ``documents``."""
    if wanted.size * SEARCH_FACTOR < docs.size:
        at: Array = np.minimum(docs.searchsorted(wanted), docs.size - 1)
        indexes: Array = at[docs[at] == wanted]
        return indexes
    if docs.size * SEARCH_FACTOR < wanted.size:
        at = np.minimum(wanted.searchsorted(docs), wanted.size - 1)
        return np.flatnonzero(wanted[at] == docs)
    among = np.zeros(documents, bool)
    among[wanted] = True
    return np.flatnonzero(among[docs])


def concatenate_ranges(begins: Array, counts: Array) -> Array:
    """Return the numbers of all ranges, each from one of ``begins`` on and ``counts`` long, one range after another."""
    numbers: Array = np.arange(int(counts.sum())) + np.repeat(begins - np.cumsum(counts) + counts, counts)
    return numbers
