"""How far a rebuild looks ahead before it writes an article."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.engines.opensearch import rebuilding
from indexer.engines.opensearch.documents import document_id
from indexer.engines.opensearch.spool import SpooledArticle
from indexer.engines.opensearch.story_stream import StoryStream
from indexer.engines.sketches import SketchMaker

SKETCH = SketchMaker().sketch([f"stem{number}" for number in range(30)])
SOURCE = b'{"a":1234}'


def waits(monkeypatch: pytest.MonkeyPatch, copies: dict[int, int], look_ahead_bytes: int) -> list[tuple[int, bool]]:
    """Return, of each of 300 articles in order, how many had come after it when it was written, and its flag.

    ``copies`` has the articles that are copies of another, and which one.
    """
    monkeypatch.setattr(rebuilding, "_BATCH", 10)
    monkeypatch.setattr(rebuilding, "_LOOK_AHEAD", 80)
    monkeypatch.setattr(rebuilding, "_LOOK_AHEAD_BYTES", look_ahead_bytes)
    stories, came = StoryStream(), 0
    shared = {*copies, *copies.values()}

    def articles() -> Iterator[SpooledArticle]:
        nonlocal came
        for came in range(1, 301):
            key = document_id(str(came - 1))
            stories.add(key, SKETCH if came - 1 in shared else bytes(32), None)
            yield SpooledArticle(key, came - 1, str(came - 1), SOURCE)

    found = []
    for number, (article, story) in enumerate(rebuilding._with_stories(articles(), stories)):
        assert article.seq == number
        found.append((came - 1 - number, story.copied))
    return found


def test_an_article_waits_for_as_many_as_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    found = waits(monkeypatch, {}, 1 << 20)
    assert len(found) == 300
    assert found[0][0] < 10
    assert all(number <= after < number + 20 for number, (after, _) in enumerate(found[:80]))
    assert all(80 <= after < 90 for after, _ in found[80:210])
    assert not any(copied for _, copied in found)


def test_long_articles_wait_for_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(after < 40 for after, _ in waits(monkeypatch, {}, 30 * len(SOURCE)))
    monkeypatch.setattr(rebuilding, "_BATCH_BYTES", 2 * len(SOURCE))
    found = waits(monkeypatch, {}, 1 << 20)
    assert all(80 <= after < 82 for after, _ in found[80:218])
    assert len(found) == 300


def test_an_article_is_told_of_copies_that_come_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    found = waits(monkeypatch, {175: 100}, 1 << 20)
    assert [number for number, (_, copied) in enumerate(found) if copied] == [100, 175]
    found = waits(monkeypatch, {199: 100}, 1 << 20)
    assert [number for number, (_, copied) in enumerate(found) if copied] == [199]
