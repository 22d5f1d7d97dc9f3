"""Occurrence byte: how often a term stands in an article, whether in its title, and about where first in its body.

Each posting has one: frequency in the low four bits (FREQUENCY), TITLE if the term stands in the title, and in the high
three bits (BODY) the step of its first place in the body, counted from 1; 0 where the body lacks it.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Part: TypeAlias = Literal["title", "body"]
"""A part of an article that a query may be restricted to."""

FREQUENCY: Final = 0x0F
TITLE: Final = 0x10
BODY: Final = 0xE0
ANYWHERE: Final = TITLE | BODY
STEP_SHIFT: Final = 5

MOST_FREQUENT: Final = 15
"""The frequency that stands for this or a larger one, which is in an overflow array."""

STEP_BOUNDS: Final = (0, 8, 16, 32, 64, 128, 256)
"""The first place of each step: step 1 holds places 0 to 7 of the body, step 7 all from 256 on."""

PART_BITS: Final[dict[Part | None, int]] = {None: ANYWHERE, "title": TITLE, "body": BODY}
"""The bits of which one is set in the byte of a term that stands in a part; ``None`` is the whole article."""


def step_of(first: int) -> int:
    """Return the step, 1 to 7, of a place in the body; 0 is that of its first word.

    >>> [step_of(place) for place in (0, 7, 8, 255, 256, 70_000)]
    [1, 1, 2, 6, 7, 7]
    """
    return sum(first >= bound for bound in STEP_BOUNDS)


def middle_of(step: int) -> float:
    """Return the place that stands for a step, 1 to 7: its middle, and for the last, open one its begin doubled.

    >>> [middle_of(step) for step in range(1, 8)]
    [3.5, 11.5, 23.5, 47.5, 95.5, 191.5, 512]
    """
    low, *rest = STEP_BOUNDS[step - 1 :]
    return (low + rest[0] - 1) / 2 if rest else 2 * low
