"""Whether the parts in C are wanted: ``WANTED``. Where they are not, or were not built, Python does the same."""

from __future__ import annotations

import os
from typing import Final

WANTED: Final = os.environ.get("AKHBAR_KERNELS") != "numpy"
"""The environment's AKHBAR_KERNELS=numpy leaves all C out, here and in the engine."""
