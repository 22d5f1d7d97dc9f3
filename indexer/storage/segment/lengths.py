"""Field lengths in 256 steps, one byte a document, as Whoosh keeps them: exact to about ten, then 3.3 % apart.

The steps are those of :mod:`whoosh.util.numeric`, so that scores are the same; a test compares all of them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from indexer.storage.segment.arrays import Array

LENGTHS: Final = tuple(round((1.033**step - 1) * 27) for step in range(256))
"""The length that each byte stands for."""


def length_steps(lengths: Array) -> Array:
    """Return the byte of each length: the step that is equal or next above, 255 for all behind the last (u1)."""
    return np.minimum(np.searchsorted(LENGTHS, lengths), 255).astype(np.uint8)
