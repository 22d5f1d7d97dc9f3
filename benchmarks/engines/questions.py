"""Questions to ask: real terms of the documents, chosen by how many hold them, the same for every engine.

python benchmarks/engines/questions.py DOCUMENTS COUNT FILE
"""

from __future__ import annotations

import json
import random
import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from documents import Document, read_documents

SEED = 11
WARM_UP, ASKED = 12, 48
DAYS_ROUND = 12
MOST_EXPANSIONS = 1000  # what Akhbar itself lets a prefix stand for
_WORD = re.compile("[\u0621-\u064a]{3,}")

KINDS = ("rare", "common", "and", "or", "phrase", "filter", "sort", "prefix", "fuzzy")
SNIPPET_KINDS = ("common", "and", "phrase")


@dataclass(frozen=True)
class Question:
    """What is asked for; dates are ISO, both ends included. ``terms`` of a prefix or fuzzy question is the word typed."""

    kind: str
    terms: tuple[str, ...]
    first: str = ""
    last: str = ""
    source: str = ""


class Chooser:
    """Chooses questions over some documents; the same ones whenever it is asked with the same documents."""

    def __init__(self, documents: list[Document]) -> None:
        self._documents = documents
        self._chance = random.Random(SEED)  # noqa: S311, the same every time
        counts = Counter(term for each in documents for term in set(each.terms))
        self._share = {term: count / len(documents) for term, count in counts.items() if _WORD.fullmatch(term)}
        self._by_share = sorted(self._share, key=lambda term: (self._share[term], term))
        self._shares = [self._share[term] for term in self._by_share]
        self._terms = sorted(counts)
        self._days = sorted({each.date for each in documents})

    def questions(self, kind: str) -> list[Question]:
        """Return different questions of one kind; the first twelve are for warming up."""
        documents = self._documents
        makers: dict[str, Callable[[], Question]] = {
            "rare": lambda: Question(kind, (self._one(5 / len(documents), max(10 / len(documents), 0.0025)),)),
            "common": lambda: Question(kind, (self._one(0.05, 0.25),)),
            "and": lambda: Question(kind, (self._one(0.01, 0.05), self._one(0.05, 0.25))),
            "or": lambda: Question(kind, (self._one(0.02, 0.15), self._one(0.02, 0.15), self._one(0.02, 0.15))),
            "phrase": self._phrase,
            "filter": self._filter,
            "sort": lambda: Question(kind, (self._one(0.05, 0.25),)),
            "prefix": self._prefix,
            "fuzzy": lambda: Question(kind, (self._one(0.002, 0.02, longer=4),)),
        }
        found: dict[Question, None] = {}
        while len(found) < WARM_UP + ASKED:
            found[makers[kind]()] = None
        return list(found)

    def _one(self, least: float, most: float, longer: int = 2) -> str:
        """Return a term that such a share of the documents holds, of more than ``longer`` letters."""
        first, end = bisect_left(self._shares, least), bisect_right(self._shares, most)
        while True:
            term = self._by_share[self._chance.randrange(first, end)]
            if len(term) > longer:
                return term

    def _phrase(self) -> Question:
        """Return two words that stand side by side in an article, both neither rare nor a particle."""
        while True:
            terms = self._chance.choice(self._documents).terms
            place = self._chance.randrange(len(terms) - 1)
            pair = (terms[place], terms[place + 1])
            if pair[0] != pair[1] and all(0.005 <= self._share.get(term, 0) <= 0.2 for term in pair):
                return Question("phrase", pair)

    def _prefix(self) -> Question:
        """Return the first three or four letters of a term, such as a thousand terms or fewer begin with."""
        while True:
            prefix = self._one(0.002, 0.02, longer=4)[: self._chance.choice((3, 4))]
            after_all = prefix[:-1] + chr(ord(prefix[-1]) + 1)
            if bisect_left(self._terms, after_all) - bisect_left(self._terms, prefix) <= MOST_EXPANSIONS:
                return Question("prefix", (prefix,))

    def _filter(self) -> Question:
        """Return a term within some days round those of an article, and its source."""
        article = self._chance.choice(self._documents)
        day = self._days.index(article.date)
        first = self._days[max(0, day - self._chance.randrange(DAYS_ROUND))]
        last = self._days[min(len(self._days) - 1, day + self._chance.randrange(DAYS_ROUND))]
        return Question("filter", (self._one(0.05, 0.25),), first, last, article.source)


def write_questions(documents: Path, count: int, path: Path) -> None:
    """Write the questions over the first ``count`` documents."""
    chooser = Chooser(list(read_documents(documents, 0, count)))
    chosen = {kind: [asdict(each) for each in chooser.questions(kind)] for kind in KINDS}
    path.write_text(json.dumps(chosen, ensure_ascii=False, indent=1), encoding="utf-8")


def read_questions(path: Path) -> dict[str, list[Question]]:
    """Return the questions of each kind."""
    chosen = json.loads(path.read_text(encoding="utf-8"))
    return {
        kind: [Question(**{**each, "terms": tuple(each["terms"])}) for each in asked] for kind, asked in chosen.items()
    }


if __name__ == "__main__":
    write_questions(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
