"""Stories: articles that are near copies of each other, told by their sketches.

Articles are taken in their order. Each joins the story of the earlier near copy that it is most like, if that one
opened its story, or is a close copy in a story opened within MAX_DAYS by an article that shares OPENER_SHARE with it; else
it opens a story of its own. So no chain of small changes leads from one story to another: agencies write many reports of
one kind (telegrams, weather, verdicts) in nearly the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from indexer.engines.sketches import LEAD_LANES, SIZE_STEPS, WHOLE_LANES
from indexer.storage.segment.arrays import Array

# Chosen on the 30,017 articles of a Saudi archive, whose measures docs/quality.md has (benchmarks/retrieval/copies.py):
# fewer lanes group receptions of two ministers, more leave one copy in twenty with the same beginning apart.
MAX_DAYS: Final = 2
"""How far apart near copies may be dated; an undated article may be a copy of any."""
NEAR_LANES: Final = 17
"""So many equal lanes of the whole body tell a near copy: of all pairs of stems that either has, 70 % are in both."""
CLOSE_LANES: Final = 20
"""So many tell a close copy."""
SAME_LANES: Final = 22
"""With so many, articles are copies whenever they were printed."""
CONTAINMENT: Final = 0.6
"""With one lead, articles are close copies when the longer has about so much of the shorter, however much is added …"""
MAX_DAYS_OF_ONE_LEAD: Final = 1
"""… and they are dated as near to each other (the weather of two days begins alike) …"""
OPENER_SHARE: Final = 0.5
"""So much of the shorter body is in the longer one, of the article that opened a story and each that joins it."""
LEAST_LANES: Final = 3
"""… but not by fewer equal lanes, which may be chance."""

_WHOLE: Final = slice(WHOLE_LANES)
_LEAD: Final = slice(WHOLE_LANES, WHOLE_LANES + LEAD_LANES)
# Near copies differ in at most 7 of 24 lanes of the whole body, or in none of the lead: some band is the same in both.
BAND_LANES: Final = 3
BANDS: Final = range(0, WHOLE_LANES + 1, BAND_LANES)
"""The first lane of each band."""
_BAND_FACTORS: Final = np.array([1 << 16, 1 << 8, 1], np.uint32)
MOST_OF_A_BAND: Final = 64
_PAIRS_AT_ONCE: Final = 1 << 19
_NUMBER_BITS: Final = np.uint64(32)
_NUMBER_MASK: Final = np.uint64((1 << 32) - 1)
_KEY_FACTORS: Final = np.array([pow(0x9E3779B97F4A7C15, n, 1 << 64) for n in range(1, 5)], np.uint64)


class Articles(NamedTuple):
    """What tells near copies: the sketches of articles, a row of bytes each (zeros: none), and their days (0: none)."""

    sketches: Array
    days: Array


class Copies(NamedTuple):
    """Pairs of near copies: the numbers of the earlier and the later article, how like they are, whether close."""

    earlier: Array
    later: Array
    likeness: Array
    close: Array


Pairing: TypeAlias = Callable[[Articles], Iterator[tuple[Array, Array]]]
"""Yields pairs of articles to compare, as the numbers of the earlier and of the later ones; some may come twice."""


def story_openers(articles: Articles, pairing: Pairing) -> Array:
    """Return, for each article, the number of the one that opened its story: its own number where it did."""
    opener_of = list(range(len(articles.days)))
    join_copies(articles, pairing(articles), opener_of)
    return np.array(opener_of, np.int64)


def join_copies(articles: Articles, pairs: Iterable[tuple[Array, Array]], opener_of: list[int]) -> None:
    """Put the later articles of some pairs into the stories of the earlier ones that they are copies of.

    ``opener_of`` has the opener of each article: the final one of all that are no later ones of these pairs.
    """
    found = [near_copies(articles, *each) for each in pairs]
    copies = Copies(*map(np.concatenate, zip(*found, strict=True)))
    _, once = np.unique(copies.later * len(opener_of) + copies.earlier, return_index=True)
    order = once[np.lexsort((-copies.likeness[once], copies.later[once]))]  # stable: of equally like ones the earliest
    for earlier, later, close in zip(*(copies[part][order].tolist() for part in (0, 1, 3)), strict=True):
        opener = opener_of[earlier]
        if opener_of[later] == later and (opener == earlier or (close and _may_join(articles, opener, later))):
            opener_of[later] = opener


def _may_join(articles: Articles, opener: int, later: int) -> bool:
    """Return whether a close copy of an article in a story is near enough to the one that opened it."""
    day, other_day = articles.days[opener], articles.days[later]
    one, other = articles.sketches[opener], articles.sketches[later]
    whole = int(np.count_nonzero(one[_WHOLE] == other[_WHOLE]))
    if whole < SAME_LANES and day and other_day and abs(day - other_day) > MAX_DAYS:
        return False
    return bool(_contained_share(whole, abs(int(one[-1]) - int(other[-1]))) >= OPENER_SHARE)


def near_copies(articles: Articles, earlier: Array, later: Array) -> Copies:
    """Return which of some pairs of articles are near copies."""
    one, other = articles.sketches[earlier], articles.sketches[later]
    equal = one == other
    whole, lead = (equal[:, part].sum(axis=1, dtype=np.uint8) for part in (_WHOLE, _LEAD))
    share = _contained_share(whole, np.abs(one[:, -1].astype(np.int16) - other[:, -1]))
    days, other_days = articles.days[earlier], articles.days[later]
    apart = np.where((days == 0) | (other_days == 0), 0, np.abs(days - other_days))
    contained = (lead == LEAD_LANES) & (share >= CONTAINMENT) & (whole >= LEAST_LANES)
    near = (whole >= NEAR_LANES) & (apart <= MAX_DAYS) | contained & (apart <= MAX_DAYS_OF_ONE_LEAD)
    near |= whole >= SAME_LANES
    near &= (one[:, -1] > 0) & (other[:, -1] > 0)
    close = (whole >= CLOSE_LANES) | contained
    likeness = np.minimum(share, 1) * WHOLE_LANES + lead
    return Copies(earlier[near], later[near], likeness[near], close[near])


def _contained_share(whole: Array | int, steps: Array | int) -> Array:
    """Return the estimated share of the shorter body that is in the longer, by equal lanes and steps between their sizes.

    Of J, the Jaccard similarity, and r, the smaller size by the larger, it is J (1 + 1/r) / (1 + J).
    """
    similarity = whole / WHOLE_LANES
    share: Array = np.divide(similarity * (1 + 2 ** (steps / SIZE_STEPS)), 1 + similarity)
    return share


def every_pair(articles: Articles) -> Iterator[tuple[Array, Array]]:
    """Yield all pairs of articles."""
    later, earlier = np.tril_indices(len(articles.days), -1)
    yield earlier, later


def pairs_in_bands(articles: Articles) -> Iterator[tuple[Array, Array]]:
    """Yield the pairs that agree in all lanes of some band: all near copies are among them.

    Of articles with the same sketch and day only the first is compared with others: the rest join its story. Of more
    than MOST_OF_A_BAND articles that agree, each is compared with so many before it, a bound for hostile texts.
    """
    numbers, firsts = _first_of_equals(articles)
    yield firsts[numbers != firsts], numbers[numbers != firsts]
    numbers = numbers[numbers == firsts]
    for keys in band_numbers(articles.sketches[numbers]):
        # Sorted as one number each: in a tenth of the time that sorting the places of the keys takes.
        both = np.sort(keys.astype(np.uint64) << _NUMBER_BITS | numbers.astype(np.uint64))
        yield from _neighbours(both >> _NUMBER_BITS, (both & _NUMBER_MASK).astype(np.int64))


def band_numbers(sketches: Array) -> Iterator[Array]:
    """Yield, for each band of a sketch, a number of it for each of some sketches."""
    for lane in BANDS:
        yield sketches[:, lane : lane + BAND_LANES] @ _BAND_FACTORS


def _first_of_equals(articles: Articles) -> tuple[Array, Array]:
    """Return the numbers of the articles with a sketch, and for each the first one with the same sketch and day."""
    numbers = np.flatnonzero(articles.sketches[:, -1])
    words = np.ascontiguousarray(articles.sketches[numbers]).view(np.uint64)
    keys = (words * _KEY_FACTORS).sum(axis=1, dtype=np.uint64) + articles.days[numbers].astype(np.uint64)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return numbers, numbers[first[inverse]]


def _neighbours(keys: Array, numbers: Array) -> Iterator[tuple[Array, Array]]:
    """Yield the pairs of articles with the same key; ``keys`` rise, and so do the numbers of those with the same."""
    at, waiting = np.arange(len(keys)), 0
    earlier, later = [numbers[:0]], [numbers[:0]]
    for distance in range(1, MOST_OF_A_BAND + 1):
        at = at[: np.searchsorted(at, len(keys) - distance)]
        at = at[keys[at] == keys[at + distance]]
        if not len(at):
            break
        earlier.append(numbers[at])
        later.append(numbers[at + distance])
        waiting += len(at)
        if waiting >= _PAIRS_AT_ONCE:
            yield np.concatenate(earlier), np.concatenate(later)
            earlier, later, waiting = [numbers[:0]], [numbers[:0]], 0
    yield np.concatenate(earlier), np.concatenate(later)
