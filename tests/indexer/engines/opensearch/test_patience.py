"""Patience of what writes: how long it waits, and what it tells."""

from __future__ import annotations

import itertools

import pytest

from indexer.engines.opensearch import patience
from indexer.engines.opensearch.patience import BACK_OFF_S, Patience


@pytest.fixture
def paused(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Have time pass by pauses alone, and return these."""
    pauses: list[float] = []
    monkeypatch.setattr(patience.time, "sleep", pauses.append)
    monkeypatch.setattr(patience.time, "monotonic", lambda: sum(pauses))
    return pauses


def test_pauses_grow_and_end_with_the_patience(paused: list[float]) -> None:
    wait = Patience().begin()
    count = len([*itertools.takewhile(lambda _: wait.pause(), itertools.count())])
    assert count == len(paused)
    for pause, usual in itertools.zip_longest(paused[: len(BACK_OFF_S)], BACK_OFF_S):
        assert pause == pytest.approx(usual, rel=0.34)
    assert min(paused[len(BACK_OFF_S) :]) > 2
    assert patience.PATIENCE_S - 6 < sum(paused) <= patience.PATIENCE_S
    assert not wait.pause()


def test_waiting_is_told_once_and_its_end_once(paused: list[float]) -> None:
    told: list[str] = []
    shared = Patience(told.append)
    first, second = shared.begin(), shared.begin()
    for _ in range(8):
        assert first.pause()
        assert second.pause()
    assert told == ["waiting for the cluster: a node is away or overloaded; for up to 120 s"]
    shared.begin().end()  # it had not waited
    assert len(told) == 1
    first.end()
    second.end()
    assert told[1:] == [f"the cluster answers again, after {first.seconds:.0f} s"]


def test_a_short_wait_is_not_told(paused: list[float]) -> None:
    told: list[str] = []
    wait = Patience(told.append).begin()
    assert all(wait.pause() for _ in range(3))
    wait.end()
    assert told == []


def test_the_time_runs_from_the_first_pause_on(paused: list[float]) -> None:
    wait = Patience().begin()
    paused.append(10 * patience.PATIENCE_S)  # what is waited for took long, and then failed
    assert wait.pause()


def test_when_one_write_gives_up_no_other_waits(paused: list[float]) -> None:
    shared = Patience()
    first, second = shared.begin(), shared.begin()
    while first.pause():
        pass
    assert not second.pause()
    assert Patience().begin().pause()
