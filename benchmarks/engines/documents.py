"""Documents to measure with: ready-made terms of real articles, the same for every engine.

    python benchmarks/engines/documents.py DATA news 20100 FILE
    python benchmarks/engines/documents.py DATA mixed 300100 FILE

``news`` are articles of saudinewsnet in a shuffled order, as they are. ``mixed`` are those, ant and openarabicpe (cut to
pieces as long as an article); when they run out, documents are put together from runs of words of them.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from analyzers import Analyzer

SEED = 7
MOST_TERMS, FEWEST_TERMS = 700, 50  # the mean of saudinewsnet then is 290 terms
RUN_TERMS, RUNS = 30, 10
BATCH = 500


class Document(NamedTuple):
    """One article; ``body`` holds its terms with a space between them, and is what an engine stores.

    ``starts`` tells where in ``body`` each term starts.
    """

    id: str
    title: str
    date: str
    source: str
    body: str
    terms: list[str]
    starts: list[int]


def read_documents(path: Path, first: int = 0, last: int | None = None, step: int = 1) -> Iterator[Document]:
    """Yield every ``step``-th document of a file that this module wrote, from ``first`` up to ``last``.

    Equal terms are one object, as the analyzer gives them.
    """
    known: dict[str, str] = {}
    with path.open(encoding="utf-8") as lines:
        for line in itertools.islice(lines, first, last, step):
            article_id, title, date, source, body = json.loads(line)
            terms = [known.setdefault(term, term) for term in body.split(" ")]
            starts = list(itertools.accumulate((len(term) + 1 for term in terms[:-1]), initial=0))
            yield Document(article_id, title, date, source, body, terms, starts)


def batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Yield ``documents`` in lists, so that reading them can be kept off the clock."""
    rest = iter(documents)
    while batch := list(itertools.islice(rest, BATCH)):
        yield batch


def _articles(data: Path, corpus: str) -> Iterator[Document]:
    analyzer = Analyzer()
    with gzip.open(data / "corpora" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            terms = [term for term in analyzer.analyze(record["body"])[0] if term]
            for piece, start in enumerate(range(0, len(terms), MOST_TERMS)):
                kept = terms[start : start + MOST_TERMS]
                if len(kept) >= FEWEST_TERMS:
                    yield Document(
                        f"{record['id']}-{piece}",
                        record["title"] or "",
                        _day(record["date"]),
                        record["source"] or "",
                        " ".join(kept),
                        [],  # what can be had from the body would take a gigabyte
                        [],
                    )
                if corpus != "openarabicpe":
                    break  # news is cut, not continued: a page is an article


def _day(date: str | None) -> str:
    """Return a whole date: what an old periodical leaves open is its beginning."""
    known = (date or "")[:10]
    return known + "1900-01-01"[len(known) :]


def _shuffle_documents(data: Path, corpora: tuple[str, ...]) -> list[Document]:
    found = [each for corpus in corpora for each in _articles(data, corpus)]
    random.Random(SEED).shuffle(found)  # noqa: S311, the same every time
    return found


def _recombine(real: list[Document]) -> Iterator[Document]:
    """Yield documents without end: each of ten runs of words from ten real ones, title, date and source from the first."""
    chance = random.Random(SEED)  # noqa: S311, the same every time
    for number in itertools.count():
        parts = chance.choices(real, k=RUNS)
        terms = [term for part in parts for term in _run(part.body.split(" "), chance)]
        yield parts[0]._replace(id=f"mixed-{number}", body=" ".join(terms))


def _run(terms: list[str], chance: random.Random) -> list[str]:
    start = chance.randrange(max(1, len(terms) - RUN_TERMS))
    return terms[start : start + RUN_TERMS]


CORPORA = {"news": ("saudinewsnet",), "mixed": ("saudinewsnet", "ant", "openarabicpe")}


def write_documents(data: Path, kind: str, count: int, path: Path) -> int:
    """Write ``count`` documents; return how many of them are real articles."""
    real = _shuffle_documents(data, CORPORA[kind])
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8") as out:
        for each in itertools.islice(itertools.chain(real, _recombine(real)), count):
            out.write(json.dumps(each[:5], ensure_ascii=False) + "\n")
    unfinished.rename(path)
    return min(count, len(real))


if __name__ == "__main__":
    print(write_documents(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])))
