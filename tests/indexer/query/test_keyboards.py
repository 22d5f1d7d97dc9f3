"""Text typed in the wrong layout: what the same keys type in the other one."""

from __future__ import annotations

from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import read_table
from indexer.query.keyboards import KEYBOARDS, other_layout


@pytest.mark.parametrize(
    ("typed", "keyboard", "meant"),
    [
        pytest.param("hgpv;m", "pc", "الحركة", id="Arabic"),
        pytest.param("hglwvd lpl]", "pc", "المصري محمد", id="two words"),
        pytest.param("HGFV;M", "pc", "ألأبركة", id="capitals"),
        pytest.param("sbl", "pc", "سلام", id="a key of two letters"),
        pytest.param("Hlv", "pc", "أمر", id="with Shift"),
        pytest.param("hgpv;m 2015!", "pc", "الحركة 2015!", id="digits and signs stay"),
        pytest.param("اثممخ", "pc", "hello", id="English"),
        pytest.param("لاقهؤس", "pc", "brics", id="English from two letters"),
        pytest.param("صثقي قخخف", "pc", "werd root", id="no capitals"),
        pytest.param("hgndhq", "mac", "الرياض", id="Mac"),
        pytest.param("hgpn;]", "mac", "الحركة", id="Mac, other keys"),
        pytest.param("قثسفخقث", "mac", "restore", id="English on a Mac"),
        pytest.param("", "pc", "", id="nothing"),
        pytest.param("12 🔥", "pc", "12 🔥", id="no letters"),
    ],
)
def test_other_layout(typed, keyboard, meant):
    assert other_layout(typed, keyboard) == meant


@pytest.mark.parametrize("keyboard", KEYBOARDS)
def test_every_key_is_read_both_ways(keyboard):
    table = read_table("keyboards.tsv", columns=3, root=resources.files("indexer") / "data")
    keys = {key: letters for name, key, letters in table if name == keyboard}
    for key, letters in keys.items():
        assert other_layout(f"aaa{key}", keyboard).removeprefix(keys["a"] * 3) == letters
        assert keys[other_layout(letters, keyboard)] == letters
    assert {key for key in keys if key.islower()} == set("abcdefghijklmnopqrstuvwxyz")


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ", min_size=1), st.sampled_from(KEYBOARDS))
def test_small_letters_come_back(text, keyboard):
    arabic = other_layout(text, keyboard)
    if keyboard == "mac" or not {"gh", "lh"} & {text[at : at + 2] for at in range(len(text))}:
        assert other_layout(arabic, keyboard) == text
