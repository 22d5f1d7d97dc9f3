"""Extension modules in C are loaded where they were built and are wanted."""

from __future__ import annotations

import pytest

from analyzers import load_extension


@pytest.fixture(autouse=True)
def wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have extensions wanted, whatever the environment says."""
    monkeypatch.setattr("analyzers.extension.NATIVE_WANTED", True)


def test_an_attribute_of_an_extension_is_returned() -> None:
    assert load_extension("math", "sqrt")(4.0) == 2.0


def test_an_extension_that_was_not_built_is_none() -> None:
    assert load_extension("analyzers._not_built", "Stemmer") is None


def test_an_extension_that_is_not_wanted_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzers.extension.NATIVE_WANTED", False)
    assert load_extension("math", "sqrt") is None
