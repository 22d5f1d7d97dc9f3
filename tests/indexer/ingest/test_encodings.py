"""Encodings: found by mark, validity, declaration and letters, in this order; texts decoded wrongly are repaired."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest.encodings import decode, encoding_of, repair

TEXT = "قال وزير الزراعة إن أسعار القمح ارتفعت في الأسواق المحلية."
FRENCH = "Le ministère a annoncé une réforme des règles à l'été."


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "cp1256", "iso8859_6", "cp720"]
)
def test_arabic_is_read_in_every_encoding(encoding):
    assert decode(TEXT.encode(encoding)).lstrip("\ufeff") == TEXT


def test_french_is_not_taken_for_arabic():
    assert decode(FRENCH.encode("cp1252")) == FRENCH


@pytest.mark.parametrize(
    ("raw", "declared", "text"),
    [
        pytest.param(TEXT.encode(), "windows-1256", TEXT, id="valid UTF-8 before a declaration"),
        pytest.param(TEXT.encode("cp1256"), "utf-8", TEXT, id="no UTF-8 although declared"),
        pytest.param(TEXT.encode("cp1256"), "iso-8859-1", TEXT, id="what programs declare that know none"),
        pytest.param(FRENCH.encode("iso8859_15"), "iso-8859-15", FRENCH, id="a declaration that fits"),
        pytest.param("Москва".encode("koi8-r"), "koi8-r", "Москва", id="an encoding that is only declared"),
        pytest.param(TEXT.encode("cp1256"), "zlib_codec", TEXT, id="no encoding of texts"),
        pytest.param(TEXT.encode("cp1256"), "x" * 1000, TEXT, id="nonsense"),
        pytest.param(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "cp1256", TEXT, id="a mark before a declaration"),
    ],
)
def test_what_counts_first(raw, declared, text):
    assert decode(raw, declared) == text


def test_a_text_cut_inside_a_letter_is_still_utf_8():
    assert decode(TEXT.encode()[:-2]).startswith("قال وزير")
    assert encoding_of(TEXT.encode()[:21]) == "utf-8"


def test_a_few_broken_bytes_are_replaced():
    raw = (TEXT * 5).encode().replace("القمح".encode(), "القمح".encode() + b"\xff", 1)
    assert decode(raw) == (TEXT * 5).replace("القمح", "القمح\N{REPLACEMENT CHARACTER}", 1)


@pytest.mark.parametrize("raw", [bytes(range(128, 256)), b"\xb2\xb3\xb4\xb5", bytes(range(256)) * 9])
def test_bytes_in_no_encoding_are_told(raw):
    with pytest.raises(ValueError, match="in no known encoding"):
        decode(raw)


WRONG = (("utf-8", "cp1252"), ("utf-8", "latin-1"), ("utf-8", "cp1256"), ("cp1256", "cp1252"), ("cp1256", "latin-1"))


def spoil(text: str, encoding: str, taken_for: str) -> str:
    return "".join(bytes([byte]).decode(taken_for, "ignore") or chr(byte) for byte in text.encode(encoding))


@pytest.mark.parametrize(("encoding", "taken_for"), WRONG)
def test_texts_decoded_wrongly_are_repaired_line_by_line(encoding, taken_for):
    assert repair(spoil(TEXT, encoding, taken_for)) == TEXT
    assert repair(f"{TEXT}\n{spoil(TEXT, encoding, taken_for)}") == f"{TEXT}\n{TEXT}"


def test_a_text_spoilt_twice_is_repaired():
    assert repair(spoil(spoil(TEXT, "utf-8", "latin-1"), "utf-8", "latin-1")) == TEXT


@pytest.mark.parametrize(
    "text",
    [TEXT, FRENCH, "ÇA VA? À BIENTÔT, ÉMILE", "naïve façade", "ضغط طظ «ظل»", "Ø", "Ã‰té"[:1], "فقط، محافظ؛\ud800"],
)
def test_other_texts_are_left_alone(text):
    assert repair(text) == text


@given(st.text(st.characters(min_codepoint=0x621, max_codepoint=0x64A)))
def test_arabic_letters_are_never_repaired(text):
    assert repair(text) == text


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_the_told_error(raw):
    if encoding_of(raw):
        repair(decode(raw))
    else:
        with pytest.raises(ValueError, match="in no known encoding"):
            decode(raw)
