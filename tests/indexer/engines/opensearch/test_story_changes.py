"""Stories of an index that changes, against those of all articles worked out at once."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable, Sequence

import pytest

from indexer.engines.opensearch.documents import Story, band_keys, document_id, story_number
from indexer.engines.opensearch.story_changes import StoryMember, changed_stories, copied_keys, story_keys
from indexer.engines.opensearch.story_stream import StoryStream
from indexer.engines.sketches import SketchMaker

STEMS = [f"stem{number}" for number in range(30)]


class Archive:
    """Near copies of a few bodies, which come, are replaced and go."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.bodies = [[self.random.choice(STEMS) for _ in range(50)] for _ in range(4)]
        self.members: dict[str, StoryMember] = {}
        self.sketches = SketchMaker()
        self.seq = 0

    def new_member(self, key: str) -> StoryMember:
        body = list(self.random.choice(self.bodies))
        for _ in range(self.random.choice([0, 0, 1, 2, 4, 12])):
            body[self.random.randrange(len(body))] = self.random.choice(STEMS)
        body += self.random.choices(STEMS, k=self.random.choice([0, 0, 3, 40]))
        body = body[: self.random.choice([len(body), len(body), 5])]
        self.seq += 1
        return StoryMember(key, self.seq, self.sketches.sketch(body), self.random.choice([0, 1000, 1001, 1002, 1005]))

    def neighbours(self, step: Sequence[StoryMember]) -> Iterable[StoryMember]:
        bands = {band for member in step for band in band_keys(member.sketch)}
        return [member for member in self.members.values() if bands & set(band_keys(member.sketch))]

    def change(self, new: Sequence[StoryMember], gone: Sequence[str]) -> None:
        old = [self.members[key] for key in gone]
        stories = changed_stories(new, old, self.neighbours)
        assert {member.key for member in new} <= stories.keys()
        for key in gone:
            del self.members[key]
        for member in new:
            self.members[member.key] = member
        for key, story in stories.items():
            self.members[key] = self.members[key]._replace(story=story_number(story.opener), copied=story.copied)


@pytest.mark.parametrize("seed", range(30))
def test_stories_are_those_of_all_articles_worked_out_at_once(seed: int) -> None:
    archive = Archive(seed)
    for _ in range(12):
        keys = archive.random.sample([str(number) for number in range(60)], archive.random.randrange(1, 20))
        if archive.random.random() < 0.7:
            archive.change([archive.new_member(key) for key in keys], [key for key in keys if key in archive.members])
        else:
            archive.change([], [key for key in keys if key in archive.members])
        in_order = sorted(archive.members.values(), key=lambda member: member.seq)
        numbers = {key: story_number(opener) for key, opener in story_keys(in_order).items()}
        assert {member.key: member.story for member in in_order} == numbers
        assert copied_keys(story_keys(in_order)) <= {member.key for member in in_order if member.copied}
    assert any(member.story != story_number(member.key) for member in archive.members.values())
    assert any(not member.copied for member in archive.members.values())


@pytest.mark.parametrize("batch", [1, 7, 100])
@pytest.mark.parametrize("seed", range(5))
def test_articles_that_come_one_after_the_other_join_the_same_stories(seed: int, batch: int) -> None:
    archive, stream = Archive(seed), StoryStream()
    came: dict[str, StoryMember] = {}
    told: dict[str, Story] = {}
    for start in range(0, 150, batch):
        keys = [document_id(str(archive.random.randrange(120))) for _ in range(start, min(start + batch, 150))]
        for key in keys:
            member = archive.new_member(key)
            came.pop(key, None)
            came[key] = member
            stream.add(key, member.sketch, datetime.date.fromordinal(member.day) if member.day else None)
        stream.settle()
        told |= dict(zip(keys, stream.tell(len(keys)), strict=True))
    assert len(stream) == len(came) < 120
    openers = story_keys(list(came.values()))
    copied = copied_keys(openers)
    assert 0 < len(copied) < len(came)
    assert told | dict(stream.corrections()) == {key: Story(openers[key], key in copied) for key in came}


def test_of_articles_that_come_once_each_is_told_its_story_at_once() -> None:
    archive, stream = Archive(1), StoryStream()
    told: list[Story] = []
    for number in range(200):
        stream.add(document_id(str(number)), archive.new_member("").sketch, None)
        if number % 50 == 49:
            stream.settle()
            told += stream.tell(50)
    assert len(told) == 200
    moved = dict(stream.corrections())
    was = {document_id(str(number)): story for number, story in enumerate(told)}
    assert sum(story.opener != was[key].opener for key, story in moved.items()) < 5
    assert all(story.copied for story in moved.values())


def test_an_article_that_waits_is_told_of_copies_that_came_meanwhile() -> None:
    sketch, stream = SketchMaker().sketch(STEMS), StoryStream()
    keys = [document_id(str(number)) for number in range(9000)]
    for key in keys[:-1]:
        stream.add(key, sketch if key == keys[0] else bytes(32), None)
        if key == keys[5000]:
            stream.settle()
    stream.settle()
    stream.add(keys[-1], sketch, None)
    assert stream.tell(1) == [Story(keys[0], copied=False)]
    stream.settle()
    assert stream.tell(8999) == [Story(key, copied=False) for key in keys[1:-1]] + [Story(keys[0], copied=True)]
    assert stream.corrections() == [(keys[0], Story(keys[0], copied=True))]

    stream = StoryStream()
    for key in (keys[0], keys[1]):
        stream.add(key, sketch, None)
        stream.settle()
    assert stream.tell(2) == [Story(keys[0], copied=True)] * 2
    assert stream.corrections() == []


def test_an_article_is_told_to_have_copies_as_soon_as_the_first_one_comes() -> None:
    sketch = SketchMaker().sketch(STEMS)
    opener = StoryMember("a", 1, sketch, 0, story_number("a"))
    copy = StoryMember("b", 2, sketch, 0)
    both = Story("a", copied=True)
    assert changed_stories([copy], [], lambda step: [opener]) == {"a": both, "b": both}
    assert changed_stories([copy], [], lambda step: [opener._replace(copied=True)]) == {"b": both}


def test_an_article_that_had_copies_may_have_some_when_it_comes_again() -> None:
    replaced = StoryMember("a", 1, SketchMaker().sketch(STEMS), 0, story_number("a"), copied=True)
    again = StoryMember("a", 2, SketchMaker().sketch(STEMS[::-1]), 0)
    assert changed_stories([again], [replaced], lambda step: []) == {"a": Story("a", copied=True)}


def test_an_article_without_a_sketch_opens_its_own_story() -> None:
    member = StoryMember("a", 1, bytes(32), 0)
    assert changed_stories([member], [], lambda step: [member]) == {"a": Story("a", copied=False)}
    assert changed_stories([], [], lambda step: []) == {}
