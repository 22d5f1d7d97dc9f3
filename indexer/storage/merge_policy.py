"""Which adjacent segments to merge, so that there are few and each document is moved a few times only.

Segments are of tiers: one of a tier has up to seven times the documents of one below. Seven of a tier that stand
together, smaller ones between and behind them included, become one. A segment that is half full is left alone until
many of its documents are deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from indexer.storage.segment.layout import MAX_DOCUMENTS

FACTOR: Final = 7
"""With it a thousand commits of ten documents make at most nineteen segments; each document is moved three times."""

MANY_DELETED: Final = 0.3
_FULL: Final = MAX_DOCUMENTS // 2
_MAX_BYTES: Final = 1 << 31  # so that no array gets more items than four bytes can count


@dataclass(frozen=True, slots=True)
class Size:
    """How large a segment is; ``live`` are the documents that are not deleted."""

    documents: int
    live: int
    size_bytes: int = 0

    @property
    def is_full(self) -> bool:
        """Whether it is left alone."""
        return self.live >= _FULL and not self.has_many_deleted

    @property
    def has_many_deleted(self) -> bool:
        """Whether so many are deleted that writing it anew is worth it."""
        return self.documents - self.live > MANY_DELETED * self.documents

    @property
    def tier(self) -> int:
        """How often the number of documents can be divided by the factor."""
        tier, live = 0, self.live
        while live >= FACTOR:
            live //= FACTOR
            tier += 1
        return tier


Group = tuple[int, int]
"""Adjacent segments: the first one, and the one after the last."""


def groups_to_merge(sizes: Sequence[Size]) -> list[Group]:
    """Return groups of segments, each to become one; a group of one is to be written anew without its deleted ones."""
    groups = [(each, each + 1) for each in range(len(sizes))]
    while (merged := _merged_once(sizes, groups)) != groups:
        groups = merged
    return [each for each in groups if each[1] - each[0] > 1 or sizes[each[0]].has_many_deleted]


def force_merge_groups(sizes: Sequence[Size]) -> list[Group]:
    """Return groups that make as few segments as can be, without any deleted document."""
    groups = _fitting(sizes, [(each, each + 1) for each in range(len(sizes))])
    return [each for each in groups if each[1] - each[0] > 1 or sizes[each[0]].live < sizes[each[0]].documents]


def _merged_once(sizes: Sequence[Size], groups: list[Group]) -> list[Group]:
    """Return the groups after the lowest tier that has enough of them was merged."""
    together = [_together(sizes, each) for each in groups]
    for tier in sorted({each.tier for each in together}):
        runs = list(_runs(together, tier))
        merged = [
            each
            for run, is_many in runs
            for each in (_fitting(sizes, groups[slice(*run)]) if is_many else groups[slice(*run)])
        ]
        if merged != groups:
            return merged
    return groups


def _runs(together: Sequence[Size], tier: int) -> Iterator[tuple[Group, bool]]:
    """Cut all groups into runs of those up to ``tier`` and of others; say which runs have many of that very tier."""
    at = 0
    for is_low, run in groupby(together, lambda each: each.tier <= tier and not each.is_full):
        members = list(run)
        many = is_low and sum(each.tier == tier for each in members) >= FACTOR
        yield (at, at + len(members)), many
        at += len(members)


def _fitting(sizes: Sequence[Size], groups: Sequence[Group]) -> list[Group]:
    """Return ``groups`` put together from the left as long as they fit one segment."""
    fitting: list[Group] = []
    for each in groups:
        wider = (fitting[-1][0], each[1]) if fitting else each
        whole = _together(sizes, wider)
        if fitting and whole.live <= MAX_DOCUMENTS and whole.size_bytes <= _MAX_BYTES:
            fitting[-1] = wider
        else:
            fitting.append(each)
    return fitting


def _together(sizes: Sequence[Size], group: Group) -> Size:
    """Return what a group is once it is merged; one that stands alone is as it is."""
    members = sizes[slice(*group)]
    if len(members) == 1:
        return members[0]
    live = sum(each.live for each in members)
    return Size(live, live, sum(each.size_bytes for each in members))
