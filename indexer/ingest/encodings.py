"""Encodings of texts of unknown origin: found by mark, validity, declaration and the letters that come out.

The order is that of what can be trusted: a byte order mark, bytes that are valid UTF-8, the encoding that the text
declares, and last a guess. A false declaration therefore never breaks valid UTF-8. Texts that another program decoded
wrongly are decoded again.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ARABIC_GUESSES: Final = ("cp1256", "iso8859_6", "cp720")
"""The encodings of one byte a letter in which Arabic news was published; the likeliest first."""
_LATIN_GUESS: Final = "cp1252"
_MIN_RUN: Final = 1.6
"""Arabic words are runs of bytes above ASCII, 4 long in the mean; accented letters stand alone."""
_SAMPLE_BYTES: Final = 16 * 1024
_MIN_SCORE: Final = 0.3
"""Real texts of 30 letters and more score above .5, texts in the wrong encoding below .2."""
_MAX_BROKEN: Final = 0.02
"""The share of characters of a text in UTF-8 that may be broken, as where a text was cut at a byte."""

_COMMON: Final = frozenset("اليمونرتبعدسفهكقةحجأ")
_RARER: Final = frozenset("ىشطصخذإضزثءئغآظؤپچژگک")
_LATIN: Final = frozenset("éèàçêôîûùïëâœÉÀöüäßñóáíú")
_PUNCTUATION: Final = frozenset("«»،؛؟“”‘’–—…•·\N{NO-BREAK SPACE}©®°ـ")


def decode(raw: bytes, declared: str | None = None) -> str:
    """Return ``raw`` as text; bytes that are no letters in its encoding become replacement characters.

    Raises ValueError for bytes in no encoding that is known here.

    >>> decode("أسعار القمح".encode("cp1256")), decode("أسعار".encode("utf-8"), declared="cp1256")
    ('أسعار القمح', 'أسعار')
    """
    encoding = encoding_of(raw, declared)
    if encoding is None:
        raise ValueError("in no known encoding; save it as UTF-8")
    return raw.decode(encoding, "replace")


def encoding_of(raw: bytes, declared: str | None = None) -> str | None:
    """Return the name of the encoding of a text, from the text or its beginning; None where nothing fits."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding
    if wide := _wide_encoding(raw[:_SAMPLE_BYTES]):
        return wide
    if _share_broken(raw) == 0:
        return "utf-8"
    if declared and (known := _name_of(declared)) and not _fails(raw, known):
        return known
    if _share_broken(raw) <= _MAX_BROKEN:
        return "utf-8"
    sample = _arabic_sample(raw)
    runs = sample.split()
    if sum(map(len, runs)) < _MIN_RUN * len(runs):
        return _LATIN_GUESS if _score(sample, _LATIN_GUESS) >= _MIN_SCORE else None
    best = max(_ARABIC_GUESSES, key=lambda encoding: _score(sample, encoding))
    return best if _score(sample, best) >= _MIN_SCORE else None


def _name_of(declared: str) -> str | None:
    """Return the encoding that a declaration means, as browsers read it; None for wide ones, which bytes deny."""
    try:
        name = codecs.lookup(declared.strip().strip("\"'")[:40]).name
    except (LookupError, ValueError):
        return None
    if name in ("iso8859-1", "ascii"):
        return None  # what programs declare that know no encoding
    return (
        name
        if codecs.lookup(name)._is_text_encoding and not name.startswith(("utf", "idna", "punycode", "raw", "unicode"))
        else None
    )


def _fails(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except ValueError:
        return True
    return False


def _wide_encoding(sample: bytes) -> str | None:
    """Return UTF-16 without a mark: every second byte of Arabic and English text in it is 6 or 0."""
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        high, low = sample[first::2], sample[1 - first :: 2]
        if (
            len(high) > 1
            and low.count(0) < 0.1 * len(low)
            and b"\0" in high
            and high.count(0) + high.count(6) + high.count(0x20) > 0.9 * len(high)
        ):
            return encoding
    return None


def _share_broken(raw: bytes) -> float:
    """Return the share of the characters outside ASCII that are no UTF-8; the last one may be cut off."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
        broken = text.count("\N{REPLACEMENT CHARACTER}") - raw.count("\N{REPLACEMENT CHARACTER}".encode())
        return broken / max(1, len(text) - len(text.encode("ascii", "ignore")))
    return 0.0


def _arabic_sample(raw: bytes) -> bytes:
    """Return the first bytes above ASCII, with the blanks between words: markup is all ASCII."""
    return re.sub(rb"[\x00-\x7f]+", b" ", raw[: 64 * _SAMPLE_BYTES])[:_SAMPLE_BYTES]


def _score(sample: bytes, encoding: str) -> float:
    """Return how much a text looks like one of Arabic or Latin letters, 1 at most."""
    text = sample.decode(encoding, "replace").replace(" ", "")
    points = sum(map(_points, text))
    return (points + 2 * text.count("ال")) / (len(text) + 2 * text.count("ال")) if text else 0.0


def _points(char: str) -> float:
    if char in _COMMON:
        return 1.0
    if char in _RARER or char in _LATIN:
        return 0.5
    return 0.1 if char in _PUNCTUATION else -0.5


# -- texts that were decoded wrongly

_CP1252_MARKS: Final = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_LATIN_SIGN: Final = re.compile(f"[ØÙÚÛÃÂ][{_CP1252_MARKS}]|[À-ÿ]{{3}}")
_LATIN_LEAD: Final = b"\xc3"  # the first byte of À to ÿ in UTF-8, and no other byte of any character
_ARABIC_SIGNS: Final = tuple(
    re.compile(f"{letter}[\x80-\xbfپ€‚ƒ„…†‡ˆ‰ٹ‹Œچژڈگک‘’“”•–—™ڑ›œں،؛؟\u200c\u200d]") for letter in "طظ"
)
"""Pairs of characters that no text has often: two bytes of a letter in UTF-8, taken for two letters.

A pattern that begins with one letter skips to it: both together take a fifth of the time of one.
"""
_MIN_SIGNS: Final = 2
_MAX_ROUNDS: Final = 2
_CP1252: Final = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)}
_BYTE_OF_CP1252: Final = {ord(char): byte for byte, char in _CP1252.items()} | {
    byte: byte for byte in range(0x80, 0xA0)
}
_ARABIC: Final = re.compile("[ء-ي]")
_LETTERS: Final = re.compile(r"[^\W\d_]")


def repair(text: str) -> str:
    """Return ``text`` with the lines decoded again that a program decoded in the wrong encoding.

    Two mistakes are common: UTF-8 taken for one byte a letter, and Windows-1256 taken for Windows-1252. The sign of
    both is a line whose letters make sense only in the other reading.

    >>> repair("Ø§Ù„Ù‚Ù…Ø­"), repair("ÇáÞãÍ Ýí ÇáÓæÞ"), repair("Café à Paris")
    ('القمح', 'القمح في السوق', 'Café à Paris')
    """
    if text.isascii() or _count_signs(text) < _MIN_SIGNS:
        return text
    return "\n".join(map(_repair_line, text.split("\n")))


def _count_signs(text: str) -> int:
    """Return how many signs of either mistake are in a text: 20 µs for an Arabic one of 3,400 letters."""
    has_latin_letter = _LATIN_LEAD in text.encode("utf-8", "surrogatepass")
    latin = len(_LATIN_SIGN.findall(text)) if has_latin_letter else 0
    return latin + sum(len(sign.findall(text)) for sign in _ARABIC_SIGNS)


def _repair_line(line: str, rounds: int = _MAX_ROUNDS) -> str:
    """Return the first reading of a line that is better, or the reading of a reading where it was spoilt twice."""
    if not rounds or _count_signs(line) < _MIN_SIGNS:
        return line
    for text in _readings(line):
        repaired = text if _is_better(text, line) else _repair_line(text, rounds - 1)
        if _is_better(repaired, line):
            return repaired
    return line


def _readings(line: str) -> list[str]:
    """Return the line as UTF-8 and as Windows-1256, where its letters can be taken back to bytes."""
    readings = []
    narrow = _to_bytes(line, _BYTE_OF_CP1252)
    for raw in filter(None, (narrow, _encode_1256(line))):
        if 0 <= _share_broken(raw) <= _MAX_BROKEN:
            readings.append(raw.decode("utf-8", "replace"))
    if narrow:
        readings.append(narrow.decode("cp1256"))
    return readings


def _to_bytes(line: str, byte_of: dict[int, int]) -> bytes | None:
    try:
        return bytes([byte_of[ord(char)] for char in line])
    except KeyError:
        return None


def _encode_1256(line: str) -> bytes | None:
    try:
        return line.encode("cp1256")
    except UnicodeEncodeError:
        return None


def _is_better(text: str, line: str) -> bool:
    """Return whether most letters of ``text`` are Arabic, and it reads like Arabic where ``line`` does not."""
    letters = len(_LETTERS.findall(text))
    return (
        letters > 0
        and len(_ARABIC.findall(text)) > 0.6 * letters
        and _score(text.encode("cp1256", "ignore"), "cp1256")
        > max(_MIN_SCORE, _score(line.encode("cp1256", "ignore"), "cp1256"))
    )
