"""What is written in C is found where it was built and wanted."""

from __future__ import annotations

import pytest

from analyzers.native import in_c


def test_a_name_is_found_in_its_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzers.native.WANTED", True)
    assert in_c("math", "sqrt")(4.0) == 2.0


def test_what_was_not_built_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzers.native.WANTED", True)
    assert in_c("analyzers._not_built", "Walker") is None


def test_what_is_not_wanted_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzers.native.WANTED", False)
    assert in_c("math", "sqrt") is None
