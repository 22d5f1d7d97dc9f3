"""View model of the word page: how each word of a text is read, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from indexer import Index, WordReading, read_words
from search_app.layout import Frame
from search_app.messages import Messages, isolate

MAX_FORMS = 16
"""How many words of the index that meet a word are listed."""

_PIECES = ("prefix", "core", "ending")


class PieceView(NamedTuple):
    """A piece of a word with its name; ``kind`` is ``prefix``, ``core`` or ``ending``."""

    kind: str
    letters: str
    name: str


class StageView(NamedTuple):
    """A stage of the reading: its name, what comes out of it, and why."""

    name: str
    output: str
    reason: Markup


class WordView(NamedTuple):
    """The reading of one word."""

    word: str
    pieces: tuple[PieceView, ...]
    stages: tuple[StageView, ...]
    synonyms: tuple[tuple[Markup, str], ...]


@dataclass(frozen=True, slots=True)
class WordsView:
    """Everything that the word page shows; ``forms`` (word, number of articles, address) are those of a single word."""

    text: str
    words: tuple[WordView, ...]
    stem: str
    forms: tuple[tuple[str, str, str], ...]
    others: tuple[tuple[str, str], ...]


def words_view(text: str, index: Index, frame: Frame) -> WordsView:
    """Return the view of the word page for ``text``, which may be empty."""
    t = frame.messages
    readings = read_words(text, index.analyzer)
    single = readings[0] if len(readings) == 1 else None
    return WordsView(
        text=text,
        words=tuple(_word_view(reading, frame) for reading in readings),
        stem=single.terms.stem if single and single.terms else "",
        forms=tuple(
            (form, t.number(articles), _search_address(f'"{form}"', frame))
            for form, articles in (index.forms(single.token.text, MAX_FORMS) if single else ())
        ),
        others=tuple((word, frame.parameters.with_position("text", word).address(frame.path)) for word in _examples(t)),
    )


def _examples(t: Messages) -> list[str]:
    return list(t.catalogue["analyze.examples"])


def _word_view(reading: WordReading, frame: Frame) -> WordView:
    t = frame.messages
    pieces = [
        PieceView(kind, letters, t.text(f"piece.{kind}"))
        for kind, letters in zip(_PIECES, reading.pieces, strict=True)
        if letters
    ]
    return WordView(
        word=reading.token.text,
        pieces=tuple(pieces) if len(pieces) > 1 else (),
        stages=tuple(
            StageView(
                t.text(f"stage.{stage.name}"), stage.output, t.html(f"reason.{stage.reason}", detail=stage.detail)
            )
            for stage in reading.stages
        ),
        synonyms=tuple((isolate(word), _search_address(word, frame)) for word in reading.synonyms),
    )


def _search_address(query: str, frame: Frame) -> str:
    return frame.parameters.only("lang").replace("q", query).address(frame.home_path)
