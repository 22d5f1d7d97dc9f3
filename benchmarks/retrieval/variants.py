"""The variants that ``tune.py`` compares: for each part its base, and what each variant changes in it."""

from __future__ import annotations

from typing import Any, Final

from prototype import Model

Variants = list[tuple[str, dict[str, Any]]]

ONE: Final = Model(k1=0.75)
EARLY: Final = ONE._replace(early=0.35)
SHORT: Final = EARLY._replace(pair=0.8)


def _each(name: str, *values: float) -> Variants:
    return [(f"{name} {value}", {name: value}) for value in values]


PARTS: Final[dict[str, tuple[Model, Variants]]] = {
    "constants": (
        ONE,
        [
            *_each("title", 1.5, 2.5, 3, 4),
            *_each("k1", 0.45, 0.6, 0.9, 1.2),
            *_each("b", 0.4, 0.55, 0.65, 0.85),
            *_each("b_title", 0.3, 0.5),
            *_each("exact", 0.15, 0.2, 0.3, 0.35),
        ],
    ),
    "early": (
        EARLY,
        [
            *_each("early", 0.0, 0.25, 0.5),
            ("early .5 / 40", {"early": 0.5, "early_scale": 40.0}),
            ("both spaces", {"early_exact": True}),
            ("steps from 4", {"early_steps": (4, 8, 16, 32, 64, 128)}),
            ("steps from 8", {"early_steps": (8, 16, 32, 64, 128, 256)}),
        ],
    ),
    "neighbours": (
        SHORT,
        [
            *_each("pair", 0.0, 0.4, 0.6, 1.2),
            ("two words only", {"pair_words": 2}),
        ],
    ),
    "family": (
        SHORT,
        [
            *_each("family", 0.35, 0.5, 0.65),
            ("root only", {"family": 0.5, "families": "root"}),
            ("letters only", {"family": 0.5, "families": "letters"}),
            ("links added", {"link": 0.4, "add_links": True}),
            ("links added, family", {"family": 0.5, "link": 0.4, "add_links": True}),
            ("best of links, family", {"family": 0.5, "link": 0.4}),
        ],
    ),
}
