"""Stories of one generation: which articles of its segments are near copies, worked out once, when first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from indexer.engines.sketches import sketches_of
from indexer.engines.stories import Articles, pairs_in_bands, story_openers
from indexer.schema import SKETCH_COLUMNS
from indexer.storage.segment.arrays import Array
from indexer.storage.segment_reader import SegmentReader

ALONE = 0


class Copies(NamedTuple):
    """The documents of a segment that have copies, rising, and their stories."""

    documents: Array
    stories: Array


class Members(NamedTuple):
    """All documents with copies, story after story: their segments and numbers; story n begins at ``begins[n]``."""

    segments: Array
    documents: Array
    begins: Array


class Stories:
    """The stories of the articles of ``segments``, by number from 1; ALONE is the number of an article without copies."""

    def __init__(self, segments: Sequence[SegmentReader]) -> None:
        self._segments = segments

    @cached_property
    def numbers(self) -> tuple[Array, ...]:
        """The number of the story of each document, by segment; 0.15 s of one core for 30,000 articles."""
        live = [_live_documents(segment) for segment in self._segments]
        sketches = [
            sketches_of(_columns(each, SKETCH_COLUMNS, of)) for each, of in zip(self._segments, live, strict=True)
        ]
        days = [
            segment.file.numbers("date")[of].astype(np.int64) for segment, of in zip(self._segments, live, strict=True)
        ]
        if not live:
            return ()
        openers = story_openers(Articles(np.concatenate(sketches), np.concatenate(days)), pairs_in_bands)
        sizes = np.bincount(openers, minlength=len(openers))
        by_opener = np.where(sizes > 1, np.cumsum(sizes > 1), ALONE)
        ends = np.cumsum([len(of) for of in live])
        stories = np.split(by_opener[openers], ends[:-1])
        return tuple(_spread(*each) for each in zip(self._segments, live, stories, strict=True))

    @cached_property
    def copies(self) -> tuple[Copies, ...]:
        """The documents with copies, by segment."""
        return tuple(
            Copies(at := np.flatnonzero(numbers), numbers[at].astype(np.intp, copy=False)) for numbers in self.numbers
        )

    @cached_property
    def members(self) -> Members:
        """The documents with copies, by story, those of one in the order of the articles."""
        none = np.zeros(0, np.intp)
        stories = np.concatenate([none, *(each.stories for each in self.copies)])
        order = stories.argsort(kind="stable")
        segments = np.repeat(np.arange(len(self.copies)), [len(each.documents) for each in self.copies])
        documents = np.concatenate([none, *(each.documents for each in self.copies)])
        begins = np.append(0, np.bincount(stories, minlength=1).cumsum())
        return Members(segments[order], documents[order], begins)

    def members_of(self, story: int) -> list[tuple[SegmentReader, int, int]]:
        """Return the articles of a story that has several: segment, its place among all, and number in it."""
        segments, documents, begins = self.members
        own = slice(begins[story], begins[story + 1])
        places = zip(segments[own].tolist(), documents[own].tolist(), strict=True)
        return [(self._segments[at], at, number) for at, number in places]

    def masks(self, place: tuple[int, int] | None) -> tuple[Array, ...]:
        """Return a byte for each document of each segment, 1 for the copies of the one at ``place`` (none: no document)."""
        masks = tuple(np.zeros(segment.documents, np.uint8) for segment in self._segments)
        if place is not None:
            at, document = place
            story = self.numbers[at][document]
            if story != ALONE:
                masks = tuple((numbers == story).view(np.uint8) for numbers in self.numbers)
            masks[at][document] = 1
        return masks


class MatchingStories:
    """The stories of the documents that match, ``total`` in number; ``found`` has a byte for each of each segment."""

    def __init__(self, stories: Stories, total: int, found: Sequence[Array]) -> None:
        self._stories = stories
        self._found = found
        if total < sum(len(each.documents) for each in stories.copies):  # whichever are fewer
            pairs = zip(stories.numbers, found, strict=True)
            told = [numbers[np.flatnonzero(own.view(bool))] for numbers, own in pairs]
        else:
            told = [
                copies.stories[own[copies.documents].view(bool)]
                for copies, own in zip(stories.copies, found, strict=True)
            ]
        self._sizes = np.bincount(np.concatenate([*told, np.zeros(0, np.intp)]), minlength=1)
        self._sizes[ALONE] = 0
        self.count = total - int(self._sizes.sum()) + int(np.count_nonzero(self._sizes))

    def size(self, story: int) -> int:
        """Return how many articles of a story match."""
        return int(self._sizes[story]) if story != ALONE else 1

    def sources(self, story: int, *, but: str | None) -> tuple[str, ...]:
        """Return the other sources of the articles of a story that match, in the order of the articles."""
        found: dict[str, None] = {}
        for segment, at, number in self._stories.members_of(story):
            if self._found[at][number]:
                values, codes = segment.column("source")
                found[values[codes[number]].decode("utf-8", "replace")] = None
        return tuple(name for name in found if name and name != but)


def _live_documents(segment: SegmentReader) -> Array:
    return np.arange(segment.documents) if segment.deleted is None else np.flatnonzero(segment.deleted == 0)


def _columns(segment: SegmentReader, names: Iterable[str], documents: Array) -> list[Array]:
    return [segment.file.numbers(name)[documents] for name in names]


def _spread(segment: SegmentReader, documents: Array, stories: Array) -> Array:
    """Return the stories of some documents as an array of all of the segment; the others are alone."""
    numbers = np.full(segment.documents, ALONE, np.int32)
    numbers[documents] = stories
    numbers.flags.writeable = False
    return numbers
