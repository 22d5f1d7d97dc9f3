"""A stored document comes back, with where its words start; bytes that are none raise ValueError and nothing else."""

from __future__ import annotations

import contextlib
from array import array
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.storage.segment import stored
from indexer.storage.segment.stored import StoredText, decode_document, encode_document, encode_gaps

TEXTS = st.text(st.sampled_from(" \n\t«»قمحa-\U0001f600"), max_size=40).map(
    lambda text: text + "ب" * (len(text) % 2 * 400)
)


@st.composite
def texts_with_starts(draw: Any) -> tuple[str, list[int]]:
    """Draw a text, and rising places in it."""
    text = draw(TEXTS)
    return text, sorted(draw(st.lists(st.integers(0, len(text) - 1), max_size=12))) if text else []


@given(texts_with_starts())
@example(("  ", [0, 0, 1]))
def test_the_starts_of_words_come_back(drawn: tuple[str, list[int]]) -> None:
    text, starts = drawn
    gaps = encode_gaps(text, array("I", starts))
    assert StoredText(text, gaps).word_starts() == starts


@pytest.mark.parametrize(
    ("text", "starts", "gaps"),
    [
        pytest.param("", [], [], id="no text"),
        pytest.param("قمح لبنان\n\nسوق", [0, 4, 11], [0, 0, 0], id="words after blanks"),
        pytest.param(" قمح", [1], [0], id="blanks before the first word"),
        pytest.param("\N{EARTH GLOBE EUROPE-AFRICA}قمح سوق", [1, 5], [2, 0], id="behind a character of four bytes"),
        pytest.param("«قمح» (لبنان)", [1, 7], [2, 6], id="words after signs"),
        pytest.param("قمح-لبنان سوق", [0, 4, 10], [0, 4, 0], id="words that a sign joins"),
        pytest.param("ﷺ", [0, 0], [0, 255, 0, 0, 0, 0], id="two words in one place"),
        pytest.param("-" * 254 + "ب", [254], [255, 255, 0, 0, 0], id="a word too far for one byte"),
        pytest.param("-" * 253 + "ب", [253], [254], id="a word just near enough"),
        pytest.param("-" * 70_000 + "ب", [70_000], [255, *(70_001).to_bytes(4, "little")], id="a word very far away"),
        pytest.param("أ\u00a0ب\tج", [0, 2, 4], [0, 2, 2], id="other blanks are signs"),
    ],
)
def test_gaps_are_small(text: str, starts: list[int], gaps: list[int]) -> None:
    assert list(encode_gaps(text, array("I", starts))) == gaps


@pytest.mark.parametrize(
    "starts", [pytest.param([2, 1], id="falling"), pytest.param([3], id="behind the end"), pytest.param([1 << 31], id="far behind it")]
)  # fmt: skip
def test_words_that_do_not_fit_their_text_are_refused(starts: list[int]) -> None:
    with pytest.raises(ValueError, match="must rise"):
        encode_gaps("abc", array("I", starts))


@pytest.mark.parametrize(
    "gaps",
    [
        pytest.param([0, 0], id="no blank is left"),
        pytest.param([4], id="behind the end"),
        pytest.param([255, 1, 0], id="a distance that is cut short"),
    ],
)
def test_gaps_that_lead_out_of_the_text_are_refused(gaps: list[int]) -> None:
    with pytest.raises(ValueError, match="after the end"):
        StoredText("abc", bytes(gaps)).word_starts()


# -- documents

JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(), lambda inner: st.lists(inner, max_size=2), max_leaves=3
)


@given(st.lists(JSON, max_size=3), st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=2))
def test_a_document_comes_back(record: list[Any], texts: list[str]) -> None:
    content = encode_document(record, [(text, [0] * bool(text)) for text in texts])
    document = decode_document(content, len(record), len(texts))
    assert document.record == record
    assert [text.text for text in document.texts] == texts
    assert [text.word_starts() for text in document.texts] == [[0] * bool(text) for text in texts]


def test_surrogates_stay_in_records_and_are_replaced_in_texts() -> None:
    document = decode_document(encode_document(["a\ud800"], [("b\ud800", [1])]), 1, 1)
    assert document.record == ["a\ud800"]
    assert document.texts[0].text == "b?"


def test_a_document_that_could_not_be_unpacked_is_not_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(encode_document(["title"], []))
    monkeypatch.setattr(stored, "MAX_DOCUMENT_BYTES", size)
    assert encode_document(["title"], [])
    with pytest.raises(ValueError, match=f"at most {size}"):
        encode_document(["titles"], [])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b'["t",1,0]a', id="no line"),
        pytest.param(b'"t10"\na', id="no array"),
        pytest.param(b'["t",1]\na', id="too few values"),
        pytest.param(b'["t",1,0,0]\na', id="too many values"),
        pytest.param(b'["t",2,0]\na', id="a text beyond the end"),
        pytest.param(b'["t",0,0]\na', id="bytes that belong to nothing"),
        pytest.param(b'["t",-1,2]\na', id="a negative size"),
        pytest.param(b'["t",true,0]\na', id="a size that is no number"),
        pytest.param(b'["t",1,0]\n\xff', id="not UTF-8"),
        pytest.param(b'["\xff",1,0]\na', id="a record that is not UTF-8"),
        pytest.param(b"[" * 100_000 + b"\n", id="arrays without end"),
        pytest.param(b'["t",1,0]]\na'[:8] + b"\na", id="an array cut short"),
    ],
)
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"^."):
        decode_document(content, 1, 1)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_document_or_refused(content: bytes) -> None:
    for each in (content, b"[1,3," + content, b"[1,3,2]\n" + content):
        with contextlib.suppress(ValueError):
            for text in decode_document(each, 1, 1).texts:
                text.word_starts()
