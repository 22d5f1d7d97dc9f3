"""Texts and their terms come through the pipes as they are."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import Analyzer, analyzer_for
from analyzers.worker import AnswerDecoder, AnswerEncoder, decode_texts, encode_texts, receive, send

ANALYZER = analyzer_for("ar")
TEXTS = st.lists(st.text(st.characters() | st.sampled_from("اوفي بيروت ٢\n\ud800"), max_size=40), max_size=6)


@given(st.lists(TEXTS, max_size=3))
def test_terms_come_through_as_they_are(requests: list[list[str]]) -> None:
    sender, receiver = AnswerEncoder(ANALYZER), AnswerDecoder()
    for texts in requests:
        passed = decode_texts(encode_texts(texts))
        assert passed == texts
        assert list(receiver.terms(sender.answer(passed))) == [ANALYZER.analyze(text) for text in texts]


def test_a_vocabulary_that_begins_anew_within_a_request_does_so_for_the_receiver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("analyzers.encoding.MAX_CHUNKS", 3)
    monkeypatch.setattr("analyzers.encoding.MAX_CHUNKS_IN_PYTHON", 3)
    forgetful = Analyzer()
    sender, receiver = AnswerEncoder(forgetful), AnswerDecoder()
    texts = [f"خبر{number} {number} كلمة" for number in range(30)]
    for _ in range(2):
        found = list(receiver.terms(sender.answer(texts)))
        assert found == [ANALYZER.analyze(text) for text in texts]
        assert len({id(each.exact.vocabulary) for each in found}) > 5


def test_a_term_is_sent_once() -> None:
    sender = AnswerEncoder(Analyzer())
    assert b"\n".join(sender.answer(["وزير بيروت"])).count("بيروت".encode()) == 1
    assert b"\n".join(sender.answer(["بيروت وزير"])).count("بيروت".encode()) == 0


@given(st.lists(st.binary(max_size=20), min_size=1))
def test_parts_come_through(parts: list[bytes]) -> None:
    pipe = io.BytesIO()
    send(pipe, parts)
    pipe.seek(0)
    assert receive(pipe) == parts
    assert receive(pipe) == []


def test_an_end_in_the_middle_is_told() -> None:
    pipe = io.BytesIO()
    send(pipe, [b"part", b"another"])
    for cut in range(1, len(pipe.getvalue())):
        with pytest.raises(EOFError):
            receive(io.BytesIO(pipe.getvalue()[:cut]))
