"""Articles made of real ones, as many as asked for: what one machine holds is measured with more than there are.

    python benchmarks/scale/articles.py 1000000 FILE CORPUS…

Each article takes runs of sentences from several real ones, so that no two are copies by accident; one in eight is a
near copy of one of the days before, as agencies' news is printed. Words are invented as fast as Heaps' law, fitted to
the articles given, says that new ones come. Days rise over TEN_YEARS. The same arguments make the same articles.
"""

from __future__ import annotations

import datetime
import json
import math
import random
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import project  # noqa: F401

from indexer import Article
from indexer.ingest.readers import find_files, read_articles

SEED: Final = 7
MIXED: Final = (2, 5)
"""An article takes its sentences from so many real ones."""
COPIED: Final = 0.125
"""The share of near copies: of 30,017 real articles 4,870 were copies of others in the same index."""
RECENT: Final = 2000
TEN_YEARS: Final = 3653
FIRST_DAY: Final = datetime.date(2015, 1, 1)
MAX_CHARS: Final = 6000
"""Of an article of a periodical, which may fill a book, so much is taken."""

_SENTENCES: Final = re.compile(r"(?<=[.!؟?\n])\s+")
_WORDS: Final = re.compile(r"[^\W\d_]{3,}")


class Growth(NamedTuple):
    """Heaps' law: so many distinct words in so many articles, and the exponent with which they grow."""

    articles: int
    words: int
    exponent: float

    def new_words(self, number: int) -> float:
        """Return how many words to invent for article ``number``: none while the real articles bring new ones."""
        if number < self.articles:
            return 0.0
        return self.exponent * self.words / self.articles * (number / self.articles) ** (self.exponent - 1)


def growth_of(articles: Sequence[Article]) -> Growth:
    """Return how the words of some articles grow, from a half of them to all."""
    articles = random.Random(SEED).sample(articles, len(articles))  # noqa: S311
    seen: set[str] = set()
    sizes = []
    for part in (articles[: len(articles) // 2], articles[len(articles) // 2 :]):
        for article in part:
            seen.update(_WORDS.findall(article.body[:MAX_CHARS]))
        sizes.append(len(seen))
    return Growth(len(articles), sizes[1], math.log2(sizes[1] / sizes[0]))


class Inventor:
    """Invents words: beginnings and ends of real ones, used again as often as real names are (Simon's process)."""

    def __init__(self, articles: Sequence[Article], chance: random.Random) -> None:
        self._random = chance
        self._parts = sorted({word for article in articles[:5000] for word in _WORDS.findall(article.body)})
        self._used: list[str] = []

    def words(self, new: int, again: int) -> Iterator[str]:
        """Yield ``new`` invented words, and ``again`` words that were invented before."""
        for _ in range(new):
            head, tail = self._random.choice(self._parts), self._random.choice(self._parts)
            self._used.append(head[: len(head) // 2 + 1] + tail[len(tail) // 2 :])
            yield self._used[-1]
        for _ in range(again if self._used else 0):
            self._used.append(self._random.choice(self._used))
            yield self._used[-1]


class Mixer:
    """Makes articles out of real ones."""

    def __init__(self, articles: Sequence[Article], wanted: int) -> None:
        self._random = random.Random(SEED)  # noqa: S311
        self._articles = articles
        self._wanted = wanted
        self._growth = growth_of(articles)
        self._inventor = Inventor(articles, self._random)
        self._recent: list[dict[str, Any]] = []

    def articles(self) -> Iterator[dict[str, Any]]:
        """Yield the articles, by rising days."""
        for number in range(self._wanted):
            is_copy = self._recent and self._random.random() < COPIED
            record = self._copy() if is_copy else self._mixed(number)
            record["id"] = f"m{number:08}"
            record["date"] = str(FIRST_DAY + datetime.timedelta(days=number * TEN_YEARS // self._wanted))
            self._recent.append(record)
            del self._recent[:-RECENT]
            yield record

    def _copy(self) -> dict[str, Any]:
        """Return a recent article as another source prints it: some sentences fewer, others exchanged."""
        model = self._random.choice(self._recent[-200:])
        sentences = _SENTENCES.split(model["body"])
        kept = sentences[: max(2, len(sentences) - self._random.randrange(3))]
        other = self._random.choice(self._articles)
        return {**model, "body": " ".join(kept), "source": other.source, "url": _address(other, self._random)}

    def _mixed(self, number: int) -> dict[str, Any]:
        chosen = self._random.sample(self._articles, self._random.randint(*MIXED))
        model = chosen[0]
        size = min(len(model.body), MAX_CHARS)
        parts = [self._run(article, size // len(chosen)) for article in chosen]
        new = self._growth.new_words(number)
        invented = self._inventor.words(int(new + self._random.random()), int(new + self._random.random()))
        return {
            "title": model.title,
            "body": self._with_words("\n".join(parts), list(invented)),
            "source": model.source,
            "category": model.category,
            "authors": list(model.authors),
            "url": _address(model, self._random),
        }

    def _run(self, article: Article, size: int) -> str:
        """Return some neighbouring sentences of an article, ``size`` characters long or a little more."""
        sentences = _SENTENCES.split(article.body)
        first = self._random.randrange(len(sentences))
        taken: list[str] = []
        for sentence in islice(sentences, first, None):
            if sum(map(len, taken)) > size:
                break
            taken.append(sentence[:MAX_CHARS])
        return " ".join(taken)

    def _with_words(self, text: str, invented: list[str]) -> str:
        words = text.split(" ")
        for word in invented:
            words[self._random.randrange(len(words))] = word
        return " ".join(words)


def _address(article: Article, chance: random.Random) -> str:
    return f"https://{article.source or 'news'}.example/{chance.randrange(1 << 48):x}".replace(" ", "-")


def read_corpora(names: Sequence[str]) -> list[Article]:
    """Return the articles of files that have a body."""
    return [article for article in read_articles(find_files(names)) if isinstance(article, Article) and article.body]


def write_articles(file: Path, wanted: int, corpora: Sequence[str]) -> None:
    """Write so many articles as JSON lines."""
    unfinished = file.with_name(file.name + ".part")
    with unfinished.open("w", encoding="utf-8") as lines:
        for record in Mixer(read_corpora(corpora), wanted).articles():
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
    unfinished.rename(file)


if __name__ == "__main__":
    write_articles(Path(sys.argv[2]), int(sys.argv[1]), sys.argv[3:])
