"""JSON that is not one article a line: an array of articles, objects one after the other, or an answer that holds some.

An array is read in steps, so that it may be larger than memory.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import IO, Final, cast

from indexer.ingest.encodings import encoding_of
from indexer.ingest.field_names import is_article
from indexer.ingest.readers.jsonl import DECODER, records_of
from indexer.ingest.records import ByteStream, DamagedError, Finds, PassedOver

MAX_VALUE_CHARS: Final = 64 * 1024 * 1024
_BLOCK_CHARS: Final = 64 * 1024
_BLANKS: Final = re.compile(r"[ \t\r\n,]*")


def read(stream: ByteStream, name: str) -> Finds:
    """Yield the records of a JSON document. Raises DamagedError where it breaks off or is no JSON."""
    encoding = encoding_of(stream.peek(_BLOCK_CHARS)) or "utf-8"
    text = io.TextIOWrapper(cast("IO[bytes]", stream), encoding, errors="replace", newline="")
    try:
        for number, value in enumerate(_values(text), 1):
            if isinstance(value, dict) and _is_of_figures(value):
                yield PassedOver(name)
            else:
                yield from records_of(value, f"{name}#{number}")
    finally:
        text.detach()


def _values(text: io.TextIOWrapper) -> Iterator[object]:
    """Yield the elements of an array, or the values that stand one after the other."""
    buffer = _Buffer(text)
    is_array = buffer.skip_blanks() == "["
    buffer.position += is_array
    while (following := buffer.skip_blanks()) and not (is_array and following == "]"):
        yield buffer.next_value()
    if is_array and not following:
        raise DamagedError("the array has no end")


class _Buffer:
    """The part of a text that was read, and the position in it."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self._chars, self.position = text, "", 0

    def skip_blanks(self) -> str:
        """Return the next character that is neither blank nor comma, empty at the end."""
        while True:
            self.position = _BLANKS.match(self._chars, self.position).end()  # type: ignore[union-attr]  # matches always
            if self.position < len(self._chars) or not self._read_more(_BLOCK_CHARS):
                return self._chars[self.position : self.position + 1]

    def next_value(self) -> object:
        """Return the value that begins here. What is read grows by doubling until the value is whole."""
        while True:
            try:
                value, end = DECODER.raw_decode(self._chars, self.position)
            except (ValueError, RecursionError) as error:
                size = len(self._chars) - self.position
                if (
                    isinstance(error, RecursionError)
                    or size > MAX_VALUE_CHARS
                    or not self._read_more(max(size, _BLOCK_CHARS))
                ):
                    raise DamagedError(f"not JSON: {getattr(error, 'msg', 'nested too deeply')}") from error
            else:
                self.position = end
                return value

    def _read_more(self, size: int) -> bool:
        more = self._text.read(size)
        self._chars, self.position = self._chars[self.position :] + more, 0
        return bool(more)


def _is_of_figures(value: dict[str, object]) -> bool:
    """Return whether an object holds settings or figures: no title, and nothing that could hold an article."""
    return not is_article(value) and not any(isinstance(each, str | list | dict) for each in value.values())
