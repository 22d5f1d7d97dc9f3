"""Merge policy: chooses adjacent segments to merge, so that there are few and each document is moved only a few times.

Segments are in tiers: one of a tier has up to seven times the documents of one below. Seven of a tier that stand
together, with smaller ones between and behind them, become one. A segment that is half full is left alone until many of
its documents are deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from indexer.storage.segment.layout import MAX_DOCUMENTS

FACTOR: Final = 7
"""A thousand commits of ten documents then make at most nineteen segments, and each document is moved three times."""

MANY_DELETED: Final = 0.3
_FULL: Final = MAX_DOCUMENTS // 2
_MAX_BYTES: Final = 1 << 31  # no array may have more items than four bytes can count


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a segment: all its documents, and the ``live`` ones that are not deleted."""

    documents: int
    live: int
    size_bytes: int = 0

    @property
    def is_full(self) -> bool:
        """Whether it is large enough to be left alone."""
        return self.live >= _FULL and not self.has_many_deleted

    @property
    def has_many_deleted(self) -> bool:
        """Whether so many documents are deleted that rewriting it pays."""
        return self.documents - self.live > MANY_DELETED * self.documents

    @property
    def tier(self) -> int:
        """The number of times that ``live`` can be divided by the factor."""
        tier, live = 0, self.live
        while live >= FACTOR:
            live //= FACTOR
            tier += 1
        return tier


Group = tuple[int, int]
"""Adjacent segments: the first one, and the one after the last."""


def groups_to_merge(sizes: Sequence[Size]) -> list[Group]:
    """Return groups of segments, each to become one; a group of one is rewritten without its deleted documents."""
    groups = [(at, at + 1) for at in range(len(sizes))]
    while (merged := _merged_once(sizes, groups)) != groups:
        groups = merged
    return [(first, end) for first, end in groups if end - first > 1 or sizes[first].has_many_deleted]


def _merged_once(sizes: Sequence[Size], groups: list[Group]) -> list[Group]:
    """Return the groups after the lowest tier that has enough of them was merged."""
    group_sizes = [_size_of(sizes, group) for group in groups]
    for tier in sorted({size.tier for size in group_sizes}):
        merged: list[Group] = []
        for run, is_many in _runs(group_sizes, tier):
            members = groups[slice(*run)]
            merged += _fitting(sizes, members) if is_many else members
        if merged != groups:
            return merged
    return groups


def _runs(sizes: Sequence[Size], tier: int) -> Iterator[tuple[Group, bool]]:
    """Yield runs of groups up to ``tier`` and runs of others, and whether a run has many of that very tier."""
    at = 0
    for is_low, run in groupby(sizes, lambda size: size.tier <= tier and not size.is_full):
        members = list(run)
        many = is_low and sum(size.tier == tier for size in members) >= FACTOR
        yield (at, at + len(members)), many
        at += len(members)


def _fitting(sizes: Sequence[Size], groups: Sequence[Group]) -> list[Group]:
    """Return ``groups`` joined from the left as long as they fit one segment."""
    fitting: list[Group] = []
    for group in groups:
        joined = (fitting[-1][0], group[1]) if fitting else group
        size = _size_of(sizes, joined)
        if fitting and size.live <= MAX_DOCUMENTS and size.size_bytes <= _MAX_BYTES:
            fitting[-1] = joined
        else:
            fitting.append(group)
    return fitting


def _size_of(sizes: Sequence[Size], group: Group) -> Size:
    """Return the size of a group once it is merged; a single segment keeps its deleted documents."""
    members = sizes[slice(*group)]
    if len(members) == 1:
        return members[0]
    live = sum(size.live for size in members)
    return Size(live, live, sum(size.size_bytes for size in members))
