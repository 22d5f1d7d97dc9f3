"""Merging keeps segments few and moves each document a few times only."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.storage.merge_policy import Size, groups_to_merge

MAX = 65_536


def whole(*live: int) -> list[Size]:
    return [Size(each, each) for each in live]


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        pytest.param([], [], id="none"),
        pytest.param(whole(10), [], id="one"),
        pytest.param(whole(*[10] * 6), [], id="six of a tier"),
        pytest.param(whole(*[10] * 7), [(0, 7)], id="seven of a tier"),
        pytest.param(whole(100, *[10] * 7), [(1, 8)], id="a larger one before stays"),
        pytest.param(whole(*[100] * 7, 10, 1), [(0, 9)], id="smaller ones behind come along"),
        pytest.param(whole(10, 10, 10, 100, 10, 10, 10, 10), [], id="parted by a larger one"),
        pytest.param(whole(*[70] * 6, *[10] * 7), [(0, 13)], id="what they become is one more of the next tier"),
        pytest.param(whole(*[40_000] * 9), [], id="half full ones are left alone"),
        pytest.param(whole(*[30_000] * 7), [(0, 2), (2, 4), (4, 6)], id="as many as fit one segment"),
        pytest.param([Size(60_000, 42_000)], [], id="thirty in a hundred deleted"),
        pytest.param([Size(60_000, 41_999)], [(0, 1)], id="one more deleted"),
        pytest.param([Size(10, 6), Size(9, 9)], [(0, 1)], id="a small one with many deleted"),
        pytest.param([Size(10, 10, 1 << 29)] * 7, [(0, 4), (4, 7)], id="no larger than four bytes can count"),
    ],
)
def test_groups_to_merge(sizes: list[Size], groups: list[tuple[int, int]]) -> None:
    assert groups_to_merge(sizes) == groups


@given(st.lists(st.tuples(st.integers(1, MAX), st.integers(0, MAX)), max_size=40))
def test_groups_follow_each_other_and_fit(numbers: list[tuple[int, int]]) -> None:
    sizes = [Size(max(each), min(each)) for each in numbers]
    end = 0
    for first, last in groups_to_merge(sizes):
        assert end <= first < last <= len(sizes)
        assert last == first + 1 or sum(each.live for each in sizes[first:last]) <= MAX
        end = last


@pytest.mark.parametrize("size", [1, 3, 10, 500])
def test_many_commits_make_few_segments_and_little_work(size: int) -> None:
    sizes: list[Size] = []
    most = work = 0
    commits = 1000
    for _ in range(commits):
        sizes.append(Size(size, size))
        for first, last in reversed(groups_to_merge(sizes)):
            live = sum(each.live for each in sizes[first:last])
            work += live
            sizes[first:last] = [Size(live, live)]
        most = max(most, len(sizes))
    assert most <= 20 + commits * size // (MAX // 2)
    assert work <= commits * size * (math.log(commits, 7) + 1)
    assert sum(each.live for each in sizes) == commits * size
