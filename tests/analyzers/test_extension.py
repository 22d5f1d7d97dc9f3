"""Extension modules in C are loaded where they were built and are wanted, and the missing ones can be named."""

from __future__ import annotations

import pytest

from analyzers import load_extension, missing_extensions


@pytest.fixture(autouse=True)
def no_extensions_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have extensions wanted, whatever the environment says, and none asked for yet."""
    monkeypatch.setattr("analyzers.extension.NATIVE_WANTED", True)
    monkeypatch.setattr("analyzers.extension._is_loaded", {})


def test_an_attribute_of_an_extension_is_found() -> None:
    assert load_extension("math", "sqrt")(4.0) == 2.0
    assert missing_extensions() == ()


def test_an_extension_that_was_not_built_is_none_and_is_named() -> None:
    assert load_extension("analyzers._not_built", "Stemmer") is None
    assert load_extension("analyzers._not_built", "TermEncoder") is None
    assert missing_extensions() == ("analyzers._not_built",)


def test_an_extension_that_is_not_wanted_is_none_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzers.extension.NATIVE_WANTED", False)
    assert load_extension("math", "sqrt") is None
    assert missing_extensions() == ("math",)
