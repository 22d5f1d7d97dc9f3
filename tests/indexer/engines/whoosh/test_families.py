"""Families of an index of several segments: the commonest stems of each are counted, however many it has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analyzers import analyzer_for
from indexer import Article
from indexer.engines import open_engine
from indexer.engines.whoosh import families
from indexer.schema import Document


@pytest.mark.parametrize(
    ("counts", "most", "numbers"),
    [
        pytest.param([3, 1, 2], 3, [0, 1, 2], id="all"),
        pytest.param([3, 1, 2, 4], 2, [0, 3], id="the greatest"),
        pytest.param([1, 2, 1, 2, 2, 3], 3, [5], id="none of those that tie beyond"),
        pytest.param([1, 1, 1], 2, [], id="all tie"),
        pytest.param([], 2, [], id="none"),
    ],
)
def test_the_commonest_terms_of_a_segment(counts: list[int], most: int, numbers: list[int]) -> None:
    assert families._commonest(np.array(counts, np.int64), most).tolist() == numbers


def test_rare_stems_of_a_segment_have_no_family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(families, "MOST_OF_A_SEGMENT", 2)
    engine = open_engine(tmp_path / "index", analyzer_for("ar"))
    for number, write in enumerate((engine.rebuild, engine.update)):  # each makes a segment
        write(
            Document(Article(id=f"{number} {at}", body="متن"), {"exact": stems, "stem": stems})
            for at, stems in enumerate([["مكتوب", "كاتب"], ["مكتوب", "كاتب"], ["مكتوبا", "كاتبا"]])
        )
    assert engine.stats().details["segments"] == 2
    assert engine.family("مكتوبات") == ("مكتوب",)
    assert engine.family("كاتبة") == ("كاتب",)
