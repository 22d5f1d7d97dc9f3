"""A segment file that is written over while it is open may give wrong answers or errors, but never a crash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from indexer import rebuild
from indexer.kernels import TIER

SAMPLE = Path(__file__).parents[3] / "sample"

# In a process of its own: a segmentation fault would end the test run.
SEARCHES = """
import faulthandler, mmap, random, sys
from pathlib import Path
from indexer import SearchRequest, open_index
from indexer.storage.segment.file import SegmentFile
from indexer import kernels

faulthandler.enable()
folder, seed = Path(sys.argv[1]), int(sys.argv[2])
chance = random.Random(seed)
queries = ["الحكومة لبنان", '"مجلس الوزراء"', "اليوم -لبنان", "في من على", "وزير", "wheat OR قمح"]


def search_all():
    done = 0
    for query in queries:
        for sort in ("relevance", "newest"):
            try:
                done += len(index.search(SearchRequest(query, sort=sort, facets=("source",))).hits) > 0
            except Exception as problem:
                print(type(problem).__name__, problem)
    return done


def ask_fields():
    for name in segment.layout.fields:
        field = fields[name]
        for term in (0, field.count // 2, field.count - 1):
            try:
                field.find(b"a"), field.term(term), field.frequency(term), field.weight(term)
                field.positions_in(term, 1)
            except (ValueError, IndexError):
                pass


path, = folder.glob("gen-*/*.seg")
segment = SegmentFile(path)
fields = {name: kernels.Field(*segment.field(name)) for name in segment.layout.fields}
with open_index(folder) as index:
    assert search_all() > 3
    size = path.stat().st_size
    for _ in range(12):
        with path.open("r+b") as file:
            for _ in range(6):
                entry = chance.choice(list(segment.entries.values()))
                begin = entry.offset + chance.randrange(max(entry.size, 1))
                count = min(chance.choice([4, 400, 40_000]), entry.offset + entry.size - begin)
                file.seek(begin)
                file.write(chance.choice([chance.randbytes(count), b"\\xff" * count, bytes(count)]))
        assert path.stat().st_size == size
        search_all()
        ask_fields()
print("survived")
"""


@pytest.mark.skipif(TIER != "native", reason="numpy checks every index by itself")
@pytest.mark.parametrize("seed", range(3))
def test_overwriting_an_open_segment_never_crashes(tmp_path: Path, seed: int) -> None:
    rebuild([SAMPLE], tmp_path, jobs=1)
    done = subprocess.run(
        [sys.executable, "-c", SEARCHES, str(tmp_path), str(seed)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.endswith("survived\n")
