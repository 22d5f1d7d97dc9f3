"""Families of stems: the stems of an index that have a root, or most of their letters, in common with a word."""

from __future__ import annotations

import importlib.metadata
import sqlite3
from collections import defaultdict
from contextlib import closing
from functools import cache

from prototype import Space

from analyzers import Analyzer

FAMILY_SIZE = 5
MIN_DICE = 0.6
MIN_DICE_LETTERS = 4


@cache
def roots(analyzer: Analyzer) -> dict[str, frozenset[str]]:
    """Return the roots of each stem, by the nouns and verbs of arramooz."""
    folder = importlib.metadata.distribution("arramooz-pysqlite").locate_file("arramooz/data")
    found: defaultdict[str, set[str]] = defaultdict(set)
    with closing(sqlite3.connect(f"file:{folder}/arabicdictionary.sqlite?mode=ro", uri=True)) as words:
        both = "SELECT unvocalized, root FROM nouns UNION SELECT unvocalized, root FROM verbs"
        for written, root in words.execute(both):
            terms = analyzer.terms(written)
            if terms and root and len(root) >= 3:
                found[terms.stem].add(root)
    return {stem: frozenset(all_) for stem, all_ in found.items()}


def _pieces(stem: str) -> frozenset[str]:
    padded = f"  {stem.rstrip('~')}  "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


class Families:
    """The families of the stems of one index."""

    def __init__(self, space: Space, analyzer: Analyzer) -> None:
        self.space = space
        self._roots = roots(analyzer)
        self._by_root: defaultdict[str, list[str]] = defaultdict(list)
        self._by_piece: defaultdict[str, list[str]] = defaultdict(list)
        self._pieces: dict[str, frozenset[str]] = {}
        for stem in space.terms:
            for root in self._roots.get(stem, ()):
                self._by_root[root].append(stem)
            self._pieces[stem] = _pieces(stem)
            for piece in self._pieces[stem]:
                self._by_piece[piece].append(stem)

    def family(self, stem: str, kind: str, size: int = FAMILY_SIZE, dice: float = MIN_DICE) -> tuple[str, ...]:
        """Return the commonest stems of the family of ``stem``, without itself; ``kind``: root, letters or both."""
        found: set[str] = set()
        if kind in ("root", "both"):
            found.update(other for root in self._roots.get(stem, ()) for other in self._by_root[root])
        if kind in ("letters", "both") and len(stem) >= 3:
            found.update(self._alike(stem, dice))
        found -= {stem, ""}
        frequency = self.space.frequencies
        terms = self.space.terms
        return tuple(sorted(found, key=lambda other: (-frequency[terms[other]], other))[:size])

    def _alike(self, stem: str, dice: float) -> set[str]:
        pieces = _pieces(stem)
        shared: defaultdict[str, int] = defaultdict(int)
        for piece in pieces:
            for other in self._by_piece[piece]:
                shared[other] += 1
        return {other for other, n in shared.items() if 2 * n >= dice * (len(pieces) + len(self._pieces[other]))}
