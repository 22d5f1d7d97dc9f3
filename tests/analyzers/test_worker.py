"""Texts and their terms pass between two processes unchanged."""

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
def test_terms_are_decoded_as_they_were_encoded(requests: list[list[str]]) -> None:
    encoder, decoder = AnswerEncoder(), AnswerDecoder()
    for texts in requests:
        passed = decode_texts(encode_texts(texts))
        assert passed == texts
        assert list(decoder.decode(encoder.encode(map(ANALYZER.analyze, passed)))) == [
            ANALYZER.analyze(text) for text in texts
        ]


def test_a_vocabulary_that_starts_anew_within_a_request_does_so_for_the_decoder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("analyzers.encoding.MAX_CHUNKS", 3)
    monkeypatch.setattr("analyzers.encoding.MAX_CHUNKS_IN_PYTHON", 3)
    analyzer = Analyzer()
    encoder, decoder = AnswerEncoder(), AnswerDecoder()
    texts = [f"خبر{number} {number} كلمة" for number in range(30)]
    for _ in range(2):
        decoded = list(decoder.decode(encoder.encode(map(analyzer.analyze, texts))))
        assert decoded == [ANALYZER.analyze(text) for text in texts]
        assert len({id(text.exact.vocabulary) for text in decoded}) > 5


def test_a_term_is_sent_once() -> None:
    analyzer, encoder = Analyzer(), AnswerEncoder()
    assert b"\n".join(encoder.encode([analyzer.analyze("وزير بيروت")])).count("بيروت".encode()) == 1
    assert b"\n".join(encoder.encode([analyzer.analyze("بيروت وزير")])).count("بيروت".encode()) == 0


@given(st.lists(st.binary(max_size=20), min_size=1))
def test_a_message_is_received_as_it_was_sent(parts: list[bytes]) -> None:
    pipe = io.BytesIO()
    send(pipe, parts)
    pipe.seek(0)
    assert receive(pipe) == parts
    assert receive(pipe) == []


def test_a_message_that_breaks_off_is_an_error() -> None:
    pipe = io.BytesIO()
    send(pipe, [b"part", b"another"])
    for cut in range(1, len(pipe.getvalue())):
        with pytest.raises(EOFError):
            receive(io.BytesIO(pipe.getvalue()[:cut]))
