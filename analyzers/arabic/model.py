"""Model of affixes and stems, learned from texts by :mod:`analyzers.arabic.learning`, and its file format.

The file is text, one row a line: ``class ⇥ prefix ⇥ ending ⇥ count`` for affixes, ``stem ⇥ count`` for stems; counts
are of word forms, and fractional, because a form is divided among its readings. Lines that begin with # are comments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from analyzers import resources
from analyzers.arabic.affixes import WordClass, class_named
from analyzers.errors import AnalysisError

# Rarer stems are not written: of the stems tried in learning, five of six end below it.
SMALLEST_COUNT: Final = 0.5
EMPTY: Final = "-"
_MOST_FORMS = 1e12


class Model(NamedTuple):
    """Expected numbers of word forms, by prefix and ending in a class, and by stem."""

    affixes: dict[tuple[WordClass, str, str], float]
    stems: dict[str, float]


def shipped_model() -> Model:
    """Return the model that comes with the package."""
    return parse(resources.lines("ar/model.tsv"))


def parse(lines: Iterable[str]) -> Model:
    """Return the model in the rows of a file; raises AnalysisError for a malformed row."""
    model = Model({}, {})
    for line in lines:
        cells = line.split("\t")
        try:
            if len(cells) == 2:
                model.stems[cells[0]] = _parse_count(cells[1])
            else:
                word_class, prefix, ending, count = cells
                model.affixes[class_named(word_class), _affix(prefix), _affix(ending)] = _parse_count(count)
        except ValueError as error:
            raise AnalysisError(
                f"model: {line[:80]!r} is not a row of a model; learn it again: akhbar learn"
            ) from error
    if not model.affixes:
        raise AnalysisError("model: no affixes in it; learn it again from more articles: akhbar learn")
    return model


def dump(model: Model) -> Iterator[str]:
    """Yield the rows of a model's file: affixes, then stems, each in order."""
    for (word_class, prefix, ending), count in sorted(model.affixes.items()):
        yield f"{word_class}\t{prefix or EMPTY}\t{ending or EMPTY}\t{count:.1f}"
    for stem, count in sorted(model.stems.items()):
        if count >= SMALLEST_COUNT:
            yield f"{stem}\t{count:.1f}"


def parse_text(text: str) -> Model:
    """Return the model in the text of a file; raises AnalysisError for a malformed one."""
    return parse(line for line in text.splitlines() if line and not line.startswith(resources.COMMENT))


def _parse_count(cell: str) -> float:
    count = float(cell)
    if not 0 <= count <= _MOST_FORMS:
        raise ValueError(cell)
    return count


def _affix(cell: str) -> str:
    return "" if cell == EMPTY else cell
