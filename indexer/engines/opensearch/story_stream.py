"""Stories of articles that come one after the other: each joins one as soon as it is there.

So an article is written once, with its story, while a rebuild goes on: who opened it depends on the articles before
only, and whether others are in it is mostly known some thousand articles later. In the end the stories of all are
looked over: an article may have come again with the same id, and the first copy of one after that was written.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Final

import numpy as np

from indexer.engines.opensearch.documents import Story
from indexer.engines.sketches import SKETCH_BYTES
from indexer.engines.stories import (
    MOST_OF_A_BAND,
    Articles,
    band_numbers,
    join_copies,
    pairs_in_bands,
    story_openers,
)
from indexer.storage.segment.arrays import Array

KEY_BYTES: Final = 32
_FIRST_ROOM: Final = 1 << 12


class StoryStream:
    """The stories of a growing number of articles: about 160 bytes each."""

    def __init__(self) -> None:
        self._keys = bytearray()
        self._sketches = np.zeros((_FIRST_ROOM, SKETCH_BYTES), np.uint8)
        self._days = np.zeros(_FIRST_ROOM, np.int64)
        self._openers: list[int] = []
        self._copied = np.zeros(_FIRST_ROOM, bool)
        self._told = bytearray()
        self._waiting = bytearray()
        self._waiting_days: list[int] = []
        self._bands: list[list[tuple[Array, Array]]] = []

    def add(self, key: str, sketch: bytes, date: datetime.date | None) -> None:
        """Take the next article, whose story :meth:`settle` finds."""
        self._keys += bytes.fromhex(key)
        self._waiting += sketch
        self._waiting_days.append(date.toordinal() if date else 0)

    def settle(self) -> None:
        """Find the stories of the articles added since the last call."""
        start, more = len(self._openers), len(self._waiting_days)
        self._make_room(start + more)
        self._sketches[start : start + more] = np.frombuffer(self._waiting, np.uint8).reshape(-1, SKETCH_BYTES)
        self._days[start : start + more] = self._waiting_days
        self._openers += range(start, start + more)
        self._waiting, self._waiting_days = bytearray(), []
        articles = Articles(self._sketches[: start + more], self._days[: start + more])
        join_copies(articles, self._pairs(articles, start), self._openers)
        openers = np.array(self._openers[start:], np.int64)
        is_copy = np.arange(start, start + more) != openers
        self._copied[start : start + more] = is_copy
        self._copied[openers[is_copy]] = True

    def tell(self, count: int) -> list[Story]:
        """Return the stories of the next ``count`` articles, in their order, as they are known now."""
        begin, end = len(self._told), len(self._told) + count
        copied = self._copied[begin:end]
        self._told += copied.tobytes()
        return list(self._stories(np.array(self._openers[begin:end], np.int64), copied))

    def _make_room(self, size: int) -> None:
        if size > len(self._days):
            room = 2 * size
            self._sketches = np.resize(self._sketches, (room, SKETCH_BYTES))
            self._days = np.resize(self._days, room)
            self._copied = np.resize(self._copied, room)

    def _pairs(self, articles: Articles, start: int) -> Iterator[tuple[Array, Array]]:
        """Yield the pairs that agree in all lanes of some band, of which the later article is a new one."""
        new = Articles(articles.sketches[start:], articles.days[start:])
        for earlier, later in pairs_in_bands(new):
            yield earlier + start, later + start
        numbers = np.flatnonzero(new.sketches[:, -1])
        for band, keys in enumerate(band_numbers(new.sketches[numbers])):
            if band == len(self._bands):
                self._bands.append([])
            runs = self._bands[band]
            for run in runs:
                earlier, later = _pairs_with(run, keys)
                yield earlier, numbers[later] + start
            _add_run(runs, keys, numbers + start)

    def __len__(self) -> int:
        """Return the number of articles with different keys."""
        return len(self._last())

    def corrections(self) -> list[tuple[str, Story]]:
        """Return the keys of the articles whose story is another than was told, each with its story.

        The opener is another one when articles came again with the same key, of which the last one counts, and hardly
        ever else; others are there where the first copy came after it was told.
        """
        last = self._last()
        openers = last[story_openers(Articles(self._sketches[last], self._days[last]), pairs_in_bands)]
        told = self._stories(np.array(self._openers, np.int64)[last], np.frombuffer(bytes(self._told), bool)[last])
        stories = self._stories(openers, _copied_flags(last, openers))
        both = zip(last.tolist(), stories, told, strict=True)
        return [(self._key(number), story) for number, story, was in both if story != was]

    def _last(self) -> Array:
        """Return the numbers of the articles, of those with the same key the last, rising."""
        keys = np.frombuffer(bytes(self._keys), f"S{KEY_BYTES}")
        _, from_end = np.unique(keys[::-1], return_index=True)
        last: Array = np.sort(len(keys) - 1 - from_end)
        return last

    def _stories(self, openers: Array, copied: Array) -> Iterator[Story]:
        for opener, each in zip(openers.tolist(), copied.tolist(), strict=True):
            yield Story(self._key(opener), each)

    def _key(self, number: int) -> str:
        return self._keys[KEY_BYTES * number : KEY_BYTES * (number + 1)].hex()


def _copied_flags(numbers: Array, openers: Array) -> Array:
    """Return for each of some articles, whose openers are given, whether another one of them is in its story."""
    copies = numbers != openers
    opened: Array = copies | np.isin(numbers, openers[copies])
    return opened


def _pairs_with(run: tuple[Array, Array], keys: Array) -> tuple[Array, Array]:
    """Return the articles of a run with the same key as some, the latest of many, and the places of these in ``keys``."""
    run_keys, run_numbers = run
    ends = np.searchsorted(run_keys, keys, "right")
    counts = np.minimum(ends - np.searchsorted(run_keys, keys, "left"), MOST_OF_A_BAND)
    steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return run_numbers[np.repeat(ends - counts, counts) + steps], np.repeat(np.arange(len(keys)), counts)


def _add_run(runs: list[tuple[Array, Array]], keys: Array, numbers: Array) -> None:
    """Add keys with their numbers as a sorted run; runs of about one size are merged, so that there are few."""
    order = np.argsort(keys, kind="stable")
    runs.append((keys[order], numbers[order]))
    while len(runs) > 1 and len(runs[-2][0]) <= 2 * len(runs[-1][0]):
        (keys, numbers), (more_keys, more_numbers) = runs[-2:]
        keys, numbers = np.concatenate([keys, more_keys]), np.concatenate([numbers, more_numbers])
        order = np.argsort(keys, kind="stable")
        runs[-2:] = [(keys[order], numbers[order])]
