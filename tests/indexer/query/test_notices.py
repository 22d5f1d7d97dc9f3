"""Notices: each code has an English sentence."""

from __future__ import annotations

from typing import get_args

import pytest

from indexer.query.notices import Notice, NoticeCode, sentence


@pytest.mark.parametrize("code", get_args(NoticeCode))
def test_every_code_has_a_sentence(code):
    said = sentence(Notice(code, "{value}", "{detail}"))
    assert said
    assert "\n" not in said


def test_value_and_detail_are_said_as_they_are():
    assert "{0.__class__} %s" in sentence(Notice("no_such_source", "{0.__class__} %s"))
    assert "512" in sentence(Notice("too_long", detail="512"))
