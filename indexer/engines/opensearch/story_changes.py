"""Stories of an index that changes: which articles join another story when some come, are replaced or go.

The story of an article depends on the near copies before it, and on theirs. So all that is linked to a changed article
by near copies is read, a step at a time, and only that: with the bands of a sketch, which near copies share, as terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from indexer.engines.opensearch.documents import Story, story_number
from indexer.engines.sketches import SKETCH_BYTES
from indexer.engines.stories import Articles, near_copies, pairs_in_bands, story_openers

MAX_LINKED: Final = 20_000
"""So many linked articles are read for one change; of more, which are made, not written, some keep their story."""
MAX_STEPS: Final = 32

_NO_SKETCH: Final = bytes(SKETCH_BYTES)


class StoryMember(NamedTuple):
    """What tells the story of an article: its key, its place in the order of all, its sketch, its day (0: none).

    ``story`` is the number of its story, as the index has it, -1 for one that is not in yet, and ``copied`` whether the
    index says that this may have other articles.
    """

    key: str
    seq: int
    sketch: bytes
    day: int
    story: int = -1
    copied: bool = False


Neighbours = Callable[[Sequence[StoryMember]], Iterable[StoryMember]]
"""Returns the articles of the index that share a band with one of some, perhaps themselves among them."""


def changed_stories(new: Sequence[StoryMember], old: Sequence[StoryMember], neighbours: Neighbours) -> dict[str, Story]:
    """Return the stories of ``new`` articles, and those of the index that are others when ``old`` ones go.

    Both by key. A replaced article is in both, with its old and its new sketch.
    """
    gone = {member.key for member in old}
    linked = {member.key: member for member in new}
    step: list[StoryMember] = [*new, *old]
    for _ in range(MAX_STEPS):
        step = [each for each in step if each.sketch != _NO_SKETCH]
        if not step or len(linked) >= MAX_LINKED:
            break
        found = {each.key: each for each in neighbours(step) if each.key not in gone and each.key not in linked}
        step = _near(step, list(found.values()))[: MAX_LINKED - len(linked)]
        linked |= {member.key: member for member in step}
    in_order = sorted(linked.values(), key=lambda member: member.seq)
    openers = story_keys(in_order)
    copied = {member.key for member in (*old, *linked.values()) if member.copied} | copied_keys(openers)
    return {
        key: Story(opener, key in copied)
        for key, opener in openers.items()
        if story_number(opener) != linked[key].story or (key in copied and not linked[key].copied)
    }


def copied_keys(openers: Mapping[str, str]) -> set[str]:
    """Return the keys of the articles whose story has others, by the openers of the stories of all."""
    copies = {key: opener for key, opener in openers.items() if key != opener}
    return {*copies.keys(), *copies.values()}


def story_keys(in_order: Sequence[StoryMember]) -> dict[str, str]:
    """Return, by key, the key of the article that opened the story of each of some articles, which are in their order."""
    openers = story_openers(_arrays(in_order), pairs_in_bands).tolist()
    return {member.key: in_order[opener].key for member, opener in zip(in_order, openers, strict=True)}


def _near(known: Sequence[StoryMember], found: Sequence[StoryMember]) -> list[StoryMember]:
    """Return those of ``found`` that are near copies of one of ``known``."""
    if not found:
        return []
    members = sorted(
        [(each.seq, at < len(known), each) for at, each in enumerate((*known, *found))], key=lambda it: it[:2]
    )
    flags = np.array([known_one for _, known_one, _ in members])
    arrays = _arrays([each for _, _, each in members])
    near = np.zeros(len(members), bool)
    for earlier, later in pairs_in_bands(arrays):
        between = flags[earlier] != flags[later]
        copies = near_copies(arrays, earlier[between], later[between])
        near[copies.earlier] = near[copies.later] = True
    return [
        each for (_, known_one, each), is_near in zip(members, near.tolist(), strict=True) if is_near and not known_one
    ]


def _arrays(members: Sequence[StoryMember]) -> Articles:
    sketches = np.frombuffer(b"".join(each.sketch for each in members), np.uint8).reshape(-1, SKETCH_BYTES)
    return Articles(sketches, np.array([each.day for each in members], np.int64))
