"""What is written in C is found where it was built and wanted."""

from __future__ import annotations

import pytest

from analyzers.native import load_extension


def test_a_name_is_found_in_its_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzers.native.WANTED", True)
    assert load_extension("math", "sqrt")(4.0) == 2.0


def test_what_was_not_built_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzers.native.WANTED", True)
    assert load_extension("analyzers._not_built", "Walker") is None


def test_what_is_not_wanted_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzers.native.WANTED", False)
    assert load_extension("math", "sqrt") is None
