"""Snippets that are no help: how many first hits show site furniture, only the title again, or four dots.

    python benchmarks/retrieval/snippets.py INDEX ARTICLES [QUERIES [SEED]]

``ARTICLES`` is a JSON Lines file, also gzipped, of articles with titles; each query is one to three words that stand
side by side in the title of one of them, drawn by chance. A snippet shows furniture that has an address, a label of
``page_words.tsv``, or the whole title; it is only the title where four of five words are. Each one that counts is
printed.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from analyzers import normalize, read_table
from indexer import Hit, SearchRequest, open_index

DOTS = re.compile(r"[.…]*…[.…]+|[.…]+…[.…]*|\.{4,}")
ADDRESS = re.compile(r"https?:|www\.|\S@\w")
MIN_TITLE_WORDS = 3


def main(index: str, articles: Path, count: int, seed: int) -> None:
    """Print the faulty snippets, and the share of each fault."""
    faults: Counter[str] = Counter()
    hits = 0
    with open_index(index) as opened:
        for query in draw_queries(articles, count, seed):
            for hit in opened.search(SearchRequest(query, limit=1)):
                hits += 1
                for fault in faults_of(hit):
                    faults[fault] += 1
                    print(f"{fault:<10}{query} | {hit.title.text} | {printed(hit)!r}")
    print(
        f"{hits} snippets:",
        ", ".join(f"{fault} {faults[fault] / hits:.1%}" for fault in ("furniture", "title", "dots")),
    )


def draw_queries(articles: Path, count: int, seed: int) -> Iterator[str]:
    """Yield queries from titles."""
    with (gzip.open if articles.suffix == ".gz" else open)(articles, "rt", encoding="utf-8") as lines:
        titles = [title.split() for line in lines if (title := json.loads(line).get("title"))]
    chance = random.Random(seed)  # noqa: S311, nothing is kept secret
    for title in chance.choices([each for each in titles if len(each) >= MIN_TITLE_WORDS], k=count):
        length = chance.randint(1, 3)
        first = chance.randrange(len(title) - length + 1)
        yield " ".join(title[first : first + length])


def faults_of(hit: Hit) -> Iterator[str]:
    """Yield the faults of a snippet."""
    text, title = hit.snippet.text, hit.title.text.strip()
    shown, again = words_of(text), set(words_of(title))
    if sum(word in again for word in shown) >= 0.8 * len(shown):
        yield "title"
    elif ADDRESS.search(text) or any(label in f" {' '.join(shown)} " for label in LABELS) or repeats(text, title):
        yield "furniture"
    joints = printed(hit)
    if any(match.start() == 0 or match.end() == len(joints) for match in DOTS.finditer(joints)):
        yield "dots"


def repeats(text: str, title: str) -> bool:
    """Return whether a title of some words stands in a text, apart or behind a colon."""
    before, found, after = text.partition(title)
    is_apart = before.rstrip(" ")[-1:] in ("", ":", "\n", ".") and after.lstrip(" ")[:1] in ("", "\n", ".")
    return bool(found) and len(title.split()) >= MIN_TITLE_WORDS and is_apart


def printed(hit: Hit) -> str:
    """Return a snippet as pages print it."""
    return "…" * hit.snippet.cut_before + hit.snippet.text + "…" * hit.snippet.cut_after


def words_of(text: str) -> list[str]:
    """Return the normalized words of a text."""
    return [normal for word in re.findall(r"\w+", text) if (normal := normalize(word))]


LABELS = {
    f" {' '.join(words_of(label))} "
    for kind, label in read_table("page_words.tsv", columns=2, root=resources.files("indexer") / "data")
    if kind in ("tail", "phrase") and words_of(label)
} | {" next previous "}

if __name__ == "__main__":
    numbers = dict(enumerate(map(int, sys.argv[3:])))
    main(sys.argv[1], Path(sys.argv[2]), numbers.get(0, 200), numbers.get(1, 1))
